public import FulcrumPricing

/// What is simulated, and how.
public struct ConsequenceSettings: Hashable, Sendable {
  public enum LiquidationRule: String, Hashable, Sendable, CaseIterable {
    /// Legs are closed in proportion until E = (1 + buffer)·M.
    case partial
    /// The whole pool is closed.
    case full
  }

  public var model: PathModel
  /// μ a year, arithmetic, in excess of what cash earns.
  public var drift: Double
  /// Years; above 0.
  public var horizon: Double
  /// Largest step, years; a quarter of a day unless said.
  public var step: Double
  public var paths: Int
  public var seed: UInt64
  /// Whose draws: the pool's id, so that they do not depend on its place in a book.
  public var name: String
  /// Multiples of the pool's size at unchanged equity; ascending, 0 or more.
  public var multiples: [Double]
  /// What growth is measured on, pool currency; nil: the pool is all there is.
  public var wealth: Double?
  public var liquidation: LiquidationRule
  /// β ≥ 0 of a partial liquidation.
  public var liquidationBuffer: Double
  /// Tail of the expected shortfall.
  public var tail: Double
  /// A drawdown that counts, and the share of the start's equity below which a pool is ruined.
  public var drawdown: Double
  public var ruin: Double
  /// Whether half the paths are run again at twice the step, to see that the step does not matter.
  public var checksConvergence: Bool

  public init(
    model: PathModel, horizon: Double = 30.0 / 365, paths: Int = 65_536, seed: UInt64 = 1,
    name: String = ""
  ) {
    self.model = model
    drift = 0
    self.horizon = horizon
    step = 0.25 / 365
    self.paths = paths
    self.seed = seed
    self.name = name
    multiples = Self.standardMultiples
    wealth = nil
    liquidation = .partial
    liquidationBuffer = Self.standardLiquidationBuffer
    tail = 0.05
    drawdown = 0.2
    ruin = 0.1
    checksConvergence = true
  }

  public static let standardMultiples = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 5]

  /// A partial liquidation closes until equity is 125 % of maintenance.
  public static let standardLiquidationBuffer = 0.25

  /// The most paths, steps and sizes that are simulated at once.
  public static let mostPaths = 4_194_304
  public static let mostSteps = 20_000
  public static let mostMultiples = 64

  func validate() throws(RiskError) {
    guard horizon > 0, horizon.isFinite else {
      throw .settingOutOfDomain(.horizon, seen: horizon)
    }
    guard step > 0, step.isFinite, horizon / step <= Double(Self.mostSteps) else {
      throw .settingOutOfDomain(.step, seen: step)
    }
    guard paths >= 64, paths <= Self.mostPaths else {
      throw .settingOutOfDomain(.paths, seen: Double(paths))
    }
    guard !multiples.isEmpty, multiples.count <= Self.mostMultiples,
      multiples.allSatisfy({ $0 >= 0 && $0.isFinite }),
      zip(multiples, multiples.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw .settingOutOfDomain(.multiples, seen: multiples.first ?? .nan) }
    guard drift.isFinite else { throw .settingOutOfDomain(.drift, seen: drift) }
    guard liquidationBuffer >= 0, liquidationBuffer.isFinite else {
      throw .settingOutOfDomain(.buffer, seen: liquidationBuffer)
    }
    if let wealth, !(wealth > 0 && wealth.isFinite) {
      throw .settingOutOfDomain(.wealth, seen: wealth)
    }
    for share in [tail, drawdown, ruin] where !(share > 0 && share < 1) {
      throw .settingOutOfDomain(.tail, seen: share)
    }
  }
}
