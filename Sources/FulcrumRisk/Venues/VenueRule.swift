public import FulcrumModel

/// How well a formula or a parameter of a venue is known, from best to worst.
public enum RuleConfidence: Int, Hashable, Sendable, CaseIterable, Comparable {
  /// Numbers that the venue itself produced come out of our formula.
  case reproduced
  /// The venue's own documentation states it.
  case documented
  /// A third party states it of the venue.
  case secondary
  /// Read out of names, examples or another contract of the same venue.
  case inferred
  /// It was so once; the venue has changed since.
  case outdated

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// The lesser of the two: a result is known no better than its worst part.
  public func weakened(by other: Self) -> Self { max(self, other) }
}

/// The name, date and standing of a set of rules with its parameters.
public struct VenueRuleSet: Hashable, Sendable {
  /// `deribit-standard`, as the command line names it.
  public let name: String
  /// The day that the parameters are of.
  public let dated: CalendarDay
  /// Of the parameters and the formula together where nothing in the pool calls for less.
  public let confidence: RuleConfidence
  /// Where formula and parameters were read.
  public let source: String

  public init(name: String, dated: CalendarDay, confidence: RuleConfidence, source: String) {
    self.name = name
    self.dated = dated
    self.confidence = confidence
    self.source = source
  }
}

/// What a venue asks of a pool, in the pool's currency.
public struct VenueRequirement: Hashable, Sendable {
  /// One summand or candidate of the requirement, for the reader: "short calls", "roll shock".
  public struct Part: Hashable, Sendable {
    public let name: String
    public let initial: Double
    public let maintenance: Double

    public init(_ name: String, initial: Double, maintenance: Double) {
      self.name = name
      self.initial = initial
      self.maintenance = maintenance
    }
  }

  /// ≥ maintenance ≥ 0, to be held against `balance`.
  public let initial: Double
  public let maintenance: Double
  /// What this venue counts as held: some leave option value out and put the mark into the
  /// requirement, others count equity.
  public let balance: Double
  /// The scenario that sets the requirement and why, in words: "spot −16 %, vol +50 %". Nil for a
  /// rule without scenarios.
  public let worst: String?
  public let parts: [Part]
  /// Of this result: the rule set's, weakened by every part that is known less well.
  public let confidence: RuleConfidence
  /// What a reader must know to trust it no further than it deserves.
  public let caveats: [String]

  public init(
    initial: Double, maintenance: Double, balance: Double, worst: String? = nil,
    parts: [Part] = [], confidence: RuleConfidence, caveats: [String] = []
  ) {
    self.initial = initial
    self.maintenance = maintenance
    self.balance = balance
    self.worst = worst
    self.parts = parts
    self.confidence = confidence
    self.caveats = caveats
  }

  /// balance − maintenance: below 0 the venue liquidates.
  public var excess: Double { balance - maintenance }

  /// Itself, where every number of it is one that a double can hold; what each rule ends with.
  public func representable() throws(VenueRuleError) -> VenueRequirement {
    guard initial.isFinite, maintenance.isFinite, balance.isFinite else {
      throw .pool(.notRepresentable("requirement of the pool"))
    }
    return self
  }
}

/// Why a venue's rule has no answer for a pool.
public enum VenueRuleError: Error, Hashable, Sendable {
  case pool(RiskError)
  /// The venue does not list or margin such a contract: `what` says which, `fix` what to do.
  case notCovered(what: String, fix: String)
  /// The rule is not known here beyond a point; nothing is made up.
  case notKnown(what: String, upTo: String)
  /// A parameter is outside its domain.
  case parameter(name: String, seen: Double, allowed: String)
}

/// One venue's margin rule over one isolated pool: an interpreter of dated parameters.
///
/// Written once, in doubles, as a smooth function of the pool, so that searches can move the market
/// under it; `VenueMargin` takes it through the one rounding door for a ledger.
public protocol VenueRule: Sendable {
  var ruleSet: VenueRuleSet { get }

  func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement

  /// Where the requirement bends as one underlying moves, beyond strikes and kinks of the standard
  /// rule: ln(S'/S) of each. They become nodes of the search for liquidation prices.
  func bends(of pool: RiskPool, moving underlying: Int) -> [Double]
}

extension VenueRule {
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] { [] }
}

extension VenueRuleError: CustomStringConvertible {
  /// What was seen, what is allowed, what to do.
  public var description: String {
    switch self {
    case .pool(let error): error.description
    case .notCovered(let what, let fix): "not covered: \(what); \(fix)"
    case .notKnown(let what, let upTo): "not known: \(what); known up to \(upTo)"
    case .parameter(let name, let seen, let allowed):
      "parameter \(name) is \(seen); give \(allowed)"
    }
  }
}
