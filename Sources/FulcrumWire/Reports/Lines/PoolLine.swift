import FulcrumModel
import FulcrumRisk

/// How near a pool is to its end. Shown as a mark, a word and a colour together.
enum Alert: Int, Hashable, Comparable {
  case none, warning, critical

  /// Liquidation nearer than this is critical, nearer than `warningDistance` a warning.
  static let criticalDistance = 0.10
  static let warningDistance = 0.20

  init(_ pool: PoolReport) {
    let nearest = pool.nearestLiquidation
    let stress = pool.measures?.stressMultiple.severity ?? 0
    let owes = pool.capitalIsKnown && pool.measures?.status == .negativeEquity
    if owes || nearest < Self.criticalDistance {
      self = .critical
    } else if nearest < Self.warningDistance || (pool.capitalIsKnown && stress > 1) {
      self = .warning
    } else {
      self = .none
    }
  }

  var mark: String {
    switch self {
    case .none: ""
    case .warning: "!"
    case .critical: "!!"
    }
  }

  static func < (a: Alert, b: Alert) -> Bool { a.rawValue < b.rawValue }
}

/// Which way a pool gains: with a rise, with a fall, or neither.
enum Direction: Hashable {
  case long, short, neutral

  init(_ signed: Double) { self = signed > 0 ? .long : (signed < 0 ? .short : .neutral) }

  /// Neutral where |D| is the rounding of what cancelled in it (10⁻¹² of the gross notional), and
  /// for a pool on several coins, whose prices need not move together.
  init(_ pool: PoolReport) {
    guard let measures = pool.measures, pool.underlyings.count == 1,
      measures.deltaCash.magnitude > 1e-12 * measures.grossNotional
    else {
      self = .neutral
      return
    }
    self.init(measures.deltaCash)
  }

  var word: String {
    switch self {
    case .long: "long"
    case .short: "short"
    case .neutral: "neutral"
    }
  }
}

/// One pool as the tables show it.
struct PoolLine {
  let pool: PoolReport
  let unit: ReportUnit
  let alert: Alert
  let direction: Direction
  let leverage: Shown
  /// `CaR/cash`: what the leverage is measured on, and where that came from.
  let basis: String
  let capital: Shown
  /// Σ_u |D_u| of a pool on several coins, as its leverage has it; D of any other.
  let delta: Shown
  /// D of each coin of a pool on several, where `delta` is their sum; nil elsewhere.
  let deltaText: String?
  let secant: Shown
  let stress: Shown
  /// Percent of capital at risk a day.
  let theta: Shown
  let liquidations: [LiquidationLine]

  init(_ pool: PoolReport, view: ReportView, basis: CapitalBasis) {
    self.pool = pool
    let unit = ReportUnit(pool, in: view.currency)
    self.unit = unit
    alert = Alert(pool)
    direction = Direction(pool)
    let absence = Self.absence(pool)
    self.basis = "\(basis.badge)/\(pool.collateralBasis.badge)"
    leverage = .measure(
      pool.headline(basis), unbounded: basis.unboundedReason, NumberText.leverage)
    if let absence {
      capital = absence
      secant = absence
      stress = absence
      theta = absence
    } else {
      let measures = pool.measures
      capital = measures.map { Shown(unit.fromPool($0.capitalAtRisk, .down)) } ?? .blank
      secant = .measure(pool.worstSecant, NumberText.leverage)
      stress = measures.map { .measure($0.stressMultiple, NumberText.multiple) } ?? .blank
      theta = measures.map { .measure($0.thetaDrainPerDay, NumberText.drain) } ?? .blank
    }
    deltaText = Self.deltaText(pool, unit)
    let isSum = deltaText != nil
    delta =
      pool.measures.map {
        Shown(
          unit.fromUsd(isSum ? $0.deltaMagnitude : $0.deltaCash, .toNearestEven, signed: !isSum))
      } ?? .absent(.noMarket)
    liquidations = LiquidationLine.lines(of: pool)
  }

  private static func deltaText(_ pool: PoolReport, _ unit: ReportUnit) -> String? {
    guard pool.underlyings.count > 1, let measures = pool.measures else { return nil }
    let coins = measures.exposures.map { exposure in
      "\(pool.underlyings[exposure.underlying]) "
        + unit.fromUsd(exposure.deltaCash, .toNearestEven, signed: true)
    }
    return "delta cash is the sum over coins, whatever their sign: " + coins.joined(separator: ", ")
  }

  /// Why a pool has no number on capital; nil where it has.
  private static func absence(_ pool: PoolReport) -> Shown? {
    if pool.measures == nil { return .absent(.noMarket) }
    return pool.collateralBasis == .unknown ? .absent(.unknownCollateral) : nil
  }
}

extension PoolMeasures {
  /// Σ_u |D_u|, USD: netted within a coin, never between two (leverage-math 2.4).
  var deltaMagnitude: Double { exposures.reduce(0) { $0 + $1.deltaCash.magnitude } }
}

extension CapitalBasis {
  /// Two to five letters for a column.
  var badge: String {
    switch self {
    case .capitalAtRisk: "CaR"
    case .equity: "E"
    case .collateral: "C"
    case .premiumPaid: "prem"
    case .initialMargin: "IM"
    case .venueInitialMargin: "vIM"
    case .maintenanceExcess: "H"
    }
  }

  var unboundedReason: String {
    switch self {
    case .capitalAtRisk: "capital at risk is zero"
    case .equity: "equity is zero"
    case .collateral: "there is no cash in the pool"
    case .premiumPaid: "the premium paid is zero"
    case .initialMargin, .venueInitialMargin: "initial margin is zero"
    case .maintenanceExcess: "there is no excess over maintenance margin"
    }
  }
}

extension CollateralBasis {
  /// A word for a column.
  var badge: String {
    switch self {
    case .cashGiven: "cash"
    case .equityGiven: "equity"
    case .premiumOnly: "premium"
    case .unknown: "unknown"
    }
  }
}
