import FulcrumLedger
import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The simulated venue: coins that move, contracts that are listed and expire, and boards with all the
/// faults that a feed can have.
struct PaperVenue: Sendable {
  static let coins: [Asset] = [.btc, .eth]

  private(set) var paths: [CoinPath] = [
    CoinPath(price: 50_000, volatility: 0.6), CoinPath(price: 3000, volatility: 0.8),
  ]
  var weather = Weather.calm
  var rule = PaperRule()
  /// Of a hundred boards, how many have a fault somewhere.
  var faults = 10
  private(set) var injected: UInt64 = 0
  /// Whether pools must hold what a rule over the whole pool says.
  var isWholePool = false
  /// Of a hundred boards, how many break the peg.
  var pegBreaks = 1
  private var serial = 0
  private var peg = 1.0

  func index(of instrument: Instrument) -> Double {
    paths[instrument.base == .btc ? 0 : 1].price
  }

  mutating func move(_ draws: inout SeededDraws) {
    for place in paths.indices { paths[place].step(weather, &draws) }
  }

  // MARK: Contracts

  static func perpetual(_ coin: Asset, inverse: Bool) -> Instrument {
    Instrument(
      id: InstrumentID("\(coin)-\(inverse ? "USD" : "USDC")-PERP"), kind: .perpetual,
      settlement: inverse ? .inverse : .linear, base: coin, quote: inverse ? .usd : .usdc,
      contract: inverse
        ? .usdFace(ExactDecimal(10)) : .coins(ExactDecimal(significand: 1, scale: 3)),
      lot: ExactDecimal(1))
  }

  /// A dated future or an option that expires within the run.
  mutating func expiring(_ now: Timestamp, _ draws: inout SeededDraws) -> Instrument {
    serial += 1
    let coin = draws.chance(70) ? Asset.btc : .eth
    let inverse = draws.chance(35)
    let hours = Int64(draws.number(1...8))
    // On the whole hour, so that several contracts share an expiry.
    let hour: Int64 = 3_600_000
    let expiry = Timestamp(milliseconds: (now.milliseconds / hour + hours) * hour)
    let spot = paths[coin == .btc ? 0 : 1].price
    let size: ContractSize =
      inverse && draws.chance(50)
      ? .coins(ExactDecimal(1)) : .coins(ExactDecimal(significand: 1, scale: 2))
    if draws.chance(20) {
      return Instrument(
        id: InstrumentID("F\(serial)"), kind: .future(expiry: expiry),
        settlement: inverse ? .inverse : .linear, base: coin, quote: inverse ? .usd : .usdc,
        contract: inverse ? .usdFace(ExactDecimal(10)) : size, lot: ExactDecimal(1))
    }
    let strike = Double(draws.number(70...130)) / 100 * spot
    return Instrument(
      id: InstrumentID("O\(serial)"),
      kind: .option(
        draws.chance(50) ? .call : .put,
        strike: PaperRule.rounded(strike, 0) ?? Price(ExactDecimal(1)),
        expiry: expiry),
      settlement: inverse ? .inverse : .linear, base: coin, quote: inverse ? .usd : .usdc,
      contract: size, lot: ExactDecimal(significand: 1, scale: 1))
  }

  // MARK: Boards

  /// - Parameter number: of the board; it makes the digest of its source.
  mutating func board(
    of contracts: [ListedContract], at now: Timestamp, number: UInt64, _ draws: inout SeededDraws
  ) -> MarkBoard {
    let isFaulty = draws.chance(faults)
    if isFaulty { injected += 1 }
    var marks: [Result<ContractMark, MarkFault>] = []
    for contract in contracts {
      let path = paths[contract.instrument.base == .btc ? 0 : 1]
      guard
        let mark = rule.mark(
          contract.instrument, index: path.price, volatility: path.volatility, at: now)
      else {
        marks.append(.failure(.missing))
        continue
      }
      if isFaulty, draws.chance(30) {
        marks.append(fault(mark, &draws))
      } else {
        marks.append(.success(Self.quoted(mark, width: weather == .calm ? 0.001 : 0.01)))
      }
    }
    if isFaulty, draws.chance(10) { marks.removeLast(marks.count / 2) }
    let source = draws.chance(90) ? Self.bytes(number) : []
    let whole = isWholePool ? wholePool(contracts, &marks, now) : nil
    return MarkBoard(
      asOf: now, ruleSet: isWholePool ? "whole/1" : "paper/1", source: source, marks: marks,
      prices: prices(isFaulty, &draws), rule: whole)
  }

