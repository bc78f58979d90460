import FulcrumModel
import FulcrumRisk

/// Reads the inputs of the pool families (leverage-math 10) into the types of FulcrumRisk.
enum PoolInput {
  struct Malformed: Error {
    let what: String
  }

  static func pool(_ inputs: JSONValue) throws -> RiskPool {
    RiskPool(
      index: try number(inputs, "index"),
      currency: inputs["pool"]?["currency"]?.string.flatMap(PoolCurrency.init) ?? .usd,
      cash: inputs["pool"]?["cash"]?.double ?? 0,
      legs: try (inputs["legs"]?.array ?? []).map(leg))
  }

  static func margin(_ inputs: JSONValue) throws -> StandardMargin {
    guard let margin = inputs["margin"] else { throw Malformed(what: "margin") }
    return StandardMargin(
      optionRate: try number(margin, "optionRate"), futuresRate: try number(margin, "futuresRate"),
      liquidationFee: try number(margin, "liqFee"))
  }

  static func number(_ object: JSONValue, _ key: String) throws -> Double {
    guard let value = object[key]?.double else { throw Malformed(what: key) }
    return value
  }

  static func numbers(_ object: JSONValue, _ key: String) -> [Double]? {
    object[key]?.array?.compactMap(\.double)
  }

  private static func leg(_ leg: JSONValue) throws -> RiskLeg {
    let inverse = leg["style"]?.string == "inverse"
    let contract: RiskLeg.Contract
    var size = leg["multiplier"]?.double ?? 1
    if leg["kind"]?.string == "option" {
      guard let right = leg["type"]?.string.flatMap(OptionRight.init) else {
        throw Malformed(what: "type")
      }
      contract = .option(
        right, strike: try number(leg, "K"), years: try number(leg, "T"),
        volatility: try number(leg, "sigma"))
    } else {
      contract = .future(entry: try number(leg, "entry"), years: leg["T"]?.double)
      if inverse { size = try number(leg, "faceUsd") }
    }
    return RiskLeg(
      contract: contract, settlement: inverse ? .inverse : .linear,
      forward: try number(leg, "F"), quantity: try number(leg, "qty"), size: size)
  }
}

extension JSONValue {
  init(_ measure: Measure) {
    switch measure {
    case .value(let number): self = .number(number)
    case .positiveInfinity: self = .string("inf")
    case .negativeInfinity: self = .string("-inf")
    case .absent: self = .null
    }
  }

  init(_ number: Double?) {
    if let number { self = .number(number) } else { self = .null }
  }

  init(_ numbers: [Double]) { self = .array(numbers.map { .number($0) }) }
}
