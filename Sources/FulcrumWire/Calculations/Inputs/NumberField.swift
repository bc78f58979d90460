/// The numbers that a field takes.
package enum NumberDomain: Hashable, Sendable {
  case finite, positive, nonNegative, aboveMinusOne, atLeastMinusOne
  /// Above 0 and below 1.
  case probability
  /// From 0 to 1.
  case share

  package func contains(_ number: Double) -> Bool {
    switch self {
    case .finite: number.isFinite
    case .positive: number > 0
    case .nonNegative: number >= 0
    case .aboveMinusOne: number > -1
    case .atLeastMinusOne: number >= -1
    case .probability: number > 0 && number < 1
    case .share: number >= 0 && number <= 1
    }
  }

  package var allowed: String {
    switch self {
    case .finite: "a number"
    case .positive: "a number above 0"
    case .nonNegative: "a number of 0 or more"
    case .aboveMinusOne: "a number above -1"
    case .atLeastMinusOne: "a number of -1 or more"
    case .probability: "a number above 0 and below 1"
    case .share: "a number from 0 to 1"
    }
  }
}

/// One numeric input: its name in files, what it may be and what it means.
package struct NumberField: Hashable, Sendable {
  package let name: String
  package let domain: NumberDomain
  /// What it is, with its unit: "strike, USD".
  package let meaning: String
  /// Taken where the field is absent; nil where it must be given.
  package let fallback: Double?

  package init(
    _ name: String, _ domain: NumberDomain, _ meaning: String, fallback: Double? = nil
  ) {
    self.name = name
    self.domain = domain
    self.meaning = meaning
    self.fallback = fallback
  }

  /// "strike, USD: a number of 0 or more".
  package var allowed: String { "\(meaning): \(domain.allowed)" }

  func with(fallback: Double) -> NumberField {
    NumberField(name, domain, meaning, fallback: fallback)
  }
}
