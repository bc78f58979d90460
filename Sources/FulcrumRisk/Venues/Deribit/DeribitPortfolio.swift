import RealModule

/// Deribit's segregated portfolio margin of one pool: the worst cell of a grid of prices and
/// volatilities, with shocks for the term structure and for size (margin-centralised 1.5).
///
/// The matrix measures losses from today's marks, so it is held against the equity: see decision
/// 0019. Order, spot and market-maker margin are the account's and not a pool's.
public struct DeribitPortfolio: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var parameters: PerUnderlying<DeribitPortfolioParameters>
  /// Whether option value counts in what is held; false reads the margin balance of standard margin.
  public var countsOptionValue: Bool

  public init(
    ruleSet: VenueRuleSet, parameters: PerUnderlying<DeribitPortfolioParameters>,
    countsOptionValue: Bool = true
  ) {
    self.ruleSet = ruleSet
    self.parameters = parameters
    self.countsOptionValue = countsOptionValue
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    var worst: [String] = []
    for (place, index) in pool.indices.enumerated() {
      let positions = pool.legs.filter { $0.underlying == place }
        .map(DeribitPortfolioPosition.init)
      guard !positions.isEmpty else { continue }
      let matrix = try DeribitPortfolioMatrix(
        positions, index: index, parameters: try parameters.of(place))
      func add(_ name: String, _ margin: Double) {
        parts.add(name, initial: margin, maintenance: matrix.maintenanceFactor * margin)
      }
      add("worst case", matrix.worstCase)
      add("roll shock", matrix.rollShock)
      add("delta shock", matrix.deltaShock)
      if let scenario = matrix.worstScenario { worst.append(scenario) }
    }
    let balance =
      countsOptionValue ? Revaluation(pool).equity(at: 1) : pool.balanceWithoutOptions
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance, balance: balance,
      worst: worst.isEmpty ? "no scenario loses" : worst.joined(separator: "; "),
      parts: parts.parts,
      confidence: pool.hasOptions ? ruleSet.confidence.weakened(by: .inferred) : ruleSet.confidence,
      caveats: pool.hasOptions ? Self.optionCaveats : []
    ).representable()
  }

  private static let optionCaveats = [
    "reproduced for futures only; no public sample of the engine with options was found",
    "losses are measured from the marks, so equity with option value is what is held (inferred)",
  ]
}

extension DeribitPortfolio {
  /// A strike bends the matrix where a scenario carries the forward onto it.
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] {
    guard let parameters = try? parameters.of(underlying) else { return [] }
    let moves = Set((parameters.standardScenarios + parameters.extendedScenarios).map(\.move))
    return pool.legs.flatMap { leg -> [Double] in
      guard leg.underlying == underlying, case .option(_, let strike, _, _) = leg.contract,
        strike > 0
      else { return [] }
      return moves.map { Double.log(strike / (leg.forward * (1 + $0))) }
    }
  }
}
