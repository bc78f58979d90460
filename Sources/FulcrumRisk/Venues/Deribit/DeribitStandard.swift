/// What Deribit's standard margin asks for on one coin.
public struct DeribitStandardTerms: Hashable, Sendable {
  /// What a rate of futures applies to.
  public struct Futures: Hashable, Sendable {
    public var perpetual: DeribitFuturesRule
    public var dated: DeribitFuturesRule
    /// Since August 2026 the position is the account's whole position in the coin.
    public var countsWholePosition: Bool
    /// The flat part of the perpetual is assumed, not published.
    public var perpetualIsAssumed: Bool

    public init(
      perpetual: DeribitFuturesRule, dated: DeribitFuturesRule, countsWholePosition: Bool = false,
      perpetualIsAssumed: Bool = false
    ) {
      self.perpetual = perpetual
      self.dated = dated
      self.countsWholePosition = countsWholePosition
      self.perpetualIsAssumed = perpetualIsAssumed
    }
  }

  public var coin: String
  /// Nil where the factors of this coin were not read.
  public var options: DeribitOptionTerms?
  /// Nil where the rates of this coin were not read.
  public var futures: Futures?
  /// Of the futures' rates.
  public var dated: RuleDate

  public init(
    coin: String, options: DeribitOptionTerms?, futures: Futures?, dated: RuleDate
  ) {
    self.coin = coin
    self.options = options
    self.futures = futures
    self.dated = dated
  }
}

/// Deribit's segregated standard margin of one pool: every position alone, summed.
///
/// Held against the margin balance, which leaves option value out: a long option cannot support a
/// short one (margin-centralised 1.2 to 1.4).
public struct DeribitStandard: VenueRule, Hashable {
  /// What being out of the money is measured against.
  public enum OutOfTheMoneyReference: String, Hashable, Sendable, CaseIterable {
    /// As read in September 2026.
    case index
    /// As an API comment of 2023 says.
    case forward
  }

  public let ruleSet: VenueRuleSet
  public var terms: PerUnderlying<DeribitStandardTerms>
  public var reference: OutOfTheMoneyReference

  public init(
    ruleSet: VenueRuleSet, terms: PerUnderlying<DeribitStandardTerms>,
    reference: OutOfTheMoneyReference = .index
  ) {
    self.ruleSet = ruleSet
    self.terms = terms
    self.reference = reference
  }

  public func requirement(for pool: RiskPool) throws(VenueRuleError) -> VenueRequirement {
    try pool.checked()
    var parts = RequirementParts()
    for leg in pool.legs {
      let terms = try terms.of(leg.underlying)
      let index = pool.indices[leg.underlying]
      if let option = VenueOption(leg) {
        guard option.coins < 0 else { continue }
        guard let factors = terms.options else {
          throw .notKnown(what: "option factors of \(terms.coin)", upTo: "BTC and ETH")
        }
        let margin = factors.position(
          option.right, settlement: option.settlement, index: index,
          reference: reference == .index ? index : option.forward, strike: option.strike,
          mark: option.mark, quantity: option.coins)
        parts.add(
          "short \(option.right.rawValue)s", initial: margin.initial,
          maintenance: margin.maintenance)
      } else {
        let coins = leg.futureCoins.magnitude
        let rates = try rates(of: leg, in: pool, terms)
        let notional = leg.settlement == .linear ? coins * index : coins
        parts.add(
          "futures", initial: notional * rates.initial, maintenance: notional * rates.maintenance)
      }
    }
    return try VenueRequirement(
      initial: parts.initial, maintenance: parts.maintenance,
      balance: pool.balanceWithoutOptions, parts: parts.parts, confidence: confidence(pool),
      caveats: caveats(pool)
    ).representable()
  }

  private func rates(
    of leg: RiskLeg, in pool: RiskPool, _ terms: DeribitStandardTerms
  ) throws(VenueRuleError) -> MarginPair {
    guard let futures = terms.futures else {
      throw .notKnown(
        what: "futures rates of \(terms.coin) at this date",
        upTo: terms.options == nil ? "nothing of it" : "its options")
    }
    guard case .future(_, let years) = leg.contract else {
      return MarginPair(initial: 0, maintenance: 0)
    }
    let rule = years == nil ? futures.perpetual : futures.dated
    var coins = leg.futureCoins.magnitude
    if futures.countsWholePosition {
      coins = pool.legs.reduce(0) {
        $1.isOption || $1.underlying != leg.underlying ? $0 : $0 + $1.futureCoins.magnitude
      }
    }
    return try rule.rates(coins: coins)
  }

  private func confidence(_ pool: RiskPool) -> RuleConfidence {
    var confidence = RuleConfidence.documented.weakened(by: ruleSet.confidence)
    for leg in pool.legs {
      guard
        let terms = terms.values.indices.contains(leg.underlying)
          ? terms.values[leg.underlying] : nil
      else { continue }
      if leg.isOption {
        let linear = leg.settlement == .linear
        confidence = confidence.weakened(by: linear ? .inferred : .secondary)
      } else {
        confidence = confidence.weakened(by: terms.dated.confidence)
        if case .future(_, nil) = leg.contract, terms.futures?.perpetualIsAssumed == true {
          confidence = confidence.weakened(by: .inferred)
        }
      }
    }
    return confidence
  }

  private func caveats(_ pool: RiskPool) -> [String] {
    var caveats: [String] = []
    if pool.legs.contains(where: { $0.isOption && $0.quantity > 0 }) {
      caveats.append("the margin balance leaves option value out: long options support nothing")
    }
    if pool.legs.contains(where: { $0.isOption && $0.settlement == .linear }) {
      caveats.append("USDC options: coefficients of the coin form, read on other venues")
    }
    if pool.hasOptions, reference == .index {
      caveats.append("out of the money is measured against the index; an older text says forward")
    }
    if pool.hasFutures, terms.values.contains(where: { $0.futures?.countsWholePosition == true }) {
      caveats.append("leverage is by the account's whole position in the coin; the pool's is taken")
    }
    if pool.hasFutures, terms.values.contains(where: { $0.futures?.perpetualIsAssumed == true }) {
      caveats.append(
        "perpetual: the position limit is not published; its flat part is taken from the dated "
          + "future's limit, and nothing is quoted beyond")
    }
    return caveats
  }
}
