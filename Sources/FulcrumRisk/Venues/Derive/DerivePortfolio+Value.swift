import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

extension DerivePortfolio {
  static let yearSeconds = 31_536_000.0
  private static let thirtyDays = 2_592_000.0
  /// In its last half hour an expiry settles to an average: the part already averaged stands still.
  private static let settlingSeconds = 1800.0

  /// An expiry with what does not change over the scenarios.
  struct Slice {
    let expiry: Expiry
    let seconds: Double
    let years: Double
    let discount: Double
    /// The part of the forward that no longer moves, and the part that does.
    let fixed: Double
    let moving: Double
    /// Multiples of volatility.
    let up: Double
    let down: Double
    /// Static discounts of positive and of negative values.
    let positive: Double
    let negative: Double
    let mark: Double
  }

  func slice(_ expiry: Expiry) -> Slice {
    let seconds = max(expiry.seconds, 0)
    let years = seconds / Self.yearSeconds
    let rate = max(expiry.rate, 0)
    let discount = Double.exp(-rate * years)
    let settled = max(Self.settlingSeconds - seconds, 0) / Self.settlingSeconds
    let power =
      seconds <= Self.thirtyDays
      ? volatilityShock.shortTermPower : volatilityShock.longTermPower
    // An expired option is its intrinsic value whatever its volatility.
    let multiple =
      seconds == 0
      ? 1
      : Double.pow(Self.thirtyDays / max(seconds, volatilityShock.floorDays * 86_400), power)
    let parts = (fixed: expiry.forward * settled, moving: expiry.forward * (1 - settled))
    let mark = Self.value(expiry, years, discount, parts, spot: 1) { $0.volatility }
    return Slice(
      expiry: expiry, seconds: seconds, years: years, discount: discount, fixed: parts.fixed,
      moving: parts.moving, up: 1 + volatilityShock.up * multiple,
      down: max(0, 1 - volatilityShock.down * multiple),
      positive: factors.longBase
        * Double.exp(-years * (rate * factors.longMultiple + factors.longAdd)),
      negative: generation == .first
        ? 1
        : min(
          1 / discount,
          factors.shortBase
            * Double.exp(years * (rate * factors.shortMultiple + factors.shortAdd))),
      mark: mark)
  }

  /// Σ a·D·B(F', K, σ', T), F' = fixed + moving·spot.
  private static func value(
    _ expiry: Expiry, _ years: Double, _ discount: Double,
    _ forward: (fixed: Double, moving: Double), spot: Double,
    volatility: (DeriveStandard.Option) -> Double
  ) -> Double {
    let moved = forward.fixed + forward.moving * spot
    var sum = NeumaierSum()
    for option in expiry.options {
      let input = OptionInput(
        right: option.right, forward: moved, strike: option.strike, years: years,
        volatility: volatility(option))
      sum.add(option.amount * discount * Black76.undiscounted(input))
    }
    return sum.value
  }

  func value(
    _ slice: Slice, spot: Double, volatility: (DeriveStandard.Option) -> Double
  ) -> Double {
    Self.value(
      slice.expiry, slice.years, slice.discount, (slice.fixed, slice.moving), spot: spot,
      volatility: volatility)
  }

  func skewCap(_ kind: VolatilityCase, _ root: Double) -> Double {
    kind == .linearSkew
      ? skew.linearBase + skew.linearSlope * root
      : skew.absoluteBase + skew.absoluteSlope * root
  }

  /// 1 + clamp(k·cap/k*, ±cap), not below 0.
  private func skewMultiple(_ kind: VolatilityCase, strike: Double, _ slice: Slice) -> Double {
    let root = slice.years.squareRoot()
    let cap = skewCap(kind, root)
    let width = max(
      skew.leastWidth,
      skew.widthScale * root * (skew.volatilityStatic + skew.volatilityScale * root))
    let k = Double.log(strike / slice.expiry.forward)
    let shift = (kind == .linearSkew ? k : k.magnitude) * cap / width
    return max(0, 1 + min(max(shift, -cap), cap))
  }

  /// Value of an expiry in a scenario, before the static discount.
  func shocked(_ slice: Slice, _ scenario: Scenario) -> Double {
    switch scenario.volatility {
    case .up:
      value(slice, spot: scenario.spot) {
        max($0.volatility * slice.up, volatilityShock.leastUp)
      }
    case .none:
      value(slice, spot: scenario.spot) { $0.volatility }
    case .down:
      value(slice, spot: scenario.spot) { $0.volatility * slice.down }
    case .linearSkew, .absoluteSkew:
      value(slice, spot: 1) {
        $0.volatility * skewMultiple(scenario.volatility, strike: $0.strike, slice)
      }
    }
  }

  /// (value·d − mark)·damp; a skew is taken to go the bad way in every expiry: −|…|.
  func profit(_ slice: Slice, _ scenario: Scenario) -> Double {
    let value = shocked(slice, scenario)
    let held = value * (value >= 0 ? slice.positive : slice.negative)
    let profit = (held - slice.mark) * scenario.damp
    return scenario.volatility.isSkew ? -profit.magnitude : profit
  }
}
