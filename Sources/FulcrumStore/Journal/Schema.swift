internal import GRDB

/// The tables of a store. `PRAGMA user_version` says which schema a file has; a later one is refused,
/// an earlier one is brought up to date by whoever opens it for writing.
enum Schema {
  static let version = 1
  /// "FULC": tells our files from those of other programs.
  static let applicationID = 0x4655_4C43

  /// In the order in which they are made.
  static let statements: [(name: String, sql: String)] = [
    (
      "event",
      """
      CREATE TABLE event (
        sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
        cause TEXT NOT NULL,
        at INTEGER NOT NULL,
        pool INTEGER,
        fact BLOB NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32)
      ) STRICT
      """
    ),
    (
      "command",
      """
      CREATE TABLE command (
        key TEXT PRIMARY KEY NOT NULL,
        ordinal INTEGER NOT NULL CHECK (ordinal > 0),
        fingerprint BLOB NOT NULL,
        first INTEGER,
        last INTEGER,
        code TEXT,
        detail TEXT,
        seal BLOB NOT NULL CHECK (length(seal) = 32)
      ) STRICT, WITHOUT ROWID
      """
    ),
    (
      "head",
      """
      CREATE TABLE head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        sequence INTEGER NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        commands INTEGER NOT NULL,
        seal BLOB NOT NULL CHECK (length(seal) = 32)
      ) STRICT
      """
    ),
    (
      "snapshot",
      """
      CREATE TABLE snapshot (
        sequence INTEGER PRIMARY KEY,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        ledger BLOB NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 32)
      ) STRICT
      """
    ),
    ("event_stays", trigger("event_stays", "UPDATE", on: "event")),
    ("event_lasts", trigger("event_lasts", "DELETE", on: "event")),
    ("command_stays", trigger("command_stays", "UPDATE", on: "command")),
    ("command_lasts", trigger("command_lasts", "DELETE", on: "command")),
  ]

  private static func trigger(_ name: String, _ change: String, on table: String) -> String {
    """
    CREATE TRIGGER \(name) BEFORE \(change) ON \(table) BEGIN
      SELECT RAISE(ABORT, '\(table) is history: rows are added, never changed or removed');
    END
    """
  }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: journal") { database in
      for statement in statements { try database.execute(sql: statement.sql) }
      try database.execute(
        sql: "INSERT INTO head VALUES (1, 0, zeroblob(32), 0, zeroblob(32))")
      try database.execute(sql: "PRAGMA user_version = \(version)")
    }
    return migrator
  }

  static func insertEvents(_ rows: Int) -> String { rows == 1 ? oneEvent : manyEvents }
  static func insertCommands(_ rows: Int) -> String { rows == 1 ? oneCommand : manyCommands }
  /// Rows of the statements for many.
  static let group = 16
  private static let oneEvent =
    "INSERT INTO event (sequence, cause, at, pool, fact, hash) VALUES (?, ?, ?, ?, ?, ?)"
  private static let manyEvents =
    oneEvent + String(repeating: ", (?, ?, ?, ?, ?, ?)", count: group - 1)
  private static let oneCommand =
    "INSERT INTO command (key, ordinal, fingerprint, first, last, code, detail, seal) "
    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
  private static let manyCommands =
    oneCommand + String(repeating: ", (?, ?, ?, ?, ?, ?, ?, ?)", count: group - 1)
  /// Moves the head on, but only from where the writer believes it to be.
  static let moveHead = """
    UPDATE head SET sequence = ?, hash = ?, commands = ?, seal = ?
    WHERE one = 1 AND sequence = ? AND commands = ?
    """
  static let findCommand =
    "SELECT fingerprint, first, last, code, detail, ordinal, seal FROM command WHERE key = ?"
  static let readEvents = """
    SELECT sequence, cause, at, pool, fact, hash FROM event
    WHERE sequence >= ? AND sequence <= ? ORDER BY sequence
    """
  static let readHead = "SELECT sequence, hash, commands, seal FROM head WHERE one = 1"
}
