import RealModule

/// The cheapest contracts that bring exposures within tolerances (leverage-math 7.2):
///
///     min Σ_j buy_j u_j + sell_j v_j   s.t.   |b_i + Σ_j X_ij x_j| ≤ tol_i,   |x_j| ≤ cap_j
///
/// with x = u − v, u, v ≥ 0, and the charge of `risk` where there is one; where floors are given p_s + Σ_j V_sj x_j ≥ −limit in every
/// scenario s; where margin is, the capital that more of it takes costs, and it stays within what
/// there is of it. Rows are scaled to a tolerance of 1, columns to a greatest coefficient of 1 and costs
/// to a greatest of 1: a solver's tolerances are absolute.
public struct HedgeProgram: Hashable, Sendable {
  /// X by instrument: exposures of one contract, in the order of the limits.
  public var unitExposures: [[Double]]
  /// b.
  public var book: [Double]
  /// tol > 0.
  public var tolerances: [Double]
  /// Of one contract bought, ≥ 0.
  public var unitCosts: [Double]
  /// Of one sold, ≥ 0; the same where nobody says otherwise.
  public var sellCosts: [Double]
  /// Most contracts of each to buy, ≥ 0; what the displayed depth holds.
  public var caps: [Double]
  /// The same to sell.
  public var sellCaps: [Double]
  /// Fewest contracts to buy and to sell, where a search has come to know them; else empty.
  var leastBuys: [Double] = []
  var leastSells: [Double] = []
  public var floors: Floors?
  public var margin: Margin?
  public var risk: Risk?
  public var ceilings: [Ceiling] = []
  /// Most that contracts may cost with the capital that they take, > 0; nil for no limit.
  public var budget: Double?

  /// Initial margin as a sum over contracts held: linear in each, on its own for long and short.
  public struct Margin: Hashable, Sendable {
    /// Of one contract long and short, ≥ 0.
    public var longUnits: [Double]
    public var shortUnits: [Double]
    /// Contracts that the book holds of each, signed.
    public var held: [Double]
    /// By how much it may grow, costs included, ≥ 0.
    public var room: Double
    /// What a unit of capital costs for as long as the hedge is held, ≥ 0.
    public var capitalCost: Double
    /// Of what contracts cost, what takes from the room: 1 less the share of equity that stays free.
    public var costShare = 1.0

    public init(
      longUnits: [Double], shortUnits: [Double], held: [Double], room: Double, capitalCost: Double
    ) {
      self.longUnits = longUnits
      self.shortUnits = shortUnits
      self.held = held
      self.room = room
      self.capitalCost = capitalCost
    }

    /// What more contracts add to it; negative where they close.
    func change(_ place: Int, _ contracts: Double) -> Double {
      of(place, held[place] + contracts) - of(place, held[place])
    }

    private func of(_ place: Int, _ held: Double) -> Double {
      held > 0 ? held * longUnits[place] : -held * shortUnits[place]
    }
  }

  /// Scenarios in which no more than a limit may be lost.
  public struct Floors: Hashable, Sendable {
    /// p: what the book gains in each.
    public var book: [Double]
    /// V: what one contract of each instrument gains in each.
    public var units: [[Double]]
    /// > 0, in the unit of both.
    public var limit: Double

    public init(book: [Double], units: [[Double]], limit: Double) {
      self.book = book
      self.units = units
      self.limit = limit
    }
  }

  public init(
    unitExposures: [[Double]], book: [Double], tolerances: [Double], unitCosts: [Double],
    caps: [Double]
  ) {
    sellCaps = caps
    self.unitExposures = unitExposures
    self.book = book
    self.tolerances = tolerances
    self.unitCosts = unitCosts
    sellCosts = unitCosts
    self.caps = caps
  }

  public enum Outcome: Hashable, Sendable {
    /// The cost with what risk is charged.
    case optimal(contracts: [Double], cost: Double, dualityGap: Double)
    /// What stands in the way: each limit that has to give, with by how much, in its own unit, and
    /// the best contracts within what was relaxed.
    case infeasible(short: [Shortfall], contracts: [Double])
    case failed(String)
  }

