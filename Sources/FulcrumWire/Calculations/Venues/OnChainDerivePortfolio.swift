import FulcrumRisk

extension VenueCalculation {
  /// Derive's second portfolio manager, with the field names of its own files.
  static let derivePortfolio = [
    VenueCalculation(
      "derive.pmrm2.portfolio", "an account under Derive's scenario margin"
    ) { (fields) throws(CalculationRefusal) in
      let rule = fields.nested("parameters", meaning: "parameters") { $0.portfolioRule() }
      let account = fields.nested("scenario", meaning: "the account and its market") {
        $0.portfolioAccount()
      }
      try fields.finish()
      let margin = try refusingRule { () throws(VenueRuleError) in
        try rule.margin(of: account)
      }
      return [
        "im": try finite(margin.net.initial),
        "mm": try finite(margin.net.maintenance),
        "optionMtm": try finite(margin.optionValue),
        "collateralMtm": try finite(margin.collateralValue),
      ]
    }
  ]
}

extension InputFields {
  private mutating func factor(_ name: String) -> Double { number(name, "parameter") }
  private mutating func confidence(_ name: String) -> Double {
    number(name, "confidence", .share)
  }

  fileprivate mutating func portfolioRule() -> DerivePortfolio {
    DerivePortfolio(
      factors: nested("Margin", meaning: "margin factors") { $0.lossFactors() },
      volatilityShock: nested("VolShock", meaning: "volatility shock") {
        DerivePortfolio.VolatilityShock(
          up: $0.factor("VOLRANGEUP"), down: $0.factor("VOLRANGEDOWN"),
          leastUp: $0.factor("MIN_VOL_EVAL_SHOCKED"),
          shortTermPower: $0.factor("SHORTTERMPOWER"),
          longTermPower: $0.factor("LONGTERMPOWER"), floorDays: $0.factor("DTE_FLOOR"))
      },
      skew: nested("SkewShock", meaning: "skew shock") {
        DerivePortfolio.SkewShock(
          linearBase: $0.factor("LINEAR_SCALE_CAP"), linearSlope: $0.factor("LINEAR_CBASE"),
          absoluteBase: $0.factor("ABS_SCALE_CAP"), absoluteSlope: $0.factor("ABS_CBASE"),
          leastWidth: $0.factor("MIN_K_STAR"), widthScale: $0.factor("MIN_WIDTH_SCALE"),
          volatilityStatic: $0.factor("VOL_PARAM_STATIC"),
          volatilityScale: $0.factor("VOL_PARAM_SCALE"))
      },
      basis: nested("BasisContingency", meaning: "basis contingency") {
        DerivePortfolio.Basis(
          up: $0.factor("SCENARIO_SPOT_UP"), down: $0.factor("SCENARIO_SPOT_DOWN"),
          add: $0.factor("BASIS_CONT_ADD_FACTOR"), multiple: $0.factor("BASIS_CONT_MULT_FACTOR"))
      },
      contingency: nested("OtherContingency", meaning: "other contingencies") {
        $0.contingency()
      },
      scenarios: scenarios())
  }

  private mutating func lossFactors() -> DerivePortfolio.Factors {
    DerivePortfolio.Factors(
      initialLoss: factor("IM_LOSS_FACTOR"), maintenanceLoss: factor("MM_LOSS_FACTOR"),
      longBase: factor("BASE_STATIC_DISCOUNT"), longMultiple: factor("LONG_RATE_MULTSCALE"),
      longAdd: factor("LONG_RATE_ADDSCALE"), shortBase: factor("BASE_STATIC_DISCOUNT_NEG"),
      shortMultiple: factor("SHORT_RATE_MULTSCALE"), shortAdd: factor("SHORT_RATE_ADDSCALE"))
  }

  private mutating func contingency() -> DerivePortfolio.Contingency {
    // The venue's files carry these two, and its rule does not read them.
    allow("IM_PERP_PERCENT_NORMAL", "IM_OPTION_PERCENT_NORMAL")
    return DerivePortfolio.Contingency(
      pegThreshold: factor("PEG_LOSS_THRESHOLD"), pegFactor: factor("PEG_LOSS_FACTOR"),
      confidenceThreshold: factor("CONF_THRESHOLD"), confidenceFactor: factor("CONF_MARGIN"),
      perpetualMaintenance: factor("MM_PERP_PERCENT"),
      perpetualInitial: factor("IM_PERP_PERCENT"),
      optionMaintenance: factor("MM_OPTION_PERCENT"), optionInitial: factor("IM_OPTION_PERCENT"))
  }

