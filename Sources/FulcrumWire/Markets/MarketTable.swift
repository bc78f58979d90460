import FulcrumModel

/// Reads a CSV market file by whichever documented layout its header has.
struct MarketTable {
  let table: CSVTable
  let layout: MarketTableLayout
  private let columns: MarketTableColumns

  /// Nil where the header is none of the layouts.
  init?(_ table: CSVTable) {
    guard let layout = MarketTableLayout(table) else { return nil }
    self.table = table
    self.layout = layout
    columns = MarketTableColumns(table, layout)
  }

  /// Every row, read and judged by `assembler`.
  func read(into assembler: inout MarketAssembler) {
    // Other layouts have many columns that are known and not needed.
    if layout == .fulcrum {
      assembler.add(table.remarks(known: FulcrumMarket.quoteFields, read: columns.readByFulcrum))
    }
    for result in table.rows {
      switch result {
      case .failure(let issue): assembler.add([issue])
      case .success(let fields):
        var reader = CSVRowReader(fields, of: table)
        let row = columns.row(&reader, layout)
        assembler.add(reader.issues)
        assembler.add(row)
      }
    }
  }
}

/// The documented CSV layouts, told apart by the columns that only they have.
enum MarketTableLayout: String, CaseIterable {
  /// Ticker fields of an instrument, one instant a row, volatilities in percent.
  case ticker
  /// One instant for the file, `implied_volatility` as a ratio, `underlying` the forward.
  case book
  /// `snapshot_utc` and `exchange`; Deribit rows in percent with forwards, OKX rows as ratios with
  /// the index in `underlying_price`.
  case chain
  /// The history files of optionsDX: percent.
  case optionsDX
  /// Our own: ratios.
  case fulcrum

  init?(_ table: CSVTable) {
    let signs: [(MarketTableLayout, [String])] = [
      (.book, ["instrument_name", "implied_volatility", "underlying"]),
      (.chain, ["instrument", "snapshot_utc", "exchange"]),
      (.optionsDX, ["instrumentname", "quote_unixtime"]),
      (.ticker, ["instrument_name", "mark_price", "timestamp"]),
      (.fulcrum, ["instrument", "mark", "timestamp"]),
    ]
    let found = signs.first { sign in sign.1.allSatisfy { table.column($0) != nil } }
    guard let found else { return nil }
    self = found.0
  }
}

/// Where each value stands in the table at hand.
private struct MarketTableColumns {
  let instrument, exchange, timestamp, expiry: Int?
  let bid, ask, bidSize, askSize, mark, last: Int?
  let markIV, bidIV, askIV: Int?
  let underlying, forward, forwardName, index, delivery: Int?
  let openInterest, funding, contractSize, smallestTrade: Int?
  let greeks, delta, gamma, vega, theta, rho: Int?
  let note: Int?

  /// The columns that mean something in our own layout.
  var readByFulcrum: Set<Int> {
    let read = [
      instrument, timestamp, expiry, bid, ask, bidSize, askSize, mark, last, markIV, bidIV, askIV,
      forward, forwardName, index, delivery, openInterest, funding, contractSize, smallestTrade,
      greeks,
      delta, gamma, vega, theta, rho, note,
    ]
    return Set(read.compactMap { $0 })
  }

  init(_ table: CSVTable, _ layout: MarketTableLayout) {
    instrument = table.column("instrument_name", "instrument", "instrumentname")
    exchange = table.column("exchange")
    timestamp = table.column("timestamp", "snapshot_utc", "quote_unixtime")
    expiry = table.column("expiration_timestamp", "expiry_datetime", "expiry_unix")
    bid = table.column("best_bid_price", "bid_price", "bid")
    ask = table.column("best_ask_price", "ask_price", "ask")
    bidSize = table.column("best_bid_amount", "bidSize")
    askSize = table.column("best_ask_amount", "askSize")
    mark = table.column("mark_price", "mark")
    last = table.column("last_price", "last")
    markIV = table.column("mark_iv", "implied_volatility", "markIV")
    bidIV = table.column("bid_iv", "bidIV")
    askIV = table.column("ask_iv", "askIV")
    underlying = table.column("underlying_price", "underlying", "underlyingprice")
    forward = layout == .fulcrum ? table.column("forward") : nil
    forwardName = table.column(
      "underlying_index", "underlying_name", "underlyingindex", "forwardName")
    index = table.column("index_price", "index")
    delivery = table.column("estimated_delivery_price")
    openInterest = table.column("open_interest", "openInterest")
    funding = table.column("current_funding", "funding8h")
    contractSize = table.column("contract_size", "contractSize")
    smallestTrade = table.column("min_trade_amount", "lot")
    greeks = table.column("greeks")
    delta = table.column("greeks_delta", "delta")
    gamma = table.column("greeks_gamma", "gamma")
    vega = table.column("greeks_vega", "vega")
    theta = table.column("greeks_theta", "theta")
    rho = table.column("greeks_rho", "rho")
    note = table.column("note")
  }

