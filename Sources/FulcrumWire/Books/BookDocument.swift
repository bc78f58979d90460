import Foundation
package import FulcrumModel

/// Reads a book in any layout that it is found in.
///
/// The layout is told by the content: a JSON text by the names in its first row, anything else is a
/// table of comma-separated values. Every fault of the file is listed; a row that cannot be used is
/// left out with its reason and the rest is kept.
package enum BookDocument {
  /// - Parameter instruments: what the market files know, by the venue's name: their contract sizes
  ///   and lots go before the documented defaults.
  package static func parse(
    _ input: InputBytes, instruments: [InstrumentID: Instrument] = [:]
  ) -> Parsed<BookRows> {
    guard JSONText.isLikely(input.bytes) else {
      return FulcrumBookTable.parse(input, instruments: instruments)
    }
    let probe = JSONDocument.decode(BookProbe.self, from: input)
    guard let seen = probe.value else {
      return Parsed(BookRows(layout: .fulcrumJSON), issues: probe.issues)
    }
    switch seen.layout {
    case .failure(let refusal):
      let place = Place(source: input.source, path: "$")
      return Parsed(BookRows(layout: .fulcrumJSON), issues: [refusal.issue(at: place)])
    case .success(let layout):
      var reading = BookReading(
        layout: layout, input: input, list: seen.list, instruments: instruments)
      reading.read()
      return Parsed(reading.rows, issues: reading.issues)
    }
  }
}

/// Whether a text means to be JSON.
enum JSONText {
  static func isLikely(_ bytes: Data) -> Bool {
    let first = bytes.first { ![9, 10, 13, 32].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

/// The state of reading one JSON book.
struct BookReading {
  let input: InputBytes
  let list: String
  var builder: LegBuilder
  var rows: BookRows
  var issues: [Issue] = []

  init(
    layout: BookLayout, input: InputBytes, list: String, instruments: [InstrumentID: Instrument]
  ) {
    self.input = input
    self.list = list
    builder = LegBuilder(instruments: instruments)
    rows = BookRows(layout: layout)
  }

  mutating func read() {
    switch rows.layout {
    case .deribitPositions: read(DeribitPosition.self)
    case .unifiedPositions: read(UnifiedPosition.self)
    case .okxPositions: read(OKXPosition.self)
    case .derivePositions: read(DerivePosition.self)
    case .fulcrumJSON: readFulcrum()
    case .paperBook: readPaper()
    case .fulcrumCSV: preconditionFailure("a table is not read as JSON")
    }
    if rows.rows.isEmpty, issues.isEmpty {
      issues.append(
        Issue(
          .warning, source: input.source, path: list, seen: "no positions",
          allowed: "a book with positions", fix: "check that the right account was asked"))
    }
  }

  /// Reads a venue's list of rows, wherever its envelope keeps it.
  private mutating func read<Row: VenueRow>(_ type: Row.Type) {
    let parsed = JSONDocument.decode(Enveloped<Row>.self, from: input)
    issues += parsed.issues.map { Self.softened($0, for: type) }
    let refused = Set(issues.filter { $0.severity == .error }.compactMap(\.path))
    for placed in parsed.value?.rows.elements ?? [] {
      let place = Place(source: input.source, path: "\(list)[\(placed.index)]")
      let isFaulty = Row.essential.contains { refused.contains("\(place.path ?? "").\($0)") }
      let read = isFaulty ? nil : placed.element.draft(at: place)
      issues += read?.issues ?? []
      if let draft = read?.value {
        add(draft)
      } else if let name = placed.element.sharedName {
        rows.refused.append(builder.refused(name, pool: nil, at: place))
      }
    }
  }

  mutating func add(_ draft: LegDraft) {
    let built = builder.row(draft)
    issues += built.issues
    guard let row = built.value else {
      if !built.errors.isEmpty {
        rows.refused.append(
          builder.refused(
            draft.instrument, aliases: draft.aliases, pool: draft.pool, at: draft.place))
      }
      return
    }
    if let header = draft.header, let pool = row.pool, rows.headers[pool] == nil {
      rows.headers[pool] = header
    }
    rows.rows.append(row)
  }

  /// A fault in a field that is only shown beside our numbers does not cost the leg.
  private static func softened<Row: VenueRow>(_ issue: Issue, for type: Row.Type) -> Issue {
    guard let field = issue.path?.split(separator: ".").last, let path = issue.path,
      path.contains("]."), !Row.essential.contains(where: { path.hasSuffix("].\($0)") })
    else { return issue }
    var soft = issue
    soft.severity = .warning
    soft.fix += "; \(field) is left out and the leg is kept"
    return soft
  }
}

/// One row of a venue's list of positions.
protocol VenueRow: Decodable, Sendable {
  /// Fields without which the row means nothing, as paths below the row.
  static var essential: [String] { get }

  /// The instrument's name; nil for an isolated position, which is a pool of its own.
  var sharedName: String? { get }

  /// The leg in our words; nil with an issue where the row does not say one.
  func draft(at place: Place) -> Parsed<LegDraft?>
}

/// A list of rows: bare, or as `result`, `data` or `result.positions` of a reply.
struct Enveloped<Row: Decodable & Sendable>: Decodable, Sendable {
  let rows: LossyArray<Row>

  private enum Key: String, CodingKey { case result, data, positions }

  init(from decoder: any Decoder) throws {
    guard let envelope = try? decoder.container(keyedBy: Key.self) else {
      rows = try LossyArray(from: decoder)
      return
    }
    if envelope.contains(.data) {
      rows = try envelope.decode(LossyArray<Row>.self, forKey: .data)
    } else if let inner = try? envelope.nestedContainer(keyedBy: Key.self, forKey: .result) {
      rows = try inner.decode(LossyArray<Row>.self, forKey: .positions)
    } else {
      rows = try envelope.decode(LossyArray<Row>.self, forKey: .result)
    }
  }
}
