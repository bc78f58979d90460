import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// One leg of the JSON report: field names as unified position rows use them where they say the
/// same thing (`symbol`, `contracts`, `side`, `notional`, `markPrice`).
struct LegJSON {
  let leg: LegReport
  let currency: Asset

  init(_ leg: LegReport, currency: Asset) {
    self.leg = leg
    self.currency = currency
  }

  func write(to json: inout JSONLayout) {
    let instrument = leg.instrument
    json.object { json in
      json.text("symbol", instrument.id.name)
      json.text("kind", kind)
      json.text("side", leg.position.size.count < 0 ? "short" : "long")
      json.text("contracts", exactContracts)
      json.text("contractSize", instrument.contract.value.description)
      json.text("contractUnit", contractUnit)
      json.text("settlement", instrument.settlement.rawValue)
      json.text("base", instrument.base.code)
      json.text("quote", instrument.quote.code)
      json.text("expiry", instrument.expiry?.description)
      json.text("strike", strike)
      json.text("entryPrice", leg.position.entry?.description)
      market(&json)
      position(&json)
      sources(&json)
      venue(&json)
      json.texts("problems", leg.problems.map(\.explanation))
      json.texts("notes", leg.noteTexts)
    }
  }

  private var kind: String {
    switch leg.instrument.kind {
    case .perpetual: "perpetual"
    case .future: "future"
    case .option(let right, _, _): right.rawValue
    }
  }

  private var contractUnit: String {
    switch leg.instrument.contract {
    case .coins: leg.instrument.base.code
    case .usdFace: leg.instrument.quote.code
    }
  }

  private var strike: String? {
    guard case .option(_, let strike, _) = leg.instrument.kind else { return nil }
    return strike.description
  }

  /// Signed: − is short.
  private var exactContracts: String? {
    ExactDecimal(significand: Int128(leg.position.size.count), scale: 0)
      .multiplied(by: leg.instrument.lot)?.description
  }

  private func market(_ json: inout JSONLayout) {
    let valuation = leg.valuation
    json.number("indexPrice", valuation?.index)
    json.number("forward", valuation?.forward)
    json.number("yearsToExpiry", valuation?.years)
    json.number("impliedVolatility", valuation?.volatility)
    json.number("markPrice", valuation?.venueMark)
    json.number("unitValue", valuation?.unitValue)
    json.number("unitDelta", valuation?.unitDelta)
    json.number("unitNetDelta", valuation?.unitNetDelta)
    json.number("unitGamma", valuation?.unitGamma)
    json.number("unitVegaPerPoint", valuation?.unitVegaPerPoint)
    json.number("unitThetaPerDay", valuation?.unitThetaPerDay)
    json.measure(
      "elasticity", valuation?.elasticity ?? .absent(.noMarket),
      .init(basis: "optionValue", numeraire: "USD"))
  }

  private func position(_ json: inout JSONLayout) {
    let valuation = leg.valuation
    func usd(_ name: String, _ amount: Double?, _ rounding: Rounding = .toNearestEven) {
      json.text(name, amount.flatMap { ReportAmount.usd($0, rounding) })
    }
    json.text("value", valuation?.knownValue.flatMap { ReportAmount.text($0, currency, .down) })
    json.text("valueCurrency", currency.code)
    usd("notional", valuation?.grossNotional, .up)
    usd("deltaCash", valuation?.deltaCash)
    usd("gammaCash1pct", valuation?.gammaCash1pct)
    usd("vegaCashPerPoint", valuation?.vegaCashPerPoint)
    usd("thetaCashPerDay", valuation?.thetaCashPerDay)
  }

  private func sources(_ json: inout JSONLayout) {
    json.object("sources", inline: true) { json in
      json.text("forward", leg.valuation?.forwardSource.rawValue)
      json.text("impliedVolatility", leg.valuation?.volatilitySource?.rawValue)
      json.integer("quoteAgeMilliseconds", leg.valuation?.quoteAgeMilliseconds)
    }
  }

  /// The venue's own figures, as its file had them; nothing above is computed from them unless
  /// `sources` says so.
  private func venue(_ json: inout JSONLayout) {
    let venue = leg.position.venue
    json.object("venue", inline: true) { json in
      json.text("markPrice", venue.mark?.description)
      json.text("indexPrice", venue.index?.description)
      json.number("delta", venue.delta)
      json.text("initialMargin", venue.initialMargin?.description)
      json.text("maintenanceMargin", venue.maintenanceMargin?.description)
      json.number("leverage", venue.leverage)
      json.text("liquidationPrice", venue.liquidationPrice?.description)
      json.number("notional", venue.notional)
      json.text("marginMode", venue.marginMode)
    }
  }
}
