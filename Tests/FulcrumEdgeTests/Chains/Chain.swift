import FulcrumModel
import FulcrumPricing
import FulcrumWire
import Testing

/// One option row of a real chain with the inputs of Black-76 as the venue printed them.
struct ChainRow {
  let quote: Quote
  let input: OptionInput
  let mark: Double?

  /// - Parameter forward: where the venue prints none on the row.
  init?(_ quote: Quote, at instant: Timestamp, forward: Double? = nil) {
    guard case .option(let right, let strike, let expiry) = quote.instrument.kind,
      let forward = forward ?? quote.forward?.doubleValue,
      let volatility = quote.markVolatility
    else { return nil }
    self.quote = quote
    mark = quote.mark?.doubleValue
    input = OptionInput(
      right: right, forward: forward, strike: strike.doubleValue,
      years: max(0, instant.years(to: expiry)), volatility: volatility)
  }

  var coinPrice: Double { InverseOption.coinPrice(input) }

  /// A vol point is worth at least two ticks of 0.0001 coin: the rows whose volatility the price
  /// still knows, the filter of the accuracy table.
  var isVegaRich: Bool {
    Black76.valueAndFirstOrder(input).vega / 100 / input.forward > 2e-4
  }

  /// Our volatility less the venue's, in points; nil where either side has none to compare
  /// (no quote, a capped 500 %, a price that holds no volatility).
  func volatilityError(_ price: Price?, _ printed: Double?) -> Double? {
    guard isVegaRich, let price = price?.doubleValue, price > 0, let printed, printed > 0,
      printed < 4.9999
    else { return nil }
    let result = ImpliedVolatility.solveCoin(
      right: input.right, forward: input.forward, strike: input.strike, years: input.years,
      coinPrice: price)
    return result.volatility.map { ($0 - printed) * 100 }
  }
}

enum Chain {
  static func snapshot(_ name: String) throws -> MarketSnapshot {
    let input = try InputFile.read(SharedData.path("chains/" + name))
    let parsed = MarketDocument.parse(input)
    #expect(parsed.errors.isEmpty, "\(parsed.errors.prefix(3).map(\.description))")
    return parsed.value
  }

  static func options(in name: String, coin: String? = nil) throws -> [Quote] {
    try snapshot(name).quotes.values
      .filter { $0.instrument.isOption && (coin == nil || $0.instrument.base.code == coin) }
      .sorted { $0.instrument.id < $1.instrument.id }
  }

  /// call − put − (1 − K/F) of the marks, F the mean of what the two rows say.
  static func parityErrors(_ quotes: [Quote]) -> [Double] {
    struct Key: Hashable {
      let expiry: Timestamp
      let strike: Price
    }
    var calls: [Key: Quote] = [:]
    var puts: [Key: Quote] = [:]
    for quote in quotes {
      guard case .option(let right, let strike, let expiry) = quote.instrument.kind else {
        continue
      }
      let key = Key(expiry: expiry, strike: strike)
      if right == .call { calls[key] = quote } else { puts[key] = quote }
    }
    return calls.compactMap { key, call in
      guard let put = puts[key], let c = call.mark?.doubleValue, let p = put.mark?.doubleValue,
        let first = call.forward?.doubleValue, let second = put.forward?.doubleValue
      else { return nil }
      return c - p - (1 - key.strike.doubleValue / ((first + second) / 2))
    }
  }

  struct Cells {
    var rows = 0
    var price: [Double] = []
    var volatility: [Double] = []
    var parity: [Double] = []
    var delta: [Double] = []
    var vega: [Double] = []
  }

  static func bookCells(_ name: String, _ coin: String) throws -> Cells {
    let quotes = try options(in: name, coin: coin)
    var cells = Cells()
    cells.rows = quotes.count
    for quote in quotes {
      let row = try #require(ChainRow(quote, at: quote.asOf))
      cells.price.append(row.coinPrice - (try #require(row.mark)))
      if let venue = quote.venueGreeks?.delta {
        cells.delta.append(Black76.valueAndFirstOrder(row.input).delta - venue)
      }
      if let error = row.volatilityError(quote.mark, quote.markVolatility) {
        cells.volatility.append(error)
      }
    }
    cells.parity = parityErrors(quotes)
    return cells
  }

  /// OKX prints the index where others print the forward: forwards come from parity.
  static func okxCells(_ name: String, _ coin: String) throws -> Cells {
    let snapshot = try snapshot(name)
    let view = MarketView(snapshot, at: snapshot.asOf)
    var cells = Cells()
    for quote in snapshot.quotes.values where quote.instrument.base.code == coin {
      let (forward, source) = try #require(view.forward(of: quote.instrument))
      #expect(source == .parity)
      let row = try #require(ChainRow(quote, at: quote.asOf, forward: forward))
      cells.rows += 1
      let price = row.coinPrice
      let black = Black76.valueAndFirstOrder(row.input)
      cells.price.append(price - (try #require(row.mark)))
      let venue = try #require(quote.venueGreeks)
      cells.delta.append(black.delta - price - (try #require(venue.delta)))
      cells.vega.append(black.vega / 100 / forward - (try #require(venue.vega)))
    }
    return cells
  }

  static func judge(_ name: String, _ cells: [(String, [Double], AccuracyLimit)]) {
    for (label, errors, limit) in cells {
      let summary = ErrorSummary(errors)
      print("\(name): \(label) \(summary)")
      #expect(limit.holds(summary), "\(name): \(label) \(summary) against \(limit)")
    }
  }
}
