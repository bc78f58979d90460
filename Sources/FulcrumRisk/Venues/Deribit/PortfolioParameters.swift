/// Parameters of Deribit's portfolio-margin engine for one currency pair (margin-centralised 1.5).
///
/// The venue changes them without notice: these are loaded, and each set says its day.
public struct DeribitPortfolioParameters: Hashable, Sendable {
  /// Half-width of the price grid, 0.16 = ±16 %.
  public var priceRange: Double
  /// Steps each side of today's price.
  public var bucketsEachSide: Int
  /// 3: volatility up, unchanged, down; 1: unchanged alone.
  public var volScenarios: Int
  /// Relative shocks of volatility at 30 days.
  public var volRangeUp: Double
  public var volRangeDown: Double
  /// The least volatility of the up case.
  public var minVolUp: Double
  /// Powers of 30/days below and above 30 days.
  public var shortTermVegaPower: Double
  public var longTermVegaPower: Double
  /// Relative moves of the extended table.
  public var extendedMoves: [Double]
  public var extendedTableFactor: Double
  /// USD.
  public var extendedDampenerUsd: Double
  /// Part of a gain that counts where the cell is summed with others.
  public var pnlOffset: Double
  public var maxOffsetablePnlUsd: Double
  /// Roll shock a year, and its floor.
  public var annualisedMoveRisk: Double
  public var minAnnualisedMove: Double
  /// Delta shock: per coin beyond the threshold, at most.
  public var deltaShockIncrementPerCoin: Double
  public var deltaShockThresholdUsd: Double
  public var maxDeltaShock: Double
  /// Maintenance over the matrix margin.
  public var maintenanceFactor: Double
  /// Whether the floor of the up case is put under the volatility before it is shocked.
  public var floorsBeforeShock = false
  /// Whether long options may only reduce the delta of the delta shock.
  public var longOptionsOnlyReduceDelta = false

  public init(
    grid: Grid, volatility: Volatility = Volatility(), extended: Extended, offsets: Offsets,
    shocks: Shocks
  ) {
    priceRange = grid.priceRange
    bucketsEachSide = grid.bucketsEachSide
    volScenarios = grid.volScenarios
    volRangeUp = volatility.rangeUp
    volRangeDown = volatility.rangeDown
    minVolUp = volatility.minUp
    shortTermVegaPower = volatility.shortTermPower
    longTermVegaPower = volatility.longTermPower
    extendedMoves = extended.moves
    extendedTableFactor = extended.tableFactor
    extendedDampenerUsd = extended.dampenerUsd
    pnlOffset = offsets.share
    maxOffsetablePnlUsd = offsets.mostUsd
    annualisedMoveRisk = shocks.annualisedMoveRisk
    minAnnualisedMove = shocks.minAnnualisedMove
    deltaShockIncrementPerCoin = shocks.incrementPerCoin
    deltaShockThresholdUsd = shocks.thresholdUsd
    maxDeltaShock = shocks.most
    maintenanceFactor = shocks.maintenanceFactor
  }

  public struct Grid: Hashable, Sendable {
    public var priceRange: Double
    public var bucketsEachSide: Int
    public var volScenarios: Int

    public init(priceRange: Double, bucketsEachSide: Int = 4, volScenarios: Int = 3) {
      self.priceRange = priceRange
      self.bucketsEachSide = bucketsEachSide
      self.volScenarios = volScenarios
    }
  }

  public struct Volatility: Hashable, Sendable {
    public var rangeUp: Double
    public var rangeDown: Double
    public var minUp: Double
    public var shortTermPower: Double
    public var longTermPower: Double

    public init(
      rangeUp: Double = 0.4, rangeDown: Double = 0.25, minUp: Double = 0.5,
      shortTermPower: Double = 0.3, longTermPower: Double = 0.13
    ) {
      self.rangeUp = rangeUp
      self.rangeDown = rangeDown
      self.minUp = minUp
      self.shortTermPower = shortTermPower
      self.longTermPower = longTermPower
    }
  }

  public struct Extended: Hashable, Sendable {
    public var moves: [Double]
    public var tableFactor: Double
    public var dampenerUsd: Double

    public init(
      moves: [Double] = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5], tableFactor: Double = 1,
      dampenerUsd: Double
    ) {
      self.moves = moves
      self.tableFactor = tableFactor
      self.dampenerUsd = dampenerUsd
    }
  }

  public struct Offsets: Hashable, Sendable {
    public var share: Double
    public var mostUsd: Double

    public init(share: Double = 0, mostUsd: Double = 0) {
      self.share = share
      self.mostUsd = mostUsd
    }
  }

  public struct Shocks: Hashable, Sendable {
    public var annualisedMoveRisk: Double
    public var minAnnualisedMove: Double
    public var incrementPerCoin: Double
    public var thresholdUsd: Double
    public var most: Double
    public var maintenanceFactor: Double

    public init(
      annualisedMoveRisk: Double, minAnnualisedMove: Double, incrementPerCoin: Double,
      thresholdUsd: Double = 20_000_000, most: Double = 0.1, maintenanceFactor: Double = 0.8
    ) {
      self.annualisedMoveRisk = annualisedMoveRisk
      self.minAnnualisedMove = minAnnualisedMove
      self.incrementPerCoin = incrementPerCoin
      self.thresholdUsd = thresholdUsd
      self.most = most
      self.maintenanceFactor = maintenanceFactor
    }
  }
}

extension DeribitPortfolioParameters {
  /// - Throws: `.parameter` for the first one outside its domain.
  public func validate() throws(VenueRuleError) {
    guard priceRange > 0, priceRange < 1 else {
      throw .parameter(name: "priceRange", seen: priceRange, allowed: "above 0 and below 1")
    }
    guard (1...1000).contains(bucketsEachSide) else {
      throw .parameter(
        name: "bucketsEachSide", seen: Double(bucketsEachSide), allowed: "1 to 1000")
    }
    guard volScenarios == 1 || volScenarios == 3 else {
      throw .parameter(name: "volScenarios", seen: Double(volScenarios), allowed: "1 or 3")
    }
    for move in extendedMoves where !(move > -1 && move != 0 && move.isFinite) {
      throw .parameter(name: "extendedMoves", seen: move, allowed: "moves above -1, not 0")
    }
    let nonNegative: [(String, Double)] = [
      ("volRangeUp", volRangeUp), ("volRangeDown", volRangeDown), ("minVolUp", minVolUp),
      ("shortTermVegaPower", shortTermVegaPower), ("longTermVegaPower", longTermVegaPower),
      ("extendedTableFactor", extendedTableFactor), ("extendedDampenerUsd", extendedDampenerUsd),
      ("pnlOffset", pnlOffset), ("maxOffsetablePnlUsd", maxOffsetablePnlUsd),
      ("annualisedMoveRisk", annualisedMoveRisk), ("minAnnualisedMove", minAnnualisedMove),
      ("deltaShockIncrementPerCoin", deltaShockIncrementPerCoin),
      ("deltaShockThresholdUsd", deltaShockThresholdUsd), ("maxDeltaShock", maxDeltaShock),
    ]
    for (name, value) in nonNegative { try requireParameter(name, value) }
    guard maintenanceFactor > 0, maintenanceFactor <= 1 else {
      throw .parameter(
        name: "maintenanceFactor", seen: maintenanceFactor, allowed: "above 0, at most 1")
    }
  }
}
