import FulcrumModel
import FulcrumNumerics
import RealModule

/// Where isolated pools are liquidated and where they are bankrupt (leverage-math 3).
public enum Liquidation {
  /// Every liquidation and bankruptcy price of a pool as one underlying moves.
  ///
  /// H = E − M is looked at on a grid of ln S over [1e−4, 1e4]·S with every strike and kink, every
  /// sign change is bracketed, every extremum pointing at zero is searched, and each bracket is
  /// narrowed to |Δ ln S| ≤ 1e−14 (leverage-math 3.2).
  ///
  /// - Parameters:
  ///   - timeForward: Δt ≥ 0 in years; T becomes max(T − Δt, 0), cash unchanged.
  ///   - volShift: v ≥ −1; σ becomes σ(1 + v), all legs alike.
  ///   - underlying: the one that moves; all its forwards move in proportion, the others stay.
  /// - Throws: `RiskError` where the pool, the rule or an argument is outside its domain.
  /// - Accuracy: the tolerances of `liquidation.json` (prices 1e−11 relative); worst error by key
  ///   printed by its test.
  public static func region(
    _ pool: RiskPool, margin: StandardMargin = .standard, timeForward: Double = 0,
    volShift: Double = 0, underlying: Int = 0
  ) throws(RiskError) -> LiquidationRegion {
    try check(pool, margin: margin, underlying: underlying)
    let node = ScenarioNode(timeForward: timeForward, volShift: volShift)
    try node.validate()
    let sheet = BalanceSheet(pool, margin: margin, node: node, moving: underlying)
    return try region(of: sheet, index: pool.indices[underlying])
  }

  static func check(
    _ pool: RiskPool, margin: StandardMargin, underlying: Int
  ) throws(RiskError) {
    try pool.validate()
    try margin.validate()
    guard pool.indices.indices.contains(underlying) else {
      throw .settingOutOfDomain(.underlying, seen: Double(underlying))
    }
  }

  /// The region of a checked pool. `exhaustive` looks at every node of the grid and uses no short cut
  /// of a known shape.
  static func region(
    of sheet: BalanceSheet, index: Double, exhaustive: Bool = false
  ) throws(RiskError) -> LiquidationRegion {
    // As the nodes of the grid are, of which it is one.
    let today = sheet.balances(at: [1])[0]
    guard today.scale.isFinite else { throw .notRepresentable("value of the pool") }
    let shortCut = exhaustive ? nil : SingleLeg.zeros(of: sheet)
    let (excess, equity) = shortCut ?? search(sheet, exhaustive: exhaustive)
    let healthy = today.excess >= 0
    let below = excess.zeros.last { $0.position <= 0 && $0.rising }
    let above = excess.zeros.first { $0.position >= 0 && !$0.rising }
    func price(_ position: Double) -> Double { index * Double.exp(position) }
    return LiquidationRegion(
      index: index, equity: today.equity, maintenance: today.requirement, excess: today.excess,
      healthy: healthy, liquidationPrices: excess.zeros.map { price($0.position) },
      bankruptcyPrices: equity.zeros.map { price($0.position) },
      below: healthy ? below.map { price($0.position) } : nil,
      above: healthy ? above.map { price($0.position) } : nil,
      distanceDown: healthy ? below.map { -Double.expMinusOne($0.position) } : nil,
      distanceUp: healthy ? above.map { Double.expMinusOne($0.position) } : nil,
      tangencies: excess.tangencies.map(price),
      liquidable: intervals(excess.zeros, index: index, healthy: healthy))
  }

  private static func search(
    _ sheet: BalanceSheet, exhaustive: Bool
  ) -> (excess: SingleLeg.Zeros, equity: SingleLeg.Zeros) {
    let scan = PriceScan(sheet, nodes: PriceGrid.nodes(for: sheet), exhaustive: exhaustive)
    let ofExcess = zeros(sheet, scan) { $0.excess }
    return (ofExcess, sheet.needsNoMargin ? ofExcess : zeros(sheet, scan) { $0.equity })
  }

  // A closure, since a key path is looked up at run time for every balance.
  private static func zeros(
    _ sheet: BalanceSheet, _ scan: PriceScan, _ part: (Balance) -> Double
  ) -> SingleLeg.Zeros {
    let search = ZeroSearch(
      nodes: scan.nodes, values: scan.balances.map(part), clear: scan.clear,
      slopeBound: { sheet.slopeBound(from: Double.exp($0), to: Double.exp($1)) },
      evaluate: {
        let balance = sheet.balance(at: Double.exp($0))
        return .init(value: part(balance), scale: balance.scale)
      })
    return .init(zeros: search.zeros, tangencies: search.tangencies)
  }

  /// The stretches where H < 0, from its zeros; without any, the sign today holds everywhere.
  static func intervals(
    _ zeros: [ZeroSearch.Zero], index: Double, healthy: Bool
  ) -> [LiquidableInterval] {
    guard let first = zeros.first else {
      return healthy ? [] : [LiquidableInterval(lower: nil, upper: nil)]
    }
    var intervals: [LiquidableInterval] = []
    var lower: Double?
    var inside = first.rising
    for zero in zeros {
      let price = index * Double.exp(zero.position)
      if zero.rising, inside {
        intervals.append(LiquidableInterval(lower: lower, upper: price))
      }
      inside = !zero.rising
      lower = inside ? price : nil
    }
    if inside { intervals.append(LiquidableInterval(lower: lower, upper: nil)) }
    return intervals
  }
}
