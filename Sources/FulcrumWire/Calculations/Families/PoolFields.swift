import FulcrumModel
import FulcrumRisk

/// The fields of a pool and its legs.
enum PoolField {
  static let cash = NumberField(
    "cash", .finite, "cash after premia and realised profit, pool currency")
  static let quantity = NumberField("qty", .finite, "contracts, negative for a short")
  static let multiplier = NumberField("multiplier", .positive, "coins per contract")
  static let face = NumberField("faceUsd", .positive, "USD of face per contract")
  static let entry = NumberField("entry", .positive, "entry price, USD")
  static let mark = NumberField("F", .positive, "forward of the expiry or mark, USD")
  static let futureYears = NumberField("T", .nonNegative, "years of 365 days to expiry")
}

/// What a leg is, as files name it.
private enum LegKind: String, CaseIterable {
  case option
  case perpetual = "perp"
  case future
}

extension InputFields {
  /// index, pool and legs.
  mutating func pool() -> RiskPool {
    let index = number(OptionField.index)
    let (currency, cash) = nested("pool", meaning: "the pool") { fields in
      let currency = fields.choice(
        "currency", among: PoolCurrency.allCases, meaning: "what the pool is kept in")
      return (currency, fields.number(PoolField.cash))
    }
    let legs = legs(of: currency)
    return RiskPool(index: index, currency: currency ?? .usd, cash: cash, legs: legs)
  }

  /// Legs of one settlement style; nil where the pool's currency is itself at fault.
  mutating func legs(of currency: PoolCurrency?) -> [RiskLeg] {
    each("legs", meaning: "the legs") { fields in fields.leg(of: currency) }
  }

  private mutating func leg(of currency: PoolCurrency?) -> RiskLeg? {
    let kind = choice("kind", among: LegKind.allCases, meaning: "contract")
    let style = choice("style", among: Settlement.allCases, meaning: "settlement")
    if let style, let currency, style != currency.settlement {
      refuse(
        "style", seen: "\"\(style.rawValue)\" in a \(currency.rawValue) pool",
        allowed: "\"\(currency.settlement.rawValue)\" there",
        fix: "keep USD-margined and coin-margined legs in pools of their own")
    }
    guard let kind, let style else {
      allow("F", "K", "T", "sigma", "type", "qty", "multiplier", "faceUsd", "entry")
      return nil
    }
    let forward = number(PoolField.mark)
    let quantity = number(PoolField.quantity)
    let contract: RiskLeg.Contract
    let size: Double
    switch kind {
    case .option:
      contract = .option(
        right() ?? .call, strike: number(OptionField.strike), years: number(OptionField.years),
        volatility: number(OptionField.volatility))
      size = number(PoolField.multiplier)
    case .perpetual, .future:
      let years = optionalNumber(PoolField.futureYears)
      contract = .future(entry: number(PoolField.entry), years: years)
      size = number(style == .linear ? PoolField.multiplier : PoolField.face)
    }
    return RiskLeg(
      contract: contract, settlement: style, forward: forward, quantity: quantity, size: size)
  }
}

/// Runs a calculation of the risk module and says its refusal as an issue.
///
/// Fields are checked one by one before; what is left are results beyond the range of a double.
func refusing<Value>(
  _ calculate: () throws(RiskError) -> Value
) throws(CalculationRefusal) -> Value {
  do {
    return try calculate()
  } catch {
    throw CalculationRefusal([
      Issue(
        source: InputFields.source, path: "$", seen: error.description,
        allowed: "inputs whose results a double can hold", fix: "check sizes, prices and settings")
    ])
  }
}
