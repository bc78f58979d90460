public import FulcrumModel

/// A second asset that a pool accepts as collateral, and how little of it counts.
///
///     credit = ⌊ amount · price · (1 − min(1, haircut + depegFactor · max(0, depegBelow − price))) ⌋
///
/// price in the pool's asset per unit. Isolated pools hold one asset by default; this is an option of
/// the pool, fixed when it is opened.
public struct CollateralRule: Hashable, Sendable {
  public let asset: Asset
  /// 0 to 1.
  public let haircut: Ratio
  /// For what is meant to be worth one unit: where its price is below this, the haircut grows.
  public let depegBelow: Ratio?
  public let depegFactor: Ratio
  /// The most that counts, smallest units of the asset; nil for no cap.
  public let cap: Int128?

  public init(
    asset: Asset, haircut: Ratio, depegBelow: Ratio? = nil, depegFactor: Ratio = Ratio(0, 1),
    cap: Int128? = nil
  ) {
    self.asset = asset
    self.haircut = haircut
    self.depegBelow = depegBelow
    self.depegFactor = depegFactor
    self.cap = cap
  }

  /// Parts per million that count at a price, rounded down; 0 where nothing does.
  func creditPartsPerMillion(at price: Price) -> Int128 {
    let million: Int128 = 1_000_000
    var cut = haircut.of(million, rounding: .up)
    if let depegBelow, let units = price.value.units(decimals: 6, rounding: .down) {
      let missing = max(0, depegBelow.of(million, rounding: .up) - units)
      cut += depegFactor.of(missing, rounding: .up)
    }
    return max(0, million - cut)
  }

  var fault: RuleFault? {
    guard haircut.numerator >= 0, haircut.numerator <= haircut.denominator else {
      return RuleFault(
        name: "haircut", seen: "\(haircut.numerator)/\(haircut.denominator)", allowed: "0 to 1")
    }
    guard depegFactor.numerator >= 0, (depegBelow?.numerator ?? 0) >= 0, (cap ?? 0) >= 0 else {
      return RuleFault(name: "depeg or cap of \(asset)", seen: "below 0", allowed: "0 or more")
    }
    return nil
  }
}

/// What one unit of an asset is worth in another, or why nobody may say.
public struct AssetPrice: Hashable, Sendable {
  public let asset: Asset
  public let quote: Asset
  public let price: Result<Price, MarkFault>

  public init(asset: Asset, quote: Asset, price: Result<Price, MarkFault>) {
    self.asset = asset
    self.quote = quote
    self.price = price
  }
}

extension MarkBoard {
  func price(of asset: Asset, in quote: Asset) throws(ValuationFault) -> Price {
    let stated = prices.first { $0.asset == asset && $0.quote == quote }
    switch stated?.price {
    case .success(let price): return price
    case .failure(.divergent): throw .priceDivergent(asset)
    case .failure(.stale(let age)): throw .priceStale(asset, age: age)
    case .failure(.missing), nil: throw .priceMissing(asset)
    }
  }
}

extension Pool {
  /// What the pledged assets count for, smallest units of the pool's asset.
  func credit(on board: MarkBoard) throws(ValuationFault) -> Int128 {
    var credit: Int128 = 0
    for money in pledged where money.minorUnits != 0 {
      credit += try self.credit(of: money, on: board)
    }
    return credit
  }

  /// - Parameter isCapped: whether the cap of the rule holds; when collateral is sold it does not.
  func credit(
    of money: Money, on board: MarkBoard, isCapped: Bool = true
  ) throws(ValuationFault) -> Int128 {
    guard let rule = terms.accepted.first(where: { $0.asset == money.asset }) else { return 0 }
    let price = try board.price(of: money.asset, in: terms.asset)
    let counted = isCapped ? min(money.minorUnits, rule.cap ?? money.minorUnits) : money.minorUnits
    guard let value = terms.asset.worth(counted, of: money.asset, at: price) else {
      throw .priceMissing(money.asset)
    }
    return Ratio(Int64(rule.creditPartsPerMillion(at: price)), 1_000_000).of(
      value, rounding: .down)
  }
}

extension Asset {
  /// ⌊units of `asset` · price⌋ in smallest units of this asset; nil where 128 bits do not hold it.
  fileprivate func worth(_ units: Int128, of asset: Asset, at price: Price) -> Int128? {
    let amount = ExactDecimal(significand: units, scale: asset.decimals)
    return amount.multiplied(by: price.value)?.units(decimals: decimals, rounding: .down)
  }
}
