/// An exact amount: minorUnits × 10^(−asset.decimals) of one asset. Sign: a credit is positive.
public struct Money: Hashable, Sendable, BitwiseCopyable {
  public let minorUnits: Int128
  public let asset: Asset

  public init(minorUnits: Int128, asset: Asset) {
    self.minorUnits = minorUnits
    self.asset = asset
  }

  public static func zero(_ asset: Asset) -> Money { Money(minorUnits: 0, asset: asset) }

  /// - Throws: `.overflow` where the amount does not fit 128 bits.
  public init(_ amount: ExactDecimal, asset: Asset, rounding: Rounding) throws(MoneyError) {
    guard let units = amount.units(decimals: asset.decimals, rounding: rounding) else {
      throw .overflow
    }
    self.init(minorUnits: units, asset: asset)
  }

  /// The one door from a model's double to money.
  ///
  /// The double is taken at its exact binary value and rounded as named: requirements `.up`, equity
  /// and payouts `.down`.
  /// - Parameter amount: finite, in whole units of the asset (dollars, coins).
  /// - Throws: `.notFinite`, or `.overflow` beyond 2¹²⁶ smallest units.
  public init(modelled amount: Double, asset: Asset, rounding: Rounding) throws(MoneyError) {
    guard amount.isFinite else { throw .notFinite }
    let scaled = DoubleWide.product(amount, ExactDecimal.power(asset.decimals))
    let limit = 0x1p126
    guard scaled.high.magnitude < limit else { throw .overflow }
    let whole = scaled.high.rounded(.down)
    // high − whole is exact, and low is below half an ulp of high.
    let fraction = (scaled.high - whole) + scaled.low
    let floorShift = fraction < 0 ? -1.0 : (fraction >= 1 ? 1.0 : 0.0)
    let floor = Int128(whole) + Int128(floorShift)
    let rest = fraction - floorShift
    switch rounding {
    case .down: self.init(minorUnits: floor, asset: asset)
    case .up: self.init(minorUnits: rest > 0 ? floor + 1 : floor, asset: asset)
    case .toNearestEven:
      let up = rest > 0.5 || (rest == 0.5 && !floor.isMultiple(of: 2))
      self.init(minorUnits: up ? floor + 1 : floor, asset: asset)
    }
  }

  public func adding(_ other: Money) throws(MoneyError) -> Money {
    guard asset == other.asset else { throw .assetMismatch(asset, other.asset) }
    let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
    guard !overflow else { throw .overflow }
    return Money(minorUnits: sum, asset: asset)
  }

  public func subtracting(_ other: Money) throws(MoneyError) -> Money {
    guard asset == other.asset else { throw .assetMismatch(asset, other.asset) }
    let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
    guard !overflow else { throw .overflow }
    return Money(minorUnits: difference, asset: asset)
  }

  public func scaled(by ratio: Ratio, rounding: Rounding) throws(MoneyError) -> Money {
    let (product, overflow) = minorUnits.multipliedReportingOverflow(by: Int128(ratio.numerator))
    guard !overflow else { throw .overflow }
    let units = rounding.quotient(product, by: Int128(ratio.denominator))
    return Money(minorUnits: units, asset: asset)
  }

  public var amount: ExactDecimal { ExactDecimal(significand: minorUnits, scale: asset.decimals) }
  public var isNegative: Bool { minorUnits < 0 }
}

extension Money: CustomStringConvertible {
  public var description: String { "\(amount) \(asset)" }
}

public enum MoneyError: Error, Hashable, Sendable {
  case assetMismatch(Asset, Asset)
  case overflow
  case notFinite
}

/// A rate or cap that a contract fixes, as an exact fraction: 7.5 % is 75/1000.
public struct Ratio: Hashable, Sendable, BitwiseCopyable {
  public let numerator: Int64
  public let denominator: Int64

  /// - Parameter denominator: > 0.
  public init(_ numerator: Int64, _ denominator: Int64) {
    precondition(denominator > 0, "a ratio over \(denominator) is not allowed")
    self.numerator = numerator
    self.denominator = denominator
  }
}

/// A product of two numbers as an unevaluated sum high + low, |low| ≤ ulp(high)/2.
private struct DoubleWide {
  let high, low: Double

  /// Exact where `whole` is below 2⁵³ (every power of ten up to 10¹⁵) or an exact double.
  static func product(_ value: Double, _ whole: Int128) -> DoubleWide {
    let factor = Double(whole)
    let high = value * factor
    return DoubleWide(high: high, low: (-high).addingProduct(value, factor))
  }
}
