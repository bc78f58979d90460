internal import FulcrumLedger
internal import GRDB

/// One batch of commands on its way into the journal: keys looked up, decided, written, in one
/// transaction of SQLite.
///
/// Looking up inside it costs no locks of its own, and nobody else waits, since there is one writer.
struct Transaction {
  /// Below this many commands a second thread costs more than it saves.
  static let leastShared = 48
  /// Parts decided ahead of the one that is being written.
  private static let ahead = 2

  private let database: Database
  private let decider: Decider
  private let commands: [Command]

  init(_ database: Database, _ decider: Decider, _ commands: [Command]) {
    self.database = database
    self.decider = decider
    self.commands = commands
  }

  /// - Returns: the receipts, and where the journal ends once the transaction is committed.
  func run(from head: Head) throws -> (receipts: [Receipt], head: Head) {
    decider.begin(count: commands.count)
    let end: Head
    if commands.count < Self.leastShared {
      let batch = decider.decide(commands[...], priors: try priors(of: commands[...]))
      try batch.append(to: database)
      end = batch.head
    } else {
      end = try runShared(from: head)
    }
    if end != head { try end.write(after: head, in: database) }
    return (decider.end(), end)
  }

  /// Most keys are new, so that there is little to keep.
  private func priors(of commands: ArraySlice<Command>) throws -> [Int: CommandRecord] {
    let lookUp = try KeyLookUp(database)
    var priors: [Int: CommandRecord] = [:]
    for place in commands.indices {
      if let record = try lookUp.record(of: commands[place].id) { priors[place] = record }
    }
    return priors
  }

  /// Writes each part while the next is being decided.
  private func runShared(from head: Head) throws -> Head {
    let size = min(64, max(16, commands.count / 8))
    let parts = stride(from: 0, to: commands.count, by: size).map {
      commands[$0..<min($0 + size, commands.count)]
    }
    var head = head
    var given = 0
    var taken = 0
    // What has been given to the other thread comes back, also where the disk fails meanwhile.
    defer { while taken < given { (_, taken) = (decider.next(), taken + 1) } }
    while taken < parts.count {
      while given < min(parts.count, taken + Self.ahead) {
        let part = parts[given]
        decider.decideMeanwhile(part, priors: try priors(of: part))
        given += 1
      }
      let batch = decider.next()
      taken += 1
      try batch.append(to: database)
      head = batch.head
    }
    return head
  }
}
