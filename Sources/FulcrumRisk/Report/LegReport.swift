public import FulcrumModel
public import FulcrumPricing

/// Why a leg could not be valued; the line stays visible with this in place of numbers.
public enum LegProblem: Hashable, Sendable {
  case noIndex(Underlying)
  case noForward(InstrumentID)
  case noMark(InstrumentID)
  case noVolatility(InstrumentID)
  case noEntry(InstrumentID)
  case refused(String)

  /// What is missing and how to give it.
  public var explanation: String {
    switch self {
    case .noIndex(let underlying):
      "no index price of \(underlying); add a market file that carries one"
    case .noForward(let id):
      "no forward for \(id): neither quote, future nor parity gives one; add the futures file"
    case .noMark(let id):
      "no mark for \(id); add a market file that quotes it"
    case .noVolatility(let id):
      "no implied volatility for \(id): no mark, no quote and no neighbouring strike"
    case .noEntry(let id):
      "no entry price for \(id), so its profit is unknown; give `entry`, or the pool's equity"
    case .refused(let reason): reason
    }
  }
}

/// Something about a valued leg that its reader should know.
public enum LegNote: Hashable, Sendable {
  case stale(ageMilliseconds: Int64)
  case expired
  /// Our value and the venue's mark differ by more than the mark's own rounding explains.
  case offVenueMark(difference: Double)
  case crossedQuote

  public var explanation: String {
    switch self {
    case .stale(let age): "the quote is \(age / 1000) s old"
    case .expired:
      "expired; valued at the index (an option at intrinsic) until settlement is booked"
    case .offVenueMark(let difference):
      "our value is \(difference > 0 ? "above" : "below") the venue's mark by "
        + "\(difference.magnitude)"
    case .crossedQuote: "bid is above ask"
    }
  }
}

/// The market's view of one leg, and what it makes of it.
///
/// Unit Greeks are per coin of option in USD terms (Black-76 on the forward, undiscounted); cash
/// figures are of the whole signed position in USD under the basis rule of leverage-math 2.3.
public struct LegValuation: Hashable, Sendable {
  /// USD per coin.
  public var index: Double
  public var forward: Double
  public var forwardSource: ForwardSource
  /// Years to expiry, ACT/365; nil for a perpetual.
  public var years: Double?
  /// 1 = 100 % a year; nil for a future.
  public var volatility: Double?
  public var volatilitySource: VolatilitySource?
  /// Value of one unit in the pool's currency: coins per coin (inverse option), USD per coin
  /// (linear option), USD per coin mark (future).
  public var unitValue: Double
  /// n·m·V of an option, the profit since entry of a future; pool currency, signed.
  public var value: Double
  /// False for a future whose entry price nobody gave: its profit, which `value` then is not, stands
  /// inside the pool's equity.
  public var valueIsKnown: Bool
  /// `value` where it is known.
  public var knownValue: Double? { valueIsKnown ? value : nil }
  /// The venue's mark in the instrument's quotation.
  public var venueMark: Double?
  /// Age of the quote at the report's instant; nil where the leg has no quote of its own.
  public var quoteAgeMilliseconds: Int64?

  /// Black delta Δ of one option, 1 for a future.
  public var unitDelta: Double
  /// Premium-adjusted delta δ = Δ − c of an inverse option; nil otherwise.
  public var unitNetDelta: Double?
  /// Per USD.
  public var unitGamma: Double
  /// USD per vol point.
  public var unitVegaPerPoint: Double
  /// USD per day, negative for a long option.
  public var unitThetaPerDay: Double

  /// USD.
  public var grossNotional: Double
  public var deltaCash: Double
  /// Γ$/100.
  public var gammaCash1pct: Double
  public var vegaCashPerPoint: Double
  public var thetaCashPerDay: Double
  /// λ = ΔF/B of an option.
  public var elasticity: Measure

  public init(
    index: Double, forward: Double, forwardSource: ForwardSource, unitValue: Double, value: Double
  ) {
    self.index = index
    self.forward = forward
    self.forwardSource = forwardSource
    self.unitValue = unitValue
    self.value = value
    valueIsKnown = true
    unitDelta = 1
    unitGamma = 0
    unitVegaPerPoint = 0
    unitThetaPerDay = 0
    grossNotional = 0
    deltaCash = 0
    gammaCash1pct = 0
    vegaCashPerPoint = 0
    thetaCashPerDay = 0
    elasticity = .absent(.notOneOption)
  }
}

/// One position of a pool: what it is, what it is worth, or why that cannot be said.
public struct LegReport: Hashable, Sendable {
  public var position: Position
  public var valuation: LegValuation?
  public var problems: [LegProblem]
  public var notes: [LegNote]

  public init(
    position: Position, valuation: LegValuation?, problems: [LegProblem], notes: [LegNote]
  ) {
    self.position = position
    self.valuation = valuation
    self.problems = problems
    self.notes = notes
  }

  public var instrument: Instrument { position.instrument }
  /// Signed contracts.
  public var contracts: Double { position.contracts }
}
