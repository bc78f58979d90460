import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// The contracts of a market that can hedge one coin's pool.
struct HedgeListing {
  let view: MarketView
  let coin: Underlying
  let currency: PoolCurrency
  let request: HedgeRequest
  let pool: RiskPool
  /// Milliseconds.
  let staleAfter: Int64

  /// Whether futures (false) and options (true) of this coin and settlement are quoted by anybody:
  /// in a market of marks alone a side that is absent is unknown.
  let quoted: Set<Bool>

  init(
    view: MarketView, coin: Underlying, currency: PoolCurrency, request: HedgeRequest,
    pool: RiskPool, staleAfter: Int64
  ) {
    self.view = view
    self.coin = coin
    self.currency = currency
    self.request = request
    self.pool = pool
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
    return HedgeInstrument(
      name: instrument.id.name, leg: leg, lot: lot, quote: (bid, ask),
      depth: depth(quote, leg: leg, lot: lot))
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

  /// The size at the best price where it is quoted, else a share of the open interest, else twenty
  /// times the pool's gross size. Nothing where the quote is stale, and on a side that nobody quotes
  /// while the market quotes its like.
  private func depth(_ quote: Quote, leg: RiskLeg, lot: Double) -> HedgeDepth {
    let age = view.instant.milliseconds - quote.asOf.milliseconds
    if age > staleAfter {
      return HedgeDepth(0, source: "its quote is \(age / 60_000) minutes old")
    }
    var depth = interest(quote, leg: leg, lot: lot)
    if let size = quote.askSize {
      (depth.buy, depth.buySource) = (size, "what is offered at the best price")
    }
    if let size = quote.bidSize {
      (depth.sell, depth.sellSource) = (size, "what is bid for at the best price")
    }
    guard quoted.contains(leg.isOption) else { return depth }
    if quote.ask == nil { (depth.buy, depth.buySource) = (0, "nobody offers it") }
    if quote.bid == nil { (depth.sell, depth.sellSource) = (0, "nobody bids for it") }
    return depth
  }

  private func interest(_ quote: Quote, leg: RiskLeg, lot: Double) -> HedgeDepth {
    if let interest = quote.openInterest {
      let share = NumberText.decimal(100 * request.depthShare, places: 1, .toNearestEven)
      let whole = NumberText.premium(interest, places: 0)
      return HedgeDepth(
        request.depthShare * interest, source: "\(share) % of an open interest of \(whole)")
    }
    let unit = coins(leg)
    let gross = pool.legs.reduce(0) { $0 + coins($1) }
    return HedgeDepth(
      unit > 0 ? max(20 * gross / unit, lot) : lot,
      source: "twenty times the pool; the market states neither sizes nor open interest")
  }

  private func coins(_ leg: RiskLeg) -> Double {
    leg.isOption || leg.settlement == .linear
      ? leg.signedSize.magnitude : leg.signedSize.magnitude / leg.forward
  }
}
