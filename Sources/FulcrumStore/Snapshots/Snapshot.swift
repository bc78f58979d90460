internal import FulcrumLedger
internal import GRDB

/// A whole ledger at one event, to start from. It proves nothing by itself: it must agree with the link
/// of its event, and an audit replays everything before it.
struct Snapshot {
  let sequence: UInt64
  let hash: Digest256
  let ledger: Ledger

  /// Older ones are dropped.
  static let kept = 3

  /// - Throws: why a snapshot is not sound.
  init(_ row: RawStatement, in database: Database) throws {
    let sequence = row.uint64(0)
    func fault(_ reason: String) -> Corruption {
      Corruption(sequence: nil, place: "snapshot \(sequence)", reason: reason)
    }
    let bytes = row.blob(2)
    guard row.digest(3) == Digest256(of: bytes) else {
      throw fault("its digest is not that of its bytes")
    }
    guard let hash = row.digest(1), try LedgerStore.hash(of: sequence, in: database) == hash else {
      throw fault("its hash is not that of event \(sequence)")
    }
    do {
      ledger = try Ledger(bytes: bytes)
    } catch {
      throw fault("its bytes cannot be read: \(error)")
    }
    guard ledger.sequence == sequence else {
      throw fault("its ledger is at event \(ledger.sequence)")
    }
    self.sequence = sequence
    self.hash = hash
  }

  static func newestSound(
    in database: Database, notAfter last: UInt64, _ passedOver: (String) -> Void
  ) throws -> Snapshot? {
    let row = try RawStatement(
      "SELECT sequence, hash, ledger, digest FROM snapshot ORDER BY sequence DESC", in: database)
    defer { row.reset() }
    do {
      while try row.step() {
        do {
          let snapshot = try Snapshot(row, in: database)
          guard snapshot.sequence <= last else {
            throw Corruption(
              sequence: nil, place: "snapshot \(snapshot.sequence)",
              reason: "after the end of the journal")
          }
          return snapshot
        } catch let corruption as Corruption {
          passedOver("\(corruption); passed over")
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      // Its pages, that is: the journal itself may be sound, and says so or not by being replayed.
      passedOver("snapshots: \(error.message ?? "unreadable"); passed over")
    }
    return nil
  }
}

extension LedgerStore {
  /// Keeps the present state, so that the next start need not replay what led to it.
  public func snapshot() throws(StoreError) {
    guard access == .readWrite else { throw .readOnly }
    guard head.sequence > lastSnapshot else { return }
    try writeSnapshot()
  }

  func writeSnapshot() throws(StoreError) {
    let connection = try working()
    let bytes = ledger.bytes
    let digest = Digest256(of: bytes)
    try connection.work { database in
      try database.inTransaction(.immediate) {
        let insert = try RawStatement(
          "INSERT INTO snapshot (sequence, hash, ledger, digest) VALUES (?, ?, ?, ?)", in: database)
        try bytes.withUnsafeBytes { bytes in
          try head.hash.withUnsafeBytes { hash in
            try digest.withUnsafeBytes { digest in
              var columns = insert.columns
              columns.bind(head.sequence)
              columns.bind(blob: hash[...])
              columns.bind(blob: bytes[...])
              columns.bind(blob: digest[...])
              try insert.run()
            }
          }
        }
        try database.execute(
          sql: """
            DELETE FROM snapshot WHERE sequence NOT IN
            (SELECT sequence FROM snapshot ORDER BY sequence DESC LIMIT \(Snapshot.kept))
            """)
        return .commit
      }
    }
    lastSnapshot = head.sequence
  }
}
