import FulcrumModel
import FulcrumNumerics
import RealModule

/// Where a venue would liquidate a pool as one underlying's price moves.
///
/// Prices are index prices in USD, money is in the pool's currency.
public struct VenueRegion: Hashable, Sendable {
  public var index: Double
  /// What the rule counts as held, asks to be maintained, and their difference H at S.
  public var balance: Double
  public var maintenance: Double
  public var excess: Double
  /// H ≥ 0 at S.
  public var healthy: Bool
  /// Every zero of H in the range searched, ascending; listed also when already liquidable.
  public var liquidationPrices: [Double]
  /// Nearest zero of H below and above S; nil when none, or when not healthy.
  public var below: Double?
  public var above: Double?
  /// 1 − below/S and above/S − 1.
  public var distanceDown: Double?
  public var distanceUp: Double?
  public var tangencies: [Double]
  /// Where H < 0, ascending; a nil bound means that the range ends there.
  public var liquidable: [LiquidableInterval]
  /// The prices between which the rule is known; nil where it is known all through [1e−4, 1e4]·S.
  public var knownFrom: Double?
  public var knownTo: Double?
  /// Why it is known no further.
  public var limit: String?
}

/// Liquidation prices under any venue's rule.
public enum VenueLiquidation {
  /// Every zero of H = balance − maintenance as one underlying moves, all its forwards in proportion.
  ///
  /// The grid is that of `Liquidation`: uniform in ln x over [1e−4, 1e4], every strike, finer where an
  /// option bends, 64 points around today's price, and the bends that the rule names. Sign changes are
  /// bracketed to |Δ ln x| ≤ 1e−14, extrema that point at zero are searched. A rule that is not known
  /// somewhere gives the region of the stretch around today's price in which it is, with its bounds.
  ///
  /// - Parameters:
  ///   - timeForward: Δt ≥ 0, years; cash unchanged.
  ///   - volShift: v ≥ −1; σ becomes σ(1 + v).
  /// - Throws: what the rule throws at today's price, or `.pool` for arguments out of domain.
  /// - Cost: the rule is asked some 500 to 3,000 times.
  public static func region(
    _ pool: RiskPool, under rule: some VenueRule, timeForward: Double = 0, volShift: Double = 0,
    underlying: Int = 0
  ) throws(VenueRuleError) -> VenueRegion {
    let node = ScenarioNode(timeForward: timeForward, volShift: volShift)
    do {
      try Liquidation.check(pool, margin: .standard, underlying: underlying)
      try node.validate()
    } catch {
      throw .pool(error)
    }
    let sheet = BalanceSheet(pool, margin: .standard, node: node, moving: underlying)
    let shifted = pool.shifted(by: node)
    let today = try rule.requirement(for: shifted)
    let bends = rule.bends(of: shifted, moving: underlying)
      .filter { $0 > PriceGrid.lowest && $0 < PriceGrid.highest }
    let nodes = Set(PriceGrid.nodes(for: sheet) + bends).sorted()
    let curve = ExcessCurve(pool: shifted, rule: rule, underlying: underlying)
    let known = try KnownStretch(of: curve, nodes: nodes)
    let search = ZeroSearch(
      nodes: known.nodes, values: known.values, slopeBound: { _, _ in .infinity },
      evaluate: { curve.sample(at: $0) })
    return region(of: search, today: today, known: known, index: pool.indices[underlying])
  }

  private static func region(
    of search: ZeroSearch, today: VenueRequirement, known: KnownStretch, index: Double
  ) -> VenueRegion {
    func price(_ position: Double) -> Double { index * Double.exp(position) }
    let healthy = today.excess >= 0
    let below = healthy ? search.zeros.last { $0.position <= 0 && $0.rising } : nil
    let above = healthy ? search.zeros.first { $0.position >= 0 && !$0.rising } : nil
    return VenueRegion(
      index: index, balance: today.balance, maintenance: today.maintenance,
      excess: today.excess, healthy: healthy,
      liquidationPrices: search.zeros.map { price($0.position) },
      below: below.map { price($0.position) }, above: above.map { price($0.position) },
      distanceDown: below.map { -Double.expMinusOne($0.position) },
      distanceUp: above.map { Double.expMinusOne($0.position) },
      tangencies: search.tangencies.map(price),
      liquidable: Liquidation.intervals(search.zeros, index: index, healthy: healthy),
      knownFrom: known.lower.map(price), knownTo: known.upper.map(price), limit: known.limit)
  }
}

