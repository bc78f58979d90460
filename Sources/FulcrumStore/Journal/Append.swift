internal import FulcrumLedger
internal import GRDB

extension Batch {
  /// Writes the rows of the batch; the caller's transaction makes them one.
  func append(to database: Database) throws {
    try arena.withUnsafeBytes { arena in
      try appendEvents(arena, database)
      try appendCommands(arena, database)
    }
  }

  private func appendEvents(_ arena: UnsafeRawBufferPointer, _ database: Database) throws {
    let insert = try RawStatement(Schema.insertEvent, in: database)
    for row in events {
      insert.bind(1, row.sequence)
      insert.bind(2, text: UnsafeRawBufferPointer(rebasing: arena[row.key]))
      insert.bind(3, row.at)
      if let pool = row.pool { insert.bind(4, Int64(pool)) } else { insert.bindNull(4) }
      insert.bind(5, blob: UnsafeRawBufferPointer(rebasing: arena[row.fact]))
      try row.hash.withUnsafeBytes { hash in
        insert.bind(6, blob: hash)
        try insert.run()
      }
    }
  }

  private func appendCommands(_ arena: UnsafeRawBufferPointer, _ database: Database) throws {
    let insert = try RawStatement(Schema.insertCommand, in: database)
    for row in commands {
      insert.bind(1, text: UnsafeRawBufferPointer(rebasing: arena[row.key]))
      insert.bind(2, row.ordinal)
      insert.bind(3, blob: UnsafeRawBufferPointer(rebasing: arena[row.fingerprint]))
      if let events = row.record.receipt.events {
        insert.bind(4, events.lowerBound)
        insert.bind(5, events.upperBound)
      } else {
        insert.bindNull(4)
        insert.bindNull(5)
      }
      if let refusal = row.record.receipt.refusal {
        insert.bind(6, copied: refusal.code)
        insert.bind(7, copied: refusal.detail)
      } else {
        insert.bindNull(6)
        insert.bindNull(7)
      }
      try row.seal.withUnsafeBytes { seal in
        insert.bind(8, blob: seal)
        try insert.run()
      }
    }
  }
}

extension Head {
  /// Moves the head of the journal, from where it is believed to be.
  func write(after from: Head, in database: Database) throws {
    let update = try RawStatement(Schema.moveHead, in: database)
    update.bind(1, sequence)
    update.bind(3, commands)
    update.bind(5, from.sequence)
    update.bind(6, from.commands)
    try hash.withUnsafeBytes { hash in
      try seal.withUnsafeBytes { seal in
        update.bind(2, blob: hash)
        update.bind(4, blob: seal)
        try update.run()
      }
    }
    guard database.changesCount == 1 else {
      throw StoreError.overtaken(
        expected: from.sequence, seen: try Head.read(database).sequence)
    }
  }
}
