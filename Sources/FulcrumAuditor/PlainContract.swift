package import FulcrumLedger
package import FulcrumModel

/// A contract as the auditor knows it: terms as they were listed, value by schoolbook arithmetic.
package struct PlainContract: Hashable, Sendable {
  package let instrument: Instrument
  package let market: MarketID
  var delivery: Price?

  var asset: Asset { instrument.settlement == .inverse ? instrument.base : instrument.quote }

  package var isOption: Bool {
    if case .option = instrument.kind { return true }
    return false
  }

  private var isReciprocal: Bool { instrument.settlement == .inverse && !isOption }

  /// Exact value of lots at a price, smallest units: size · price, or − size / price.
  func value(lots: Int64, at price: Price) -> Quotient? {
    let size = price.value.significand
    guard let unit else { return nil }
    if isReciprocal {
      guard size > 0 else { return nil }
      let places = Int(asset.decimals) + Int(price.value.scale) - unit.scale
      return Self.scaled(
        Wide(-unit.significand) * Int128(lots), places: places, over: size)
    }
    let places = Int(asset.decimals) - unit.scale - Int(price.value.scale)
    guard let lots = Self.product(unit.significand, Int128(lots)) else { return nil }
    return Self.scaled(Wide(lots) * size, places: places, over: 1)
  }

  /// The price at which the lots of a leg are worth its cost, to ten decimals, ties to even; nil where
  /// there is none.
  func entry(of leg: PlainLeg) -> Price? {
    guard let unit, leg.lots != 0, leg.cost != 0 else { return nil }
    let size = unit.significand * Int128(leg.lots)
    let digits = Int(asset.decimals) - unit.scale
    let found =
      isReciprocal
      ? Self.scaled(
        Wide(leg.cost < 0 ? size : -size), places: digits + 10,
        over: leg.cost < 0 ? -leg.cost : leg.cost)
      : Self.scaled(
        Wide(size < 0 ? -leg.cost : leg.cost), places: 10 - digits, over: size < 0 ? -size : size)
    guard let found, found.nearest > 0 else { return nil }
    return Price(ExactDecimal(significand: found.nearest, scale: 10))
  }

  /// What lots of an option pay at a delivery price.
  func payoff(lots: Int64, delivery: Price) -> Quotient? {
    guard case .option(let right, let strike, _) = instrument.kind, let unit else { return nil }
    let (top, bottom) =
      right == .call ? (delivery.value, strike.value) : (strike.value, delivery.value)
    let scale = max(top.scale, bottom.scale)
    let gain = Self.raise(top, to: scale) - Self.raise(bottom, to: scale)
    guard gain > 0 else { return Quotient(Wide(0), over: 1) }
    let paid = Wide(unit.significand * Int128(lots)) * gain
    let places = Int(asset.decimals) - unit.scale - Int(scale)
    guard instrument.settlement == .inverse else {
      return Self.scaled(paid, places: places, over: 1)
    }
    return Self.scaled(
      paid, places: places + Int(delivery.value.scale), over: delivery.value.significand)
  }

  /// Coins or dollars of the underlying in lots, at delivery, rounded up.
  func underlying(lots: Int64, delivery: Price) -> Int128? {
    guard let unit else { return nil }
    let size = unit.significand * Int128(lots.magnitude)
    if instrument.settlement == .inverse {
      return Self.scaled(Wide(size), places: Int(asset.decimals) - unit.scale, over: 1)?.ceiling
    }
    let places = Int(asset.decimals) - unit.scale - Int(delivery.value.scale)
    return Self.scaled(Wide(size) * delivery.value.significand, places: places, over: 1)?.ceiling
  }

  private var unit: (significand: Int128, scale: Int)? {
    let (lot, size) = (instrument.lot, instrument.contract.value)
    guard let product = Self.product(lot.significand, size.significand) else { return nil }
    return (product, Int(lot.scale) + Int(size.scale))
  }

  private static func product(_ a: Int128, _ b: Int128) -> Int128? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  private static func raise(_ number: ExactDecimal, to scale: UInt8) -> Int128 {
    number.significand * ten(Int(scale) - Int(number.scale))
  }

  private static func ten(_ exponent: Int) -> Int128 {
    (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
  }

  static func scaled(_ top: Wide, places: Int, over bottom: Int128) -> Quotient? {
    guard abs(places) <= 36 else { return nil }
    if places < 0 {
      let (divisor, overflow) = bottom.multipliedReportingOverflow(by: ten(-places))
      return overflow ? nil : Quotient(top, over: divisor)
    }
    return top.fits ? Quotient(top * ten(places), over: bottom) : nil
  }
}
