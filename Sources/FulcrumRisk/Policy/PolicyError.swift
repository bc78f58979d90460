/// Why a policy, or what it is applied to, is refused.
public enum PolicyError: Error, Hashable, Sendable {
  /// A number outside its domain.
  case outOfDomain(field: String, seen: Double, allowed: String)
  /// Two settings that cannot both hold.
  case contradiction(field: String, seen: String, with: String, allowed: String)
  /// Neither budget nor cap: nothing would steer the pool.
  case nothingLimits
}

extension PolicyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfDomain(let field, let seen, let allowed):
      "\(field) is \(seen); it must be \(allowed)"
    case .contradiction(let field, let seen, let with, let allowed):
      "\(field) is \(seen), which contradicts \(with); it must be \(allowed)"
    case .nothingLimits: "the policy sets neither a budget nor a cap; set at least one"
    }
  }
}

func require(
  _ holds: Bool, _ field: String, _ seen: Double, _ allowed: String
) throws(PolicyError) {
  guard holds, seen.isFinite else {
    throw .outOfDomain(field: field, seen: seen, allowed: allowed)
  }
}
