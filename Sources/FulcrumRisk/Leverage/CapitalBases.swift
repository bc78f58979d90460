/// Capital that only the owner or the venue knows, in the pool's currency; nil where unknown.
public struct KnownCapital: Hashable, Sendable {
  /// What the options cost at entry.
  public var premiumPaid: Double?
  /// Cash deposited in the pool.
  public var collateral: Double?
  /// Initial margin as the venue reported it.
  public var venueInitialMargin: Double?

  public init(
    premiumPaid: Double? = nil, collateral: Double? = nil, venueInitialMargin: Double? = nil
  ) {
    self.premiumPaid = premiumPaid
    self.collateral = collateral
    self.venueInitialMargin = venueInitialMargin
  }
}

extension LeverageEngine {
  /// The capital of a pool on every basis, USD (leverage-math 2.2).
  ///
  /// - Parameters:
  ///   - measures: of the same pool.
  ///   - known: what the caller knows of entry and deposits.
  /// - Returns: a measure for every basis; unknown ones are absent with their reason.
  public static func capital(
    of pool: RiskPool, measures: PoolMeasures, margin: StandardMargin = .standard,
    known: KnownCapital = KnownCapital()
  ) throws(RiskError) -> [CapitalBasis: Measure] {
    let usd = measures.usdPerUnit
    let initial = try margin.initial(of: pool)
    let excess = measures.equity - (try margin.maintenance(of: pool))
    func given(_ amount: Double?, or absence: Absence) -> Measure {
      amount.map { Measure($0 * usd, orAbsent: .notRepresentable) } ?? .absent(absence)
    }
    var capital: [CapitalBasis: Measure] = [:]
    for basis in CapitalBasis.allCases {
      capital[basis] =
        switch basis {
        case .capitalAtRisk: .value(measures.capitalAtRiskUsd)
        case .equity: .value(measures.equityUsd)
        case .collateral: given(known.collateral, or: .unknownCollateral)
        case .premiumPaid: given(known.premiumPaid, or: .noEntryCost)
        case .initialMargin: given(initial, or: .noMarginRule)
        case .venueInitialMargin: given(known.venueInitialMargin, or: .noVenueMargin)
        case .maintenanceExcess: given(excess, or: .noMarginRule)
        }
    }
    return capital
  }
}

extension PoolMeasures {
  /// Σ_u|D_u| over the capital of a basis, USD; ≥ 0.
  ///
  /// Absent where the capital is unknown, or below 0: owing is no capital to be levered on. On a
  /// capital of exactly 0 it is 0 without exposure and +∞ with it.
  public func deltaLeverage(on basis: CapitalBasis, capitalUsd: Measure) -> Measure {
    if basis == .capitalAtRisk { return deltaLeverage }
    guard let capital = capitalUsd.finite else { return capitalUsd }
    if capital < 0 {
      return .absent(basis == .maintenanceExcess ? .alreadyLiquidable : .negativeEquity)
    }
    let exposure = exposures.reduce(0) { $0 + $1.deltaCash.magnitude }
    return .ratio(exposure, over: capital, negligible: Capital.negligible * grossNotional)
  }
}
