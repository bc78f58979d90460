public import FulcrumModel
public import FulcrumPricing
internal import RealModule

/// What decides the size of a pool in a run.
public enum BacktestController: Hashable, Sendable {
  case policy(PolicyPlan)
  /// The same leverage for ever, restored when it leaves a band around it (half-width, relative).
  case fixed(leverage: Double, band: Double)
}

/// The pool at the close of a bar.
public struct BacktestPoint: Hashable, Sendable {
  public let at: Timestamp
  public let equity: Double
  public let leverage: Double
  public let level: RegimeLevel
  /// Distance to liquidation as a fraction of the price; nil without a position or an edge.
  public let liquidationDistance: Double?
}

/// One decision that led to an order.
public struct BacktestOrder: Hashable, Sendable {
  public let decidedAt: Timestamp
  public let filledAt: Timestamp
  /// Coins, signed as the trade.
  public let quantity: Double
  public let price: Double
  /// What bound the target; nil for a fixed leverage.
  public let binding: PolicyConstraint?
}

/// A pool taken through history.
public struct BacktestRun: Hashable, Sendable {
  public let points: [BacktestPoint]
  public let orders: [BacktestOrder]
  public let liquidatedAt: [Timestamp]
  public let tally: BacktestTally
  public let capital: Double
  /// Bars without a funding rate, where rates were given at all.
  public let barsWithoutFunding: Int

  public var finalEquity: Double { points.last?.equity ?? capital }

  public var years: Double {
    guard let first = points.first, let last = points.last else { return 0 }
    return first.at.years(to: last.at)
  }

  /// ln(E_T/E_0) a year; nil where the pool was ruined or no time passed.
  public var growth: Double? {
    guard finalEquity > 0, years > 0 else { return nil }
    return Double.log(finalEquity / capital) / years
  }

  /// Largest fall from a high-water mark of the closes, as a fraction of it.
  public var maxDrawdown: Double {
    var (high, worst) = (capital, 0.0)
    for point in points {
      high = max(high, point.equity)
      worst = max(worst, 1 - point.equity / high)
    }
    return worst
  }

  /// Notional traded a year over mean equity; nil where either is 0.
  public var turnover: Double? {
    guard years > 0, !points.isEmpty else { return nil }
    let mean = points.reduce(0) { $0 + $1.equity } / Double(points.count)
    return mean > 0 ? tally.traded / mean / years : nil
  }
}

extension BacktestRun {
  /// Runs one pool over bars `range` of the market.
  ///
  /// A decision is made at the close of a bar from what is known then, and filled at the open of the
  /// next. Within a bar liquidation comes first: the bar's worst price is reached before its close.
  public init(
    _ controller: BacktestController, through market: BacktestMarket,
    strategy: BacktestStrategy, range: Range<Int>? = nil
  ) throws(PolicyError) {
    var stage = BacktestStage(controller, market, strategy)
    for place in range ?? market.prices.bars.indices { try stage.take(place) }
    self.init(stage)
  }

  /// Bars between two questions of `sideBySide`.
  public static let stride = 4096

  /// Runs one pool for each controller, all to the same bar.
  ///
  /// - Parameter goOn: asked every `stride` bars with how many are done; false ends every run there.
  public static func sideBySide(
    _ controllers: [BacktestController], through market: BacktestMarket,
    strategy: BacktestStrategy, goOn: (Int) -> Bool
  ) throws(PolicyError) -> [BacktestRun] {
    var stages = controllers.map { BacktestStage($0, market, strategy) }
    let count = market.prices.bars.count
    var done = 0
    while done < count {
      let next = min(count, done + stride)
      for index in stages.indices {
        for place in done..<next { try stages[index].take(place) }
      }
      done = next
      guard goOn(done) else { break }
    }
    return stages.map(BacktestRun.init)
  }

  private init(_ stage: BacktestStage) {
    points = stage.points
    orders = stage.orders
    liquidatedAt = stage.liquidatedAt
    tally = stage.pool.tally
    capital = stage.strategy.capital
    barsWithoutFunding = stage.market.funding.isEmpty ? 0 : stage.barsWithoutFunding
  }
}

/// A run in the making.
private struct BacktestStage {
  let controller: BacktestController
  let market: BacktestMarket
  let strategy: BacktestStrategy
  var pool: PerpetualPool
  var points: [BacktestPoint] = []
  var orders: [BacktestOrder] = []
  var liquidatedAt: [Timestamp] = []
  var barsWithoutFunding = 0
  private var memory = PolicyMemory()
  private var pending: (quantity: Double, at: Timestamp, binding: PolicyConstraint?)?
  private var outlookPlace = -1
  private var fundingPlace = 0
  private var lastEvaluation: Int64?

