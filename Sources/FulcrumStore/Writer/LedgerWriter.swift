import Foundation
public import FulcrumLedger
import Synchronization

/// One store shared among concurrent clients: what arrives while a commit is under way makes the next
/// batch, so that many clients share one sync. There is no timer: a lone client never waits for others.
public final class LedgerWriter: Sendable {
  private let committer: Committer
  private let inbox: Inbox
  /// Commands that wait at most; one more is refused at once.
  public let queueLimit: Int
  /// Commands in one transaction at most.
  public let batchLimit: Int

  public init(_ store: sending LedgerStore, queueLimit: Int = 4096, batchLimit: Int = 512) {
    precondition(queueLimit > 0 && batchLimit > 0, "limits \(queueLimit) and \(batchLimit)")
    committer = Committer(store)
    inbox = Inbox(limit: queueLimit, batchLimit: batchLimit)
    self.queueLimit = queueLimit
    self.batchLimit = batchLimit
  }

  /// Answers after the commit that made the command durable.
  ///
  /// - Throws: `busy` at once where the queue is full; otherwise what `LedgerStore.execute` throws: then
  ///   the command was not accepted, or will be found under its key when it is sent again.
  public func execute(_ command: Command) async throws(StoreError) -> Receipt {
    let result = await withCheckedContinuation { answer in
      switch inbox.put(Inbox.Waiting(command: command, answer: answer)) {
      case .taken: break
      case .first: Task { await committer.commit(all: inbox) }
      case .full: answer.resume(returning: .failure(.busy(limit: queueLimit)))
      }
    }
    return try result.get()
  }

  /// Works with the store between two batches.
  public func withStore<Value: Sendable>(
    _ body: @Sendable (LedgerStore) throws -> Value
  ) async throws -> Value {
    inbox.hold()
    defer { if inbox.letGo() { Task { await committer.commit(all: inbox) } } }
    return try await committer.withStore(body)
  }
}

/// Commands on their way to the committer, and those whose answer is due.
private final class Inbox: Sendable {
  struct Waiting {
    let command: Command
    let answer: CheckedContinuation<Result<Receipt, StoreError>, Never>
  }

  enum Reception {
    case taken
    /// Nobody is at work: the committer has to be called.
    case first
    case full
  }

  private struct State {
    var waiting: [Waiting] = []
    /// Batches that the store has and has not answered, oldest first.
    var underWay: [[Waiting]] = []
    var isServed = false
    /// Those who want the store for themselves.
    var holds = 0
  }

  private let state = Mutex(State())
  private let limit: Int
  private let batchLimit: Int

  init(limit: Int, batchLimit: Int) {
    self.limit = limit
    self.batchLimit = batchLimit
  }

  func put(_ one: Waiting) -> Reception {
    state.withLock { state in
      guard state.waiting.count < limit else { return .full }
      state.waiting.append(one)
      defer { state.isServed = true }
      return state.isServed ? .taken : .first
    }
  }

  /// The next batch; nil ends the committer's run.
  func next() -> [Command]? {
    state.withLock { state in
      guard !state.waiting.isEmpty, state.holds == 0 else {
        state.isServed = state.holds > 0
        return nil
      }
      let batch = Array(state.waiting.prefix(batchLimit))
      state.waiting.removeFirst(batch.count)
      state.underWay.append(batch)
      return batch.map(\.command)
    }
  }

  func answer(_ receipts: [Receipt]) {
    let batch = state.withLock { $0.underWay.removeFirst() }
    for (one, receipt) in zip(batch, receipts) { one.answer.resume(returning: .success(receipt)) }
  }

  /// What was under way when the store failed was not accepted; false where nothing was.
  func fail(_ error: StoreError) -> Bool {
    let batches = state.withLock { state in
      defer { state.underWay = [] }
      return state.underWay
    }
    for one in batches.joined() { one.answer.resume(returning: .failure(error)) }
    return !batches.isEmpty
  }

  func hold() { state.withLock { $0.holds += 1 } }

  /// Whether the committer has to be called again.
  func letGo() -> Bool {
    state.withLock { state in
      state.holds -= 1
      guard state.holds == 0 else { return false }
      state.isServed = !state.waiting.isEmpty
      return state.isServed
    }
  }
}

/// Owns the store, on a thread of its own: a sync blocks, and must not block a thread that everybody
/// shares.
private actor Committer {
  private let store: LedgerStore
  private nonisolated let executor = QueueExecutor()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(_ store: sending LedgerStore) { self.store = store }

  func commit(all inbox: Inbox) {
    var isDone = false
    while !isDone {
      do {
        try store.execute(batches: inbox.next, answer: inbox.answer)
        isDone = true
      } catch {
        if inbox.fail(error) { continue }
        // The store is past taking anything: so is what waits.
        isDone = inbox.next() == nil
        _ = inbox.fail(error)
      }
    }
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