  public struct Shortfall: Hashable, Sendable {
    /// Place of the limit.
    public var limit: Int
    /// What is left beyond its tolerance, ≥ 0.
    public var excess: Double
  }

  /// Whether arrays are of one length and every number can be worked with.
  public var isSound: Bool {
    let instruments = unitExposures.count
    if let floors {
      guard floors.units.count == instruments, floors.limit > 0, floors.limit.isFinite,
        floors.units.allSatisfy({ $0.count == floors.book.count }),
        (floors.units.joined() + floors.book).allSatisfy(\.isFinite)
      else { return false }
    }
    if let margin {
      let numbers = margin.longUnits + margin.shortUnits + [margin.room, margin.capitalCost]
      guard margin.longUnits.count == instruments, margin.shortUnits.count == instruments,
        margin.held.count == instruments, margin.held.allSatisfy(\.isFinite),
        numbers.allSatisfy({ $0 >= 0 && $0.isFinite })
      else { return false }
    }
    guard risk?.isSound(instruments) ?? true, ceilings.allSatisfy({ $0.isSound(instruments) }),
      budget.map({ $0 > 0 && $0.isFinite }) ?? true
    else { return false }
    return unitCosts.count == instruments && caps.count == instruments
      && sellCaps.count == instruments && sellCosts.count == instruments
      && tolerances.count == book.count && unitExposures.allSatisfy { $0.count == book.count }
      && (unitExposures.joined() + book + unitCosts + sellCosts + caps + sellCaps).allSatisfy(
        \.isFinite)
      && tolerances.allSatisfy { $0 > 0 && $0.isFinite }
      && (unitCosts + sellCosts).allSatisfy { $0 >= 0 }
      && (caps + sellCaps).allSatisfy { $0 >= 0 }
  }

  /// - Parameter giveFirst: places of limits in the order in which they may give where not all hold;
  ///   vega, gamma, delta.
  public func solve(
    _ solver: any LinearProgramSolver, giveFirst: [Int]? = nil
  ) -> Outcome {
    guard isSound else {
      return .failed("a number of the hedge is not finite or of the wrong sign")
    }
    let scaled = Scaled(self)
    switch solver.solve(program(scaled, slackCosts: nil)) {
    case .optimal(let solution):
      let contracts = scaled.contracts(solution.values)
      return .optimal(
        contracts: contracts, cost: objective(of: contracts),
        dualityGap: (solution.cost - solution.dualCost).magnitude * scaled.cost)
    case .infeasible: return relaxed(solver, giveFirst ?? Array(book.indices.reversed()))
    case .unbounded: return .failed("the program is unbounded, which no hedge is")
    case .failed(let reason): return .failed(reason)
    }
  }

  /// |b + Xx| ≤ tol and |x| ≤ cap, each within `slack` of its size.
  public func isFeasible(_ contracts: [Double], slack: Double = 1e-7) -> Bool {
    zip(residuals(contracts), tolerances).allSatisfy { $0.magnitude <= $1 * (1 + slack) }
      && contracts.indices.allSatisfy { place in
        let cap = contracts[place] > 0 ? caps[place] : sellCaps[place]
        return contracts[place].magnitude <= cap * (1 + slack) + 1e-12
      }
      && lowest(contracts) >= -(floors?.limit ?? .infinity) * (1 + slack)
      && marginExcess(contracts) <= slack * (margin?.room ?? 0) + 1e-12
      && excess(contracts) <= slack
  }

  /// The least that the book gains with them in a scenario; ∞ where none is asked about.
  func lowest(_ contracts: [Double]) -> Double {
    profits(contracts).min() ?? .infinity
  }

  /// What the book gains with them in each scenario.
  func profits(_ contracts: [Double]) -> [Double] {
    guard let floors else { return [] }
    var profits = floors.book
    for (unit, held) in zip(floors.units, contracts) where held != 0 {
      for place in profits.indices { profits[place] += unit[place] * held }
    }
    return profits
  }

