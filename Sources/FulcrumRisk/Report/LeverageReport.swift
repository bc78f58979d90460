public import FulcrumModel

/// How a report is made.
public struct ReportSettings: Hashable, Sendable {
  /// The instant of valuation; the newest instant of the market where nil.
  public var asOf: Timestamp?
  /// Quotes older than this at `asOf` are marked stale.
  public var staleAfterMilliseconds: Int64
  public var margin: StandardMargin
  public var stressSpot: [Double]
  public var stressVolRel: [Double]
  /// Relative moves of the leverage curve beside 0 and the one-day sigmas.
  public var curveShocks: [Double]
  /// The basis of the headline column.
  public var basis: CapitalBasis
  /// How many of the worst pools get the whole time and volatility surface and the tail; nil: all.
  public var detailedPools: Int?
  /// Overrides the market's at-the-money volatility, 1 = 100 % a year.
  public var referenceVolatility: Double?
  /// Drift per year for the expected return over ES, 0.1 = 10 %.
  public var drift: Double

  public init() {
    asOf = nil
    staleAfterMilliseconds = 15 * 60 * 1000
    margin = .standard
    stressSpot = LeverageSettings.standard.stressSpot
    stressVolRel = LeverageSettings.standard.stressVolRel
    curveShocks = [-0.3, -0.15, 0, 0.15, 0.3]
    basis = .capitalAtRisk
    detailedPools = 20
    referenceVolatility = nil
    drift = 0
  }
}

/// What a report was made of, so that it stays explicable.
public struct Provenance: Hashable, Sendable {
  public struct Input: Hashable, Sendable {
    /// `book`, `market`, `collateral` or `pools`.
    public var role: String
    public var name: String
    /// SHA-256 of the bytes as read, hex.
    public var digest: String

    public init(role: String, name: String, digest: String) {
      self.role = role
      self.name = name
      self.digest = digest
    }
  }

  public var engineVersion: String
  public var ruleSet: String
  /// The kernel level that computed the numbers.
  public var kernel: String
  public var inputs: [Input]

  public init(engineVersion: String, ruleSet: String, kernel: String, inputs: [Input]) {
    self.engineVersion = engineVersion
    self.ruleSet = ruleSet
    self.kernel = kernel
    self.inputs = inputs
  }
}

/// The account as a whole: the view that hides what the pools show.
public struct AccountReport: Hashable, Sendable {
  public enum EquityBasis: String, Hashable, Sendable, CaseIterable {
    /// From an account summary.
    case accountSummary
    /// Stated by the book itself.
    case book
    /// The sum of max(E, 0) over the pools: a pool under water owes nothing to the others.
    case sumOfPools
    case unknown
  }

  public var equityUsd: Double?
  public var equityBasis: EquityBasis
  /// Sums over valued pools, USD.
  public var grossNotional: Double
  public var deltaCash: Double
  public var absDeltaCash: Double
  public var gammaCash1pct: Double
  public var vegaCashPerPoint: Double
  public var thetaCashPerDay: Double
  /// Σ over coins of |ΣD| / equity: what a venue would call the account's leverage on delta.
  public var netDeltaLeverage: Measure
  /// Σ|D| / equity.
  public var grossDeltaLeverage: Measure
  /// ΣG / equity.
  public var grossNotionalLeverage: Measure
  /// Sum over pools of max(E, 0), USD: the most that the account can lose (leverage-math 3.4).
  public var containedLossUsd: Double
  public var poolCount: Int
  public var poolsWithoutCapital: Int
  public var poolsNotValued: Int
}

/// Leverage of a book, pool by pool, worst first.
public struct LeverageReport: Hashable, Sendable {
  /// The instant of valuation.
  public var asOf: Timestamp
  /// The newest instant in the market files.
  public var marketAsOf: Timestamp
  public var settings: ReportSettings
  public var account: AccountReport
  public var pools: [PoolReport]
  public var provenance: Provenance

  /// Whether every leg was valued and every pool's capital is known.
  public var isWhole: Bool {
    account.poolsNotValued == 0 && account.poolsWithoutCapital == 0
  }
}
