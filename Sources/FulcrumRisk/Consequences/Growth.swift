import FulcrumNumerics
import FulcrumPricing
import RealModule

/// How fast wealth compounds at a leverage, and what a wrong leverage costs (leverage-math 6).
///
/// Growth is per year of log wealth, leverage is on wealth and rebalanced all the time unless said
/// otherwise.
public enum Growth {
  /// Geometric Brownian motion: g(L) = r + L(μ − r) − ½L²σ².
  public struct Diffusion: Hashable, Sendable {
    public let drift: Double
    public let volatility: Double
    public let rate: Double

    /// - Parameters:
    ///   - drift: μ a year, finite.
    ///   - volatility: σ > 0.
    ///   - rate: r a year, what cash earns.
    public init(drift: Double, volatility: Double, rate: Double = 0) throws(RiskError) {
      guard drift.isFinite else { throw .settingOutOfDomain(.drift, seen: drift) }
      guard rate.isFinite else { throw .settingOutOfDomain(.drift, seen: rate) }
      guard volatility > 0, volatility.isFinite else {
        throw .settingOutOfDomain(.factorVol, seen: volatility)
      }
      self.drift = drift
      self.volatility = volatility
      self.rate = rate
    }

    public func rate(at leverage: Double) -> Double {
      let spread = leverage * volatility
      return rate + leverage * (drift - rate) - 0.5 * spread * spread
    }

    /// L* = (μ − r)/σ², where growth is largest; negative where a short is.
    public var optimum: Double { (drift - rate) / (volatility * volatility) }
    /// The other root of g = r, 2L*: beyond it leverage destroys compounding though the mean rises.
    public var breakEven: Double { 2 * optimum }
    /// g(L*) − g(L) with |L − L*| = 1: ½σ².
    public var costOfOne: Double { 0.5 * volatility * volatility }
  }

  /// Diffusion with jumps of one size, r = 0: g(L) = Lμ − ½L²σ² + λ ln(1 + L·J), μ between jumps.
  public struct FixedJump: Hashable, Sendable {
    public let drift: Double
    public let volatility: Double
    public let perYear: Double
    /// J = e^Y − 1 in (−1, 0).
    public let jump: Double

    public init(
      drift: Double, volatility: Double, perYear: Double, jump: Double
    ) throws(RiskError) {
      guard drift.isFinite else { throw .settingOutOfDomain(.drift, seen: drift) }
      guard volatility > 0, volatility.isFinite else {
        throw .settingOutOfDomain(.factorVol, seen: volatility)
      }
      guard perYear >= 0, perYear.isFinite else {
        throw .settingOutOfDomain(.jump, seen: perYear)
      }
      guard jump > -1, jump < 0 else { throw .settingOutOfDomain(.jump, seen: jump) }
      self.drift = drift
      self.volatility = volatility
      self.perYear = perYear
      self.jump = jump
    }

    /// −1/J: where one jump takes everything.
    public var maxLeverage: Double { -1 / jump }

    /// Absent from the leverage on at which one jump takes everything.
    public func rate(at leverage: Double) -> Measure {
      guard 1 + leverage * jump > 0 else { return .absent(.ruinPossible) }
      return .value(value(leverage))
    }

    private func value(_ leverage: Double) -> Double {
      let spread = leverage * volatility
      return leverage * drift - 0.5 * spread * spread
        + perYear * Double.log(onePlus: leverage * jump)
    }

    /// L* ≥ 0 where g′ = 0; 0 where g′(0) ≤ 0, since a short is not asked about.
    public var optimum: Double {
      let slope = { (leverage: Double) in
        drift - leverage * volatility * volatility + perYear * jump / (1 + leverage * jump)
      }
      guard slope(0) > 0 else { return 0 }
      let top = highest
      guard slope(top) < 0 else { return top }
      return BracketedRoot.find(
        lower: 0, upper: top, lowerValue: slope(0), upperValue: slope(top), tolerance: 0, slope)
    }

    /// The upper root of g = 0; 0 where L* is.
    public var breakEven: Double {
      let best = optimum
      guard best > 0 else { return 0 }
      let top = highest
      guard value(top) < 0 else { return top }
      return BracketedRoot.find(
        lower: best, upper: top, lowerValue: value(best), upperValue: value(top), tolerance: 0,
        value)
    }

    public var best: Double { value(optimum) }

    /// The largest leverage whose factor after a jump is still above 0 in doubles.
    private var highest: Double { maxLeverage * (1 - 1e-15) }
  }

  /// Share c(2 − c) of the growth of the optimum that the multiple c of it keeps.
  public static func share(ofMultiple c: Double) -> Double { c * (2 - c) }

  /// P(wealth ever falls to x of what it was) at c times the optimum: x^a, a = 2/c − 1; 1 from c = 2.
  ///
  /// - Parameters: c > 0; `floor` in (0, 1].
  public static func everFall(multiple c: Double, to floor: Double) -> Double {
    c >= 2 ? 1 : Double.exp((2 / c - 1) * Double.log(floor))
  }

  /// P(wealth reaches y before it falls to x): (1 − x^a)/(1 − (x/y)^a), ln x/(ln x − ln y) at c = 2.
  ///
  /// - Parameters: c > 0; `goal` > 1; `floor` in (0, 1).
  public static func goalBeforeFloor(
    multiple c: Double, goal: Double, floor: Double
  ) -> Double {
    let a = 2 / c - 1
    let (down, whole) = (Double.log(floor), Double.log(floor) - Double.log(goal))
    // 1 − x^a without cancellation for a near 0.
    return a == 0 ? down / whole : Double.expMinusOne(a * down) / Double.expMinusOne(a * whole)
  }
}
