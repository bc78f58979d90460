/// What goes wrong with a disk, and when, by the number of the operation.
public struct FaultSchedule: Hashable, Sendable {
  public enum Fault: String, Hashable, Sendable, CaseIterable {
    /// Power fails: what was not synced is kept, lost or torn.
    case crash
    /// The disk is full; a part of the write may be there.
    case full
    case writeError
    /// One bit of what is written is wrong.
    case flipWritten
    /// The disk says that it has synced, and has not.
    case dropSync
    case syncError
    case readError
    /// One bit of what is read is wrong, this once.
    case flipRead

    /// What the number of a fault counts.
    public var count: Count {
      switch self {
      case .crash: .changes
      case .full, .writeError, .flipWritten: .writes
      case .dropSync, .syncError: .syncs
      case .readError, .flipRead: .reads
      }
    }
  }

  public enum Count: Hashable, Sendable {
    /// Writes, syncs and truncations together.
    case changes
    case writes, syncs, reads
  }

  public struct Order: Hashable, Sendable {
    public let fault: Fault
    /// Number of the operation, from 1.
    public let first: UInt64
    /// Operations in a row that fail so.
    public let count: UInt64
  }

  public private(set) var orders: [Order] = []

  public init() {}

  public mutating func add(_ fault: Fault, at first: UInt64, count: UInt64 = 1) {
    orders.append(Order(fault: fault, first: first, count: count))
  }

  /// One fault somewhere in the next `span` operations of its count.
  ///
  /// - Parameter after: operations that the disk has seen already.
  public static func draw(
    _ fault: Fault, after: UInt64, within span: UInt64, count: UInt64 = 1,
    using draws: inout SeededDraws
  ) -> FaultSchedule {
    var schedule = FaultSchedule()
    schedule.add(fault, at: after + 1 + draws.next() % max(1, span), count: count)
    return schedule
  }
}
