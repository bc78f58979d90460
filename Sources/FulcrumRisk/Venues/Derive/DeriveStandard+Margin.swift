import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

extension DeriveStandard {
  /// Mark of an option position, a·B(F, K, σ, T) without discount, USD.
  static func mark(_ option: Option, _ expiry: Expiry) -> Double {
    option.amount
      * Black76.undiscounted(
        OptionInput(
          right: option.right, forward: expiry.forward, strike: option.strike,
          years: expiry.years, volatility: option.volatility))
  }

  /// What one option alone asks for, USD ≤ 0; a long one asks for nothing and earns nothing.
  ///
  ///     MM call = mtm + mm·S·a          MM put = mtm + min(mm·S·a, mmMark·mtm)
  ///     IM call = mtm + k·S·a           IM put = min(mtm + k·S·a, offset·MM)
  ///     k = max(minSpot, maxSpot − otm), otm = max(±(K − S), 0)/S
  ///
  /// - Throws: `.parameter` for a number outside its domain.
  public static func margin(
    of option: Option, in expiry: Expiry, spot: Double, rates: OptionRates
  ) throws(VenueRuleError) -> Net {
    try validate(rates)
    try VenueInput.positive(spot, "spot")
    try validate(expiry, [option])
    return alone(option, expiry, spot, rates)
  }

  static func alone(
    _ option: Option, _ expiry: Expiry, _ spot: Double, _ rates: OptionRates
  ) -> Net {
    guard option.amount < 0 else { return .zero }
    let mark = mark(option, expiry)
    let notional = spot * option.amount
    let away = max(option.right.sign * (option.strike - spot), 0) / spot
    let base = max(rates.minSpot, rates.maxSpot - away) * notional + mark
    switch option.right {
    case .call:
      return Net(initial: base, maintenance: mark + rates.maintenanceCall * notional)
    case .put:
      let maintenance =
        mark + min(rates.maintenancePut * notional, rates.maintenancePutMark * mark)
      return Net(initial: min(base, maintenance * rates.putOffset), maintenance: maintenance)
    }
  }

  /// The worst that an expiry's options pay at 0 or at any strike, longs and shorts together, with
  /// unpaired calls at a multiple of the forward; USD ≤ 0.
  static func worstPayoff(_ expiry: Expiry, _ rates: OptionRates) -> Net {
    var calls = NeumaierSum()
    for option in expiry.options where option.right == .call { calls.add(option.amount) }
    let least = ([0] + expiry.options.map(\.strike)).map { payoff(expiry.options, at: $0) }
    let floor = least.reduce(0, min)
    let unpaired = expiry.forward * min(calls.value, 0)
    return Net(
      initial: floor + rates.unpairedInitial * unpaired,
      maintenance: floor + rates.unpairedMaintenance * unpaired)
  }

  private static func payoff(_ options: [Option], at price: Double) -> Double {
    var sum = NeumaierSum()
    for option in options {
      sum.add(option.amount * max(option.right.sign * (price - option.strike), 0))
    }
    return sum.value
  }

  /// What an expiry asks for, USD ≤ 0: its options one by one or its worst payoff, whichever asks
  /// less, and for IM the price of oracles that are not sure.
  ///
  /// - Throws: `.parameter` for a number outside its domain.
  public static func margin(
    of expiry: Expiry, spot: Double, spotConfidence: Double = 1, rates: Rates
  ) throws(VenueRuleError) -> Net {
    try validate(rates)
    try VenueInput.positive(spot, "spot")
    try VenueInput.fraction(spotConfidence, "spotConfidence")
    try validate(expiry, expiry.options)
    return together(expiry, spot, spotConfidence, rates)
  }

  static func together(
    _ expiry: Expiry, _ spot: Double, _ spotConfidence: Double, _ rates: Rates
  ) -> Net {
    var initial = NeumaierSum()
    var maintenance = NeumaierSum()
    for option in expiry.options {
      let net = alone(option, expiry, spot, rates.options)
      initial.add(net.initial)
      maintenance.add(net.maintenance)
    }
    let worst = worstPayoff(expiry, rates.options)
    let confidence = min(
      spotConfidence, min(expiry.forwardConfidence, expiry.volatilityConfidence))
    let doubt = charge(confidence, rates) * spot * shorts(expiry)
    return Net(
      initial: max(initial.value, worst.initial) - doubt,
      maintenance: max(maintenance.value, worst.maintenance))
  }

  /// (1 − confidence)·factor, but only below the threshold: a cliff, not a slope.
  static func charge(_ confidence: Double, _ rates: Rates) -> Double {
    confidence < rates.confidenceThreshold ? (1 - confidence) * rates.confidenceFactor : 0
  }

  /// Coins short in the options of an expiry.
  static func shorts(_ expiry: Expiry) -> Double {
    var sum = NeumaierSum()
    for option in expiry.options where option.amount < 0 { sum.add(-option.amount) }
    return sum.value
  }

  /// |q|·mark·rate against a perpetual, and for IM the price of doubt; USD ≤ 0.
  static func perpetual(_ perpetual: Perpetual, _ market: Market) -> Net {
    let size = perpetual.position.magnitude
    let rates = market.rates
    let doubt =
      charge(min(perpetual.confidence, market.spotConfidence), rates) * market.spot * size
    return Net(
      initial: -(size * perpetual.mark * rates.perpetualInitial) - doubt,
      maintenance: -(size * perpetual.mark * rates.perpetualMaintenance))
  }

  /// b·S·factor of collateral, for IM scaled once more and less doubt. Not divided by the stablecoin.
  static func base(_ base: Base, _ market: Market) -> Net {
    let value = base.amount * market.spot
    let doubt = charge(market.spotConfidence, market.rates) * value
    return Net(
      initial: value * base.marginFactor * base.initialScale - doubt,
      maintenance: value * base.marginFactor)
  }

  /// (threshold − price)·factor·S·(short options + perpetual) while the stablecoin is below its
  /// threshold, USD ≥ 0.
  static func depeg(_ market: Market, _ account: Account) -> Double {
    guard account.stablePrice < account.depegThreshold else { return 0 }
    var size = NeumaierSum(market.perpetual?.position.magnitude ?? 0)
    for expiry in market.expiries { size.add(shorts(expiry)) }
    return (account.depegThreshold - account.stablePrice) * account.depegFactor * market.spot
      * size.value
  }
}
