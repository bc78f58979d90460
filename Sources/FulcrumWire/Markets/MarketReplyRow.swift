import FulcrumModel

/// A row of a venue's own reply: Deribit ticker, book summary or instrument, or OKX market row.
struct MarketReplyRow: Decodable, Sendable {
  let row: MarketRow

  init(from decoder: any Decoder) throws {
    let okx = try decoder.container(keyedBy: OKXKey.self)
    row = try okx.contains(.instId) ? MarketRow(okx: okx) : MarketRow(deribit: decoder)
  }

  enum OKXKey: String, CodingKey {
    case instId, ts, bidPx, askPx, bidSz, askSz, markPx, last, markVol, bidVol, askVol, fwdPx,
      idxPx, oi
    case delta, gamma, vega, theta, expTime, ctVal, ctMult, lotSz
  }
}

private enum DeribitMarketKey: String, CodingKey {
  case name = "instrument_name"
  case timestamp
  case created = "creation_timestamp"
  case bestBid = "best_bid_price"
  case bid = "bid_price"
  case bestAsk = "best_ask_price"
  case ask = "ask_price"
  case bidSize = "best_bid_amount"
  case askSize = "best_ask_amount"
  case mark = "mark_price"
  case lastPrice = "last_price"
  case last
  case markIV = "mark_iv"
  case bidIV = "bid_iv"
  case askIV = "ask_iv"
  case underlying = "underlying_price"
  case underlyingName = "underlying_index"
  case index = "index_price"
  case delivery = "estimated_delivery_price"
  case openInterest = "open_interest"
  case funding = "current_funding"
  case greeks
  case expiry = "expiration_timestamp"
  case contractSize = "contract_size"
  case smallestTrade = "min_trade_amount"
}

extension MarketRow {
  /// Volatilities in percent points, prices as numbers or strings.
  fileprivate init(deribit decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: DeribitMarketKey.self)
    place.keys = decoder.codingPath
    instrument = try fields.text(.name)
    contractSize = try fields.decimal(.contractSize)
    smallestTrade = try fields.decimal(.smallestTrade)
    isListing = contractSize != nil && !fields.contains(.mark)
    expiry = try fields.timestamp(.expiry)
    guard !isListing else { return }
    timestamp = try fields.timestamp(.timestamp) ?? fields.timestamp(.created)
    bid = try fields.decimal(.bestBid) ?? fields.decimal(.bid)
    ask = try fields.decimal(.bestAsk) ?? fields.decimal(.ask)
    bidSize = try fields.double(.bidSize)
    askSize = try fields.double(.askSize)
    mark = try fields.decimal(.mark)
    last = try fields.decimal(.lastPrice) ?? fields.decimal(.last)
    markVolatility = try fields.decimal(.markIV)?.ratioFromPercent
    bidVolatility = try fields.decimal(.bidIV)?.ratioFromPercent
    askVolatility = try fields.decimal(.askIV)?.ratioFromPercent
    forward = try fields.decimal(.underlying)
    forwardName = try fields.text(.underlyingName)
    index = try fields.decimal(.index)
    estimatedDelivery = try fields.decimal(.delivery)
    openInterest = try fields.double(.openInterest)
    funding = try fields.decimal(.funding)
    greeks = try fields.decodeIfPresent(TickerGreeks.self, forKey: .greeks)?.greeks
  }

  /// Volatilities as ratios, every number a string, "" where there is none; Greeks in coin.
  fileprivate init(okx fields: KeyedDecodingContainer<MarketReplyRow.OKXKey>) throws {
    place.keys = fields.codingPath
    instrument = try fields.text(.instId)
    if let value = try fields.decimal(.ctVal) {
      contractSize = try fields.decimal(.ctMult).flatMap(value.multiplied) ?? value
    }
    smallestTrade = try fields.decimal(.lotSz)
    isListing = contractSize != nil
    expiry = try fields.timestamp(.expTime)
    guard !isListing else { return }
    timestamp = try fields.timestamp(.ts)
    bid = try fields.decimal(.bidPx)
    ask = try fields.decimal(.askPx)
    bidSize = try fields.double(.bidSz)
    askSize = try fields.double(.askSz)
    mark = try fields.decimal(.markPx)
    last = try fields.decimal(.last)
    markVolatility = try fields.double(.markVol)
    bidVolatility = try fields.double(.bidVol)
    askVolatility = try fields.double(.askVol)
    forward = try fields.decimal(.fwdPx)
    index = try fields.decimal(.idxPx)
    openInterest = try fields.double(.oi)
    let displayed = VenueGreeks(
      delta: try fields.double(.delta), gamma: try fields.double(.gamma),
      vega: try fields.double(.vega), theta: try fields.double(.theta))
    greeks = displayed == VenueGreeks() ? nil : displayed
    parts = QuoteParts(okx: fields)
  }
}

extension QuoteParts {
  /// OKX spreads a quote over its ticker, mark price, option summary and open interest.
  fileprivate init(okx fields: KeyedDecodingContainer<MarketReplyRow.OKXKey>) {
    self = []
    if fields.contains(.bidPx) || fields.contains(.askPx) { insert(.trading) }
    if fields.contains(.markPx) { insert(.mark) }
    if fields.contains(.markVol) || fields.contains(.fwdPx) { insert(.model) }
    if fields.contains(.oi) { insert(.openInterest) }
  }
}

/// `"greeks": {"delta": …}` of a ticker.
private struct TickerGreeks: Decodable {
  let greeks: VenueGreeks

  private enum Key: String, CodingKey { case delta, gamma, vega, theta, rho }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    greeks = VenueGreeks(
      delta: try fields.double(.delta), gamma: try fields.double(.gamma),
      vega: try fields.double(.vega), theta: try fields.double(.theta),
      rho: try fields.double(.rho))
  }
}
