/// Derive's second portfolio manager (PMRM_2): the worst of a grid of market moves.
///
/// Margins are *net*, in USD: what is left after the requirement, as in `DeriveStandard`. One market
/// (coin) an account; options, one perpetual and collateral of any kind.
///
/// - Source: derivexyz/v2-core, `PMRM_2.sol` and `PMRMLib_2.sol` at 7736900d (2026-01-21), restated;
///   reproduced on 139 of its portfolios.
public struct DerivePortfolio: Hashable, Sendable {
  /// Scenarios × loss, and the discount of values held for long.
  public struct Factors: Hashable, Sendable {
    public var initialLoss: Double
    /// ≤ `initialLoss`.
    public var maintenanceLoss: Double
    /// d⁺ = longBase·e^{−T(r·longMultiple + longAdd)} on positive values.
    public var longBase: Double
    public var longMultiple: Double
    public var longAdd: Double
    /// d⁻ = min(e^{rT}, shortBase·e^{T(r·shortMultiple + shortAdd)}) on negative ones.
    public var shortBase: Double
    public var shortMultiple: Double
    public var shortAdd: Double

    public init(
      initialLoss: Double, maintenanceLoss: Double, longBase: Double, longMultiple: Double,
      longAdd: Double, shortBase: Double, shortMultiple: Double, shortAdd: Double
    ) {
      self.initialLoss = initialLoss
      self.maintenanceLoss = maintenanceLoss
      self.longBase = longBase
      self.longMultiple = longMultiple
      self.longAdd = longAdd
      self.shortBase = shortBase
      self.shortMultiple = shortMultiple
      self.shortAdd = shortAdd
    }
  }

  /// m = (30 days / max(s, floor))^p; up 1 + up·m, down max(0, 1 − down·m).
  public struct VolatilityShock: Hashable, Sendable {
    public var up: Double
    public var down: Double
    /// An up-shocked volatility is never below this.
    public var leastUp: Double
    /// p of expiries up to 30 days, and beyond.
    public var shortTermPower: Double
    public var longTermPower: Double
    public var floorDays: Double

    public init(
      up: Double, down: Double, leastUp: Double, shortTermPower: Double, longTermPower: Double,
      floorDays: Double
    ) {
      self.up = up
      self.down = down
      self.leastUp = leastUp
      self.shortTermPower = shortTermPower
      self.longTermPower = longTermPower
      self.floorDays = floorDays
    }
  }

  /// 1 + clamp(k·cap/k*, ±cap), cap = base + slope·√T, k* = max(leastWidth, scale·√T·(static +
  /// volScale·√T)), k = ln(K/F) or its magnitude.
  public struct SkewShock: Hashable, Sendable {
    public var linearBase: Double
    public var linearSlope: Double
    public var absoluteBase: Double
    public var absoluteSlope: Double
    /// > 0.
    public var leastWidth: Double
    public var widthScale: Double
    public var volatilityStatic: Double
    public var volatilityScale: Double

    public init(
      linearBase: Double, linearSlope: Double, absoluteBase: Double, absoluteSlope: Double,
      leastWidth: Double, widthScale: Double, volatilityStatic: Double, volatilityScale: Double
    ) {
      self.linearBase = linearBase
      self.linearSlope = linearSlope
      self.absoluteBase = absoluteBase
      self.absoluteSlope = absoluteSlope
      self.leastWidth = leastWidth
      self.widthScale = widthScale
      self.volatilityStatic = volatilityStatic
      self.volatilityScale = volatilityScale
    }
  }

  /// The forward alone moves: Σ min(up − mtm, down − mtm, 0)·(add + multiple·T).
  public struct Basis: Hashable, Sendable {
    public var up: Double
    public var down: Double
    public var add: Double
    public var multiple: Double

    public init(
      up: Double, down: Double, add: Double, multiple: Double
    ) {
      self.up = up
      self.down = down
      self.add = add
      self.multiple = multiple
    }
  }

  /// Shares of notional on top of the scenarios.
  public struct Contingency: Hashable, Sendable {
    public var pegThreshold: Double
    public var pegFactor: Double
    public var confidenceThreshold: Double
    public var confidenceFactor: Double
    public var perpetualMaintenance: Double
    /// On top of maintenance, as is the one of options.
    public var perpetualInitial: Double
    public var optionMaintenance: Double
    public var optionInitial: Double

    public init(
      pegThreshold: Double, pegFactor: Double, confidenceThreshold: Double,
      confidenceFactor: Double, perpetualMaintenance: Double, perpetualInitial: Double,
      optionMaintenance: Double, optionInitial: Double
    ) {
      self.pegThreshold = pegThreshold
      self.pegFactor = pegFactor
      self.confidenceThreshold = confidenceThreshold
      self.confidenceFactor = confidenceFactor
      self.perpetualMaintenance = perpetualMaintenance
      self.perpetualInitial = perpetualInitial
      self.optionMaintenance = optionMaintenance
      self.optionInitial = optionInitial
    }
  }

  public enum VolatilityCase: String, Hashable, Sendable, CaseIterable {
    case up = "Up"
    case none = "None"
    case down = "Down"
    case linearSkew = "LINEAR"
    case absoluteSkew = "ABS"

    var isSkew: Bool { self == .linearSkew || self == .absoluteSkew }
  }

  public struct Scenario: Hashable, Sendable {
    /// S'/S > 0; not used by a skew.
    public var spot: Double
    public var volatility: VolatilityCase
    /// What the profit is multiplied by: tails count for less.
    public var damp: Double

    public init(_ spot: Double, _ volatility: VolatilityCase, damp: Double = 1) {
      self.spot = spot
      self.volatility = volatility
      self.damp = damp
    }
  }

  /// Which manager's formula.
  public enum Generation: Hashable, Sendable {
    /// PMRM: IM multiplies loss *and* contingencies, `maintenanceLoss` is 1, and only positive values
    /// are discounted. Restated from `PMRMLib.sol`; no number of the venue was at hand to try it on.
    case first
    /// PMRM_2: contingencies are added once, IM's on top of MM's.
    case second
  }

  public var generation = Generation.second
  public var factors: Factors
  public var volatilityShock: VolatilityShock
  public var skew: SkewShock
  public var basis: Basis
  public var contingency: Contingency
  public var scenarios: [Scenario]

  public init(
    factors: Factors, volatilityShock: VolatilityShock, skew: SkewShock, basis: Basis,
    contingency: Contingency, scenarios: [Scenario]
  ) {
    self.factors = factors
    self.volatilityShock = volatilityShock
    self.skew = skew
    self.basis = basis
    self.contingency = contingency
    self.scenarios = scenarios
  }
}
