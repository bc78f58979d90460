public import FulcrumModel

/// An option in the units of a venue's ticker: Deribit's, and Bybit's for mark, delta and vega.
///
///     mark  B/F coin (inverse) or B USD (linear)     delta N(d₁), a put less 1
///     vega  USD per point of volatility              gamma per USD
///     theta USD over the next day or the life left   rho USD per percent: θ·K·T·N(θd₂)/100
///
/// - Source: margin-centralised 1.11, units found by fitting venue-produced rows. No discounting.
public struct OptionTicker: Hashable, Sendable {
  public let markPrice: Double
  public let delta: Double
  public let gamma: Double
  public let vegaPerPoint: Double
  public let thetaPerDay: Double
  public let rhoPerPercent: Double

  public init(_ option: OptionInput, settlement: Settlement) {
    var undiscounted = option
    undiscounted.rate = 0
    let greeks = Black76.greeks(undiscounted)
    markPrice = settlement == .linear ? greeks.price : greeks.price / option.forward
    delta = greeks.delta
    gamma = greeks.gamma
    vegaPerPoint = greeks.vega / 100
    thetaPerDay = greeks.theta * min(1.0 / 365, option.years)
    rhoPerPercent = greeks.rhoSpot / 100
  }
}
