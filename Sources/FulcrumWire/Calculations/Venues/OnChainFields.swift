import FulcrumModel
import FulcrumRisk

/// Runs a venue's rule; what it refuses comes back as a fault of the inputs.
func refusingRule<Value>(
  _ calculate: () throws(VenueRuleError) -> Value
) throws(CalculationRefusal) -> Value {
  do {
    return try calculate()
  } catch {
    throw CalculationRefusal([issue(of: error)])
  }
}

private func issue(of error: VenueRuleError) -> Issue {
  switch error {
  case .pool(let fault):
    Issue(
      source: InputFields.source, path: "$", seen: fault.description,
      allowed: "a pool that can be valued", fix: "check sizes and prices")
  case .notCovered(let what, let fix):
    Issue(source: InputFields.source, path: "$", seen: what, allowed: "what it lists", fix: fix)
  case .notKnown(let what, let upTo):
    Issue(
      source: InputFields.source, path: "$", seen: what, allowed: "it is known up to \(upTo)",
      fix: "ask for less")
  case .parameter(let name, let seen, let allowed):
    Issue(
      source: InputFields.source, path: "$.\(name)", seen: JSONValue(double: seen).brief,
      allowed: allowed, fix: "give such a number")
  }
}

extension InputFields {
  /// A finite number without a meaning beyond its name in the venue's own files.
  mutating func number(
    _ name: String, _ meaning: String, _ domain: NumberDomain = .finite,
    fallback: Double? = nil
  ) -> Double {
    number(NumberField(name, domain, meaning, fallback: fallback))
  }

  mutating func optionalNumber(
    _ name: String, _ meaning: String, _ domain: NumberDomain = .finite
  ) -> Double? {
    optionalNumber(NumberField(name, domain, meaning))
  }

  /// A whole number of a venue's smallest units: beyond 2^53 a file's number has lost digits.
  mutating func whole(_ name: String, _ meaning: String) -> Int128 {
    let number = number(name, meaning)
    guard number.magnitude <= 9_007_199_254_740_992, let whole = Int128(exactly: number) else {
      refuse(
        name, seen: JSONValue(double: number).brief,
        allowed: "\(meaning): a whole number within 2^53",
        fix: "write the venue's smallest units")
      return 1
    }
    return whole
  }

  mutating func right(_ name: String = "type") -> OptionRight {
    choice(name, among: [OptionRight.call, .put], meaning: "right") ?? .call
  }

  /// A text; empty where there is a fault.
  mutating func text(_ name: String, _ meaning: String) -> String {
    guard case .string(let text)? = any(name) else {
      refuse(
        name, seen: has(name) ? "something else" : "nothing", allowed: "\(meaning): a string",
        fix: "write \"...\"")
      return ""
    }
    return text
  }
}

/// An answer, or that a double cannot hold it.
func finite(_ number: Double) throws(CalculationRefusal) -> JSONValue {
  guard number.isFinite else {
    throw CalculationRefusal([
      Issue(
        source: InputFields.source, path: "$", seen: "an answer too large for a double",
        allowed: "inputs whose answers a double can hold", fix: "check sizes and prices")
    ])
  }
  return .number(number)
}

extension JSONValue {
  /// Whole units; exact within 2^53, the nearest double beyond.
  init(whole: Int128) { self = .number(Double(whole)) }
}
