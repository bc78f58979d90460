import Foundation
internal import FulcrumLedger
import Synchronization

/// Decides, encodes and hashes: all that a command costs beside the disk.
///
/// Parts of large batches are decided on a thread of its own while earlier ones are written; the order
/// of commands, and so the result, is the same.
final class Decider: Sendable {
  private struct State {
    var engine: Engine
    /// Where the journal will end after what has been decided.
    var head: Head
    /// What this batch has answered, and the one before it: neither may be in the table yet.
    var answered: [CommandID: CommandRecord] = [:]
    var answeredBefore: [CommandID: CommandRecord] = [:]

    mutating func begin() {
      swap(&answered, &answeredBefore)
      answered.removeAll(keepingCapacity: true)
    }
  }

  private let state: Mutex<State>
  /// Decided parts that nobody has fetched; apart, since `state` is held while a part is decided.
  private let parts = Mutex<[Batch]>([])
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

  /// - Parameters:
  ///   - priors: what the table of commands says of keys, by the place of the command.
  ///   - begins: whether these are the first of a batch; all but the batch before is in the table then.
  func decide(
    _ commands: ArraySlice<Command>, priors: [Int: CommandRecord], begins: Bool
  ) -> Batch {
    state.withLock { state in
      if begins { state.begin() }
      return Self.decide(commands, priors, &state)
    }
  }

  /// The same, meanwhile; `next` gives the parts in their order.
  func decideMeanwhile(
    _ commands: ArraySlice<Command>, priors: [Int: CommandRecord], begins: Bool
  ) {
    queue.async { [self] in
      let part = decide(commands, priors: priors, begins: begins)
      parts.withLock { $0.append(part) }
      decided.signal()
    }
  }

  func next() -> Batch {
    decided.wait()
    return parts.withLock { $0.removeFirst() }
  }

  private static func decide(
    _ commands: ArraySlice<Command>, _ priors: [Int: CommandRecord], _ state: inout State
  ) -> Batch {
    var batch = Batch(from: state.head, count: commands.count)
    for place in commands.indices {
      let command = commands[place]
      let prior =
        (priors.isEmpty ? nil : priors[place]) ?? state.answered[command.id]
        ?? state.answeredBefore[command.id]
      let outcome = state.engine.execute(command, prior: prior)
      batch.add(outcome)
      if let record = outcome.record { state.answered[command.id] = record }
    }
    state.head = batch.head
    return batch
  }
}
