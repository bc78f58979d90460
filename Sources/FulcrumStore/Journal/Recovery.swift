internal import FulcrumLedger
internal import GRDB

extension LedgerStore {
  /// Reads the state from the file: the newest sound snapshot, then each event after it, its link in the
  /// chain checked before it is applied.
  func load() throws(StoreError) {
    let connection = try working()
    let loaded = try connection.view { try Recovery(from: $0) }
    for warning in loaded.warnings { warn(warning) }
    decider = Decider(Engine(ledger: loaded.ledger), head: loaded.head)
    head = loaded.head
    lastSnapshot = loaded.snapshot
  }

  /// Of a reader: follows what a writer has committed since.
  ///
  /// - Returns: how many events were new.
  @discardableResult
  public func refresh() throws(StoreError) -> UInt64 {
    let connection = try working()
    let before = head
    guard access == .readOnly else { return 0 }
    try connection.view { database in
      let now = try Head.read(database)
      guard now.sequence >= before.sequence else {
        throw StoreError.behindWitness(
          path: path, acknowledged: before.sequence, held: now.sequence)
      }
      var walk = ChainWalk(after: before.sequence, hash: before.hash)
      try Recovery.follow(&walk, to: now, in: database) { decider.follow($0) }
      head = now
      decider.move(to: now)
    }
    return head.sequence - before.sequence
  }

  /// The journal must reach what was acknowledged and be the same history up to there.
  func check(_ witness: WriterLock.Witness) throws(StoreError) {
    guard witness.sequence <= head.sequence else {
      throw .behindWitness(path: path, acknowledged: witness.sequence, held: head.sequence)
    }
    guard witness.sequence > 0 else { return }
    let hash = try working().work { try Self.hash(of: witness.sequence, in: $0) }
    guard hash == witness.hash else {
      throw .corrupt(
        Corruption(
          sequence: witness.sequence, place: "event",
          reason: "not the one that was acknowledged: another history was put here; where it is "
            + "wanted, remove the .lock file beside it"))
    }
  }

  static func hash(of sequence: UInt64, in database: Database) throws -> Digest256? {
    let row = try RawStatement("SELECT hash FROM event WHERE sequence = ?", in: database)
    defer { row.reset() }
    row.bind(1, sequence)
    return try row.step() ? row.digest(0) : nil
  }
}

/// A state read from a file.
struct Recovery {
  let ledger: Ledger
  let head: Head
  /// The snapshot that it started from; 0 for none.
  let snapshot: UInt64
  let warnings: [String]

  init(from database: Database, usingSnapshots: Bool = true) throws {
    head = try Head.read(database)
    var warnings: [String] = []
    var start: Snapshot?
    if usingSnapshots {
      start = try Snapshot.newestSound(in: database, notAfter: head.sequence) {
        warnings.append($0)
      }
    }
    var ledger = start?.ledger ?? Ledger()
    snapshot = start?.sequence ?? 0
    var walk = ChainWalk(after: snapshot, hash: start?.hash ?? .zero)
    // The snapshot's own reference would make the first event copy all pools.
    start = nil
    try Self.follow(&walk, to: head, in: database) { ledger.apply($0) }
    self.ledger = ledger
    self.warnings = warnings
  }

  /// Gives every event after `walk` up to the head, and refuses a chain that ends elsewhere.
  static func follow(
    _ walk: inout ChainWalk, to head: Head, in database: Database, _ body: (Event) throws -> Void
  ) throws {
    let row = try RawStatement(Schema.readEvents, in: database)
    defer { row.reset() }
    row.bind(1, walk.sequence + 1)
    row.bind(2, Int64.max)
    while try row.step() { try body(try walk.next(row).event) }
    guard walk.sequence >= head.sequence else {
      throw Corruption(
        sequence: walk.sequence + 1, place: "event",
        reason: "missing: the head says that the journal ends at \(head.sequence)")
    }
    guard walk.sequence == head.sequence else {
      throw Corruption(
        sequence: head.sequence + 1, place: "event",
        reason: "beyond the head, which says that the journal ends at \(head.sequence)")
    }
    guard walk.hash == head.hash else {
      throw Corruption(
        sequence: nil, place: "head", reason: "its hash is not that of event \(head.sequence)")
    }
  }
}
