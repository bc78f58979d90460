import Foundation
public import FulcrumLedger
internal import GRDB

/// A ledger in one file: decide, make durable, then tell.
///
/// A command is acknowledged only after the transaction that holds its events has been synced. Where a
/// commit fails, nobody is told and the state in memory is read back from the file. One writer at a
/// time holds the lock of a store; any number of readers see what is committed.
///
/// Not for several threads at once: `LedgerWriter` shares one among concurrent clients.
public final class LedgerStore {
  public enum Access: Hashable, Sendable {
    case readWrite, readOnly
  }

  public let path: String
  public let access: Access
  public var engine: Engine { decider.engine }
  public var ledger: Ledger { engine.ledger }
  /// Commands that have been answered, refused ones among them.
  public var commandCount: UInt64 { head.commands }
  /// What was passed over or could not be done without harm: a damaged snapshot, one not written.
  public internal(set) var warnings: [String] = []
  /// A snapshot is written when this many events have followed the last one.
  public var snapshotInterval: UInt64 = 100_000
  /// Why everything is refused; nil while the store works.
  public internal(set) var stopReason: String?

  let vfs: String?
  var decider = Decider()
  var head = Head()
  var lastSnapshot: UInt64 = 0
  var connection: Connection?
  private var lock: WriterLock?

  /// Makes a store where there is no file yet, and opens it for writing.
  ///
  /// - Throws: `exists`, `unreachable`, `locked`, or what SQLite reports.
  public init(creating path: String, vfs: String? = nil) throws(StoreError) {
    self.path = Self.resolved(path)
    self.vfs = vfs
    access = .readWrite
    guard !FileManager.default.fileExists(atPath: self.path) else {
      throw .exists(path: self.path)
    }
    lock = try WriterLock(store: self.path)
    let connection = try Connection(path: self.path, access: .readWrite, vfs: vfs)
    try connection.makeStore()
    self.connection = connection
    try load()
    try bearWitness()
  }

  /// Opens a store and reads its state: the newest sound snapshot and the events after it.
  ///
  /// - Throws: `missing`, `foreign`, `newer`, `older`, `locked`, `behindWitness`, `corrupt` with the
  ///   first event at fault, or what SQLite reports.
  public init(
    opening path: String, access: Access = .readWrite, vfs: String? = nil
  ) throws(StoreError) {
    self.path = Self.resolved(path)
    self.access = access
    self.vfs = vfs
    guard FileManager.default.fileExists(atPath: self.path) else {
      throw .missing(path: self.path)
    }
    if access == .readWrite { lock = try WriterLock(store: self.path) }
    // Read before the file is, since a writer may be moving both on.
    let witness = lock.map { $0.witness } ?? WriterLock.witness(of: self.path)
    let connection = try Connection(path: self.path, access: access, vfs: vfs)
    try connection.checkSchema(self.path)
    if access == .readWrite { try connection.migrate() }
    self.connection = connection
    try load()
    if let witness { try check(witness) }
    if access == .readWrite { try bearWitness() }
  }

  deinit { try? connection?.close() }

  /// Ends the use of the file; what was acknowledged is durable already.
  public func close() throws(StoreError) {
    let connection = self.connection
    self.connection = nil
    lock = nil
    stopReason = stopReason ?? "it was closed"
    try connection?.close()
  }

  // MARK: Writing

  /// Decides the commands in their order, makes all that follows from them durable in one
  /// transaction with one sync, and only then answers.
  ///
  /// - Returns: one receipt a command, in order.
  /// - Throws: where nothing was accepted: `diskFull` (the store goes on from its last state),
  ///   anything else of the disk or of SQLite (the store stops until it is opened again).
  public func execute(_ commands: [Command]) throws(StoreError) -> [Receipt] {
    var waiting: [Command]? = commands.isEmpty ? nil : commands
    var receipts: [Receipt] = []
    try execute {
      defer { waiting = nil }
      return waiting
    } answer: {
      receipts = $0
    }
    return receipts
  }

