import RealModule

/// Binance's futures by brackets of notional: one position isolated, several as in cross mode.
public struct BinanceFuture: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var brackets: PerUnderlying<BinanceBrackets>

  public init(ruleSet: VenueRuleSet, brackets: PerUnderlying<BinanceBrackets>) {
    self.ruleSet = ruleSet
    self.brackets = brackets
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    for leg in pool.legs {
      guard !leg.isOption else {
        throw .notCovered(
          what: "an option", fix: "Binance margins options apart: ask binance-options")
      }
      let coins = leg.futureCoins.magnitude
      let notional = leg.settlement == .linear ? coins * leg.forward : coins
      let level = try brackets.of(leg.underlying).level(of: notional)
      let maintenance = notional * level.rate - level.amount
      // Without a leverage of the bracket the maintenance is all that is known.
      let initial = level.maxLeverage.map { notional / $0 } ?? maintenance
      parts.add("futures", initial: max(initial, maintenance), maintenance: maintenance)
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.balanceWithoutOptions, parts: parts.parts, confidence: ruleSet.confidence,
      caveats: [
        "brackets of \(ruleSet.dated.year): the venue changes them; load the current ones",
        isLeverageKnown
          ? "initial margin at the most leverage of the bracket; the user's own may be lower"
          : "leverage of the brackets was not read: initial margin is shown as the maintenance",
      ]
    ).representable()
  }

  private var isLeverageKnown: Bool {
    brackets.values.allSatisfy { $0.levels.allSatisfy { $0.maxLeverage != nil } }
  }

  /// The ends of the brackets.
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] {
    guard let brackets = try? brackets.of(underlying) else { return [] }
    return pool.legs.filter { $0.underlying == underlying }.flatMap { leg -> [Double] in
      let now = leg.settlement == .linear ? leg.futureCoins.magnitude * leg.forward : 0
      guard now > 0 else { return [] }
      return brackets.levels.dropFirst().map { Double.log($0.floor / now) }
    }
  }
}

/// Binance's European options, linear: an inference from parameter names, and said to be one.
public struct BinanceOption: VenueRule, Hashable {
  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<BinanceOptionTerms>

  public init(ruleSet: VenueRuleSet, terms: PerUnderlying<BinanceOptionTerms>) {
    self.ruleSet = ruleSet
    self.terms = terms
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    for leg in pool.legs {
      guard let option = VenueOption(leg) else {
        throw .notCovered(
          what: "a future in a pool of options",
          fix: "Binance margins futures apart: ask binance-futures")
      }
      guard option.settlement == .linear else {
        throw .notCovered(
          what: "a coin-margined option", fix: "Binance's options settle in USDT")
      }
      guard option.coins < 0 else { continue }
      let index = pool.indices[leg.underlying]
      let margin = try terms.of(leg.underlying).short(
        index: index, mark: option.mark, outOfTheMoney: option.outOfTheMoney(against: index)
      ).scaled(by: -option.coins)
      parts.add(
        "short \(option.right.rawValue)s", initial: margin.initial,
        maintenance: margin.maintenance)
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.balanceWithoutOptions, parts: parts.parts,
      confidence: ruleSet.confidence.weakened(by: .inferred),
      caveats: [
        "formula inferred from the names of API parameters: unverified",
        "that the balance leaves option value out is inferred",
      ]
    ).representable()
  }

  /// Where the relief of the maintenance begins and ends: OTM = 0 and OTM = (μ − μ₀)·S.
  public func bends(of pool: RiskPool, moving underlying: Int) -> [Double] {
    guard let terms = try? terms.of(underlying) else { return [] }
    return pool.legs.flatMap { leg -> [Double] in
      guard leg.underlying == underlying, let option = VenueOption(leg), option.strike > 0
      else { return [] }
      let slope = 1 + option.right.sign * (terms.maintenance - terms.maintenanceFloor)
      let index = pool.indices[underlying]
      return [1, slope].filter { $0 > 0 }.map { Double.log(option.strike / ($0 * index)) }
    }
  }
}