  /// `[[1.18, "Up", 1], ...]`: spot, volatility, damping.
  private mutating func scenarios() -> [DerivePortfolio.Scenario] {
    let allowed = "scenarios: [spot, \"Up|None|Down|LINEAR|ABS\", damping] each"
    guard case .array(let rows)? = any("Scenarios") else {
      refuse("Scenarios", seen: "no array", allowed: allowed, fix: "write [[1, \"None\", 1]]")
      return []
    }
    var scenarios: [DerivePortfolio.Scenario] = []
    for (place, row) in rows.enumerated() {
      let cells = row.array ?? []
      if cells.count == 3, let spot = cells[0].number, let damp = cells[2].number,
        let kind = cells[1].string.flatMap(DerivePortfolio.VolatilityCase.init)
      {
        scenarios.append(DerivePortfolio.Scenario(spot, kind, damp: damp))
      } else {
        refuse(
          "Scenarios[\(place)]", seen: row.brief, allowed: allowed,
          fix: "write [1, \"None\", 1]")
      }
    }
    return scenarios
  }

  fileprivate mutating func portfolioAccount() -> DerivePortfolio.Account {
    allow("StableConfidence")
    return DerivePortfolio.Account(
      cash: number("Cash", "cash, USD"), spot: number("SpotPrice", "spot, USD", .positive),
      spotConfidence: confidence("SpotConfidence"),
      stablePrice: number("StablePrice", "USD per stablecoin", .positive),
      perpetual: DerivePortfolio.Perpetual(
        position: number("NumPerps", "perpetual, coins"),
        price: number("PerpPrice", "perpetual price, USD", .nonNegative),
        confidence: confidence("PerpConfidence"),
        unrealised: number("UnrealisedPerpPNL", "unrealised profit, USD"),
        funding: number("UnrealisedFunding", "unrealised funding, USD")),
      collaterals: each("Collaterals", meaning: "collateral") { $0.collateral() },
      expiries: expiries())
  }

  private mutating func collateral() -> DerivePortfolio.Collateral {
    DerivePortfolio.Collateral(
      name: text("Name", "name"), amount: number("Amount", "amount", .nonNegative),
      price: number("Price", "price, USD", .nonNegative), confidence: confidence("Confidence"),
      isRiskCancelling: bool(
        "IsRiskCancelling", meaning: "whether it moves with spot", fallback: false),
      haircuts: (
        initial: number("IMHaircut", "share", .nonNegative),
        maintenance: number("MMHaircut", "share", .nonNegative)
      ),
      confidenceThreshold: confidence("ConfidenceFactor"))
  }

  /// Options find their expiry by its seconds; an option without one is refused.
  private mutating func expiries() -> [DerivePortfolio.Expiry] {
    var expiries = each("OptionFeeds", meaning: "expiries") { feed in
      DerivePortfolio.Expiry(
        seconds: feed.number("FeedExpiry", "time to expiry, seconds"),
        forward: feed.number("Forward", "forward, USD", .positive),
        forwardConfidence: feed.confidence("ForwardConfidence"),
        rate: feed.number("Rate", "rate a year"),
        rateConfidence: feed.confidence("RateConfidence"),
        volatilityConfidence: feed.confidence("OptionVolConfidences"), options: [])
    }
    let options = each("Options", meaning: "options") { row in
      let seconds = row.number("Expiry", "time to expiry, seconds")
      let isCall = row.number("IsCall", "1 call, 0 put", .share)
      return (
        seconds,
        DeriveStandard.Option(
          right: isCall == 0 ? .put : .call,
          strike: row.number("Strike", "strike, USD", .positive),
          amount: row.number("Amount", "coins, negative for a short"),
          volatility: row.number("MarkVol", "volatility, 1 = 100 %", .nonNegative))
      )
    }
    for (place, (seconds, option)) in options.enumerated() {
      if let found = expiries.firstIndex(where: { $0.seconds == seconds }) {
        expiries[found].options.append(option)
      } else {
        refuse(
          "Options[\(place)].Expiry", seen: "an expiry without a feed",
          allowed: "the FeedExpiry of one of OptionFeeds", fix: "add its feed")
      }
    }
    return expiries
  }
}
