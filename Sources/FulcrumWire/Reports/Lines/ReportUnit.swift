import FulcrumModel
import FulcrumRisk

/// The unit that a pool's amounts are shown in, and the factors that bring them there.
struct ReportUnit: Hashable {
  /// "USD", "BTC", "USDC".
  let code: String
  let isDollar: Bool
  /// Unit per unit of the pool's currency.
  let perPoolUnit: Double
  /// Unit per USD.
  let perUsd: Double

  init(_ pool: PoolReport, in currency: ReportView.Currency) {
    let usdPerPoolUnit = pool.measures?.usdPerUnit ?? Self.index(ofCurrencyOf: pool) ?? 1
    let known = pool.riskPool?.indices ?? pool.legs.compactMap(\.valuation).map(\.index)
    let single = pool.underlyings.count == 1 ? pool.underlyings.first : nil
    switch currency {
    case .usd:
      self.init(code: "USD", isDollar: true, perPoolUnit: usdPerPoolUnit, perUsd: 1)
    case .coin where single != nil && pool.currency.isDollar && !known.isEmpty:
      let perUsd = 1 / known[0]
      self.init(
        code: single?.description ?? "", isDollar: false, perPoolUnit: perUsd, perUsd: perUsd)
    case .coin, .pool:
      self.init(
        code: pool.currency.code, isDollar: pool.currency.isDollar, perPoolUnit: 1,
        perUsd: 1 / usdPerPoolUnit)
    }
  }

  /// Where the pool as a whole has no value, its legs still have theirs: USD per coin of a coin pool
  /// by a leg that has an index.
  private static func index(ofCurrencyOf pool: PoolReport) -> Double? {
    guard !pool.currency.isDollar else { return nil }
    return pool.legs.first { $0.instrument.base == pool.currency && $0.valuation != nil }?
      .valuation?.index
  }

  private init(code: String, isDollar: Bool, perPoolUnit: Double, perUsd: Double) {
    self.code = code
    self.isDollar = isDollar
    self.perPoolUnit = perPoolUnit
    self.perUsd = perUsd
  }

  /// Decimals shown: cents of a dollar, a millionth of a coin.
  var places: Int { isDollar ? 2 : 6 }

  func fromPool(_ amount: Double, _ rounding: Rounding, signed: Bool = false) -> String {
    NumberText.decimal(amount * perPoolUnit, places: places, rounding, signed: signed)
  }

  func fromUsd(_ amount: Double, _ rounding: Rounding, signed: Bool = false) -> String {
    NumberText.decimal(amount * perUsd, places: places, rounding, signed: signed)
  }
}
