import FulcrumModel

/// What a day does to the basis b = ln(F/S) of contracts with an expiry (leverage-math 7.4).
///
/// b of an expiry T years away moves by `deviation`·√T in a day, as one with that of every other
/// expiry in the share `correlation` of its variance and on its own in the rest:
///
///     Var = deviation² · (ρ (Σ_e D_e √T_e)² + (1 − ρ) Σ_e D_e² T_e),
///
/// D_e the delta cash of all that expires then: what profit gains as that forward rises against the
/// index. A perpetual has none of it: funding holds it to the index.
///
/// The defaults are measured on eight steps of about six hours of two Deribit chains, BTC and ETH, from
/// 4 to 6 February 2026, through a fall of a fifth (docs/decisions/0047): from two weeks to a year ahead
/// each expiry's deviation is within a factor of two of 0.35 % · √T. In four calm days of January 2026
/// it was a fifth of that.
public struct HedgeBasis: Hashable, Sendable {
  /// A day's deviation of the basis a year ahead, ≥ 0: 0 leaves it out.
  public var deviation: Double
  /// ρ in [0, 1].
  public var correlation: Double

  public init(deviation: Double = 0.0035, correlation: Double = 0.5) {
    self.deviation = deviation
    self.correlation = correlation
  }

  /// All of one expiry.
  public struct Bucket: Hashable, Sendable {
    public var years: Double
    /// D_e, USD.
    public var deltaCash: Double

    /// D_e √T_e, what moves with the basis a year ahead, USD.
    var yearly: Double { deltaCash * years.squareRoot() }
  }

  /// Of a day's profit, USD².
  func variance(of buckets: [Bucket]) -> Double {
    let common = buckets.reduce(0) { $0 + $1.yearly }
    let own = buckets.reduce(0) { $0 + $1.yearly * $1.yearly }
    return commonWeight * common * common + ownWeight * own
  }

  /// Of (Σ D√T)² and of each D²T in that variance.
  var commonWeight: Double { correlation * deviation * deviation }
  var ownWeight: Double { (1 - correlation) * deviation * deviation }
}

extension RiskLeg {
  /// Of an option or a dated future.
  var datedYears: Double? {
    switch contract {
    case .option(_, _, let years, _): years
    case .future(_, let years): years
    }
  }
}
