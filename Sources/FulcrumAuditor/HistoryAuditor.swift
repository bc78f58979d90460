public import FulcrumLedger
import FulcrumModel

/// The auditor of a history that somebody has kept: events and the ledger that they give, without the
/// markets and the commands, which no journal keeps.
///
/// Whoever walks the history applies the events; the auditor looks at each before it is applied, since
/// a ledger stops the program where a fact cannot follow. What the ledger then is gets compared with
/// the auditor's own books: what a command touched after each command, everything as often as that
/// costs no more than the events did.
public struct HistoryAuditor: Sendable {
  private var auditor = Auditor()
  private var command: [Event] = []
  private var keys: Set<CommandID> = []
  /// The ledger at the last comparison of everything, and what facts have named since.
  private var compared = Ledger()
  private var touched = Scope(history: [])
  private var eventsSince = 0
  private var lastComparison: UInt64 = 0
  /// The first that was found, with the event.
  public private(set) var findings: [Finding] = []

  public struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// The first event that is known to be bad.
    public let sequence: UInt64
    public let violation: Violation

    public var description: String { "event \(sequence): \(violation)" }
  }

  public init() {}

  /// How often an invariant was looked at.
  public func checks(of invariant: Invariant) -> UInt64 { auditor.checks[invariant.number] }

  /// - Parameters:
  ///   - event: the next one, not yet applied.
  ///   - ledger: what the events before it gave.
  /// - Returns: whether it may be applied; where not, the walk ends here.
  public mutating func take(_ event: Event, on ledger: Ledger) -> Bool {
    if let last = command.last, last.cause != event.cause { endCommand(ledger) }
    guard findings.isEmpty else { return false }
    if command.isEmpty {
      note(auditor.judgeKey(event, isNew: keys.insert(event.cause).inserted), event.sequence)
    }
    command.append(event)
    eventsSince += 1
    note(auditor.judge(next: event, after: command.dropLast()), event.sequence)
    return findings.isEmpty
  }

  /// After the last event.
  public mutating func finish(_ ledger: Ledger) {
    if !command.isEmpty { endCommand(ledger) }
    if findings.isEmpty { compareAll(ledger) }
    guard findings.isEmpty else { return }
    note(auditor.judgeBytes(of: ledger), ledger.sequence)
  }

  private mutating func endCommand(_ ledger: Ledger) {
    let first = command.first?.sequence ?? ledger.sequence
    guard ledger.sequence == command.last?.sequence else { return }
    note(auditor.endHistoryCommand(ledger), first)
    touched.merge(auditor.historyScope)
    command.removeAll(keepingCapacity: true)
    let size = ledger.pools.count + ledger.owners.count
    if findings.isEmpty, eventsSince > size { compareAll(ledger) }
  }

  private mutating func compareAll(_ ledger: Ledger) {
    note(
      auditor.compareEverything(from: compared, to: ledger, touched),
      min(lastComparison + 1, ledger.sequence))
    compared = ledger
    lastComparison = ledger.sequence
    touched = Scope(history: [])
    eventsSince = 0
  }

  private mutating func note(_ violations: [Violation], _ sequence: UInt64) {
    findings += violations.map { Finding(sequence: sequence, violation: $0) }
  }
}

extension Invariant {
  /// How far a history alone can tell.
  public enum Reach: Hashable, Sendable {
    case whole
    /// With what is left out.
    case partly(without: String)
    /// It takes the market, or the rules, that the history does not hold.
    case market
  }

  public var reachOfHistory: Reach {
    switch self {
    case .conservation, .lossBoundedByCollateral, .idempotent, .deterministic: .whole
    case .noContagion: .partly(without: "prices of fills against the mark")
    case .withdrawalRule: .partly(without: "equity against initial margin")
    case .reductionsFree: .partly(without: "maintenance, and commands that were refused")
    case .liquidationMonotonic: .partly(without: "shortage at the mark")
    case .feeNeverBankrupts: .partly(without: "pools with open legs or pledges")
    case .rounding: .partly(without: "funding and conversions against the mark")
    case .capTouchesInitialOnly: .partly(without: "the requirement itself")
    case .waterfallOrder: .partly(without: "shares of a loss at the mark")
    case .insuranceStaysHome: .partly(without: "losses at the mark")
    case .deleveragingFair: .partly(without: "leverage after it")
    case .riskOrder: .partly(without: "pools that were passed over")
    case .refusalLeavesState: .whole
    case .expiryMarginCovers: .partly(without: "margin before the expiry")
    case .maintenanceContinuous, .liquidationPriceIsRoot, .solvencyEnvelope,
      .isolatedEqualsCross, .scenarioMonotone:
      .market
    }
  }
}
