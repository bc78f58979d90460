import FulcrumLedger
import FulcrumModel
import FulcrumStore
import Testing

@Suite("Writer of many clients")
struct WriterTests {
  let shop = Workshop()

  @Test("Every client is answered, with commands of others in the same commit")
  func clients() async throws {
    let writer = LedgerWriter(try LedgerStore(creating: shop.path()))
    for command in Sample.opening { _ = try await writer.execute(command) }
    let receipts = try await withThrowingTaskGroup { group in
      for client in 1...64 as ClosedRange<UInt64> {
        group.addTask {
          var receipts: [Receipt] = []
          for command in Sample.traffic(1000 * client..<1000 * client + 10) {
            receipts.append(try await writer.execute(command))
          }
          return receipts
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(receipts.count == 640)
    #expect(receipts.allSatisfy { !$0.isRepeat })
    let sequences = receipts.compactMap(\.events).flatMap { Array($0) }
    #expect(Set(sequences).count == sequences.count)
    let report = try await writer.withStore { try $0.audit() }
    #expect(report.isSound && report.commands == 644, "\(report)")
    #expect(report.events == UInt64(sequences.count) + 4)
  }

  @Test("A full queue refuses at once, and what was taken is answered")
  func bounded() async throws {
    let writer = LedgerWriter(
      try LedgerStore(creating: shop.path()), queueLimit: 8, batchLimit: 4)
    for command in Sample.opening { _ = try await writer.execute(command) }
    let gate = Gate()
    let blocker = Task { try await writer.withStore { _ in gate.enterAndWait() } }
    await gate.entered()
    var busy = 0
    var answered = 0
    await withTaskGroup { group in
      for command in Sample.traffic(100..<150) {
        group.addTask { () async -> Result<Receipt, StoreError> in
          do throws(StoreError) {
            return .success(try await writer.execute(command))
          } catch {
            return .failure(error)
          }
        }
      }
      for await result in group {
        switch result {
        case .success: answered += 1
        case .failure(.busy(let limit)):
          #expect(limit == 8)
          busy += 1
          // 8 wait and at most 4 are with the store: 38 at least are told before the store moves.
          if busy == 38 { gate.open() }
        case .failure(let error): Issue.record("\(error)")
        }
      }
    }
    try await blocker.value
    #expect(answered + busy == 50)
    #expect((38...42).contains(busy))
    let kept = try await writer.withStore { try $0.audit().commands }
    #expect(kept == UInt64(4 + answered))
  }
}
