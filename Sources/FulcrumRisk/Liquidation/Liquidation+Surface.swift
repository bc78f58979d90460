import FulcrumModel

extension Liquidation {
  /// Days after which the surface is taken, before the last one: expiry.
  public static let surfaceDays: [Double] = [0, 1, 3]
  /// Relative volatility shifts of the surface.
  public static let surfaceVolShifts: [Double] = [-0.2, 0, 0.5]

  /// The region now, in 1 and 3 days and at the last option expiry, each at three volatilities.
  ///
  /// The headline is the nearest price of all nodes on either side, with the node it comes from.
  /// Nodes that cannot differ are computed once: futures know neither time nor volatility, and
  /// expired options no volatility.
  ///
  /// - Throws: as `region`.
  public static func surface(
    _ pool: RiskPool, margin: StandardMargin = .standard, underlying: Int = 0
  ) throws(RiskError) -> LiquidationSurface {
    try check(pool, margin: margin, underlying: underlying)
    var nodes: [LiquidationNode] = []
    var known: [ScenarioNode: LiquidationRegion] = [:]
    for time in times(of: pool) {
      for volShift in surfaceVolShifts {
        let node = representative(
          ScenarioNode(timeForward: time.years, volShift: volShift), for: pool)
        let region: LiquidationRegion
        if let earlier = known[node] {
          region = earlier
        } else {
          let sheet = BalanceSheet(pool, margin: margin, node: node, moving: underlying)
          region = try Self.region(of: sheet, index: pool.indices[underlying])
          known[node] = region
        }
        nodes.append(
          LiquidationNode(
            time: time.time, years: time.years, volShift: volShift, region: region))
      }
    }
    return LiquidationSurface(nodes: nodes)
  }

  private static func expiries(_ pool: RiskPool) -> [Double] {
    pool.legs.compactMap { leg in
      if case .option(_, _, let years, _) = leg.contract { return years }
      return nil
    }
  }

  private static func times(
    of pool: RiskPool
  ) -> [(time: LiquidationNode.Time, years: Double)] {
    var times = surfaceDays.map { days in
      (time: days == 0 ? LiquidationNode.Time.now : .days(days), years: days / 365)
    }
    if let last = expiries(pool).max() { times.append((time: .expiry, years: last)) }
    return times
  }

  /// A node with the same values: the first of those that the pool cannot tell apart.
  private static func representative(_ node: ScenarioNode, for pool: RiskPool) -> ScenarioNode {
    guard let last = expiries(pool).max() else { return ScenarioNode() }
    guard node.timeForward >= last else { return node }
    return ScenarioNode(timeForward: last, volShift: 0)
  }
}

extension LiquidationSurface {
  init(nodes: [LiquidationNode]) {
    self.nodes = nodes
    var below: Nearest?
    var above: Nearest?
    for node in nodes {
      let region = node.region
      if let price = region.below, let distance = region.distanceDown,
        price > below?.price ?? 0
      {
        below = Nearest(price: price, distance: distance, node: node.label)
      }
      if let price = region.above, let distance = region.distanceUp,
        price < above?.price ?? .infinity
      {
        above = Nearest(price: price, distance: distance, node: node.label)
      }
    }
    self.below = below
    self.above = above
    liquidableAtIndex = nodes.first { !$0.region.healthy }?.label
  }
}
