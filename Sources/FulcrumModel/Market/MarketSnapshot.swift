/// The index of one coin at one instant, USD per coin.
public struct IndexPrint: Hashable, Sendable {
  public let price: Price
  public let asOf: Timestamp

  public init(price: Price, asOf: Timestamp) {
    self.price = price
    self.asOf = asOf
  }
}

/// Everything known of the market at one instant, gathered from any number of files.
public struct MarketSnapshot: Hashable, Sendable {
  /// The newest instant among what it holds.
  public private(set) var asOf: Timestamp
  public private(set) var quotes: [InstrumentID: Quote]
  public private(set) var indices: [Underlying: IndexPrint]
  /// Contracts as an instrument list stated them; a quote's own instrument is used otherwise.
  public private(set) var instruments: [InstrumentID: Instrument]

  public init(asOf: Timestamp) {
    self.asOf = asOf
    quotes = [:]
    indices = [:]
    instruments = [:]
  }

  /// Takes a quote in. Of two for one instrument the newer stands in every part that it speaks of,
  /// and the older one in the rest; at the same instant the later one fills what the earlier one
  /// left out. A quote put together from two instants is as old as the older one.
  /// - Returns: false where an older quote was passed over.
  @discardableResult
  public mutating func insert(_ quote: Quote) -> Bool {
    asOf = max(asOf, quote.asOf)
    if let index = quote.index {
      insert(IndexPrint(price: index, asOf: quote.asOf), for: quote.instrument.underlying)
    }
    guard let held = quotes[quote.instrument.id] else {
      quotes[quote.instrument.id] = quote
      return true
    }
    let (newer, older) = quote.asOf >= held.asOf ? (quote, held) : (held, quote)
    if newer.asOf == older.asOf {
      quotes[quote.instrument.id] = held.filled(from: quote)
    } else if newer.parts.isSuperset(of: older.parts) {
      quotes[quote.instrument.id] = newer
      return quote.asOf > held.asOf
    } else {
      quotes[quote.instrument.id] = newer.completed(by: older)
    }
    return true
  }

  public mutating func insert(_ index: IndexPrint, for underlying: Underlying) {
    asOf = max(asOf, index.asOf)
    if let held = indices[underlying], held.asOf > index.asOf { return }
    indices[underlying] = index
  }

  public mutating func insert(_ instrument: Instrument) { instruments[instrument.id] = instrument }

  public mutating func merge(_ other: MarketSnapshot) {
    for quote in other.quotes.values { insert(quote) }
    for (underlying, index) in other.indices { insert(index, for: underlying) }
    instruments.merge(other.instruments) { _, new in new }
    asOf = max(asOf, other.asOf)
  }

  /// The quote of `id`, refused where it is older than `maxAge` at `instant`.
  public func quote(
    _ id: InstrumentID, at instant: Timestamp, maxAgeMilliseconds: Int64
  ) throws(MarketError) -> Quote {
    guard let quote = quotes[id] else { throw .missingQuote(id) }
    let age = instant.milliseconds - quote.asOf.milliseconds
    guard age <= maxAgeMilliseconds else {
      throw .staleQuote(id, ageMilliseconds: age, limitMilliseconds: maxAgeMilliseconds)
    }
    return quote
  }
}

public enum MarketError: Error, Hashable, Sendable {
  case missingQuote(InstrumentID)
  case missingIndex(Underlying)
  case staleQuote(InstrumentID, ageMilliseconds: Int64, limitMilliseconds: Int64)
}

extension Quote {
  /// This quote with the parts that it does not speak of taken from an older one.
  func completed(by older: Quote) -> Quote {
    var result = self
    let missing = older.parts.subtracting(parts)
    if missing.contains(.trading) {
      (result.bid, result.ask, result.last) = (older.bid, older.ask, older.last)
      (result.bidSize, result.askSize) = (older.bidSize, older.askSize)
    }
    if missing.contains(.mark) { result.mark = older.mark }
    if missing.contains(.model) {
      result.markVolatility = older.markVolatility
      result.bidVolatility = older.bidVolatility
      result.askVolatility = older.askVolatility
      (result.forward, result.forwardName) = (older.forward, older.forwardName)
      result.venueGreeks = older.venueGreeks
      result.fundingOfEightHours = older.fundingOfEightHours
    }
    if missing.contains(.openInterest) { result.openInterest = older.openInterest }
    result.index = index ?? older.index
    result.parts = parts.union(older.parts)
    result.asOf = min(asOf, older.asOf)
    return result
  }

  /// This quote with its gaps filled from another of the same instant.
  func filled(from other: Quote) -> Quote {
    var result = self
    result.bid = bid ?? other.bid
    result.ask = ask ?? other.ask
    // A size belongs to its price.
    result.bidSize = bid == nil ? other.bidSize : bidSize
    result.askSize = ask == nil ? other.askSize : askSize
    result.mark = mark ?? other.mark
    result.last = last ?? other.last
    result.markVolatility = markVolatility ?? other.markVolatility
    result.bidVolatility = bidVolatility ?? other.bidVolatility
    result.askVolatility = askVolatility ?? other.askVolatility
    result.forward = forward ?? other.forward
    result.forwardName = forwardName ?? other.forwardName
    result.index = index ?? other.index
    result.openInterest = openInterest ?? other.openInterest
    result.venueGreeks = venueGreeks ?? other.venueGreeks
    result.fundingOfEightHours = fundingOfEightHours ?? other.fundingOfEightHours
    result.parts = parts.union(other.parts)
    return result
  }
}
