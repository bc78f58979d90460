public import FulcrumModel
internal import FulcrumNumerics
internal import RealModule

/// The volatility that makes Black (1976) give a price, or the reason why there is none.
///
/// The out-of-the-money price is solved in w = σ√T: on ln(price) in the lower half of its range and
/// on ln(min(F, K) − price) in the upper half, both computed without cancellation, by Halley steps
/// kept inside a bracket. Source: leverage-math 9.2; form of the objective after P. Jäckel, Let's Be
/// Rational (2013).
public enum ImpliedVolatility {
  /// What a price says of volatility.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case ok
    /// The price is the intrinsic value: σ = 0.
    case atIntrinsic
    /// The price is below the intrinsic value: no volatility.
    case belowIntrinsic
    /// The time value reaches min(F, K), or T = 0 with time value left: no volatility.
    case aboveMaximum
  }

  public struct Result: Hashable, Sendable {
    public let status: Status
    /// σ ≥ 0, 1 = 100 % a year; nil unless status is ok, and 0 at intrinsic.
    public let volatility: Double?
    /// ∂B/∂σ at the solution, USD per coin and 1.00 of volatility; 0 where there is none.
    public let vega: Double

    /// What half a tick of price moves the volatility: δσ = ½ tick/vega; nil without a volatility
    /// that the price resolves.
    /// - Parameter tick: the price's own step, USD per coin (a coin tick times the forward).
    public func errorBar(tick: Double) -> Double? {
      guard status == .ok, vega > 0 else { return nil }
      let bar = 0.5 * tick / vega
      return bar.isFinite ? bar : nil
    }

    /// Whether one tick is worth more than a vol point, so that the volatility is mostly noise.
    public func isLowVega(tick: Double) -> Bool { 0.01 * vega < tick }
  }

  /// - Parameters:
  ///   - forward: F ≥ 0, USD per coin.
  ///   - strike: K ≥ 0, USD per coin.
  ///   - years: T ≥ 0.
  ///   - undiscountedPrice: B, USD per coin of option.
  /// - Accuracy: relative max(1e-12, 8ε·[1 + (price + intrinsic)/(σ·vega)]) (vectors
  ///   `implied_vol.json`; the worst error is printed by its test).
  public static func solve(
    right: OptionRight, forward: Double, strike: Double, years: Double, undiscountedPrice: Double
  ) -> Result {
    solve(
      Problem(right: right, forward: forward, strike: strike, years: years),
      price: undiscountedPrice, priceTail: 0)
  }

  /// The same from a coin price c = B/F; the product c·F keeps its low half.
  ///
  /// - Parameter forward: F > 0, the forward of the option's own expiry.
  public static func solveCoin(
    right: OptionRight, forward: Double, strike: Double, years: Double, coinPrice: Double
  ) -> Result {
    let price = coinPrice * forward
    // Only an in-the-money price loses digits to its intrinsic value.
    let inMoney = right.sign * (forward - strike) > 0
    let tail = inMoney ? (-price).addingProduct(coinPrice, forward) : 0
    return solve(
      Problem(right: right, forward: forward, strike: strike, years: years),
      price: price, priceTail: tail)
  }

  private struct Problem {
    let lo, hi, years: Double
    /// Intrinsic value as an unevaluated sum.
    let intrinsic, intrinsicTail: Double

    init(right: OptionRight, forward: Double, strike: Double, years: Double) {
      lo = min(forward, strike)
      hi = max(forward, strike)
      self.years = years
      let moneyness = right.sign * (forward - strike)
      if moneyness > 0 {
        intrinsic = moneyness
        intrinsicTail = Self.differenceTail(hi, lo, moneyness)
      } else {
        intrinsic = 0
        intrinsicTail = 0
      }
    }

    /// (a − b) − fl(a − b), exact (Knuth's two-sum).
    private static func differenceTail(_ a: Double, _ b: Double, _ difference: Double) -> Double {
      let virtual = difference - a
      return (a - (difference - virtual)) - (b + virtual)
    }
  }

  private static func solve(_ problem: Problem, price: Double, priceTail: Double) -> Result {
    let timeValue = (price - problem.intrinsic) + (priceTail - problem.intrinsicTail)
    guard timeValue > 0 else {
      return timeValue == 0
        ? Result(status: .atIntrinsic, volatility: 0, vega: 0)
        : Result(status: .belowIntrinsic, volatility: nil, vega: 0)
    }
    guard timeValue < problem.lo, problem.years > 0, problem.hi.isFinite else {
      return Result(status: .aboveMaximum, volatility: nil, vega: 0)
    }
    let (deviation, density) = deviation(lo: problem.lo, hi: problem.hi, timeValue: timeValue)
    let root = problem.years.squareRoot()
    let volatility = deviation / root
    guard volatility.isFinite else {
      return Result(status: .aboveMaximum, volatility: nil, vega: 0)
    }
    return Result(status: .ok, volatility: volatility, vega: density * root)
  }
}
