import FulcrumModel
import FulcrumRisk

/// One side of a liquidation region: price, distance in percent and in daily sigmas.
struct LiquidationSide {
  let price: Shown
  /// Percent of the index.
  let distance: Shown
  let sigmas: Shown

  init(price: Shown, distance: Shown, sigmas: Shown) {
    self.price = price
    self.distance = distance
    self.sigmas = sigmas
  }

  init(absent reason: String) {
    self.init(price: .absent(reason), distance: .absent(reason), sigmas: .absent(reason))
  }
}

/// Liquidation of one pool along one underlying, as the tables show it.
struct LiquidationLine {
  let underlying: Underlying?
  let index: Shown
  let below: LiquidationSide
  let above: LiquidationSide
  let oneDay: Shown
  let sevenDays: Shown
  /// The nearest prices over the time and volatility nodes, where they are nearer than today's of a
  /// pool that is not liquidable already.
  let cone: String?

  static func lines(of pool: PoolReport) -> [LiquidationLine] {
    guard pool.liquidation.isEmpty else { return pool.liquidation.map(LiquidationLine.init) }
    let reason: Absence
    if pool.measures == nil {
      reason = .noMarket
    } else {
      reason = pool.collateralBasis == .unknown ? .unknownCollateral : .noMarginRule
    }
    return [LiquidationLine(pool.underlyings.first, absent: reason)]
  }

  private init(_ underlying: Underlying?, absent reason: Absence) {
    self.underlying = underlying
    index = .absent(reason)
    below = LiquidationSide(absent: reason.explanation)
    above = LiquidationSide(absent: reason.explanation)
    oneDay = .absent(reason)
    sevenDays = .absent(reason)
    cone = nil
  }

  init(_ side: UnderlyingLiquidation) {
    underlying = side.underlying
    let today = side.today
    index = Shown(NumberText.price(today.index, .toNearestEven))
    // Nearer to spot is the safe side to err on: up below it, down above it.
    below = Self.side(
      today, price: today.below, distance: today.distanceDown, sigmas: side.sigmasDown, .up)
    above = Self.side(
      today, price: today.above, distance: today.distanceUp, sigmas: side.sigmasUp, .down)
    oneDay = .measure(side.probability1Day, NumberText.probability)
    sevenDays = .measure(side.probability7Days, NumberText.probability)
    cone = Self.cone(side)
  }

  private static func side(
    _ region: LiquidationRegion, price: Double?, distance: Double?, sigmas: Double?,
    _ rounding: Rounding
  ) -> LiquidationSide {
    guard region.healthy else {
      return LiquidationSide(absent: Absence.alreadyLiquidable.explanation)
    }
    guard let price, let distance else {
      return LiquidationSide(absent: Absence.noLiquidation.explanation)
    }
    return LiquidationSide(
      price: Shown(NumberText.price(price, rounding)),
      distance: Shown(NumberText.distance(distance)),
      sigmas: sigmas.map { Shown(NumberText.decimal($0, places: 1, .down)) }
        ?? .absent("no reference volatility to measure it by"))
  }

  /// What introduces `cone`.
  static let coneTitle = "nearer at other times and vols"

  /// A price must be nearer by a thousandth to be news.
  private static let nearer = 1.001

  /// What the surface adds: a price nearer than today's, with the node that it comes from.
  private static func cone(_ side: UnderlyingLiquidation) -> String? {
    guard side.today.healthy, let surface = side.surface else { return nil }
    if let node = surface.liquidableAtIndex {
      return "liquidable at today's price \(node)"
    }
    var parts: [String] = []
    if let below = surface.below, below.price > (side.today.below ?? 0) * Self.nearer {
      parts.append("below at \(NumberText.price(below.price, .up)) (\(below.node))")
    }
    if let above = surface.above, above.price * Self.nearer < side.today.above ?? .infinity {
      parts.append("above at \(NumberText.price(above.price, .down)) (\(above.node))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
