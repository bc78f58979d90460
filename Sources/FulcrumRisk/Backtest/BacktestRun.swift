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
  public enum Cause: Hashable, Sendable {
    /// A policy, and what bound its target.
    case policy(PolicyConstraint)
    /// A leverage that is restored, whatever the market does.
    case fixedLeverage
    /// Less than `BacktestStrategy.ruinShare` of the capital is left, and all is closed.
    case ruin
  }

  public let decidedAt: Timestamp
  public let filledAt: Timestamp
  /// Coins, signed as the trade.
  public let quantity: Double
  public let price: Double
  public let cause: Cause

  /// What bound the target of a policy.
  public var binding: PolicyConstraint? {
    if case .policy(let constraint) = cause { constraint } else { nil }
  }
}

/// A pool taken through history.
public struct BacktestRun: Hashable, Sendable {
  public let points: [BacktestPoint]
  public let orders: [BacktestOrder]
  public let liquidatedAt: [Timestamp]
  public let tally: BacktestTally
  public let capital: Double
  /// Evaluations that led to no order, by reason.
  public let pauses: [PolicyDecision.Pause: Int]
  /// Milliseconds that no funding rate covers, where rates were given at all.
  public let timeWithoutFunding: Int64

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

  /// Notional traded a year over mean equity, both while the pool lived: up to the first close at
  /// which it held less than `BacktestStrategy.ruinShare` of its capital. Nil where either is 0.
  public var turnover: Double? {
    let ruin = points.firstIndex { $0.equity < BacktestStrategy.ruinShare * capital }
    let lived = points[...(ruin ?? points.count - 1)]
    guard let first = lived.first, let last = lived.last else { return nil }
    let mean = lived.reduce(0) { $0 + $1.equity } / Double(lived.count)
    let years = first.at.years(to: last.at)
    return mean > 0 && years > 0 ? tally.traded / mean / years : nil
  }
}

extension BacktestRun {
  /// Runs one pool over bars `range` of the market.
  ///
  /// A decision is made at the close of a bar from what is known then, and filled at the open of the
  /// next. Liquidation comes first: at the open, where the bar opens beyond the edge, before the fill,
  /// which it cancels; within the bar at its worst price, which is reached before its close.
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
    pauses = stage.pauses
    timeWithoutFunding = stage.market.funding.isEmpty ? 0 : stage.timeWithoutFunding
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
  var timeWithoutFunding: Int64 = 0
  var pauses: [PolicyDecision.Pause: Int] = [:]
  private var memory = PolicyMemory()
  private var pending: (quantity: Double, at: Timestamp, cause: BacktestOrder.Cause)?
  private var outlookPlace = -1
  private var fundingPlace = 0
  private var lastEvaluation: Int64?
  private var lastClose: Timestamp?

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
    // Over a gap in the bars the position is held, and pays.
    if let lastClose { payFunding(from: lastClose, to: timed.opens, at: timed.bar.open) }
    lastClose = closes
    if let order = pending {
      pending = nil
      // A pool that opens beyond its edge is liquidated first, which cancels what it had ordered.
      let rate = strategy.maintenanceRate
      if !pool.isBeyondEdge(at: timed.bar.open, maintenanceRate: rate) {
        fill(order, timed, slippage)
      }
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
    payFunding(from: timed.opens, to: closes, at: timed.bar.close)
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
    _ order: (quantity: Double, at: Timestamp, cause: BacktestOrder.Cause), _ timed: TimedBar,
    _ slippage: Double
  ) {
    pool.trade(
      order.quantity, at: timed.bar.open, fee: strategy.costs.fee, slippage: slippage)
    orders.append(
      BacktestOrder(
        decidedAt: order.at, filledAt: timed.opens, quantity: order.quantity,
        price: timed.bar.open, cause: order.cause))
  }

  /// Each rate for the share of its length that lies in the span; time that none covers is counted.
  ///
  ///     payment = q·P·Σ rateᵢ·|[fromᵢ, fromᵢ + lengthᵢ) ∩ [from, to)| / lengthᵢ
  private mutating func payFunding(from: Timestamp, to: Timestamp, at price: Double) {
    let (start, end) = (from.milliseconds, to.milliseconds)
    guard start < end else { return }
    let rates = market.funding
    while fundingPlace < rates.count,
      rates[fundingPlace].from.milliseconds + rates[fundingPlace].length <= start
    {
      fundingPlace += 1
    }
    var (covered, total) = (start, 0.0)
    for rate in rates[fundingPlace...] {
      let first = max(start, rate.from.milliseconds)
      guard first < end else { break }
      let last = min(end, rate.from.milliseconds + rate.length)
      guard first < last else { continue }
      total += rate.rate * Double(last - first) / Double(rate.length)
      timeWithoutFunding += max(0, first - covered)
      covered = max(covered, last)
    }
    timeWithoutFunding += end - covered
    pool.payFunding(total, at: price)
  }

  private mutating func evaluate(at now: Timestamp, _ price: Double) throws(PolicyError) {
    let tick = now.milliseconds / strategy.evaluateEvery
    guard tick != lastEvaluation, let outlook, outlook.volatility > 0 else { return }
    lastEvaluation = tick
    let equity = pool.equity(at: price)
    guard equity > BacktestStrategy.ruinShare * strategy.capital else {
      if pool.coins != 0 { pending = (-pool.coins, now, .ruin) }
      return
    }
    let question = PolicyQuestion(
      at: now, side: strategy.side, leverage: pool.leverage(at: price),
      capital: (equity, equity, strategy.maintenanceRate),
      contract: (price, strategy.lot, strategy.leastQuantity))
    let resized = try resized(question, outlook)
    guard resized.quantity != 0 else { return }
    let sign: Double = strategy.side == .down ? 1 : -1
    pending = (sign * resized.quantity, now, resized.cause)
  }

  /// Contracts, + increases, whichever side.
  private mutating func resized(
    _ question: PolicyQuestion, _ outlook: MarketOutlook
  ) throws(PolicyError) -> (quantity: Double, cause: BacktestOrder.Cause) {
    switch controller {
    case .policy(let plan):
      let decision = try plan.decide(question, outlook: outlook, memory: &memory)
      let cause = BacktestOrder.Cause.policy(decision.target.binding)
      switch decision.action {
      case .order(let quantity): return (quantity, cause)
      case .none(let pause):
        pauses[pause, default: 0] += 1
        return (0, cause)
      }
    case .fixed(let leverage, let band):
      let resize = try Resize(
        from: question.leverage, to: LeverageTarget(fixed: leverage),
        by: ResizeRule(
          band: band, mode: .target, lot: question.lot, leastQuantity: question.leastQuantity),
        capitalAtRisk: question.capitalAtRisk, unitDeltaCash: question.unitDeltaCash)
      if resize.quantity == 0 {
        pauses[resize.isInsideBand ? .insideBand : .belowSmallestOrder, default: 0] += 1
      }
      return (resize.quantity, .fixedLeverage)
    }
  }
}
