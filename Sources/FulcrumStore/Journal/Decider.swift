import Foundation
internal import FulcrumLedger
import Synchronization

/// Decides, encodes and hashes: all that a command costs beside the disk.
///
/// Of a large batch it decides the next part on a thread of its own while the part before is being
/// written; the order of commands, and so the result, is the same.
final class Decider: Sendable {
  private struct State {
    var engine: Engine
    /// Where the journal will end after what has been decided.
    var head: Head
    /// What this batch has answered, which is in no table yet.
    var answered: [CommandID: CommandRecord] = [:]
    var receipts: [Receipt] = []
    /// Decided parts that nobody has fetched.
    var parts: [Batch] = []
  }

  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "fulcrum.store.decider")
  private let decided = DispatchSemaphore(value: 0)

  init(_ engine: Engine = Engine(), head: Head = Head()) {
    state = Mutex(State(engine: engine, head: head))
  }

  var engine: Engine { state.withLock { $0.engine } }

  func look(at board: MarkBoard) { state.withLock { $0.engine.look(at: board) } }

  func follow(_ event: Event) { state.withLock { $0.engine.follow(event) } }

  /// Where the journal has been brought by somebody else.
  func move(to head: Head) { state.withLock { $0.head = head } }

  func begin(count: Int) {
    state.withLock {
      $0.answered.reserveCapacity(count)
      $0.receipts = []
      $0.receipts.reserveCapacity(count)
    }
  }

  /// The receipts of all that has been decided since `begin`. What only the batch needed is
  /// forgotten: its answers are in the table now.
  func end() -> [Receipt] {
    state.withLock {
      $0.answered.removeAll(keepingCapacity: true)
      let receipts = $0.receipts
      $0.receipts = []
      return receipts
    }
  }

  /// - Parameter priors: what the table of commands says of keys, by the place of the command.
  func decide(_ commands: ArraySlice<Command>, priors: [Int: CommandRecord]) -> Batch {
    state.withLock { Self.decide(commands, priors, &$0) }
  }

  /// The same, meanwhile; `next` gives the parts in their order.
  func decideMeanwhile(_ commands: ArraySlice<Command>, priors: [Int: CommandRecord]) {
    queue.async { [self] in
      state.withLock { state in
        let part = Self.decide(commands, priors, &state)
        state.parts.append(part)
      }
      decided.signal()
    }
  }

  func next() -> Batch {
    decided.wait()
    return state.withLock { $0.parts.removeFirst() }
  }

  private static func decide(
    _ commands: ArraySlice<Command>, _ priors: [Int: CommandRecord], _ state: inout State
  ) -> Batch {
    var batch = Batch(from: state.head, count: commands.count)
    for place in commands.indices {
      let command = commands[place]
      let prior = (priors.isEmpty ? nil : priors[place]) ?? state.answered[command.id]
      let outcome = state.engine.execute(command, prior: prior)
      batch.add(outcome)
      state.receipts.append(outcome.receipt)
      if let record = outcome.record { state.answered[command.id] = record }
    }
    state.head = batch.head
    return batch
  }
}
