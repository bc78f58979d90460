import Foundation
public import FulcrumLedger

/// One store shared among concurrent clients: what arrives while a commit is under way makes the next
/// batch, so that many clients share one sync. There is no timer: a lone client never waits for others.
public actor LedgerWriter {
  private struct Waiting {
    let command: Command
    let answer: CheckedContinuation<Result<Receipt, StoreError>, Never>
  }

  private let committer: Committer
  /// Commands that wait at most; one more is refused at once.
  public nonisolated let queueLimit: Int
  /// Commands in one transaction at most.
  public nonisolated let batchLimit: Int
  private var queue: [Waiting] = []
  private var isCommitting = false

  public init(_ store: sending LedgerStore, queueLimit: Int = 4096, batchLimit: Int = 512) {
    precondition(queueLimit > 0 && batchLimit > 0, "limits \(queueLimit) and \(batchLimit)")
    committer = Committer(store)
    self.queueLimit = queueLimit
    self.batchLimit = batchLimit
  }

  /// Answers after the commit that made the command durable.
  ///
  /// - Throws: `busy` at once where the queue is full; otherwise what `LedgerStore.execute` throws: then
  ///   the command was not accepted, or will be found under its key when it is sent again.
  public func execute(_ command: Command) async throws(StoreError) -> Receipt {
    guard queue.count < queueLimit else { throw .busy(limit: queueLimit) }
    let result = await withCheckedContinuation { answer in
      queue.append(Waiting(command: command, answer: answer))
      if !isCommitting {
        isCommitting = true
        Task { await drain() }
      }
    }
    return try result.get()
  }

  /// Works with the store between two batches.
  public func withStore<Value: Sendable>(
    _ body: @Sendable (LedgerStore) throws -> Value
  ) async throws -> Value {
    try await committer.withStore(body)
  }

  private func drain() async {
    while !queue.isEmpty {
      let batch = Array(queue.prefix(batchLimit))
      queue.removeFirst(batch.count)
      let result = await committer.commit(batch.map(\.command))
      switch result {
      case .success(let receipts):
        for (waiting, receipt) in zip(batch, receipts) {
          waiting.answer.resume(returning: .success(receipt))
        }
      case .failure(let error):
        for waiting in batch { waiting.answer.resume(returning: .failure(error)) }
      }
    }
    isCommitting = false
  }
}

/// Owns the store, on a thread of its own: a sync blocks, and must not block a thread that everybody
/// shares.
private actor Committer {
  private let store: LedgerStore
  private nonisolated let executor = QueueExecutor()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ store: sending LedgerStore) { self.store = store }

  func commit(_ commands: [Command]) -> Result<[Receipt], StoreError> {
    do { return .success(try store.execute(commands)) } catch { return .failure(error) }
  }

  func withStore<Value: Sendable>(
    _ body: @Sendable (LedgerStore) throws -> Value
  ) throws -> Value {
    try body(store)
  }
}

private final class QueueExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "fulcrum.store.writer")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
