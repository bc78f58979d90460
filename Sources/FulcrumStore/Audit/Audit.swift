import Foundation
internal import FulcrumLedger
internal import GRDB

/// Walks a whole history and says what is wrong with it first. It changes nothing.
struct Audit {
  private(set) var report = AuditReport()
  private let database: Database
  private let progress: (UInt64, UInt64) -> Void
  private let inspect: (AuditStep) -> AuditFinding?
  private var head = Head()

  /// - Parameter live: state of a running store and the place it claims to be at.
  init(
    _ database: Database, live: (head: Head, ledger: Ledger)? = nil,
    inspect: @escaping (AuditStep) -> AuditFinding? = { _ in nil },
    progress: @escaping (UInt64, UInt64) -> Void
  ) throws {
    self.database = database
    self.progress = progress
    self.inspect = inspect
    do {
      try checkSchema()
      head = try Head.read(database)
      try walkEvents(live)
      try checkCommands()
      try checkIntegrity()
    } catch let corruption as Corruption {
      report.fault = corruption
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
    {
      report.fault = Corruption(
        sequence: report.events + 1, place: "event",
        reason: "cannot be read, or what follows it: \(error.message ?? "no words")")
    }
  }

  // MARK: Schema

  private func checkSchema() throws {
    let rows = try Row.fetchAll(
      database, sql: "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    var seen: [String: String] = [:]
    for row in rows { seen[row["name"]] = row["sql"] }
    for statement in Schema.statements where seen[statement.name] != statement.sql {
      throw Corruption(
        sequence: nil, place: "schema",
        reason: seen[statement.name] == nil
          ? "\(statement.name) is missing" : "\(statement.name) was changed")
    }
  }

  // MARK: Events and snapshots

  /// Each event: contiguous, linked, readable, applied with all the ledger's own checks; each snapshot
  /// compared at its event.
  private mutating func walkEvents(_ live: (head: Head, ledger: Ledger)?) throws {
    var snapshots = try snapshotsByEvent()
    var ledger = Ledger()
    var walk = ChainWalk()
    let row = try RawStatement(Schema.readEvents, in: database)
    defer { row.reset() }
    row.bind(1, 1 as UInt64)
    row.bind(2, Int64.max)
    let total = head.sequence
    defer {
      report.digest = Digest256(of: ledger.bytes)
      report.hash = walk.hash
    }
    while try row.step() {
      let event = try walk.next(row).event
      try see(.next(event, on: ledger))
      ledger.apply(event)
      report.events = event.sequence
      if let kept = snapshots.removeValue(forKey: event.sequence) {
        try compare(kept, with: ledger, hash: walk.hash)
      }
      if event.sequence == live?.head.sequence, let live { try compare(live, ledger, walk.hash) }
      if event.sequence.isMultiple(of: 4096) { progress(event.sequence, total) }
    }
    try see(.end(ledger))
    try checkEnd(walk, snapshots.keys.sorted())
    progress(walk.sequence, total)
  }

  private func see(_ step: AuditStep) throws {
    guard let found = inspect(step) else { return }
    throw Corruption(sequence: found.sequence, place: "event", reason: found.reason)
  }

  private func checkEnd(_ walk: ChainWalk, _ left: [UInt64]) throws {
    guard walk.sequence == head.sequence else {
      let first = min(walk.sequence, head.sequence) + 1
      throw Corruption(
        sequence: first, place: "event",
        reason: "the head says that the journal ends at \(head.sequence); it ends at "
          + "\(walk.sequence)")
    }
    guard walk.hash == head.hash else {
      throw Corruption(
        sequence: nil, place: "head", reason: "its hash is not that of event \(head.sequence)")
    }
    if let stray = left.first {
      throw Corruption(
        sequence: nil, place: "snapshot \(stray)", reason: "there is no such event")
    }
  }

  private struct Kept {
    let sequence: UInt64
    let hash: Digest256?
    let digest: Digest256?
    let bytesDigest: Digest256
  }

  private func snapshotsByEvent() throws -> [UInt64: Kept] {
    let row = try RawStatement("SELECT sequence, hash, ledger, digest FROM snapshot", in: database)
    defer { row.reset() }
    var kept: [UInt64: Kept] = [:]
    while try row.step() {
      kept[row.uint64(0)] = Kept(
        sequence: row.uint64(0), hash: row.digest(1), digest: row.digest(3),
        bytesDigest: Digest256(of: row.blob(2)))
    }
    return kept
  }

  private mutating func compare(_ kept: Kept, with ledger: Ledger, hash: Digest256) throws {
    let rebuilt = Digest256(of: ledger.bytes)
    guard kept.hash == hash, kept.digest == rebuilt, kept.bytesDigest == rebuilt else {
      throw Corruption(
        sequence: nil, place: "snapshot \(kept.sequence)",
        reason: "it is not the ledger that the events give, whose digest is \(rebuilt)")
    }
    report.snapshots += 1
  }

  private func compare(
    _ live: (head: Head, ledger: Ledger), _ ledger: Ledger, _ hash: Digest256
  ) throws {
    guard live.ledger == ledger, live.head.hash == hash else {
      throw Corruption(
        sequence: live.head.sequence, place: "live state after event",
        reason: "it is not the ledger that the events give")
    }
  }

  // MARK: Commands

  /// Each command's seal follows from the one before; the events of all commands, in their order, are
  /// all events, and each names its command as cause.
  private mutating func checkCommands() throws {
    let row = try RawStatement(
      """
      SELECT fingerprint, first, last, code, detail, ordinal, seal, key FROM command
      ORDER BY ordinal
      """, in: database)
    defer { row.reset() }
    var seal = Digest256.zero
    var next: UInt64 = 1
    var arena: [UInt8] = []
    while try row.step() {
      let key = row.text(7) ?? "?"
      func fault(_ reason: String) -> Corruption {
        Corruption(sequence: nil, place: "command \(key)", reason: reason)
      }
      guard let id = CommandID(key) else { throw fault("its key is not one") }
      guard row.uint64(5) == report.commands + 1 else {
        throw fault(
          "command number \(report.commands + 1) is missing: this is number \(row.uint64(5))")
      }
      let record = try CommandRecord(id, row)
      arena.removeAll(keepingCapacity: true)
      seal.withUnsafeBytes { arena.append(contentsOf: $0) }
      _ = SealedBytes(ordinal: row.uint64(5), record: record, into: &arena)
      let expected = arena.withUnsafeBytes { Digest256(of: $0) }
      guard row.digest(6) == expected else {
        throw fault("its seal does not follow from its row and the seal before")
      }
      if let events = record.receipt.events {
        guard events.lowerBound == next else {
          throw fault("its events begin at \(events.lowerBound), not at \(next)")
        }
        try checkEvents(events, of: record)
        next = events.upperBound + 1
      }
      seal = expected
      report.commands += 1
    }
    try checkEnd(commands: report.commands, seal: seal, events: next - 1)
  }

  private func checkEnd(commands: UInt64, seal: Digest256, events: UInt64) throws {
    guard commands == head.commands, seal == head.seal else {
      throw Corruption(
        sequence: nil, place: "head",
        reason: "it counts \(head.commands) commands; there are \(commands), or their seal differs")
    }
    guard events == head.sequence else {
      throw Corruption(
        sequence: events + 1, place: "event", reason: "no command has made it")
    }
  }

  private func checkEvents(_ events: ClosedRange<UInt64>, of record: CommandRecord) throws {
    let row = try RawStatement(Schema.readEvents, in: database)
    defer { row.reset() }
    row.bind(1, events.lowerBound)
    row.bind(2, events.upperBound)
    let id = record.receipt.command
    var place = events.lowerBound
    while try row.step() {
      guard row.text(1) == id.key else {
        throw Corruption(
          sequence: place, place: "event", reason: "its cause is not the command \(id)")
      }
      if let refusal = record.receipt.refusal {
        let told = Fact.refused(code: refusal.code, detail: refusal.detail)
        guard events.count == 1, row.blob(4) == told.bytes else {
          throw Corruption(
            sequence: place, place: "event",
            reason: "it is not the refusal that command \(id) was answered with")
        }
      }
      place += 1
    }
    guard place == events.upperBound + 1 else {
      throw Corruption(
        sequence: place, place: "event", reason: "missing: command \(id) has made it")
    }
  }

  // MARK: SQLite's own check

  private func checkIntegrity() throws {
    let words = try String.fetchAll(database, sql: "PRAGMA integrity_check(3)")
    guard words == ["ok"] else {
      throw Corruption(
        sequence: nil, place: "database", reason: words.joined(separator: "; "))
    }
  }
}

extension LedgerStore {
  /// Walks the whole history: sequence, hash chain, every fact read and applied with all checks, every
  /// snapshot, the table of commands, the state that this store holds, and SQLite's own check.
  ///
  /// - Parameter progress: called now and then with the events walked and their number.
  /// - Returns: what was found, with the first fault. Nothing is repaired.
  /// - Throws: where the file cannot be read at all.
  public func audit(
    progress: @escaping (_ walked: UInt64, _ all: UInt64) -> Void = { _, _ in }
  ) throws(StoreError) -> AuditReport {
    let live = (head: head, ledger: ledger)
    return try working().view { try Audit($0, live: live, progress: progress).report }
  }

  /// Of a file that need not be sound enough to be opened.
  ///
  /// - Parameter inspect: shown each event before it is applied, and the ledger at the end; where it
  ///   finds something the walk ends there, with what it found as the fault.
  public static func audit(
    path: String, vfs: String? = nil,
    inspect: @escaping (AuditStep) -> AuditFinding? = { _ in nil },
    progress: @escaping (_ walked: UInt64, _ all: UInt64) -> Void = { _, _ in }
  ) throws(StoreError) -> AuditReport {
    try audit(resolved(path), vfs: vfs, isImmutable: false, inspect: inspect, progress)
  }

  static func audit(
    _ path: String, vfs: String?, isImmutable: Bool,
    inspect: @escaping (AuditStep) -> AuditFinding? = { _ in nil },
    _ progress: @escaping (UInt64, UInt64) -> Void
  ) throws(StoreError) -> AuditReport {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    let connection = try Connection(
      path: path, access: .readOnly, vfs: vfs, isImmutable: isImmutable)
    defer { try? connection.close() }
    try connection.checkSchema(path)
    return try connection.view { try Audit($0, inspect: inspect, progress: progress).report }
  }
}
