import FulcrumModel
import FulcrumRisk

extension VenueCalculation {
  /// The rules of centralised venues, venue by venue.
  static let centralised: [VenueCalculation] =
    account + deribitOptions + deribitFutures + deribitPortfolio + okx + bybit + binance

  typealias Numbers = @Sendable ([String: Double]) throws(VenueRuleError) -> [(String, Double?)]

  /// A rule whose inputs and answers are plain numbers. An answer that does not exist is null.
  static func numbers(
    _ rule: String, _ summary: String, _ fields: [NumberField],
    optional: [NumberField] = [], calculate: @escaping Numbers
  ) -> VenueCalculation {
    VenueCalculation(rule, summary) { (inputs) throws(CalculationRefusal) in
      var values: [String: Double] = [:]
      for field in fields { values[field.name] = inputs.number(field) }
      for field in optional { values[field.name] = inputs.optionalNumber(field) }
      try inputs.finish()
      var outputs = Outputs()
      for (name, value) in try refusing(
        rule, { () throws(VenueRuleError) in try calculate(values) })
      {
        outputs.set(name, value, orAbsent: .noLiquidation)
      }
      return outputs.object
    }
  }
}

extension [String: Double] {
  /// A number that the fields of the rule have asked for.
  func of(_ name: String) -> Double {
    guard let value = self[name] else { preconditionFailure("\(name) was not asked for") }
    return value
  }
}

/// Runs a venue's rule and says its refusal as an issue.
func refusing<Value>(
  _ rule: String, _ calculate: () throws(VenueRuleError) -> Value
) throws(CalculationRefusal) -> Value {
  do {
    return try calculate()
  } catch {
    throw CalculationRefusal([
      Issue(
        source: InputFields.source, path: "$", seen: error.description,
        allowed: "inputs that \(rule) covers", fix: "change the inputs")
    ])
  }
}

/// Inputs that several rules share.
enum VenueField {
  static let marginBalance = NumberField(
    "marginBalance", .finite, "margin balance, account currency")
  static let initialMargin = NumberField(
    "initialMargin", .nonNegative, "initial margin, account currency")
  static let index = NumberField("indexPrice", .positive, "index, USD")
  static let strike = NumberField("strike", .nonNegative, "strike, USD")
  static let mark = NumberField("markPrice", .nonNegative, "mark in the quotation")
  static let futureMark = NumberField("markPrice", .positive, "mark, USD")
  static let quantity = NumberField("qty", .finite, "coins, negative for a short")
  static let entry = NumberField("entry", .positive, "entry price, USD")
  static let leverage = NumberField("leverage", .positive, "leverage")
  static let side = NumberField("side", .finite, "+1 long, -1 short")
  static let mmr = NumberField("mmr", .nonNegative, "maintenance rate")
  static let multiplier = NumberField("multiplier", .positive, "coins per contract")
}

extension InputFields {
  mutating func style(_ name: String = "style") -> Settlement {
    choice(name, among: Settlement.allCases, meaning: "quotation") ?? .inverse
  }

  /// +1 or −1.
  mutating func side() -> Double {
    let side = number(VenueField.side)
    if side.magnitude != 1 {
      refuse("side", seen: "\(side)", allowed: "1 or -1", fix: "write 1 for a long, -1 for a short")
    }
    return side
  }
}