  /// b + Xx.
  public func residuals(_ contracts: [Double]) -> [Double] {
    book.indices.map { limit in
      zip(unitExposures, contracts).reduce(book[limit]) { $0 + $1.0[limit] * $1.1 }
    }
  }

  /// Of some instruments only, in that order.
  func keeping(_ places: [Int]) -> HedgeProgram {
    var kept = self
    kept.unitExposures = places.map { unitExposures[$0] }
    kept.unitCosts = places.map { unitCosts[$0] }
    kept.sellCosts = places.map { sellCosts[$0] }
    kept.caps = places.map { caps[$0] }
    kept.sellCaps = places.map { sellCaps[$0] }
    kept.floors?.units = places.map { floors?.units[$0] ?? [] }
    kept.ceilings = ceilings.map { $0.keeping(places) }
    kept.risk?.units = places.map { risk?.units[$0] ?? [] }
    kept.margin?.longUnits = places.map { margin?.longUnits[$0] ?? 0 }
    kept.margin?.shortUnits = places.map { margin?.shortUnits[$0] ?? 0 }
    kept.margin?.held = places.map { margin?.held[$0] ?? 0 }
    return kept
  }

  /// Of buying, of selling, and of the capital that margin takes.
  public func cost(of contracts: [Double]) -> Double {
    let trading = tradingCost(of: contracts)
    guard let margin else { return trading }
    return trading + margin.capitalCost * max(marginChange(contracts), 0)
  }

  func tradingCost(of contracts: [Double]) -> Double {
    contracts.indices.reduce(0) { $0 + tradingCost($1, contracts[$1]) }
  }

  func tradingCost(_ place: Int, _ contracts: Double) -> Double {
    contracts > 0 ? unitCosts[place] * contracts : -sellCosts[place] * contracts
  }

  func marginChange(_ contracts: [Double]) -> Double {
    guard let margin else { return 0 }
    return contracts.indices.reduce(0) { $0 + margin.change($1, contracts[$1]) }
  }

  /// By how much margin and costs are beyond what there is, 0 where they are not.
  func marginExcess(_ contracts: [Double]) -> Double {
    guard let margin else { return 0 }
    let costs = margin.costShare * tradingCost(of: contracts)
    return max(marginChange(contracts) + costs - margin.room, 0)
  }

  /// Everything held by a slack of one cost a limit, dear where a limit should give last.
  private func relaxed(_ solver: any LinearProgramSolver, _ order: [Int]) -> Outcome {
    guard risk == nil else {
      // Nothing is weighed against limits that do not hold.
      var without = self
      without.risk = nil
      return without.relaxed(solver, order)
    }
    // A unit of slack costs more than any hedge can, and each limit a thousand times the one before
    // it; costs are in units of that, so that large sizes make no large numbers.
    let most = unitCosts.indices.reduce((margin?.capitalCost ?? 0) * (margin?.room ?? 0)) {
      $0 + max(unitCosts[$1] * caps[$1], sellCosts[$1] * sellCaps[$1])
    }
    var costs = [Double](repeating: 1, count: book.count)
    for (rank, limit) in order.enumerated() where costs.indices.contains(limit) {
      costs[limit] = Double.pow(1000, Double(rank))
    }
    var scaled = Scaled(self)
    scaled.cost = most > 0 ? most : 1
    // Scenarios do not give: without any trade they hold.
    guard case .optimal(let solution) = solver.solve(program(scaled, slackCosts: costs)) else {
      return .failed("no contracts were found even with every limit relaxed")
    }
    let contracts = scaled.contracts(solution.values)
    let short = zip(residuals(contracts), tolerances).enumerated().compactMap {
      limit, pair -> Shortfall? in
      let excess = pair.0.magnitude - pair.1
      return excess > 1e-7 * pair.1 ? Shortfall(limit: limit, excess: excess) : nil
    }
    return .infeasible(short: short, contracts: contracts)
  }
}
