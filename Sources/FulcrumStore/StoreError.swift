/// Why a store cannot be opened, read or written: where, what was seen, what is allowed, what to do.
public enum StoreError: Error, Hashable, Sendable {
  /// Nothing is at the path.
  case missing(path: String)
  /// A store is to be made where a file is already.
  case exists(path: String)
  /// The folder or file cannot be reached, made or locked.
  case unreachable(path: String, reason: String)
  /// A file, but not one of ours: another kind of file, or another program's database.
  case foreign(path: String, seen: String)
  /// Written by a later version.
  case newer(path: String, seen: Int, known: Int)
  /// Written by an earlier version; only a writer may bring it up to date.
  case older(path: String, seen: Int, known: Int)
  /// Another writer is at work; its process where it left its number.
  case locked(path: String, holder: Int32?)
  case readOnly
  /// The history does not hold together. Never repaired.
  case corrupt(Corruption)
  /// The file holds less than was acknowledged: its write-ahead log is gone or cut, or an older copy was
  /// put in its place.
  case behindWitness(path: String, acknowledged: UInt64, held: UInt64)
  /// The disk is full: nothing of the batch was accepted, nothing before it is lost.
  case diskFull
  /// SQLite or the disk failed; the extended result code and SQLite's words.
  case database(code: Int32, message: String)
  /// Somebody else has appended since: this writer's state is out of date and it has stopped.
  case overtaken(expected: UInt64, seen: UInt64)
  /// An append failed and the journal could not be read back: closed to everything until it is opened
  /// again.
  case stopped(reason: String)
  case closed
  /// The queue of a writer holds as many commands as it may; nothing was accepted, try again later.
  case busy(limit: Int)
}

/// Where a history first fails to hold together.
public struct Corruption: Error, Hashable, Sendable {
  /// The first event at fault; nil where it is not an event that is at fault.
  public let sequence: UInt64?
  /// What is at fault: `event`, `command KEY`, `snapshot 120`, `head`, `schema`, `database`.
  public let place: String
  public let reason: String

  public init(sequence: UInt64?, place: String, reason: String) {
    self.sequence = sequence
    self.place = place
    self.reason = reason
  }
}

extension Corruption: CustomStringConvertible {
  public var description: String {
    if let sequence { return "\(place) \(sequence): \(reason)" }
    return "\(place): \(reason)"
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such store; make one first, or give another path"
    case .exists(let path): "\(path): a file is there already; open it, or give another path"
    case .unreachable(let path, let reason):
      "\(path): \(reason); give a path in a folder that can be written"
    case .foreign(let path, let seen): "\(path): not a Fulcrum store but \(seen); give another path"
    case .newer(let path, let seen, let known):
      "\(path): schema \(seen), known are 1 to \(known); use the version of Fulcrum that wrote it"
    case .older(let path, let seen, let known):
      "\(path): schema \(seen), this version reads \(known); open it once for writing"
    case .locked(let path, let holder):
      "\(path): another writer is at work\(holder.map { " (process \($0))" } ?? ""); "
        + "wait for it, or open the store for reading only"
    case .readOnly: "the store is open for reading only; open it for writing"
    case .corrupt(let corruption):
      "\(corruption); the history is not whole: nothing was repaired, go back to a verified backup"
    case .behindWitness(let path, let acknowledged, let held):
      "\(path): event \(acknowledged) was acknowledged, the file ends at \(held); its log (-wal) is "
        + "gone or cut, or an older copy was put here: put the log back; where the older state is "
        + "wanted, remove the .lock file beside it"
    default: workText
    }
  }

  private var workText: String {
    switch self {
    case .diskFull:
      "the disk is full: the batch was not accepted, nothing before it is lost; make room and retry"
    case .database(let code, let message): "SQLite says \(message) (code \(code))"
    case .overtaken(let expected, let seen):
      "the journal ends at event \(seen), this writer knows \(expected); somebody else has written: "
        + "open the store again"
    case .stopped(let reason): "the store has stopped: \(reason); open it again"
    case .closed: "the store is closed; open it again"
    case .busy(let limit): "the queue holds its limit of \(limit) commands; try again later"
    default: "\(self)"
    }
  }
}
