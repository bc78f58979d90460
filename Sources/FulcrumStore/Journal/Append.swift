internal import FulcrumLedger
internal import GRDB

extension Batch {
  /// Writes the rows of the batch; the caller's transaction makes them one.
  func append(to database: Database) throws {
    try eventArena.withUnsafeBytes { arena in
      try Self.append(events, Schema.insertEvents, database) { row, columns in
        columns.bind(row.sequence)
        columns.bind(text: arena[row.key])
        columns.bind(row.at)
        columns.bind(row.pool)
        columns.bind(blob: arena[row.fact])
        columns.bind(blob: arena[row.fact.upperBound..<row.fact.upperBound + Digest256.byteCount])
      }
    }
    try commandArena.withUnsafeBytes { arena in
      try Self.append(commands, Schema.insertCommands, database) { row, columns in
        columns.bind(text: arena[row.key])
        columns.bind(row.ordinal)
        columns.bind(blob: arena[row.fingerprint])
        columns.bind(row.first == 0 ? nil : Int64(row.first))
        columns.bind(row.first == 0 ? nil : Int64(row.last))
        columns.bind(text: row.refusal.map { arena[$0.code] })
        columns.bind(text: row.refusal.map { arena[$0.detail] })
        columns.bind(blob: arena[row.seal])
      }
    }
  }

  /// By many in one statement where there are as many: a sixth cheaper than one by one.
  @inline(__always)
  private static func append<Row>(
    _ rows: [Row], _ insert: (_ rows: Int) -> String, _ database: Database,
    _ bind: (Row, inout RawStatement.Columns) -> Void
  ) throws {
    var place = 0
    while place < rows.count {
      let group = Schema.group
      let size = rows.count - place < group ? 1 : group
      let statement = try RawStatement(insert(size), in: database)
      let end = size == 1 ? rows.count : rows.count - (rows.count - place) % group
      while place < end {
        var columns = statement.columns
        for row in rows[place..<place + size] { bind(row, &columns) }
        try statement.run()
        place += size
      }
    }
  }
}

extension Head {
  /// Moves the head of the journal, from where it is believed to be.
  func write(after from: Head, in database: Database) throws {
    let update = try RawStatement(Schema.moveHead, in: database)
    try hash.withUnsafeBytes { hash in
      try seal.withUnsafeBytes { seal in
        var columns = update.columns
        columns.bind(sequence)
        columns.bind(blob: hash[...])
        columns.bind(commands)
        columns.bind(blob: seal[...])
        columns.bind(from.sequence)
        columns.bind(from.commands)
        try update.run()
      }
    }
    guard database.changesCount == 1 else {
      throw StoreError.overtaken(
        expected: from.sequence, seen: try Head.read(database).sequence)
    }
  }
}
