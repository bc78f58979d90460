import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// What the reporting lenses need beside the legs (leverage-math 2.7).
public struct RegulatorySettings: Hashable, Sendable {
  /// Net asset value, USD > 0.
  public var nav: Double
  /// σ_sup; 1.2 for crypto assets.
  public var supervisoryVol: Double
  /// SF; 0.32 for crypto assets.
  public var supervisoryFactor: Double
  /// A margin period of risk in business days makes the book margined; nil is unmargined.
  public var marginPeriodDays: Double?
  /// Business days a year; 250.
  public var businessDays: Double

  public init(
    nav: Double, supervisoryVol: Double = 1.2, supervisoryFactor: Double = 0.32,
    marginPeriodDays: Double? = nil, businessDays: Double = 250
  ) {
    self.nav = nav
    self.supervisoryVol = supervisoryVol
    self.supervisoryFactor = supervisoryFactor
    self.marginPeriodDays = marginPeriodDays
    self.businessDays = businessDays
  }

  func validate() throws(RiskError) {
    let positive: [(RiskError.Setting, Double)] = [
      (.nav, nav), (.supervisoryVol, supervisoryVol), (.supervisoryFactor, supervisoryFactor),
      (.marginPeriod, marginPeriodDays ?? 1), (.marginPeriod, businessDays),
    ]
    for (setting, value) in positive where !(value > 0 && value.isFinite) {
      throw .settingOutOfDomain(setting, seen: value)
    }
  }
}

/// Leverage as four rulebooks report it. None is position-specific and none sees gamma.
public struct RegulatoryMeasures: Hashable, Sendable {
  /// Σ|n|mS / NAV (inverse contracts at their coins times the index).
  public var grossNotionalLeverage: Double
  /// AIFMD gross, Reg. (EU) 231/2013 art. 7: Σ|n m Δ F| / NAV, no netting.
  public var aifmdGross: Double
  /// Commitment, art. 8: Σ_u|Σ n m Δ F| / NAV, net within an underlying.
  public var commitment: Double
  /// SEC rule 18f-4 derivatives exposure over net assets.
  public var sec18f4Exposure: Double
  /// Whether that is at most 10 %.
  public var sec18f4LimitedUser: Bool
  /// SA-CCR effective notional of each underlying, USD, signed (CRE52).
  public var saccrEffectiveNotionals: [Double]
  /// Their sum, USD, signed: the effective notional of a book on one coin.
  public var saccrEffectiveNotional: Double
  /// SF·Σ_u|effective notional|, USD ≥ 0: full netting within a coin, none between coins.
  public var saccrAddOn: Double
  /// Σ_u|effective notional| / NAV.
  public var saccrEffectiveLeverage: Double
}

/// Reporting lenses of leverage-math 2.7. Confirm the text in force before regulatory use.
public enum RegulatoryLeverage {
  /// Legs' own volatilities for Δ, the supervisory one for δ_sup; the pool's cash is not used.
  ///
  ///     δ_sup = θN(θ d_sup),  d_sup = [ln(S/K) + ½σ_sup²T]/(σ_sup√T);  futures 1
  ///     MF unmargined = √min(max(T, 10/250), 1),  margined = 1.5 √(MPOR/250)
  ///
  /// A perpetual has no maturity and counts as one year.
  /// - Throws: `RiskError` where the legs or a setting are outside their domain.
  public static func measures(
    _ pool: RiskPool, settings: RegulatorySettings
  ) throws(RiskError) -> RegulatoryMeasures {
    try pool.validate()
    try settings.validate()
    let exposure = Exposure(Revaluation(pool), indices: pool.indices)
    var gross = NeumaierSum()
    var notionals = Array(repeating: NeumaierSum(), count: pool.indices.count)
    for leg in pool.legs {
      let index = pool.indices[leg.underlying]
      let coins =
        leg.settlement == .inverse && !leg.isOption ? leg.signedSize / leg.forward : leg.signedSize
      gross.add(coins.magnitude * index)
      notionals[leg.underlying].add(
        supervisoryDelta(leg, index: index, volatility: settings.supervisoryVol) * coins * index
          * maturityFactor(leg, settings))
    }
    let nav = settings.nav
    let effective = notionals.map(\.value)
    let effectiveSize = effective.reduce(0) { $0 + $1.magnitude }
    let adjusted = exposure.total(\.absDelta) / nav
    guard (gross.value / nav).isFinite, (effectiveSize / nav).isFinite, adjusted.isFinite else {
      throw .notRepresentable("exposure of the book")
    }
    return RegulatoryMeasures(
      grossNotionalLeverage: gross.value / nav, aifmdGross: adjusted,
      commitment: exposure.deltaMagnitude / nav, sec18f4Exposure: adjusted,
      sec18f4LimitedUser: adjusted <= 0.10, saccrEffectiveNotionals: effective,
      saccrEffectiveNotional: effective.reduce(0, +),
      saccrAddOn: settings.supervisoryFactor * effectiveSize,
      saccrEffectiveLeverage: effectiveSize / nav)
  }

  /// δ_sup without the position's sign: in (0, 1) for a call, (−1, 0) for a put, 1 for a future.
  ///
  /// It is the Black delta on the index at the supervisory volatility.
  private static func supervisoryDelta(
    _ leg: RiskLeg, index: Double, volatility: Double
  ) -> Double {
    guard case .option(let right, let strike, let years, _) = leg.contract else { return 1 }
    return Black76.valueAndFirstOrder(
      OptionInput(
        right: right, forward: index, strike: strike, years: years, volatility: volatility, rate: 0)
    ).delta
  }

  private static func maturityFactor(_ leg: RiskLeg, _ settings: RegulatorySettings) -> Double {
    if let period = settings.marginPeriodDays {
      return 1.5 * (period / settings.businessDays).squareRoot()
    }
    let years: Double =
      switch leg.contract {
      case .option(_, _, let years, _): years
      case .future(_, let years): years ?? 1
      }
    return min(max(years, 10 / settings.businessDays), 1).squareRoot()
  }
}
