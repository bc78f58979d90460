import Foundation
internal import GRDB

extension LedgerStore {
  /// Copies the store as it stands at one commit, while a writer may go on; the copy is checked from
  /// its first event before it gets its name.
  ///
  /// - Throws: `exists` where something is there already; `corrupt` where the copy is not sound.
  public func backup(to destination: String) throws(StoreError) {
    let target = Self.resolved(destination)
    guard !FileManager.default.fileExists(atPath: target) else { throw .exists(path: target) }
    let source = try working()
    let partial = target + ".partial"
    try remove(partial)
    let copy = try Connection(path: partial, access: .readWrite, vfs: nil)
    do {
      try source.queue.backup(to: copy.queue)
      try copy.work { database in
        // One file, with nothing beside it that could be left behind.
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
      }
    } catch {
      try? copy.close()
      try? remove(partial)
      throw StoreError(error)
    }
    try copy.close()
    let report = try Self.verifyBackup(partial)
    if let fault = report.fault { throw .corrupt(fault) }
    try sync(partial)
    guard rename(partial, target) == 0 else {
      throw .unreachable(path: target, reason: String(cString: strerror(errno)))
    }
    try sync((target as NSString).deletingLastPathComponent)
  }

  /// Audits a copy that nobody writes, and leaves nothing beside it.
  public static func verifyBackup(
    _ path: String,
    progress: @escaping (_ walked: UInt64, _ all: UInt64) -> Void = { _, _ in }
  ) throws(StoreError) -> AuditReport {
    let path = resolved(path)
    let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
    return try audit(path, vfs: nil, isImmutable: !hasLog, progress)
  }
}

private func remove(_ path: String) throws(StoreError) {
  for suffix in ["", "-wal", "-shm", "-journal"]
  where unlink(path + suffix) != 0 && errno != ENOENT {
    throw .unreachable(path: path + suffix, reason: String(cString: strerror(errno)))
  }
}

/// Brings a file or folder down to the disk.
private func sync(_ path: String) throws(StoreError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw .unreachable(path: path, reason: String(cString: strerror(errno)))
  }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else {
    throw .unreachable(path: path, reason: String(cString: strerror(errno)))
  }
}
