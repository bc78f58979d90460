import Foundation
import FulcrumLedger
import FulcrumStore
import Testing

/// What SQLite alone cannot see: that the end of a history is gone.
@Suite("The witness of what was acknowledged")
struct WitnessTests {
  let shop = Workshop()

  /// The files of a store as a kill would leave them: its writer is still at work on the original.
  private func killed() throws -> (store: LedgerStore, path: String) {
    let store = try LedgerStore(creating: shop.path())
    _ = try store.execute(Sample.opening)
    _ = try store.execute(Sample.traffic(5..<50))
    for suffix in ["", "-wal", ".lock"] {
      try FileManager.default.copyItem(
        atPath: shop.path() + suffix, toPath: shop.path("killed") + suffix)
    }
    return (store, shop.path("killed"))
  }

  @Test("With its log, everything is there")
  func whole() throws {
    let (store, path) = try killed()
    #expect(try LedgerStore(opening: path).ledger == store.ledger)
  }

  @Test("Without its log, it is behind", arguments: [LedgerStore.Access.readWrite, .readOnly])
  func logGone(access: LedgerStore.Access) throws {
    let (store, path) = try killed()
    try FileManager.default.removeItem(atPath: path + "-wal")
    let seen = refusal { () throws(StoreError) in try LedgerStore(opening: path, access: access) }
    switch seen {
    case .behindWitness(_, let acknowledged, _): #expect(acknowledged == store.ledger.sequence)
    // Nothing at all had been carried into the file yet.
    case .foreign: break
    default: throw Unexpected(seen)
    }
  }

  @Test("With its log cut or one bit of it wrong, it is behind")
  func logDamaged() throws {
    let (store, path) = try killed()
    let url = URL(fileURLWithPath: path + "-wal")
    let log = try Data(contentsOf: url)
    var flipped = log
    flipped[log.count - 5000] ^= 4
    for damaged in [log.prefix(log.count - 4200), flipped] {
      try damaged.write(to: url)
      try? FileManager.default.removeItem(atPath: path + "-shm")
      let seen = refusal { () throws(StoreError) in try LedgerStore(opening: path) }
      guard case .behindWitness(_, let acknowledged, let held) = seen else {
        throw Unexpected(seen)
      }
      #expect(acknowledged == store.ledger.sequence)
      #expect(held < acknowledged)
    }
  }

  @Test("An older copy in its place is behind, another history is another")
  func otherHistory() throws {
    let store = try LedgerStore(creating: shop.path())
    _ = try store.execute(Sample.opening)
    try store.backup(to: shop.path("old"))
    _ = try store.execute(Sample.traffic(5..<50))
    try store.close()
    try replace(with: shop.path("old"))
    #expect(throws: StoreError.self) { try LedgerStore(opening: shop.path()) }

    let other = try LedgerStore(creating: shop.path("other"))
    _ = try other.execute(Sample.opening + Sample.traffic(60..<200))
    try other.close()
    try replace(with: shop.path("other"))
    let seen = refusal { () throws(StoreError) in try LedgerStore(opening: shop.path()) }
    guard case .corrupt(let fault) = seen else { throw Unexpected(seen) }
    #expect(fault.reason.contains("another history"))
    // Said so by removing the witness, it is accepted.
    try FileManager.default.removeItem(atPath: shop.path() + ".lock")
    _ = try LedgerStore(opening: shop.path())
  }

  private func replace(with path: String) throws {
    try FileManager.default.removeItem(atPath: shop.path())
    try FileManager.default.copyItem(atPath: path, toPath: shop.path())
  }
}
