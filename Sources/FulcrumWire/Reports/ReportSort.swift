import FulcrumModel
import FulcrumRisk

/// What pools are put in order by: the largest or nearest danger first, names from A.
public enum ReportSort: String, Hashable, Sendable, CaseIterable {
  /// The report's own order.
  case worst
  case id
  case leverage
  case capital
  case delta
  case secant
  case stress
  case theta
  /// Distance to the nearest liquidation price.
  case liquidation
  /// Probability of liquidation within seven days.
  case probability
  /// First expiry among the legs.
  case expiry

  /// What `--sort` accepts, for messages.
  public static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  func precedes(_ a: PoolReport, _ b: PoolReport, basis: CapitalBasis) -> Bool {
    switch self {
    case .worst: return false
    case .id: return a.id < b.id
    default: return rank(a, basis) > rank(b, basis)
    }
  }

  /// Larger comes first.
  private func rank(_ pool: PoolReport, _ basis: CapitalBasis) -> Double {
    switch self {
    case .worst, .id: 0
    case .leverage: pool.headline(basis).severity
    case .capital: pool.capitalIsKnown ? pool.measures?.capitalAtRiskUsd ?? -1 : -1
    case .delta: pool.measures?.deltaMagnitude ?? -1
    case .secant: pool.worstSecant.severity
    case .stress: pool.measures?.stressMultiple.severity ?? -1
    case .theta: pool.measures?.thetaDrainPerDay.finite ?? -.infinity
    case .liquidation: -pool.nearestLiquidation
    case .probability:
      pool.liquidation.map { $0.probability7Days.finite ?? -1 }.max() ?? -1
    case .expiry:
      -Double(
        pool.legs.compactMap { $0.instrument.expiry?.milliseconds }.min() ?? .max)
    }
  }
}

extension PoolReport {
  /// Leverage on the basis that heads the report.
  func headline(_ basis: CapitalBasis) -> Measure {
    guard let measures else { return .absent(.noMarket) }
    if let measure = leverageByBasis[basis] { return measure }
    // A venue's margin needs nobody's word on collateral; what stands on equity does.
    guard capitalIsKnown else { return .absent(.unknownCollateral) }
    if basis == .capitalAtRisk { return measures.deltaLeverage }
    return .absent(basis == .premiumPaid ? .noEntryCost : .noMarginRule)
  }

  /// Fraction of the index to the nearest liquidation price at today's time and volatility; 0 where
  /// the pool is liquidable already, +∞ where there is none. The same for every pool: the surface,
  /// which only the worst pools get, has no part in it.
  var nearestLiquidation: Double {
    liquidation.reduce(.infinity) { nearest, side in
      guard side.today.healthy else { return 0 }
      return [side.today.distanceDown, side.today.distanceUp].compactMap(\.self).reduce(
        nearest, min)
    }
  }
}
