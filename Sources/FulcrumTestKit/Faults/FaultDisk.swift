internal import CFaultFileSystem

/// A disk that breaks on order, below a store: give its `name` where a store is opened.
///
/// The same seed and the same operations give the same files.
public final class FaultDisk {
  private let disk: OpaquePointer
  /// Name of the SQLite file system.
  public let name: String

  public init(seed: UInt64) {
    guard let disk = fault_disk_create(seed) else {
      preconditionFailure("SQLite took no further file system")
    }
    self.disk = disk
    name = String(cString: fault_disk_name(disk))
  }

  deinit { fault_disk_destroy(disk) }

  public func schedule(_ orders: FaultSchedule) {
    for order in orders.orders {
      let taken = fault_disk_schedule(disk, order.fault.kind, order.first, order.count)
      precondition(taken != 0, "a disk takes no more than 64 orders")
    }
  }

  /// Forgets what is scheduled; a crash stays.
  public func heal() { fault_disk_heal(disk) }

  /// Crashes now: what was not synced is kept, lost or torn by the seed, and nothing works any more.
  public func crash() { fault_disk_crash(disk) }

  public var hasCrashed: Bool { fault_disk_has_crashed(disk) != 0 }

  /// Operations so far, by what a fault is counted by.
  public func count(_ count: FaultSchedule.Count) -> UInt64 {
    fault_disk_count(disk, count.kind)
  }

  /// Faults of a kind that came to pass.
  public func injected(_ fault: FaultSchedule.Fault) -> UInt64 {
    fault_disk_injected(disk, fault.kind)
  }
}

extension FaultSchedule.Fault {
  fileprivate var kind: fault_kind {
    switch self {
    case .crash: FAULT_CRASH
    case .full: FAULT_FULL
    case .writeError: FAULT_WRITE_ERROR
    case .flipWritten: FAULT_FLIP_WRITTEN
    case .dropSync: FAULT_DROP_SYNC
    case .syncError: FAULT_SYNC_ERROR
    case .readError: FAULT_READ_ERROR
    case .flipRead: FAULT_FLIP_READ
    }
  }
}

extension FaultSchedule.Count {
  fileprivate var kind: fault_count {
    switch self {
    case .changes: FAULT_COUNT_CHANGES
    case .writes: FAULT_COUNT_WRITES
    case .syncs: FAULT_COUNT_SYNCS
    case .reads: FAULT_COUNT_READS
    }
  }
}
