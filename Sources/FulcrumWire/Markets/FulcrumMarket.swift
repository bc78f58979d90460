import FulcrumModel

/// Our own market document, `docs/reference/market-files.md`.
struct FulcrumMarket: Decodable, Sendable {
  let asOf: Timestamp?
  let indices: [MarketReply.NamedIndex]
  let quotes: [MarketRow]
  /// Fields that nothing reads, each name once for the document and once for its quotes.
  let unknown: [UnknownField]

  struct UnknownField: Sendable {
    let keys: [any CodingKey]
    let known: [String]
    /// Quotes that carry it.
    var count = 1

    var name: String { keys.last?.stringValue ?? "" }

    func issue(source: String) -> Issue {
      var issue = Place(source: source, path: JSONPath.text(keys)).unknownField(name, known: known)
      if count > 1 { issue.seen += ", \(count) times" }
      return issue
    }
  }

  /// The fields of a quote, and the columns of our own table.
  static let quoteFields = Key.allCases.map(\.stringValue).filter { !$0.hasSuffix("Iv") }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: FieldName.self)
    let (format, version) = (try fields.text("format"), try fields.text("version"))
    guard format == "fulcrum.market", version == "1" else {
      decoder.note(
        ScalarText.Refusal(
          seen: "format \"\(format ?? "")\" version \(version ?? "none")",
          allowed: "format \"fulcrum.market\" version 1",
          fix: "use a market document of this version"))
      (asOf, indices, quotes, unknown) = (nil, [], [], [])
      return
    }
    asOf = try fields.timestamp("asOf")
    indices = try Self.indices(fields)
    let rows =
      try fields.decodeIfPresent(LossyArray<Row>.self, forKey: "quotes")?.elements
      .map(\.element) ?? []
    quotes = rows.map(\.row)
    let known = DocumentKey.allCases.map(\.stringValue)
    unknown =
      try decoder.names(beyond: DocumentKey.self).map {
        UnknownField(keys: decoder.codingPath + [FieldName(stringValue: $0)], known: known)
      } + Self.unknown(in: rows)
  }

  private static func unknown(in rows: [Row]) -> [UnknownField] {
    var found: [UnknownField] = []
    for row in rows {
      for name in row.unknown {
        if let place = found.firstIndex(where: { $0.name == name }) {
          found[place].count += 1
        } else {
          found.append(
            UnknownField(
              keys: row.row.place.keys + [FieldName(stringValue: name)], known: quoteFields))
        }
      }
    }
    return found
  }

  private static func indices(
    _ fields: KeyedDecodingContainer<FieldName>
  ) throws -> [MarketReply.NamedIndex] {
    guard fields.contains("index") else { return [] }
    let map = try fields.nestedContainer(keyedBy: FieldName.self, forKey: "index")
    return try map.allKeys.sorted { $0.stringValue < $1.stringValue }.compactMap { key in
      try map.decimal(key).map { price in
        MarketReply.NamedIndex(code: key.stringValue, price: price, asOf: nil)
      }
    }
  }

  private enum DocumentKey: String, CodingKey, CaseIterable {
    case format, version, asOf, index, quotes, note
  }

  private enum Key: String, CodingKey, CaseIterable {
    case instrument, timestamp, bid, ask, bidSize, askSize, mark, last, markIV, bidIV, askIV,
      forward, forwardName
    case index, openInterest, funding8h, contractSize, lot, note
    case markIv, bidIv, askIv
  }

  private struct Row: Decodable, Sendable {
    let row: MarketRow
    let unknown: [String]

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: Key.self)
      var row = MarketRow()
      row.place.keys = decoder.codingPath
      row.instrument = try fields.text(.instrument)
      row.timestamp = try fields.timestamp(.timestamp)
      row.bid = try fields.decimal(.bid)
      row.ask = try fields.decimal(.ask)
      row.bidSize = try fields.double(.bidSize)
      row.askSize = try fields.double(.askSize)
      row.mark = try fields.decimal(.mark)
      row.last = try fields.decimal(.last)
      row.markVolatility = try fields.double(.markIV) ?? fields.double(.markIv)
      row.bidVolatility = try fields.double(.bidIV) ?? fields.double(.bidIv)
      row.askVolatility = try fields.double(.askIV) ?? fields.double(.askIv)
      row.forward = try fields.decimal(.forward)
      row.forwardName = try fields.text(.forwardName)
      row.index = try fields.decimal(.index)
      row.openInterest = try fields.double(.openInterest)
      row.funding = try fields.decimal(.funding8h)
      row.contractSize = try fields.decimal(.contractSize)
      row.smallestTrade = try fields.decimal(.lot)
      self.row = row
      unknown = try decoder.names(beyond: Key.self)
    }
  }
}
