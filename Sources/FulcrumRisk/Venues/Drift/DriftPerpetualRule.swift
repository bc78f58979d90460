/// Drift v2's margin over a pool that is one isolated position.
///
/// The formula is known to the last digit; no market's ratios were read from the chain, so the caller
/// gives them.
public struct DriftPerpetualRule: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var coin: String
  public var ratios: DriftIsolated.Ratios
  /// The largest leverages that the user set, for the account and for this position. Never liquidate.
  public var userCap: Double?
  public var positionCap: Double?
  /// Of notional and of losses, on top of maintenance, to *leave* liquidation.
  public var buffer: Double

  public init(
    ruleSet: VenueRuleSet, coin: String, ratios: DriftIsolated.Ratios, userCap: Double? = nil,
    positionCap: Double? = nil, buffer: Double = 0
  ) {
    self.ruleSet = ruleSet
    self.coin = coin
    self.ratios = ratios
    self.userCap = userCap
    self.positionCap = positionCap
    self.buffer = buffer
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    try pool.settledInDollars("Drift")
    let positions = try pool.perpetualsOnly("Drift")
    guard pool.indices.count == 1 else {
      throw .notCovered(
        what: "\(pool.indices.count) coins in one isolated position of Drift",
        fix: "one pool a coin")
    }
    let coins = positions.first?.coins ?? 0
    let caps = [try fraction(userCap, "user's leverage"), try fraction(positionCap, "leverage")]
    try VenueInput.nonNegative(ratios.sizeFactor, "imf factor")
    try VenueInput.nonNegative(ratios.maintenance, "maintenance ratio")
    try VenueInput.hold(
      ratios.initial >= ratios.maintenance && ratios.initial.isFinite, ratios.initial,
      "initial ratio", "a ratio of the maintenance ratio or more")
    let isolated = DriftIsolated(
      base: coins, quote: -(positions.first?.cost ?? 0), deposit: pool.cash,
      oraclePrice: pool.indices[0])
    let maintenance = isolated.notional * ratios.maintenance(size: coins)
    let initial = isolated.notional * ratios.initial(size: coins, caps: caps[0], caps[1])
    return try VenueRequirement(
      initial: initial, maintenance: maintenance, balance: isolated.equity,
      parts: [.init(coin, initial: initial, maintenance: maintenance)],
      confidence: ruleSet.confidence, caveats: caveats(maintenance, isolated)
    ).representable()
  }

  private func fraction(_ leverage: Double?, _ name: String) throws(VenueRuleError) -> Double {
    guard let leverage else { return 0 }
    try VenueInput.positive(leverage, name)
    return 1 / leverage
  }

  private func caveats(_ maintenance: Double, _ isolated: DriftIsolated) -> [String] {
    var caveats = [
      "the market's ratios are the caller's; weights of unrealised profit and open orders are not "
        + "in the rule",
      "the position is valued at the index, as the program values it at its oracle",
    ]
    if buffer > 0 {
      let exit = maintenance + isolated.notional * buffer - min(isolated.profit, 0) * buffer
      caveats.append("once in liquidation the pool leaves it at an equity of \(exit) USD")
    }
    return caveats
  }
}

extension DriftPerpetualRule {
  /// Of the formula: a pool's answer is as well known as its market's ratios, which are given.
  static let date = RuleDate(
    2026, 4, 1, .reproduced,
    source: "drift-labs/protocol-v2 0ae3e3b1: math/margin.rs, state/margin_calculation.rs")
}
