public import FulcrumModel
import FulcrumPricing

/// What the engine takes of a position: a plain delta, or an option to be repriced.
public struct DeribitPortfolioPosition: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case future
    case option(OptionRight, strike: Double, volatility: Double)
  }

  let kind: Kind
  let settlement: Settlement
  /// Signed coins: of a future the exposure at its mark (the API's `delta`), of an option its size.
  let coins: Double
  /// F of the expiry, USD; of a linear future its mark.
  let forward: Double
  /// Nil for a perpetual.
  let years: Double?
  /// Value of an option now, per coin, in its quotation.
  private let now: Double

  public static func future(
    coins: Double, forward: Double = 1, years: Double?, settlement: Settlement = .inverse
  ) -> Self {
    Self(kind: .future, settlement: settlement, coins: coins, forward: forward, years: years)
  }

  /// A leg of a pool, at its own forward and volatility.
  public init(_ leg: RiskLeg) {
    switch leg.contract {
    case .option(let right, let strike, let years, let volatility):
      self.init(
        kind: .option(right, strike: strike, volatility: volatility),
        settlement: leg.settlement, coins: leg.signedSize, forward: leg.forward, years: years)
    case .future(_, let years):
      self.init(
        kind: .future, settlement: leg.settlement, coins: leg.futureCoins, forward: leg.forward,
        years: years)
    }
  }

  private init(
    kind: Kind, settlement: Settlement, coins: Double, forward: Double, years: Double?
  ) {
    self.kind = kind
    self.settlement = settlement
    self.coins = coins
    self.forward = forward
    self.years = years
    switch kind {
    case .future: now = 0
    case .option(let right, let strike, let volatility):
      let input = OptionInput(
        right: right, forward: forward, strike: strike, years: years ?? 0,
        volatility: volatility)
      now = VenueOption.value(input, settlement)
    }
  }

  var isLongOption: Bool {
    if case .option = kind { return coins > 0 }
    return false
  }

  /// Net transaction delta, coins: of an inverse option Δ − m.
  var delta: Double {
    guard case .option(let right, let strike, let volatility) = kind else { return coins }
    let black = Black76.valueAndFirstOrder(
      OptionInput(
        right: right, forward: forward, strike: strike, years: years ?? 0,
        volatility: volatility))
    let mark = settlement == .inverse ? black.undiscounted / forward : 0
    return coins * (black.delta - mark)
  }

  /// P/L at a scenario before any scaling, in coin for an inverse position and USD for a linear one.
  ///
  ///     future   δ·p/(1+p) coin;  q·F·p USD
  ///     option   V'/(F(1+p)) − V/F coin;  V' − V USD, at the shocked volatility and no time passed
  func profit(_ scenario: PortfolioScenario, _ parameters: DeribitPortfolioParameters) -> Double {
    let move = scenario.move
    switch kind {
    case .future:
      return settlement == .inverse ? coins * move / (1 + move) : coins * forward * move
    case .option(let right, let strike, let volatility):
      let years = years ?? 0
      let input = OptionInput(
        right: right, forward: forward * (1 + move), strike: strike, years: years,
        volatility: parameters.shocked(volatility, years: years, scenario.vol))
      return coins * (VenueOption.value(input, settlement) - now)
    }
  }
}

/// The 27 standard and 8 extended cells of one position, currency of its settlement.
public struct DeribitRiskVector: Hashable, Sendable {
  public let standard: [Double]
  public let extended: [Double]

  public init(_ position: DeribitPortfolioPosition, _ parameters: DeribitPortfolioParameters) {
    let isLinear = position.settlement == .linear
    standard = parameters.standardScenarios.map { position.profit($0, parameters) }
    extended = parameters.extendedScenarios.map {
      position.profit($0, parameters) * parameters.extendedScale($0.move, isLinear: isLinear)
    }
  }
}

/// Margins that the account holds beside the matrix; none in an isolated pool.
public struct DeribitPortfolioAdditions: Hashable, Sendable {
  public var spot: Double
  public var marketMaker: Double
  public var openOrders: Double

  public init(spot: Double = 0, marketMaker: Double = 0, openOrders: Double = 0) {
    self.spot = spot
    self.marketMaker = marketMaker
    self.openOrders = openOrders
  }
}

/// The risk matrix of the positions of one currency pair and settlement (margin-centralised 1.5).
///
/// Two samples of the venue with futures come out digit for digit; none with options is public.
public struct DeribitPortfolioMatrix: Hashable, Sendable {
  /// Sums of the cells before any offset.
  public let standard: [Double]
  public let extended: [Double]
  /// Losses in full, gains by their share and cap; extended losses dampened, gains dropped.
  public let aggregatedStandard: [Double]
  public let aggregatedExtended: [Double]
  /// ≥ 0, unrounded.
  public let worstCase: Double
  /// The scenario that sets it; nil where no cell loses.
  public let worstScenario: String?
  public let rollShock: Double
  public let deltaShock: Double
  public let maintenanceFactor: Double
  private let isLinear: Bool

