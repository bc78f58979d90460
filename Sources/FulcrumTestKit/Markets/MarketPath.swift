import FulcrumModel
import FulcrumPricing

/// How a simulated market moves.
public enum Weather: Int, CaseIterable, Sendable {
  case calm, trending, gapping, wild
}

/// One coin's index and volatility, moved by seeded draws. Not a model of any market: it has to reach
/// every corner of the ledger, quickly.
struct CoinPath: Sendable {
  var price: Double
  var volatility: Double
  var drift = 0.0

  mutating func step(_ weather: Weather, _ draws: inout SeededDraws) {
    let noise = draws.bell()
    switch weather {
    case .calm: price *= max(0.9, 1 + 0.002 * noise)
    case .trending:
      if draws.chance(5) { drift = 0.01 * draws.bell() }
      price *= max(0.5, 1 + drift + 0.004 * noise)
    case .wild: price *= max(0.4, 1 + 0.05 * noise)
    case .gapping:
      // A fall by half, a doubling, or nothing much.
      price *= draws.chance(4) ? (draws.chance(60) ? 0.5 : 1.9) : max(0.9, 1 + 0.003 * noise)
    }
    if price < 20 || price > 2_000_000 { price = 50_000 }
    volatility = min(3, max(0.1, volatility * (1 + 0.02 * draws.bell())))
  }
}

/// The margin rule of the simulated venue: whole numbers per lot, three brackets for futures, the
/// usual two lines for options.
struct PaperRule: Sendable {
  /// Maintenance of the first bracket of a future, of its notional.
  var futureRate = 0.02
  var optionRate = 0.075
  static let unit = 1e9

  func mark(
    _ instrument: Instrument, index: Double, volatility: Double, at now: Timestamp
  ) -> ContractMark? {
    guard let price = price(instrument, index, volatility, now),
      let arithmetic = ContractArithmetic(instrument),
      let down = arithmetic.value(lots: 1, at: price.mark, extraDecimals: 9, rounding: .down),
      let up = arithmetic.value(lots: 1, at: price.mark, extraDecimals: 9, rounding: .up)
    else { return nil }
    let scale = units(instrument)
    let size = instrument.lot.doubleValue * instrument.contract.value.doubleValue
    let isLinear = instrument.settlement == .linear
    switch instrument.kind {
    case .perpetual, .future:
      let notional = (isLinear ? size * price.forward : size / price.forward) * scale
      let schedule = futures(notional)
      return ContractMark(
        price: price.mark, valueDown: down, valueUp: up, exposure: Self.up(notional),
        long: schedule, short: schedule)
    case .option(_, let strike, _):
      let underlying = (isLinear ? size * price.forward : size) * scale
      let short = option(underlying, strike.doubleValue, price, up)
      return ContractMark(
        price: price.mark, valueDown: down, valueUp: up,
        exposure: Self.up(underlying * price.delta), long: .none, short: short)
    }
  }

  private func units(_ instrument: Instrument) -> Double {
    var scale = Self.unit
    for _ in 0..<instrument.settlementAsset.decimals { scale *= 10 }
    return scale
  }

  private struct Priced {
    let mark: Price
    let forward: Double
    let delta: Double
    let right: OptionRight?
  }

  private func price(
    _ instrument: Instrument, _ index: Double, _ volatility: Double, _ now: Timestamp
  ) -> Priced? {
    switch instrument.kind {
    case .perpetual:
      return Self.rounded(index, 2).map {
        Priced(
          mark: $0, forward: index, delta: 1, right: nil)
      }
    case .future(let expiry):
      let forward = index * (1 + 0.05 * max(0, now.years(to: expiry)))
      return Self.rounded(forward, 2).map {
        Priced(mark: $0, forward: forward, delta: 1, right: nil)
      }
    case .option(let right, let strike, let expiry):
      let input = OptionInput(
        right: right, forward: index, strike: strike.doubleValue,
        years: max(0, now.years(to: expiry)), volatility: volatility)
      let value = Black76.valueAndFirstOrder(input)
      let coins =
        instrument.settlement == .inverse ? value.undiscounted / index : value.undiscounted
      return Self.rounded(coins, instrument.settlement == .inverse ? 6 : 2).map {
        Priced(mark: $0, forward: index, delta: value.delta.magnitude, right: right)
      }
    }
  }

  /// Joined brackets: the requirement is continuous in size.
  private func futures(_ notional: Double) -> LotSchedule {
    let base = Self.up(notional * futureRate)
    var steps: [LotSchedule.Bracket] = []
    var (rate, deduction): (Int128, Int128) = (base, 0)
    for (lots, factor) in [(Int64(20_000), Int128(2)), (200_000, 5)] {
      deduction += Int128(lots) * (base * factor - rate)
      rate = base * factor
      steps.append(LotSchedule.Bracket(lots: lots, rate: rate, deduction: deduction))
    }
    let initial = steps.map {
      LotSchedule.Bracket(lots: $0.lots, rate: $0.rate * 2, deduction: $0.deduction * 2)
    }
    return LotSchedule(
      initialRate: base * 2, maintenanceRate: base, initialSteps: initial, maintenanceSteps: steps)
  }

  private func option(
    _ underlying: Double, _ strike: Double, _ price: Priced, _ worth: Int128
  ) -> LotSchedule {
    let out =
      price.right == .call
      ? max(0, strike / price.forward - 1) : max(0, 1 - strike / price.forward)
    let initial = Self.up(underlying * max(2 * optionRate - out, optionRate))
    let maintenance = Self.up(underlying * optionRate)
    return LotSchedule(
      initialRate: max(initial, maintenance) + worth, maintenanceRate: maintenance + worth)
  }

  static func up(_ amount: Double) -> Int128 { Int128(amount.rounded(.up)) }

  static func rounded(_ number: Double, _ places: UInt8) -> Price? {
    guard number.isFinite, number >= 0 else { return nil }
    let scale: Double = (0..<places).reduce(1.0) { power, _ in power * 10 }
    return Price(
      ExactDecimal(significand: Int128((number * scale).rounded()), scale: places))
  }
}
