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
  /// - Throws: `.notFinite`, or `.overflow` beyond 128 bits of smallest units.
  public init(modelled amount: Double, asset: Asset, rounding: Rounding) throws(MoneyError) {
    guard amount.isFinite else { throw .notFinite }
    guard amount != 0 else {
      self.init(minorUnits: 0, asset: asset)
      return
    }
    // amount = m·2^e with a whole m below 2⁵³, and m·10¹⁸ below 2¹¹³: all in exact integers.
    let significand = Int128(amount.significand * 0x1p52) * (amount < 0 ? -1 : 1)
    let scaled = significand * ExactDecimal.power(asset.decimals)
    let exponent = Int(amount.exponent) - 52
    if exponent >= 0 {
      let (units, overflow) = scaled.multipliedReportingOverflow(
        by: exponent < 126 ? Int128(1) << exponent : .max)
      guard !overflow else { throw .overflow }
      self.init(minorUnits: units, asset: asset)
    } else if exponent > -126 {
      self.init(
        minorUnits: rounding.quotient(scaled, by: Int128(1) << -exponent), asset: asset)
    } else {
      // Below 2¹¹³⁻¹²⁶ of a unit: nothing but its sign is left.
      let units: Int128 =
        switch rounding {
        case .down: scaled < 0 ? -1 : 0
        case .up: scaled < 0 ? 0 : 1
        case .toNearestEven: 0
        }
      self.init(minorUnits: units, asset: asset)
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
