public import FulcrumModel
public import FulcrumPricing

/// Funding of a perpetual: what a long pays a short over an interval, as a fraction of notional.
public struct FundingRate: Hashable, Sendable {
  public let from: Timestamp
  /// Milliseconds that the rate covers.
  public let length: Int64
  /// Over the whole length; negative where shorts pay.
  public let rate: Double

  public init(from: Timestamp, length: Int64, rate: Double) {
    self.from = from
    self.length = length
    self.rate = rate
  }
}

/// History that a policy is run through.
public struct BacktestMarket: Sendable {
  public let prices: PriceSeries
  /// Ascending; time that no rate covers costs nothing, and is counted.
  public let funding: [FundingRate]
  /// At the end of each step, from the past alone; ascending.
  public let outlooks: [MarketOutlook]

  public init(prices: PriceSeries, funding: [FundingRate] = [], outlooks: [MarketOutlook]) {
    self.prices = prices
    self.funding = funding
    self.outlooks = outlooks
  }
}

/// What is traded, with what capital, at what cost.
public struct BacktestStrategy: Hashable, Sendable {
  /// Costs per unit of notional.
  public struct Costs: Hashable, Sendable {
    public let fee: Double
    /// Half-spread and impact in calm, normal and stressed markets.
    public let slippage: [Double]
    public let liquidationFee: Double

    public init(fee: Double, slippage: [Double], liquidationFee: Double) throws(PolicyError) {
      try require(fee >= 0 && fee < 1, "fee", fee, "0 or more and below 1")
      try require(
        slippage.count == 3, "slippage", Double(slippage.count), "one for each regime")
      for value in slippage {
        try require(value >= 0 && value < 1, "slippage", value, "0 or more and below 1")
      }
      try require(
        liquidationFee >= 0 && liquidationFee < 1, "liquidation fee", liquidationFee,
        "0 or more and below 1")
      self.fee = fee
      self.slippage = slippage
      self.liquidationFee = liquidationFee
    }
  }

  public let side: FirstPassage.Side
  /// USD that the pool starts with.
  public let capital: Double
  /// κ: maintenance per unit of notional.
  public let maintenanceRate: Double
  /// Coins of a lot and of the smallest order.
  public let lot: Double
  public let leastQuantity: Double
  /// Milliseconds between evaluations.
  public let evaluateEvery: Int64
  public let costs: Costs
  /// What a liquidation closes, as in `ConsequenceSettings`.
  public private(set) var liquidation = ConsequenceSettings.LiquidationRule.partial
  /// β ≥ 0 of a partial liquidation.
  public private(set) var liquidationBuffer = ConsequenceSettings.standardLiquidationBuffer
  /// A pool with less of its capital than this is not opened again.
  public static let ruinShare = 0.01

  public init(
    side: FirstPassage.Side, capital: Double, maintenanceRate: Double,
    trading: (lot: Double, leastQuantity: Double, evaluateEvery: Int64), costs: Costs
  ) throws(PolicyError) {
    try require(capital > 0, "capital", capital, "above 0")
    try require(
      maintenanceRate >= 0 && maintenanceRate < 1, "maintenance rate", maintenanceRate,
      "0 or more and below 1")
    try require(trading.lot > 0, "lot", trading.lot, "above 0")
    try require(trading.leastQuantity >= 0, "smallest order", trading.leastQuantity, "0 or more")
    try require(
      trading.evaluateEvery > 0, "evaluate-every", Double(trading.evaluateEvery), "above 0")
    self.side = side
    self.capital = capital
    self.maintenanceRate = maintenanceRate
    lot = trading.lot
    leastQuantity = trading.leastQuantity
    evaluateEvery = trading.evaluateEvery
    self.costs = costs
  }
  /// The same with another rule of liquidation.
  ///
  /// - Parameter buffer: β ≥ 0: a partial liquidation closes until equity is (1 + β) of maintenance.
  public func liquidating(
    _ rule: ConsequenceSettings.LiquidationRule,
    buffer: Double = ConsequenceSettings.standardLiquidationBuffer
  ) throws(PolicyError) -> BacktestStrategy {
    try require(buffer >= 0, "liquidation buffer", buffer, "0 or more")
    var strategy = self
    strategy.liquidation = rule
    strategy.liquidationBuffer = buffer
    return strategy
  }

  /// Whether a part is ever enough: at the liquidation price equity is the maintenance κN, and closing
  /// must cost less than it frees, fee + slippage < κ; else every liquidation is of the whole.
  public var canCloseInPart: Bool {
    liquidation == .partial
      && costs.liquidationFee + costs.slippage[RegimeLevel.stressed.rawValue] < maintenanceRate
  }
}
