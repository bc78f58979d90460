import Foundation
import FulcrumModel
import Testing

struct MoneyTests {
  @Test func assetsKnowTheirDecimals() throws {
    #expect(Asset.usd.decimals == 6 && Asset.btc.decimals == 8)
    #expect(Asset("usdc") == .usdc && Asset("USDC")?.isDollar == true)
    #expect(Asset("EURR")?.isDollar == false && Asset("EURR")?.decimals == 8)
    #expect(Asset("1000PEPE")?.code == "1000PEPE")
    for refused in ["", "BTC-USD", "ABCDEFGHIJKLMNOPQ", "B C", "Ƀ"] {
      #expect(Asset(refused) == nil, "\(refused)")
    }
  }

  /// Directed rounding against the definition: floor, ceiling, nearest with ties to even.
  @Test(arguments: [
    ("0.0000005", 0, 1, 0), ("0.0000015", 1, 2, 2), ("-0.0000005", -1, 0, 0),
    ("-0.0000015", -2, -1, -2), ("1.0000001", 1_000_000, 1_000_001, 1_000_000),
    ("-1.0000009", -1_000_001, -1_000_000, -1_000_001), ("2", 2_000_000, 2_000_000, 2_000_000),
  ])
  func roundsAsNamed(_ text: String, _ down: Int, _ up: Int, _ even: Int) throws {
    let amount = try #require(ExactDecimal(text))
    for (rounding, units) in [(Rounding.down, down), (.up, up), (.toNearestEven, even)] {
      let money = try Money(amount, asset: .usd, rounding: rounding)
      #expect(money.minorUnits == Int128(units), "\(rounding)")
    }
  }

  /// The door from a double is exact: floor and ceiling of the double's own binary value, which
  /// Foundation's decimal arithmetic cannot hold, so the judge is its exact expansion in integers.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func doorFromADouble(_ seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    for _ in 0..<3000 {
      let magnitude = Double.random(in: -12...9, using: &random)
      let amount = Double.random(in: -1...1, using: &random) * pow(10, magnitude)
      for asset in [Asset.usd, .btc] {
        let exact = exactFloor(amount, decimals: asset.decimals)
        let down = try Money(modelled: amount, asset: asset, rounding: .down)
        let up = try Money(modelled: amount, asset: asset, rounding: .up)
        let near = try Money(modelled: amount, asset: asset, rounding: .toNearestEven)
        #expect(down.minorUnits == exact.floor, "\(amount) \(asset)")
        #expect(up.minorUnits == exact.floor + (exact.isWhole ? 0 : 1), "\(amount) \(asset)")
        #expect(near == down || near == up)
      }
    }
  }

  /// ⌊amount · 10^decimals⌋ from the significand and exponent of the double, in big steps of 128
  /// bits: amount = m·2^e with |m| < 2⁵³, and m·10⁸ < 2⁸⁰.
  private func exactFloor(_ amount: Double, decimals: UInt8) -> (floor: Int128, isWhole: Bool) {
    guard amount != 0 else { return (0, true) }
    var scaled = Int128(amount.significand * 0x1p52) * (amount < 0 ? -1 : 1)
    for _ in 0..<decimals { scaled *= 10 }
    let shift = 52 - Int(amount.exponent)
    if shift <= 0 { return (scaled << Int128(-shift), true) }
    if shift >= 127 { return (scaled < 0 ? -1 : 0, false) }
    let floor = scaled >> Int128(shift)
    return (floor, floor << Int128(shift) == scaled)
  }

  @Test func doorRefusesWhatIsNoAmount() {
    for bad in [Double.nan, .infinity, -.infinity] {
      #expect(throws: MoneyError.notFinite) {
        try Money(modelled: bad, asset: .usd, rounding: .up)
      }
    }
    #expect(throws: MoneyError.overflow) {
      try Money(modelled: 1e40, asset: .usd, rounding: .up)
    }
  }

  @Test func sumsAreCheckedAndOfOneAsset() throws {
    let coin = Money(minorUnits: 5, asset: .btc)
    #expect(throws: MoneyError.assetMismatch(.btc, .usd)) { try coin.adding(.zero(.usd)) }
    let most = Money(minorUnits: .max, asset: .btc)
    #expect(throws: MoneyError.overflow) { try most.adding(coin) }
    #expect(throws: MoneyError.overflow) { try most.scaled(by: Ratio(2, 1), rounding: .up) }
    let rate = Ratio(75, 1000)
    #expect(try coin.scaled(by: rate, rounding: .up).minorUnits == 1)
    #expect(try coin.scaled(by: rate, rounding: .down).minorUnits == 0)
    #expect(
      try coin.subtracting(Money(minorUnits: 7, asset: .btc)).description == "-0.00000002 BTC")
  }

  @Test func requirementsAreOrdered() throws {
    let (low, high) = (Money(minorUnits: 1, asset: .usd), Money(minorUnits: 2, asset: .usd))
    #expect(throws: MarginError.initialBelowMaintenance(initial: low, maintenance: high)) {
      try MarginRequirement(initial: low, maintenance: high, equity: .zero(.usd))
    }
    let fine = try MarginRequirement(initial: high, maintenance: low, equity: .zero(.usd))
    #expect(try fine.excess.minorUnits == -1)
  }
}