  /// Batches one after the other, each with a transaction and a sync of its own; of large ones the next
  /// is decided while the one before is written and synced.
  ///
  /// The ledger in memory may be a batch ahead of the file while this runs, and never after it.
  ///
  /// - Parameters:
  ///   - next: the next batch, asked for as soon as it can be decided; nil ends the run.
  ///   - answer: one receipt a command of a batch, in order, once they are durable.
  /// - Throws: as above; the batch at fault and those after it were not accepted.
  public func execute(
    batches next: () -> [Command]?, answer: ([Receipt]) -> Void
  ) throws(StoreError) {
    guard access == .readWrite else { throw .readOnly }
    let connection = try working()
    let board = engine.board
    var flow = BatchFlow(decider)
    while flow.advance(next) {
      var done: (receipts: [Receipt], head: Head) = ([], head)
      do {
        try connection.work { database in
          try database.inTransaction(.immediate) {
            // A snapshot is of what is durable: where one is due nothing is decided ahead.
            done = try flow.write(
              after: head, to: database, mayRunAhead: !isSnapshotDue, next)
            return .commit
          }
        }
      } catch {
        flow.drop()
        fallBack(after: error, to: board)
        throw error
      }
      head = done.head
      acknowledge(isAhead: flow.isAhead)
      answer(done.receipts)
    }
  }

  private var isSnapshotDue: Bool { head.sequence >= lastSnapshot + snapshotInterval }

  /// After a commit: the witness before anyone is told, a snapshot where one is due. Neither can take
  /// back what is durable, so their failures are warnings.
  private func acknowledge(isAhead: Bool) {
    do { try bearWitness() } catch { warn("\(error)") }
    guard isSnapshotDue, !isAhead else { return }
    do {
      try writeSnapshot()
    } catch {
      // Not again before another interval has passed.
      lastSnapshot = head.sequence
      warn("no snapshot at event \(head.sequence): \(error)")
    }
  }

  /// Throws away what was decided and not made durable.
  private func fallBack(after error: StoreError, to board: MarkBoard?) {
    // After any other failure of a disk nobody knows what it holds until it is read afresh.
    guard case .diskFull = error else { return stop("\(error)") }
    do {
      try load()
      if let board { decider.look(at: board) }
    } catch {
      stop("the disk is full and the journal could not be read back: \(error)")
    }
  }

  private func stop(_ reason: String) {
    stopReason = reason
    decider = Decider()
    try? connection?.close()
    connection = nil
  }

  // MARK: Looking

  /// What a command would do now, without doing it.
  public func preview(
    _ command: Command
  ) throws(StoreError) -> (after: Ledger, outcome: Engine.Outcome) {
    let prior = try working().work { try KeyLookUp($0).record(of: command.id) }
    var copy = engine
    let outcome = copy.execute(command, prior: prior)
    return (copy.ledger, outcome)
  }

  /// What a key was answered with; nil where it was never used.
  public func record(of id: CommandID) throws(StoreError) -> CommandRecord? {
    try working().work { try KeyLookUp($0).record(of: id) }
  }

  /// A market that judges user commands without being marked.
  public func look(at board: MarkBoard) { decider.look(at: board) }

  /// SHA-256 of the canonical bytes of the ledger: equal for equal ledgers, on every machine.
  public func digest() -> Digest256 { Digest256(of: ledger.bytes) }

  /// For trials and measurements, in place of SQLite's 1,000 pages of log and 2 MB of cache.
  package func tune(checkpointPages: Int = 1000, cachePages: Int = -2000) throws(StoreError) {
    try working().tune(checkpointPages: checkpointPages, cachePages: cachePages)
  }

  func working() throws(StoreError) -> Connection {
    if let stopReason { throw .stopped(reason: stopReason) }
    guard let connection else { throw .closed }
    return connection
  }

  func warn(_ text: String) {
    if warnings.last != text { warnings.append(text) }
  }

  private func bearWitness() throws(StoreError) {
    try lock?.bear(WriterLock.Witness(sequence: head.sequence, hash: head.hash))
  }

  /// One name for one file, so that it has one lock.
  static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
