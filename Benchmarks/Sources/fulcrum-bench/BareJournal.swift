import Foundation
import GRDBSQLite

/// The rows that a store wrote, written again with SQLite's own interface and nothing else: no decision,
/// no encoding, no hash. What durable writing costs on this disk at the least.
struct BareJournal {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  struct EventRow {
    let sequence: Int64
    let cause: String
    let at: Int64
    let pool: Int64?
    let fact: [UInt8]
    let hash: [UInt8]
  }

  struct CommandRow {
    let key: String
    let ordinal: Int64
    let fingerprint: [UInt8]
    let first: Int64
    let last: Int64
    let seal: [UInt8]
  }

  private let handle: OpaquePointer

  init(_ path: String) throws {
    var handle: OpaquePointer?
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK, let handle else {
      throw Failure(description: "\(path) cannot be opened")
    }
    self.handle = handle
    try run("PRAGMA synchronous = FULL")
  }

  func close() { sqlite3_close_v2(handle) }

  func run(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
  }

  private func failure(_ what: String) -> Failure {
    Failure(description: "\(what): \(String(cString: sqlite3_errmsg(handle)))")
  }

  private func prepare(_ sql: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure(sql)
    }
    return statement
  }

  // MARK: Reading what a store wrote

  func events(after sequence: UInt64) throws -> [EventRow] {
    let row = try prepare(
      "SELECT sequence, cause, at, pool, fact, hash FROM event WHERE sequence > \(sequence)")
    defer { sqlite3_finalize(row) }
    var rows: [EventRow] = []
    while sqlite3_step(row) == SQLITE_ROW {
      rows.append(
        EventRow(
          sequence: sqlite3_column_int64(row, 0), cause: text(row, 1),
          at: sqlite3_column_int64(row, 2),
          pool: sqlite3_column_type(row, 3) == SQLITE_NULL ? nil : sqlite3_column_int64(row, 3),
          fact: blob(row, 4), hash: blob(row, 5)))
    }
    return rows
  }

  func commands(after ordinal: UInt64) throws -> [CommandRow] {
    let row = try prepare(
      """
      SELECT key, ordinal, fingerprint, first, last, seal FROM command
      WHERE ordinal > \(ordinal) ORDER BY ordinal
      """)
    defer { sqlite3_finalize(row) }
    var rows: [CommandRow] = []
    while sqlite3_step(row) == SQLITE_ROW {
      rows.append(
        CommandRow(
          key: text(row, 0), ordinal: sqlite3_column_int64(row, 1), fingerprint: blob(row, 2),
          first: sqlite3_column_int64(row, 3), last: sqlite3_column_int64(row, 4),
          seal: blob(row, 5)))
    }
    return rows
  }

  private func text(_ row: OpaquePointer, _ column: Int32) -> String {
    sqlite3_column_text(row, column).map { String(cString: $0) } ?? ""
  }

  private func blob(_ row: OpaquePointer, _ column: Int32) -> [UInt8] {
    guard let base = sqlite3_column_blob(row, column) else { return [] }
    let count = Int(sqlite3_column_bytes(row, column))
    return Array(UnsafeRawBufferPointer(start: base, count: count))
  }

  // MARK: Writing it again

  /// One command has one event here.
  func write(_ events: [EventRow], _ commands: [CommandRow], batch: Int, look: Bool = false) throws {
    let find = try prepare("SELECT fingerprint, first, last, code, detail, ordinal, seal FROM command WHERE key = ?")
    let event = try prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)")
    let command = try prepare("INSERT INTO command VALUES (?, ?, ?, ?, ?, NULL, NULL, ?)")
    let begin = try prepare("BEGIN IMMEDIATE")
    let commit = try prepare("COMMIT")
    defer { for each in [event, command, begin, commit, find] { sqlite3_finalize(each) } }
    var place = 0
    while place < events.count {
      let end = min(place + batch, events.count)
      try step(begin)
      if look { for row in commands[place..<end] { try bind(row.key, find, 1) { if sqlite3_step(find) == SQLITE_ROW { throw failure("found") }; sqlite3_reset(find) } } }
      for row in events[place..<end] { try write(row, event) }
      for row in commands[place..<end] { try write(row, command) }
      try step(commit)
      place = end
    }
  }

  private func step(_ statement: OpaquePointer) throws {
    guard sqlite3_step(statement) == SQLITE_DONE else { throw failure("step") }
    sqlite3_reset(statement)
  }

  private func write(_ row: EventRow, _ event: OpaquePointer) throws {
    sqlite3_bind_int64(event, 1, row.sequence)
    sqlite3_bind_int64(event, 3, row.at)
    if let pool = row.pool {
      sqlite3_bind_int64(event, 4, pool)
    } else {
      sqlite3_bind_null(event, 4)
    }
    try row.fact.withUnsafeBytes { fact in
      sqlite3_bind_blob(event, 5, fact.baseAddress, Int32(fact.count), nil)
      try row.hash.withUnsafeBytes { hash in
        sqlite3_bind_blob(event, 6, hash.baseAddress, Int32(hash.count), nil)
        try bind(row.cause, event, 2) { try step(event) }
      }
    }
  }

  private func write(_ row: CommandRow, _ command: OpaquePointer) throws {
    sqlite3_bind_int64(command, 2, row.ordinal)
    sqlite3_bind_int64(command, 4, row.first)
    sqlite3_bind_int64(command, 5, row.last)
    try row.fingerprint.withUnsafeBytes { fingerprint in
      sqlite3_bind_blob(command, 3, fingerprint.baseAddress, Int32(fingerprint.count), nil)
      try row.seal.withUnsafeBytes { seal in
        sqlite3_bind_blob(command, 6, seal.baseAddress, Int32(seal.count), nil)
        try bind(row.key, command, 1) { try step(command) }
      }
    }
  }

  private func bind(
    _ text: String, _ statement: OpaquePointer, _ place: Int32, _ body: () throws -> Void
  ) throws {
    var text = text
    try text.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(statement, place, $0.baseAddress, Int32($0.count), nil)
        try body()
      }
    }
  }
}
