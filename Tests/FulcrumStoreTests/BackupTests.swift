import Foundation
import FulcrumLedger
import FulcrumStore
import Testing

@Suite("Backups")
struct BackupTests {
  let shop = Workshop()

  @Test("A copy taken while a writer is at work is whole, checked and alone in its folder")
  func running() async throws {
    let writer = LedgerWriter(try LedgerStore(creating: shop.path()), batchLimit: 16)
    for command in Sample.opening { _ = try await writer.execute(command) }
    let path = shop.path()
    let folder = shop.path("backups")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try await withThrowingTaskGroup { group in
      for client in 0..<8 as Range<UInt64> {
        group.addTask {
          for command in Sample.traffic(1000 * (client + 1)..<1000 * (client + 1) + 60) {
            _ = try await writer.execute(command)
          }
        }
      }
      group.addTask {
        let reader = try LedgerStore(opening: path, access: .readOnly)
        for number in 0..<4 { try reader.backup(to: "\(folder)/\(number)") }
      }
      try await group.waitForAll()
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(names == ["0", "1", "2", "3"])
    for name in names {
      let report = try LedgerStore.verifyBackup("\(folder)/\(name)")
      #expect(report.isSound && report.events >= 4, "\(report)")
      #expect(try LedgerStore(opening: "\(folder)/\(name)").digest() == report.digest)
    }
    let report = try await writer.withStore { try $0.audit() }
    #expect(report.isSound, "\(report)")
    // Every command of `traffic` is answered; one in five leaves no event.
    #expect(report.commands == 4 + 8 * 60)
  }

  @Test("A copy is never written over, and a damaged one does not verify")
  func refusals() throws {
    let store = try LedgerStore(creating: shop.path())
    _ = try store.execute(Sample.opening + Sample.traffic(5..<200))
    let copy = shop.path("copy")
    try store.backup(to: copy)
    #expect(try LedgerStore.verifyBackup(copy).digest == store.digest())
    let written = refusal { () throws(StoreError) in try store.backup(to: copy) }
    guard case .exists = written else { throw Unexpected(written) }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
    let key = try #require(bytes.firstRange(of: Data("c111".utf8)))
    bytes[key.lowerBound + 3] ^= 1
    try bytes.write(to: URL(fileURLWithPath: copy))
    #expect(try !LedgerStore.verifyBackup(copy).isSound)
    #expect(throws: StoreError.self) { try store.backup(to: shop.path("no/such/folder/copy")) }
  }
}
