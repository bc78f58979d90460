public import FulcrumLedger

/// A place in the walk over a history, for a judge of its own.
public enum AuditStep {
  /// An event that has not been applied yet, and the ledger that those before it gave.
  case next(Event, on: Ledger)
  case end(Ledger)
}

/// What a judge has found.
public struct AuditFinding: Hashable, Sendable {
  /// The first event that is known to be bad.
  public let sequence: UInt64
  public let reason: String

  public init(sequence: UInt64, reason: String) {
    self.sequence = sequence
    self.reason = reason
  }
}

/// What an audit of a whole history found.
public struct AuditReport: Hashable, Sendable {
  /// Events that were read and found sound, from the first.
  public internal(set) var events: UInt64 = 0
  public internal(set) var commands: UInt64 = 0
  public internal(set) var snapshots = 0
  /// Of the ledger that the sound events give.
  public internal(set) var digest: Digest256 = .zero
  /// Link of the last sound event.
  public internal(set) var hash: Digest256 = .zero
  /// The first thing that is wrong; nil where all is well.
  public internal(set) var fault: Corruption?

  public var isSound: Bool { fault == nil }
}

extension AuditReport: CustomStringConvertible {
  public var description: String {
    let seen =
      "\(events) events, \(commands) commands, \(snapshots) snapshots, digest \(digest)"
    if let fault { return "NOT SOUND: \(fault); before it: \(seen)" }
    return "sound: \(seen)"
  }
}
