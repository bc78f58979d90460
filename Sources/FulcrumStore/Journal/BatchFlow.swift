internal import FulcrumLedger
internal import GRDB

/// Batches of commands on their way into the journal: keys looked up, decided, written, each batch in
/// one transaction of SQLite.
///
/// Looking up inside a transaction costs no locks of its own, and nobody else waits, since there is one
/// writer. Of large batches the next is decided on the decider's thread while the one before is written
/// and synced, so that both cores are at work; what follows from commands does not depend on it.
struct BatchFlow {
  /// Below this many commands a second thread costs more than it saves.
  static let leastShared = 48
  /// Commands of a part, the least that is handed from thread to thread.
  private static let part = 128

  private struct Turn {
    let commands: [Command]
    /// Parts that the decider was given; 0 before the keys have been looked up.
    var parts = 0
  }

  private let decider: Decider
  private var current: Turn?
  private var next: Turn?
  /// Parts given to the decider and not yet taken.
  private var outstanding = 0

  init(_ decider: Decider) { self.decider = decider }

  /// Whether the decider is ahead of what has been written.
  var isAhead: Bool { outstanding > 0 }

  /// Turns to the next batch; false where there is none.
  mutating func advance(_ pull: () -> [Command]?) -> Bool {
    current = next ?? pull().map { Turn(commands: $0) }
    next = nil
    return current != nil
  }

  /// Writes the current batch in the caller's transaction.
  ///
  /// - Parameter pull: asked for the next batch before this one is written, where that may be.
  /// - Returns: the receipts, and where the journal ends once the transaction is committed.
  mutating func write(
    after head: Head, to database: Database, mayRunAhead: Bool, _ pull: () -> [Command]?
  ) throws -> (receipts: [Receipt], head: Head) {
    guard var turn = current else { return ([], head) }
    current = nil
    if turn.parts == 0, turn.commands.count < Self.leastShared {
      let priors = try priors(of: turn.commands[...], in: database)
      let batch = decider.decide(turn.commands[...], priors: priors, begins: true)
      try batch.append(to: database)
      if batch.head != head { try batch.head.write(after: head, in: database) }
      return (batch.receipts, batch.head)
    }
    if turn.parts == 0 { try give(&turn, database) }
    if mayRunAhead, let commands = pull() {
      var following = Turn(commands: commands)
      try give(&following, database)
      next = following
    }
    var receipts: [Receipt] = []
    receipts.reserveCapacity(turn.commands.count)
    var end = head
    for _ in 0..<turn.parts {
      let batch = take()
      try batch.append(to: database)
      receipts += batch.receipts
      end = batch.head
    }
    if end != head { try end.write(after: head, in: database) }
    return (receipts, end)
  }

  /// Waits for what has been given to the decider and forgets it: its journal was not written.
  mutating func drop() {
    while outstanding > 0 { _ = take() }
    next = nil
  }

  private mutating func take() -> Batch {
    outstanding -= 1
    return decider.next()
  }

  /// Looks up the keys of a turn part by part, each on its way as soon as it is looked up.
  private mutating func give(_ turn: inout Turn, _ database: Database) throws {
    // At least eight parts, so that the first one is soon decided.
    let size = min(Self.part, max(16, turn.commands.count / 8))
    for start in stride(from: 0, to: turn.commands.count, by: size) {
      let part = turn.commands[start..<min(start + size, turn.commands.count)]
      decider.decideMeanwhile(
        part, priors: try priors(of: part, in: database), begins: start == 0)
      turn.parts += 1
      outstanding += 1
    }
  }

  /// What the table of commands says of keys, by the place of the command. Most keys are new, so that
  /// there is little to keep.
  private func priors(
    of commands: ArraySlice<Command>, in database: Database
  ) throws -> [Int: CommandRecord] {
    let lookUp = try KeyLookUp(database)
    var priors: [Int: CommandRecord] = [:]
    for place in commands.indices {
      if let record = try lookUp.record(of: commands[place].id) { priors[place] = record }
    }
    return priors
  }
}