/// H of a pool under a rule as a function of ln x of one underlying.
private struct ExcessCurve<Rule: VenueRule> {
  let pool: RiskPool
  let rule: Rule
  let underlying: Int

  func requirement(at position: Double) throws(VenueRuleError) -> VenueRequirement {
    try rule.requirement(for: pool.moved(underlying, by: Double.exp(position)))
  }

  /// Inside the known stretch; what is not known there counts as zero excess, which it is not asked.
  func sample(at position: Double) -> ZeroSearch.Sample {
    guard let found = try? requirement(at: position) else { return .init(value: 0, scale: 0) }
    let scale = pool.cash.magnitude + found.balance.magnitude + found.maintenance.magnitude
    return .init(value: found.excess, scale: scale)
  }
}

/// The longest stretch of nodes around ln 1 = 0 on which a rule answers.
private struct KnownStretch {
  private(set) var nodes: [Double] = []
  private(set) var values: [Double] = []
  /// ln x of the ends, where the rule is not known beyond.
  private(set) var lower: Double?
  private(set) var upper: Double?
  private(set) var limit: String?

  /// - Throws: whatever the rule throws that is not `.notKnown`, and that too at ln x = 0.
  init(of curve: ExcessCurve<some VenueRule>, nodes grid: [Double]) throws(VenueRuleError) {
    guard let centre = grid.firstIndex(where: { $0 >= 0 }) else { return }
    var down: [(node: Double, value: Double)] = []
    for place in grid[..<centre].indices.reversed() {
      guard let value = try value(curve, grid[place]) else {
        lower = try edge(curve, known: grid[place + 1], unknown: grid[place])
        if let lower, lower < grid[place + 1], let value = try value(curve, lower) {
          down.append((lower, value))
        }
        break
      }
      down.append((grid[place], value))
    }
    nodes = down.reversed().map(\.node)
    values = down.reversed().map(\.value)
    for place in grid[centre...].indices {
      guard let value = try value(curve, grid[place]) else {
        upper = try edge(curve, known: grid[place - 1], unknown: grid[place])
        if let upper, upper > grid[place - 1], let value = try value(curve, upper) {
          nodes.append(upper)
          values.append(value)
        }
        break
      }
      nodes.append(grid[place])
      values.append(value)
    }
  }

  private mutating func value(
    _ curve: ExcessCurve<some VenueRule>, _ position: Double
  ) throws(VenueRuleError) -> Double? {
    do {
      return try curve.requirement(at: position).excess
    } catch {
      guard case .notKnown = error else { throw error }
      limit = error.description
      return nil
    }
  }

  /// The last place, to 1e−12, at which the rule still answers.
  private mutating func edge(
    _ curve: ExcessCurve<some VenueRule>, known: Double, unknown: Double
  ) throws(VenueRuleError) -> Double {
    var (known, unknown) = (known, unknown)
    while (known - unknown).magnitude > 1e-12 {
      let middle = 0.5 * (known + unknown)
      if try value(curve, middle) == nil { unknown = middle } else { known = middle }
    }
    return known
  }
}

extension RiskPool {
  /// The pool Δt later at σ(1 + v).
  func shifted(by node: ScenarioNode) -> RiskPool {
    var pool = self
    for place in pool.legs.indices {
      switch pool.legs[place].contract {
      case .option(let right, let strike, let years, let volatility):
        pool.legs[place].contract = .option(
          right, strike: strike, years: max(years - node.timeForward, 0),
          volatility: volatility * (1 + node.volShift))
      case .future(let entry, let years):
        pool.legs[place].contract = .future(
          entry: entry, years: years.map { max($0 - node.timeForward, 0) })
      }
    }
    return pool
  }

  /// The pool with one underlying and all its forwards at `ratio` times their prices.
  func moved(_ underlying: Int, by ratio: Double) -> RiskPool {
    var pool = self
    pool.indices[underlying] *= ratio
    for place in pool.legs.indices where pool.legs[place].underlying == underlying {
      pool.legs[place].forward *= ratio
    }
    return pool
  }
}
