import FulcrumModel

/// Any JSON value that may carry market rows: a reply with or without its envelope, a push message,
/// a list, a map from name to ticker, one row, or our own document.
struct MarketReply: Decodable, Sendable {
  var rows: [MarketRow] = []
  var indices: [NamedIndex] = []
  /// The instant of the whole reply, where it says one.
  var asOf: Timestamp?
  /// What the venue answered instead of data.
  var refusal: String?
  /// A message of another kind: `book`, `trades`, `reply`.
  var unused: String?
  /// Fields of our own document that nothing reads.
  var unknown: [FulcrumMarket.UnknownField] = []
  var isEmpty: Bool { rows.isEmpty && indices.isEmpty }

  struct NamedIndex: Sendable {
    let code: String
    let price: ExactDecimal
    let asOf: Timestamp?
  }

  init(from decoder: any Decoder) throws {
    guard let fields = try? decoder.container(keyedBy: FieldName.self) else {
      rows = try LossyArray<MarketReplyRow>(from: decoder).elements.map(\.element.row)
      return
    }
    try read(fields, decoder)
  }

  private mutating func read(
    _ fields: KeyedDecodingContainer<FieldName>, _ decoder: any Decoder
  ) throws {
    if fields.contains("format") {
      try read(FulcrumMarket(from: decoder))
    } else if fields.contains("error") {
      let error = try? fields.decode(MarketRefusal.self, forKey: "error")
      refusal = error.map { "error \($0.code ?? 0): \($0.message ?? "")" } ?? "an error"
    } else if fields.contains("msg"), !fields.contains("code") {
      self = try fields.decode(MarketReply.self, forKey: "msg")
    } else if fields.contains("params") {
      try readPush(fields)
    } else if fields.contains("result") {
      try readResult(fields)
    } else if fields.contains("instrument_name") || fields.contains("instId") {
      rows = [try MarketReplyRow(from: decoder).row]
    } else if fields.contains("data") {
      try readOKX(fields)
    } else if fields.contains("index_price") {
      unused = "an index price without the name of its index"
    } else {
      try readMap(fields)
    }
  }

  private mutating func readResult(_ fields: KeyedDecodingContainer<FieldName>) throws {
    if (try? fields.decode([String].self, forKey: "result"))?.isEmpty == false {
      unused = "reply"
      return
    }
    self = try fields.decode(MarketReply.self, forKey: "result")
    asOf = try asOf ?? fields.timestamp("usOut")
  }

  private mutating func readPush(_ fields: KeyedDecodingContainer<FieldName>) throws {
    let params = try fields.nestedContainer(keyedBy: FieldName.self, forKey: "params")
    let channel = try params.text("channel") ?? ""
    let kind = channel.prefix { $0 != "." }
    switch kind {
    case "ticker", "quote", "":
      self = try params.decode(MarketReply.self, forKey: "data")
      for place in rows.indices { rows[place].isPartial = kind == "quote" }
    case "deribit_price_index":
      let data = try params.nestedContainer(keyedBy: FieldName.self, forKey: "data")
      guard let price = try data.decimal("price") else { return }
      let code = try data.text("index_name")?.prefix { $0 != "_" } ?? ""
      indices = [
        NamedIndex(code: String(code), price: price, asOf: try data.timestamp("timestamp"))
      ]
    default: unused = String(kind)
    }
  }

  /// `{"code": "0", "msg": "", "data": […]}`; an index ticker is a pair with `idxPx`.
  private mutating func readOKX(_ fields: KeyedDecodingContainer<FieldName>) throws {
    if let code = try fields.text("code"), code != "0" {
      refusal = "error \(code): \(try fields.text("msg") ?? "")"
      return
    }
    self = try fields.decode(MarketReply.self, forKey: "data")
    let pairs = rows.filter { $0.instrument?.split(separator: "-").count == 2 && $0.index != nil }
    guard !pairs.isEmpty else { return }
    rows.removeAll { $0.instrument?.split(separator: "-").count == 2 && $0.index != nil }
    indices = pairs.compactMap { pair in
      guard let name = pair.instrument, let price = pair.index else { return nil }
      return NamedIndex(
        code: String(name.prefix { $0 != "-" }), price: price, asOf: pair.timestamp)
    }
  }

  /// `{"BTC-27SEP24-40000-C": {…}, …}`.
  private mutating func readMap(_ fields: KeyedDecodingContainer<FieldName>) throws {
    for key in fields.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      do {
        var row = try fields.decode(MarketReplyRow.self, forKey: key).row
        row.instrument = row.instrument ?? key.stringValue
        rows.append(row)
      } catch {
        let refusal = ScalarText.Refusal(error)
        try fields.superDecoder(forKey: key).note(refusal)
      }
    }
  }

  private mutating func read(_ document: FulcrumMarket) {
    rows = document.quotes
    indices = document.indices
    asOf = document.asOf
    unknown = document.unknown
  }
}

private struct MarketRefusal: Decodable {
  let code: Int?
  let message: String?
}

/// A key of any name.
struct FieldName: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init(stringLiteral name: StaticString) { stringValue = "\(name)" }
  init?(intValue: Int) { return nil }
}