  /// The standard rule over a whole pool, and the marks that it makes itself of the same market, as a
  /// venue's would.
  private func wholePool(
    _ contracts: [ListedContract], _ marks: inout [Result<ContractMark, MarkFault>],
    _ now: Timestamp
  ) -> WholePoolRule {
    var market = MarketSnapshot(asOf: now)
    for (contract, mark) in zip(contracts, marks) {
      guard case .success(let mark) = mark else { continue }
      let path = paths[contract.instrument.base == .btc ? 0 : 1]
      var quote = Quote(instrument: contract.instrument, asOf: now)
      quote.index = PaperRule.rounded(path.price, 2)
      quote.forward = contract.isOption ? quote.index : nil
      quote.mark = contract.isOption ? nil : mark.price
      quote.markVolatility = contract.isOption ? path.volatility : nil
      market.insert(quote)
    }
    let view = MarketView(market, at: now)
    for (place, contract) in contracts.enumerated() where place < marks.count {
      guard case .success(let old) = marks[place] else { continue }
      let mark = try? StandardMargin.standard.mark(
        of: contract.instrument, in: view, staleAfterMilliseconds: 0)
      marks[place] =
        mark.map { .success($0.quoted(bid: old.bid, ask: old.ask)) }
        ?? .failure(.missing)
    }
    return WholePoolRule(model: StandardMargin.standard, market: market)
  }

  /// Of pledged assets, with the faults of their sources.
  private mutating func prices(_ isFaulty: Bool, _ draws: inout SeededDraws) -> [AssetPrice] {
    peg = min(1.02, max(0.3, peg + 0.002 * draws.bell() + 0.02 * (1 - peg)))
    if draws.chance(pegBreaks) { peg = draws.pick([0.65, 0.35, 0.9]) ?? 0.65 }
    let quotes: [(Asset, Asset, Double, UInt8)] = [
      (.btc, .usdc, paths[0].price, 2), (.usdt, .usdc, peg, 4),
      (.usdc, .btc, 1 / paths[0].price, 10), (.usdc, .eth, 1 / paths[1].price, 8),
      (.usdc, .usdt, 1 / peg, 4),
    ]
    return quotes.compactMap { asset, quote, number, places in
      guard let price = PaperRule.rounded(number, places) else { return nil }
      let faults: [MarkFault] = [.missing, .stale(ageMilliseconds: 999_999), .divergent]
      let isBroken = isFaulty && draws.chance(20)
      let result: Result<Price, MarkFault> =
        isBroken ? .failure(draws.pick(faults) ?? .missing) : .success(price)
      return AssetPrice(asset: asset, quote: quote, price: result)
    }
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private func fault(
    _ mark: ContractMark, _ draws: inout SeededDraws
  ) -> Result<ContractMark, MarkFault> {
    switch draws.below(6) {
    case 0: return .failure(.missing)
    case 1: return .failure(.stale(ageMilliseconds: Int64(draws.number(300_001...9_000_000))))
    case 2: return .failure(.divergent)
    // Nobody quotes, or one side only.
    case 3: return .success(mark)
    // One bid far off, one ask far off.
    case 4: return .success(Self.quoted(mark, width: 0.7))
    default: return .success(Self.quoted(mark, width: 0.15))
    }
  }

  static func quoted(_ mark: ContractMark, width: Double) -> ContractMark {
    let middle = mark.price.doubleValue
    let places: UInt8 = max(2, mark.price.value.scale)
    let bid = PaperRule.rounded(middle * (1 - width), places)
    let ask = PaperRule.rounded(middle * (1 + width), places)
    return ContractMark(
      price: mark.price, bid: bid.flatMap { $0.value > .zero ? $0 : nil },
      ask: ask.flatMap { $0.value > .zero ? $0 : nil }, valueDown: mark.valueDown,
      valueUp: mark.valueUp, exposure: mark.exposure, long: mark.long, short: mark.short)
  }
}

extension ContractMark {
  fileprivate func quoted(bid: Price?, ask: Price?) -> ContractMark {
    ContractMark(
      price: price, bid: bid, ask: ask, valueDown: valueDown, valueUp: valueUp,
      exposure: exposure, long: long, short: short)
  }
}