  /// - Parameters:
  ///   - positions: all of one settlement.
  ///   - index: S > 0, USD.
  /// - Throws: `.parameter` where a parameter is outside its domain.
  public init(
    _ positions: [DeribitPortfolioPosition], index: Double,
    parameters: DeribitPortfolioParameters
  ) throws(VenueRuleError) {
    try parameters.validate()
    let isLinear = positions.first?.settlement == .linear
    self.isLinear = isLinear
    let scenarios = parameters.standardScenarios
    let far = parameters.extendedScenarios
    var standard = [Double](repeating: 0, count: scenarios.count)
    var extended = [Double](repeating: 0, count: far.count)
    for position in positions {
      let vector = DeribitRiskVector(position, parameters)
      for (place, cell) in vector.standard.enumerated() { standard[place] += cell }
      for (place, cell) in vector.extended.enumerated() { extended[place] += cell }
    }
    self.standard = standard
    self.extended = extended
    let cap = parameters.maxOffsetablePnlUsd / (isLinear ? 1 : index)
    aggregatedStandard = standard.map {
      $0 > 0 ? min($0 * parameters.pnlOffset, cap) : $0
    }
    aggregatedExtended = zip(extended, far).map { cell, scenario in
      let damp = parameters.dampener(scenario.move, index: index, isLinear: isLinear)
      return min(cell + min(damp, max(-cell, 0)), 0)
    }
    let cells = Array(zip(aggregatedStandard + aggregatedExtended, scenarios + far))
    let worst = cells.min { $0.0 < $1.0 }
    worstCase = max(-(worst?.0 ?? 0), 0)
    worstScenario = worst.flatMap { $0.0 < 0 ? $0.1.words : nil }
    rollShock = Self.rollShock(positions, index: index, parameters)
    deltaShock = Self.deltaShock(positions, index: index, parameters)
    maintenanceFactor = parameters.maintenanceFactor
  }

  /// The worst case and the shocks. The venue rounds the worst case to nine decimals of a coin first.
  public var riskMatrixMargin: Double { worstCase + rollShock + deltaShock }

  /// As the venue adds it up; what USDC is rounded to is not known.
  public var roundedRiskMatrixMargin: Double {
    (isLinear ? worstCase : (worstCase * 1e9).rounded() / 1e9) + rollShock + deltaShock
  }

  public func initial(
    _ additions: DeribitPortfolioAdditions = .init(), rounded: Bool = false
  ) -> Double {
    (rounded ? roundedRiskMatrixMargin : riskMatrixMargin)
      + additions.spot + additions.marketMaker + additions.openOrders
  }

  public func maintenance(rounded: Bool = false) -> Double {
    maintenanceFactor * (rounded ? roundedRiskMatrixMargin : riskMatrixMargin)
  }

  /// Σ over expiries of |δ|·max(floor, rate·years), the perpetual at the floor; times S where linear.
  private static func rollShock(
    _ positions: [DeribitPortfolioPosition], index: Double,
    _ parameters: DeribitPortfolioParameters
  ) -> Double {
    var deltas: [(years: Double?, coins: Double)] = []
    for position in positions {
      if let place = deltas.firstIndex(where: { $0.years == position.years }) {
        deltas[place].coins += position.delta
      } else {
        deltas.append((position.years, position.delta))
      }
    }
    let coins = deltas.reduce(0.0) { sum, expiry in
      let risk = parameters.annualisedMoveRisk * (expiry.years ?? 0)
      return sum + expiry.coins.magnitude * max(parameters.minAnnualisedMove, risk)
    }
    return positions.first?.settlement == .linear ? coins * index : coins
  }

  /// min(m_inc·max(|Δ|S − threshold, 0)/S, most)·|Δ|, times S where linear.
  private static func deltaShock(
    _ positions: [DeribitPortfolioPosition], index: Double,
    _ parameters: DeribitPortfolioParameters
  ) -> Double {
    var coins = 0.0
    var longOptions = 0.0
    for position in positions {
      if position.isLongOption, parameters.longOptionsOnlyReduceDelta {
        longOptions += position.delta
      } else {
        coins += position.delta
      }
    }
    if parameters.longOptionsOnlyReduceDelta {
      let reduces = coins * longOptions < 0
      coins = reduces ? max(coins.magnitude - longOptions.magnitude, 0) : coins.magnitude
    }
    coins = coins.magnitude
    let excess = max(coins * index - parameters.deltaShockThresholdUsd, 0) / index
    let rate = min(parameters.deltaShockIncrementPerCoin * excess, parameters.maxDeltaShock)
    return rate * coins * (positions.first?.settlement == .linear ? index : 1)
  }
}