  init(
    _ controller: BacktestController, _ market: BacktestMarket, _ strategy: BacktestStrategy
  ) {
    self.controller = controller
    self.market = market
    self.strategy = strategy
    pool = PerpetualPool(cash: strategy.capital)
  }

  mutating func take(_ place: Int) throws(PolicyError) {
    let timed = market.prices.bars[place]
    let closes = market.prices.closes(place)
    let level = outlook?.level ?? .normal
    let slippage = strategy.costs.slippage[level.rawValue]
    if let order = pending {
      pending = nil
      fill(order, timed, slippage)
    }
    if pool.liquidate(
      in: timed.bar, strategy: strategy,
      slippage: strategy.costs.slippage[RegimeLevel.stressed.rawValue])
    {
      liquidatedAt.append(timed.opens)
      // The high-water mark stays: a pool that lost too much of it is not opened again.
      memory.increasesAsked = 0
      memory.sizeAtIncrease = nil
    }
    payFunding(timed, closes)
    let price = timed.bar.close
    advance(to: closes)
    try evaluate(at: closes, price)
    let edge = pool.liquidationPrice(maintenanceRate: strategy.maintenanceRate)
    points.append(
      BacktestPoint(
        at: closes, equity: max(0, pool.equity(at: price)), leverage: pool.leverage(at: price),
        level: outlook?.level ?? .normal,
        liquidationDistance: edge.map { abs($0 / price - 1) }))
  }

  private var outlook: MarketOutlook? {
    outlookPlace >= 0 ? market.outlooks[outlookPlace] : nil
  }

  private mutating func advance(to now: Timestamp) {
    while outlookPlace + 1 < market.outlooks.count, market.outlooks[outlookPlace + 1].asOf <= now {
      outlookPlace += 1
    }
  }

  private mutating func fill(
    _ order: (quantity: Double, at: Timestamp, binding: PolicyConstraint?), _ timed: TimedBar,
    _ slippage: Double
  ) {
    pool.trade(
      order.quantity, at: timed.bar.open, fee: strategy.costs.fee, slippage: slippage)
    orders.append(
      BacktestOrder(
        decidedAt: order.at, filledAt: timed.opens, quantity: order.quantity,
        price: timed.bar.open, binding: order.binding))
  }

  /// The rate that covers the bar's opening, for the share of its length that the bar takes.
  private mutating func payFunding(_ timed: TimedBar, _ closes: Timestamp) {
    let opens = timed.opens.milliseconds
    while fundingPlace < market.funding.count,
      market.funding[fundingPlace].from.milliseconds + market.funding[fundingPlace].length <= opens
    {
      fundingPlace += 1
    }
    guard fundingPlace < market.funding.count,
      market.funding[fundingPlace].from.milliseconds <= opens
    else {
      barsWithoutFunding += 1
      return
    }
    let funding = market.funding[fundingPlace]
    let share = Double(closes.milliseconds - opens) / Double(funding.length)
    pool.payFunding(funding.rate * share, at: timed.bar.close)
  }

  private mutating func evaluate(at now: Timestamp, _ price: Double) throws(PolicyError) {
    let tick = now.milliseconds / strategy.evaluateEvery
    guard tick != lastEvaluation, let outlook, outlook.volatility > 0 else { return }
    lastEvaluation = tick
    let equity = pool.equity(at: price)
    guard equity > strategy.ruinShare * strategy.capital else {
      if pool.coins != 0 { pending = (-pool.coins, now, nil) }
      return
    }
    let question = PolicyQuestion(
      at: now, side: strategy.side, leverage: pool.leverage(at: price),
      capital: (equity, equity, strategy.maintenanceRate),
      contract: (price, strategy.lot, strategy.leastQuantity))
    let resized = try resized(question, outlook)
    guard resized.quantity != 0 else { return }
    let sign: Double = strategy.side == .down ? 1 : -1
    pending = (sign * resized.quantity, now, resized.binding)
  }

  /// Contracts, + increases, whichever side.
  private mutating func resized(
    _ question: PolicyQuestion, _ outlook: MarketOutlook
  ) throws(PolicyError) -> (quantity: Double, binding: PolicyConstraint?) {
    switch controller {
    case .policy(let plan):
      let decision = try plan.decide(question, outlook: outlook, memory: &memory)
      guard case .order(let quantity) = decision.action else { return (0, nil) }
      return (quantity, decision.target.binding)
    case .fixed(let leverage, let band):
      let resize = try Resize(
        from: question.leverage, to: LeverageTarget(fixed: leverage),
        by: ResizeRule(
          band: band, mode: .target, lot: question.lot, leastQuantity: question.leastQuantity),
        capitalAtRisk: question.capitalAtRisk, unitDeltaCash: question.unitDeltaCash)
      return (resize.quantity, nil)
    }
  }
}
