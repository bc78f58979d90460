import Foundation
import FulcrumLedger
import FulcrumStore
import Testing

@Suite("Writers and readers")
struct LockTests {
  let shop = Workshop()

  @Test("A second writer is refused and told who holds the store")
  func secondWriter() throws {
    let store = try LedgerStore(creating: shop.path())
    let resolved = store.path
    #expect(throws: StoreError.locked(path: resolved, holder: getpid())) {
      try LedgerStore(opening: shop.path())
    }
    // Another name of the same file is the same file.
    let link = shop.path("link.fulcrum")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: shop.path())
    #expect(throws: StoreError.locked(path: resolved, holder: getpid())) {
      try LedgerStore(opening: link)
    }
    #expect("\(StoreError.locked(path: resolved, holder: 17))".contains("process 17"))
    _ = try store.execute(Sample.opening)
    try store.close()
    let next = try LedgerStore(opening: shop.path())
    #expect(next.ledger.sequence == 4)
  }

  @Test("A reader works beside a writer, sees what is committed and writes nothing")
  func reader() throws {
    let store = try LedgerStore(creating: shop.path())
    _ = try store.execute(Sample.opening)
    let reader = try LedgerStore(opening: shop.path(), access: .readOnly)
    #expect(reader.ledger == store.ledger)
    #expect(try reader.refresh() == 0)
    _ = try store.execute(Sample.traffic(5..<40))
    #expect(reader.ledger != store.ledger)
    let new = store.ledger.sequence - reader.ledger.sequence
    #expect(try reader.refresh() == new)
    #expect(reader.ledger == store.ledger)
    #expect(try reader.audit().isSound)
    #expect(throws: StoreError.readOnly) { try reader.execute(Sample.traffic(40..<41)) }
    #expect(throws: StoreError.readOnly) { try reader.snapshot() }
    let key = try #require(Sample.traffic(10..<11).first)
    #expect(try reader.record(of: key.id)?.receipt == store.record(of: key.id)?.receipt)
  }

  @Test("A preview changes nothing and knows what was answered before")
  func preview() throws {
    let store = try LedgerStore(creating: shop.path())
    _ = try store.execute(Sample.opening)
    let before = store.ledger
    let command = Sample.command(9, .deposit(.init(0), Sample.dollars(5)))
    let seen = try store.preview(command)
    #expect(seen.after.sequence == 5)
    #expect(store.ledger == before)
    #expect(try store.execute([command]).first == seen.outcome.receipt)
    #expect(try store.preview(command).outcome.receipt.isRepeat)
  }

  @Test("Paths that are no store are told apart")
  func paths() throws {
    #expect(throws: StoreError.missing(path: canonical("nothing"))) {
      try LedgerStore(opening: shop.path("nothing"))
    }
    _ = try LedgerStore(creating: shop.path())
    #expect(throws: StoreError.exists(path: canonical("ledger.fulcrum"))) {
      try LedgerStore(creating: shop.path())
    }
    #expect(throws: StoreError.self) { try LedgerStore(creating: shop.path("no/such/folder")) }
    #expect(throws: StoreError.self) { try LedgerStore(opening: shop.folder) }
    #expect(throws: StoreError.self) {
      try LedgerStore(opening: shop.folder, access: .readOnly)
    }
  }

  private func canonical(_ name: String) -> String {
    URL(fileURLWithPath: shop.path(name)).resolvingSymlinksInPath().path
  }

  @Test("A closed store says so")
  func closed() throws {
    let store = try LedgerStore(creating: shop.path())
    try store.close()
    #expect(throws: StoreError.self) { try store.execute(Sample.opening) }
    #expect(throws: StoreError.self) { try store.audit() }
    try store.close()
  }
}
