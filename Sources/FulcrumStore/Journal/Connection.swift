import Foundation
internal import GRDB

/// One SQLite connection with the settings that the promises of the store rest on.
struct Connection {
  let queue: DatabaseQueue

  /// - Parameters:
  ///   - path: of the file; SQLite creates it where it is not there and may be written.
  ///   - vfs: name of a registered file system; nil for SQLite's own.
  ///   - isImmutable: nobody writes and no log lies beside the file: nothing is locked or created.
  init(
    path: String, access: LedgerStore.Access, vfs: String?, isImmutable: Bool = false
  ) throws(StoreError) {
    var settings = Configuration()
    settings.readonly = access == .readOnly
    settings.busyMode = .timeout(10)
    settings.label = "fulcrum.store"
    settings.prepareDatabase { database in
      // Synced at every commit, and where a disk keeps a cache of its own, through it.
      try database.execute(
        sql: """
          PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
          PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA recursive_triggers = ON
          """)
    }
    do {
      queue = try DatabaseQueue(
        path: Self.location(path, vfs: vfs, isImmutable: isImmutable), configuration: settings)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT
    {
      throw .foreign(path: path, seen: "a file that SQLite cannot read")
    } catch {
      throw StoreError(error)
    }
  }

  func work<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    do { return try queue.writeWithoutTransaction(body) } catch { throw StoreError(error) }
  }

  /// One view of the file, whatever a writer does meanwhile.
  func view<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    try work { database in
      var result: Result?
      try database.inTransaction(.deferred) {
        result = try body(database)
        return .commit
      }
      guard let result else { preconditionFailure("a view ended without its result") }
      return result
    }
  }

  /// For trials: a small log and a small cache make the disk busier.
  func tune(checkpointPages: Int, cachePages: Int) throws(StoreError) {
    try work { database in
      _ = try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
      try database.execute(sql: "PRAGMA cache_size = \(cachePages)")
    }
  }

  func close() throws(StoreError) {
    do { try queue.close() } catch { throw StoreError(error) }
  }

  /// A plain path, or a URI where one is needed to say more than a path.
  private static func location(_ path: String, vfs: String?, isImmutable: Bool) -> String {
    guard vfs != nil || isImmutable else { return path }
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let digits = Array("0123456789ABCDEF")
    let escaped = path.utf8.map { byte -> String in
      plain.contains(byte)
        ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
    var words: [String] = []
    if let vfs { words.append("vfs=" + vfs) }
    if isImmutable { words.append("immutable=1") }
    return "file:" + escaped.joined() + "?" + words.joined(separator: "&")
  }

  // MARK: Telling our files from others

  /// - Throws: `foreign`, `newer` or `older` for a file that this version does not write.
  func checkSchema(_ path: String) throws(StoreError) {
    let seen = try work { database in
      (
        application: try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
        version: try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
        tables: try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      )
    }
    guard seen.application == Schema.applicationID else {
      let what =
        seen.tables == 0
        ? "an empty database (a file cut to nothing, or whose making was interrupted)"
        : "another program's database (application \(seen.application), \(seen.tables) tables)"
      throw .foreign(path: path, seen: what)
    }
    guard seen.version <= Schema.version else {
      throw .newer(path: path, seen: seen.version, known: Schema.version)
    }
    guard seen.version > 0 else {
      throw .foreign(path: path, seen: "a store whose making was interrupted; remove it")
    }
    guard seen.version == Schema.version || !queue.configuration.readonly else {
      throw .older(path: path, seen: seen.version, known: Schema.version)
    }
  }

  func makeStore() throws(StoreError) {
    try work { database in
      try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
      guard mode == "wal" else {
        throw StoreError.database(code: 1, message: "no write-ahead log here: \(mode ?? "none")")
      }
    }
    try migrate()
  }

  func migrate() throws(StoreError) {
    do { try Schema.migrator.migrate(queue) } catch { throw StoreError(error) }
  }
}

extension StoreError {
  init(_ error: any Error) {
    switch error {
    case let error as StoreError: self = error
    case let error as Corruption: self = .corrupt(error)
    case let error as DatabaseError: self.init(error)
    default: self = .database(code: -1, message: "\(error)")
    }
  }

  private init(_ error: DatabaseError) {
    let message = error.message ?? "nothing more"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .corrupt(Corruption(sequence: nil, place: "database", reason: message))
    default:
      self = .database(code: error.extendedResultCode.rawValue, message: message)
    }
  }
}