  func row(_ reader: inout CSVRowReader, _ layout: MarketTableLayout) -> MarketRow {
    var row = MarketRow()
    row.place.line = reader.row.line
    row.instrument = reader.text(instrument)
    row.timestamp = reader.timestamp(timestamp)
    row.expiry = reader.timestamp(expiry)
    row.bid = reader.decimal(bid)
    row.ask = reader.decimal(ask)
    row.bidSize = reader.double(bidSize)
    row.askSize = reader.double(askSize)
    row.mark = reader.decimal(mark)
    row.last = reader.decimal(last)
    row.openInterest = reader.double(openInterest)
    row.funding = reader.decimal(funding)
    row.contractSize = reader.decimal(contractSize)
    row.smallestTrade = reader.decimal(smallestTrade)
    row.index = reader.decimal(index)
    row.estimatedDelivery = reader.decimal(delivery)
    let isOKX = layout == .chain && reader.text(exchange)?.lowercased() == "okx"
    let isRatio = layout == .book || layout == .fulcrum || isOKX
    row.markVolatility = volatility(markIV, &reader, isRatio: isRatio)
    row.bidVolatility = volatility(bidIV, &reader, isRatio: isRatio)
    row.askVolatility = volatility(askIV, &reader, isRatio: isRatio)
    setUnderlying(&row, &reader, layout, isOKX: isOKX)
    row.greeks = greeks(&reader)
    return row
  }

  private func volatility(
    _ column: Int?, _ reader: inout CSVRowReader, isRatio: Bool
  ) -> Double? {
    isRatio ? reader.double(column) : reader.decimal(column)?.ratioFromPercent
  }

  private func setUnderlying(
    _ row: inout MarketRow, _ reader: inout CSVRowReader, _ layout: MarketTableLayout, isOKX: Bool
  ) {
    let underlying = reader.decimal(underlying)
    switch layout {
    case .fulcrum: row.forward = reader.decimal(forward)
    case .chain where isOKX: row.index = underlying
    case .ticker, .book, .chain, .optionsDX: row.forward = underlying
    }
    row.forwardName = reader.text(forwardName)
  }

  private func greeks(_ reader: inout CSVRowReader) -> VenueGreeks? {
    if let text = reader.text(greeks) {
      let values = PythonDictionary.numbers(text)
      if values.isEmpty {
        reader.note(
          .warning, at: greeks, seen: ScalarText.quoted(text),
          allowed: "a dictionary such as {'delta': 0.5}", fix: "the venue's Greeks are left out")
      }
      return VenueGreeks(
        delta: values["delta"], gamma: values["gamma"], vega: values["vega"],
        theta: values["theta"], rho: values["rho"])
    }
    let found = VenueGreeks(
      delta: reader.double(delta), gamma: reader.double(gamma), vega: reader.double(vega),
      theta: reader.double(theta), rho: reader.double(rho))
    return found == VenueGreeks() ? nil : found
  }
}

/// Numbers of a flat dictionary as Python prints it: `{'vega': 0.94545, 'rho': None}`.
enum PythonDictionary {
  static func numbers(_ text: String) -> [String: Double] {
    guard text.hasPrefix("{"), text.hasSuffix("}") else { return [:] }
    var numbers: [String: Double] = [:]
    for entry in text.dropFirst().dropLast().split(separator: ",") {
      let sides = entry.split(separator: ":", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let key = sides[0].filter { !" '\"".contains($0) }
      let value = sides[1].filter { $0 != " " }
      guard let number = try? ScalarText.double(value) else { continue }
      numbers[key] = number
    }
    return numbers
  }
}
