internal import GRDB
internal import GRDBSQLite

/// A cached statement bound and stepped directly: a row of a journal costs a few hundred nanoseconds,
/// and boxing its values would cost as much again.
///
/// Bytes that are bound must stay where they are until the step.
struct RawStatement {
  private let statement: Statement
  private let handle: OpaquePointer
  private let database: Database

  init(_ sql: String, in database: Database) throws {
    statement = try database.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    self.database = database
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ place: Int32, _ value: Int64) { sqlite3_bind_int64(handle, place, value) }
  func bind(_ place: Int32, _ value: UInt64) {
    sqlite3_bind_int64(handle, place, Int64(bitPattern: value))
  }

  /// Values for the places of a statement, one after the other.
  struct Columns {
    private let handle: OpaquePointer
    private var place: Int32 = 0

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    mutating func bind(_ value: Int64) {
      place += 1
      sqlite3_bind_int64(handle, place, value)
    }

    mutating func bind(_ value: UInt64) { bind(Int64(bitPattern: value)) }

    mutating func bind(_ value: Int64?) {
      if let value { return bind(value) }
      place += 1
      sqlite3_bind_null(handle, place)
    }

    mutating func bind(blob: Slice<UnsafeRawBufferPointer>) {
      place += 1
      let bytes = UnsafeRawBufferPointer(rebasing: blob)
      if let base = bytes.baseAddress, !bytes.isEmpty {
        sqlite3_bind_blob(handle, place, base, Int32(bytes.count), nil)
      } else {
        sqlite3_bind_zeroblob(handle, place, 0)
      }
    }

    mutating func bind(text: Slice<UnsafeRawBufferPointer>?) {
      place += 1
      guard let text else {
        sqlite3_bind_null(handle, place)
        return
      }
      let bytes = UnsafeRawBufferPointer(rebasing: text)
      sqlite3_bind_text(
        handle, place, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(bytes.count), nil)
    }
  }

  var columns: Columns { Columns(handle) }

  /// Copies the text, which need not outlive the call.
  func bind(_ place: Int32, copied text: String) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        _ = sqlite3_bind_text(handle, place, $0.baseAddress, Int32($0.count), transient)
      }
    }
  }

  /// - Returns: whether there is a row.
  func step() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let message = String(cString: sqlite3_errmsg(database.sqliteConnection))
      sqlite3_reset(handle)
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }
  }

  /// Runs a statement that gives no row, and makes it ready for the next.
  func run() throws {
    _ = try step()
    sqlite3_reset(handle)
  }

  /// Ends a read: an unfinished statement would keep its transaction open.
  func reset() { sqlite3_reset(handle) }

  func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func uint64(_ column: Int32) -> UInt64 { UInt64(bitPattern: int64(column)) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func blob(_ column: Int32) -> [UInt8] {
    guard let base = sqlite3_column_blob(handle, column) else { return [] }
    return Array(
      UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column))))
  }

  func digest(_ column: Int32) -> Digest256? { Digest256(bytes: blob(column)) }

  /// Nil where the bytes are not UTF-8 or the value is null.
  func text(_ column: Int32) -> String? {
    guard let base = sqlite3_column_text(handle, column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(validating: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }
}
