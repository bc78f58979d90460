/// What the lots of a contract are worth at a price, in exact smallest units of what they settle in.
///
///     linear future, perpetual or option:  lots · lot · m · P
///     inverse option:                      lots · lot · m · P       (P in coin per coin)
///     inverse future or perpetual:       − lots · lot · A / P       (coin)
///
/// The profit of a position is its value at the mark less its value at entry, in every one of these;
/// source: leverage-math 1.1 and 1.2.
public struct ContractArithmetic: Hashable, Sendable {
  /// lot · m, or lot · A.
  private let significand: Int128
  private let scale: UInt8
  private let isReciprocal: Bool
  /// Smallest units of the settlement asset per unit, as a power of ten.
  private let decimals: UInt8

  /// Nil where lot × contract size takes more than 38 digits or 30 decimals.
  public init?(_ instrument: Instrument) {
    guard let unit = instrument.lot.multiplied(by: instrument.contract.value) else { return nil }
    significand = unit.significand
    scale = unit.scale
    isReciprocal = instrument.settlement == .inverse && !instrument.isOption
    decimals = instrument.settlementAsset.decimals
  }

  /// - Parameters:
  ///   - lots: signed.
  ///   - price: > 0 for a reciprocal contract, ≥ 0 else, in the contract's own quotation.
  ///   - extraDecimals: digits kept below the smallest unit.
  ///   - rounding: where the value is not whole.
  /// - Returns: nil where 128 bits do not hold it, or the price is out of its domain.
  public func value(
    lots: Int64, at price: Price, extraDecimals: UInt8 = 0, rounding: Rounding
  ) -> Int128? {
    let price = price.value
    guard price.significand > 0 || !isReciprocal && price.isZero else { return nil }
    let (size, sizeOverflow) = significand.multipliedReportingOverflow(by: Int128(lots))
    guard !sizeOverflow else { return nil }
    let units = Int(decimals) + Int(extraDecimals)
    if isReciprocal {
      let exponent = units + Int(price.scale) - Int(scale)
      return Self.ratio(-size, over: price.significand, exponent: exponent, rounding: rounding)
    }
    let (product, overflow) = size.multipliedReportingOverflow(by: price.significand)
    guard !overflow else { return nil }
    let exponent = units - Int(scale) - Int(price.scale)
    return Self.ratio(product, over: 1, exponent: exponent, rounding: rounding)
  }

  /// lots · unit · numerator / denominator: the payoff of an inverse option, with D − K over D.
  public func value(
    lots: Int64, at numerator: Price, over denominator: Price, rounding: Rounding
  ) -> Int128? {
    let (top, bottom) = (numerator.value, denominator.value)
    guard bottom.significand > 0 else { return nil }
    let (size, sizeOverflow) = significand.multipliedReportingOverflow(by: Int128(lots))
    let (product, overflow) = size.multipliedReportingOverflow(by: top.significand)
    guard !sizeOverflow, !overflow else { return nil }
    let exponent = Int(decimals) - Int(scale) - Int(top.scale) + Int(bottom.scale)
    return Self.ratio(product, over: bottom.significand, exponent: exponent, rounding: rounding)
  }

  /// The price at which lots are worth a value, to ten significant decimals: for display of what was
  /// agreed as an amount. Nil where there is none.
  public func price(lots: Int64, value: Int128) -> Price? {
    let scaleOfPrice: UInt8 = 10
    let (size, overflow) = significand.multipliedReportingOverflow(by: Int128(lots))
    guard !overflow, size != 0, value != 0 else { return nil }
    // value = size·10^(d−s)·P, or −size·10^(d−s)/P.
    let exponent = Int(scale) - Int(decimals) + Int(scaleOfPrice)
    let found: Int128?
    if isReciprocal {
      let sign: Int128 = value < 0 ? 1 : -1
      found = Self.ratio(
        size * sign, over: value < 0 ? -value : value,
        exponent: Int(decimals) - Int(scale) + Int(scaleOfPrice), rounding: .toNearestEven)
    } else {
      let sign: Int128 = size < 0 ? -1 : 1
      found = Self.ratio(
        value * sign, over: size * sign, exponent: exponent, rounding: .toNearestEven)
    }
    guard let found, found > 0 else { return nil }
    return Price(ExactDecimal(significand: found, scale: scaleOfPrice))
  }

  /// numerator · 10^exponent / denominator.
  private static func ratio(
    _ numerator: Int128, over denominator: Int128, exponent: Int, rounding: Rounding
  ) -> Int128? {
    guard exponent.magnitude <= 38 else { return numerator == 0 ? 0 : nil }
    let power = ExactDecimal.power(UInt8(exponent.magnitude))
    let (top, topOverflow) =
      exponent >= 0 ? numerator.multipliedReportingOverflow(by: power) : (numerator, false)
    let (bottom, bottomOverflow) =
      exponent < 0 ? denominator.multipliedReportingOverflow(by: power) : (denominator, false)
    guard !topOverflow, !bottomOverflow else { return nil }
    return bottom == 1 ? top : rounding.quotient(top, by: bottom)
  }
}
