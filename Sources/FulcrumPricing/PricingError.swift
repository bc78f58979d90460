/// Why a pricing input is refused.
public enum PricingError: Error, Hashable, Sendable {
  /// A field lies outside its domain: which one, the value seen, and what is allowed.
  case outOfDomain(field: String, seen: Double, allowed: String)
  /// A column of a batch is longer or shorter than the others.
  case columnsDiffer(column: String, seen: Int, allowed: Int)
}

extension PricingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfDomain(let field, let seen, let allowed):
      "\(field) is \(seen); it must be \(allowed)"
    case .columnsDiffer(let column, let seen, let allowed):
      "column \(column) has \(seen) rows; give it \(allowed), as the others have"
    }
  }
}

/// Refuses a value that is not finite or lies below zero.
func requireNonNegative(_ value: Double, _ field: String) throws(PricingError) {
  guard value.isFinite, value >= 0 else {
    throw .outOfDomain(field: field, seen: value, allowed: "a finite number, 0 or greater")
  }
}

/// Refuses a value that is not finite or not above zero.
func requirePositive(_ value: Double, _ field: String) throws(PricingError) {
  guard value.isFinite, value > 0 else {
    throw .outOfDomain(field: field, seen: value, allowed: "a finite number above 0")
  }
}

/// Refuses a value that is not finite.
func requireFinite(_ value: Double, _ field: String) throws(PricingError) {
  guard value.isFinite else {
    throw .outOfDomain(field: field, seen: value, allowed: "a finite number")
  }
}
