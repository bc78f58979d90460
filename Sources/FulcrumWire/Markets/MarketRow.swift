import FulcrumModel

/// One row of a market file in our units, before it is judged: what any layout comes down to.
///
/// Prices as the file has them, volatilities with 1 = 100 % a year.
struct MarketRow: Sendable {
  var place = MarketPlace()
  var instrument: String?
  var timestamp: Timestamp?
  var bid: ExactDecimal?
  var ask: ExactDecimal?
  /// At those prices, in the unit of the venue's sizes.
  var bidSize: Double?
  var askSize: Double?
  var mark: ExactDecimal?
  var last: ExactDecimal?
  var markVolatility: Double?
  var bidVolatility: Double?
  var askVolatility: Double?
  /// The forward of the option's own expiry, USD per coin.
  var forward: ExactDecimal?
  var forwardName: String?
  /// The index of the coin, USD per coin.
  var index: ExactDecimal?
  /// The venue's estimate of the price it will settle at: the index, but for the last half hour of
  /// an expiry, when it is an average.
  var estimatedDelivery: ExactDecimal?
  var openInterest: Double?
  /// Of a perpetual, over eight hours.
  var funding: ExactDecimal?
  var greeks: VenueGreeks?
  /// The expiry in a column of its own, to be held against the one in the name.
  var expiry: Timestamp?
  /// What the venue calls a contract and the smallest trade, in the unit of its sizes.
  var contractSize: ExactDecimal?
  var smallestTrade: ExactDecimal?
  /// What a row of its kind speaks of, whether or not it has values for it.
  var parts: QuoteParts = .all
  /// Whether the row describes a contract and says nothing of the market.
  var isListing = false
  /// Whether it carries best prices alone, and must not displace a whole ticker.
  var isPartial = false
}

/// Where a row stands in its file: a line, a JSON path, or both.
struct MarketPlace: Sendable {
  var line: Int?
  var keys: [any CodingKey] = []

  /// The path of a field of the row.
  func path(_ field: String? = nil) -> String? {
    guard !keys.isEmpty || line == nil else { return field }
    let row = JSONPath.text(keys)
    return field.map { "\(row).\($0)" } ?? row
  }
}

extension ExactDecimal {
  /// The double nearest to this number of percent: 85.05 is 0.8505, where 85.05 / 100 in doubles is
  /// not.
  var ratioFromPercent: Double {
    scale <= 28
      ? ExactDecimal(significand: significand, scale: scale + 2).doubleValue
      : doubleValue / 100
  }
}
