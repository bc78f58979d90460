/// The 22 invariants of an isolated margin pool (margin-onchain 13.1), by their numbers.
public enum Invariant: Int, CaseIterable, Sendable, Comparable {
  case conservation = 1
  case noContagion
  case lossBoundedByCollateral
  case withdrawalRule
  case reductionsFree
  case liquidationMonotonic
  case feeNeverBankrupts
  case rounding
  case idempotent
  case deterministic
  case capTouchesInitialOnly
  case maintenanceContinuous
  case liquidationPriceIsRoot
  case waterfallOrder
  case insuranceStaysHome
  case deleveragingFair
  case solvencyEnvelope
  case riskOrder
  case refusalLeavesState
  case isolatedEqualsCross
  case expiryMarginCovers
  case scenarioMonotone

  public var number: Int { rawValue }

  public var name: String {
    switch self {
    case .conservation: "conservation"
    case .noContagion: "no contagion"
    case .lossBoundedByCollateral: "loss bounded by collateral moved in"
    case .withdrawalRule: "withdrawal rule"
    case .reductionsFree: "reductions are free and never raise maintenance"
    case .liquidationMonotonic: "liquidation monotonic"
    case .feeNeverBankrupts: "a fee never bankrupts"
    case .rounding: "rounding against the holder, dust bounded"
    case .idempotent: "idempotent"
    case .deterministic: "deterministic"
    case .capTouchesInitialOnly: "leverage cap touches initial margin only"
    case .maintenanceContinuous: "maintenance continuous and non-decreasing"
    case .liquidationPriceIsRoot: "liquidation price is a root"
    case .waterfallOrder: "waterfall order"
    case .insuranceStaysHome: "insurance spent at home, never negative"
    case .deleveragingFair: "deleveraging fair"
    case .solvencyEnvelope: "solvency envelope"
    case .riskOrder: "risk order total and transitive"
    case .refusalLeavesState: "a refused command changes nothing"
    case .isolatedEqualsCross: "isolated equals cross for one position"
    case .expiryMarginCovers: "expiry loss within the worst payoff"
    case .scenarioMonotone: "a scenario more never lowers a requirement"
    }
  }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// An invariant that does not hold, with what was seen.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  public let invariant: Invariant
  public let seen: String

  public init(_ invariant: Invariant, _ seen: String) {
    self.invariant = invariant
    self.seen = seen
  }

  public var description: String { "invariant \(invariant.number), \(invariant.name): \(seen)" }
}
