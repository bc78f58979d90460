import FulcrumRisk

extension InputFields {
  mutating func dydxPerpetual(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let tier = DYDXPerpetualRule.Tier(
      name: "given", initial: number("imf", "base initial margin fraction", .share),
      maintenanceShare: number("maintFraction", "maintenance share of it", .share),
      lowerCap: number("lowerCapUsd", "open interest, USD", .nonNegative, fallback: 0),
      upperCap: number("upperCapUsd", "open interest, USD", .nonNegative, fallback: 0),
      isIsolated: bool("isolated", meaning: "whether it is alone", fallback: false))
    if tier.upperCap < tier.lowerCap {
      refuse(
        "upperCapUsd", seen: "\(tier.upperCap)", allowed: "lowerCapUsd or more",
        fix: "give both caps, or neither")
    }
    let market = DYDXPerpetualRule.Market(
      coin: coin, tier: tier,
      openInterest: number("openInterestUsd", "USD", .nonNegative, fallback: 0),
      leverageCap: optionalNumber("leverageCap", "leverage as set", .positive))
    return { $0.onChain.dydx[coin, default: []].append(DatedSet(date, market)) }
  }

  mutating func driftPerpetual(_ coin: String, _ date: RuleDate) -> ParameterSet {
    let ratios = DriftIsolated.Ratios(
      initial: number("initialRatio", "margin ratio", .share),
      maintenance: number("maintenanceRatio", "margin ratio", .share),
      sizeFactor: number("imfFactor", "size premium", .nonNegative, fallback: 0))
    if ratios.initial < ratios.maintenance {
      refuse(
        "initialRatio", seen: "\(ratios.initial)", allowed: "maintenanceRatio or more",
        fix: "order them")
    }
    return { $0.onChain.drift[coin, default: []].append(DatedSet(date, ratios)) }
  }

  mutating func hyperliquidPerpetual(_ coin: String, _ date: RuleDate) -> ParameterSet? {
    let steps = each("tiers", meaning: "tiers, ascending") { tier in
      (
        lowerBound: tier.number("lowerBound", "notional, USD", .nonNegative),
        maxLeverage: tier.number("maxLeverage", "largest leverage", .positive)
      )
    }
    let cap = optionalNumber("leverageCap", "leverage as set", .positive)
    do throws(VenueRuleError) {
      let tiers = try HyperliquidTiers(steps)
      let market = HyperliquidPerpetualRule.Market(coin: coin, tiers: tiers, leverageCap: cap)
      return { $0.onChain.hyperliquid[coin, default: []].append(DatedSet(date, market)) }
    } catch {
      refuse(
        "tiers", seen: error.description, allowed: "tiers that ascend from 0",
        fix: "order them")
      return nil
    }
  }
}
