import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The contracts of a market that can hedge one coin's pool.
struct HedgeListing {
  let view: MarketView
  let coin: Underlying
  let currency: PoolCurrency
  let request: HedgeRequest
  /// Milliseconds.
  let staleAfter: Int64

  /// Whether futures (false) and options (true) of this coin and settlement are quoted by anybody:
  /// in a market of marks alone a side that is absent is unknown.
  let quoted: Set<Bool>

  init(
    view: MarketView, coin: Underlying, currency: PoolCurrency, request: HedgeRequest,
    staleAfter: Int64
  ) {
    self.view = view
    self.coin = coin
    self.currency = currency
    self.request = request
    self.staleAfter = staleAfter
    let quotes = view.snapshot.quotes.values.filter {
      $0.instrument.underlying == coin && $0.instrument.settlement == currency.settlement
        && ($0.bid != nil || $0.ask != nil)
    }
    quoted = Set(quotes.map(\.instrument.isOption))
  }

  /// Contracts.
  static let finestLot = 0.001

  /// In name order; what has no mark, forward or volatility is passed over.
  var instruments: [HedgeInstrument] {
    view.snapshot.quotes.values.sorted { $0.instrument.id < $1.instrument.id }
      .compactMap(instrument)
  }

  private func instrument(_ quote: Quote) -> HedgeInstrument? {
    let instrument = quote.instrument
    guard instrument.underlying == coin, instrument.settlement == currency.settlement,
      let (forward, _) = view.forward(of: instrument)
    else { return nil }
    guard let contract = contract(instrument, forward) else { return nil }
    let leg = RiskLeg(
      contract: contract, settlement: instrument.settlement, forward: forward, quantity: 1,
      size: instrument.contract.value.doubleValue)
    // A contract whose step nobody states is read at the finest step of a size; that is no order.
    let lot = max(instrument.lot.doubleValue, Self.finestLot)
    // `map` over an optional price is avoided: its 128-bit number may be misaligned there.
    var (bid, ask): (Double?, Double?) = (nil, nil)
    if let price = quote.bid, price.doubleValue > 0 { bid = price.doubleValue }
    if let price = quote.ask, price.doubleValue > 0 { ask = price.doubleValue }
    guard bid != nil || ask != nil || quote.mark != nil || quote.markVolatility != nil else {
      return nil
    }
    var listed = HedgeInstrument(
      name: instrument.id.name, leg: leg, lot: lot, quote: (bid, ask),
      depth: depth(quote, leg: leg))
    listed.isLotStated = instrument.lot != ContractTerms.undocumentedLot
    if !instrument.isOption {
      listed.futureFee = request.futureFee ?? VenueFee.future(instrument, at: view.instant)
    }
    return listed
  }

  private func contract(_ instrument: Instrument, _ forward: Double) -> RiskLeg.Contract? {
    switch instrument.kind {
    case .option(let right, let strike, let expiry):
      let years = view.instant.years(to: expiry)
      guard years > 0,
        let (volatility, _) = view.volatility(of: instrument, forward: forward), volatility > 0
      else { return nil }
      return .option(
        right, strike: strike.doubleValue, years: years, volatility: volatility)
    case .perpetual: return .future(entry: forward, years: nil)
    case .future(let expiry):
      let years = view.instant.years(to: expiry)
      return years > 0 ? .future(entry: forward, years: years) : nil
    }
  }

  // MARK: Depth

  /// The size at the best price where it is quoted, else a share of the open interest, else no
  /// limit; nothing where the quote is stale, and on a side that nobody quotes while the market
  /// quotes its like; and never more than the request's own limit.
  private func depth(_ quote: Quote, leg: RiskLeg) -> HedgeDepth {
    let age = view.instant.milliseconds - quote.asOf.milliseconds
    if age > staleAfter {
      return HedgeDepth(0, source: "its quote is \(age / 60_000) minutes old")
    }
    var depth = interest(quote)
    if let size = quote.askSize {
      (depth.buy, depth.buySource) = (size, "the size offered at the best price")
    }
    if let size = quote.bidSize {
      (depth.sell, depth.sellSource) = (size, "the size bid for at the best price")
    }
    if quoted.contains(leg.isOption) {
      if quote.ask == nil { (depth.buy, depth.buySource) = (0, "nobody offers it") }
      if quote.bid == nil { (depth.sell, depth.sellSource) = (0, "nobody bids for it") }
    }
    guard let coins = request.mostCoins else { return depth }
    let unit = leg.coins
    return depth.within(
      unit > 0 ? coins / unit : 0, source: "--most \(HedgeNumber.text(coins)) coins")
  }

  private func interest(_ quote: Quote) -> HedgeDepth {
    guard let interest = quote.openInterest else {
      return HedgeDepth(
        .infinity, source: "no limit known: the market states neither sizes nor open interest")
    }
    return HedgeDepth(
      request.depthShare * interest,
      source: "\(HedgeNumber.text(100 * request.depthShare)) % of an open interest of "
        + HedgeNumber.text(interest))
  }
}

/// Sizes and shares for a reader.
enum HedgeNumber {
  /// Whole as they are, others to four digits.
  static func text(_ number: Double) -> String {
    let rounded = (number * 1e9).rounded() / 1e9
    if rounded == rounded.rounded() {
      return NumberText.decimal(rounded, places: 0, .toNearestEven)
    }
    var text = NumberText.premium(number, places: 0)
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

/// What venues charge a taker without a discount, by the date of the market.
///
/// Deribit, futures and perpetuals: 0.05 % of the notional until July 2026, 0.035 % from 2026-08-01
/// (its page of fees as of 2026-08-17). Of other venues no page is at hand: leverage-math 7.2's 0.05 %
/// stands. Options are the same before and after: 0.03 % of the underlying, at most 12.5 % of the
/// premium.
enum VenueFee {
  /// 2026-08-01T00:00:00Z.
  static let deribitChange: Int64 = 1_785_542_400_000
  static let deribitFutureBefore = 0.0005
  static let deribitFuture = 0.00035

  /// Nil where the venue's own fee is not known.
  static func future(_ instrument: Instrument, at instant: Timestamp) -> Double? {
    guard let parsed = try? InstrumentName(instrument.id.name), parsed.dialect == .deribit else {
      return nil
    }
    return instant.milliseconds < deribitChange ? deribitFutureBefore : deribitFuture
  }
}
