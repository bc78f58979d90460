/// What layout a JSON book has, from the names in it alone.
struct BookProbe: Decodable, Sendable {
  /// Why no layout fits.
  enum Refusal: Error, Hashable, Sendable {
    /// The venue answered with an error instead of positions.
    case venueError(String)
    case unsupportedVersion(String)
    case unknownNames([String])

    func issue(at place: Place) -> Issue {
      switch self {
      case .venueError(let text):
        return place.issue(
          seen: "the venue's error reply \(text)", allowed: "a reply with positions",
          fix: "ask the venue again and save that reply")
      case .unsupportedVersion(let text):
        return place.issue(
          seen: text, allowed: "\"format\": \"fulcrum.book\" with \"version\": 1",
          fix: "write the book in version 1")
      case .unknownNames(let names):
        return place.issue(
          seen: names.isEmpty
            ? "no rows with names" : "the names \(names.prefix(8).joined(separator: ", "))",
          allowed: "a Fulcrum book, or positions of Deribit, ccxt, OKX or Derive",
          fix: "see docs/reference/book-files.md")
      }
    }
  }

  let layout: Result<BookLayout, Refusal>
  /// JSON path of the list of rows.
  let list: String

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      (layout, list) = try Self.envelope(object)
      return
    }
    var rows = try decoder.unkeyedContainer()
    list = "$"
    layout = Self.layout(of: Self.firstNames(&rows))
  }

  private static func envelope(
    _ object: KeyedDecodingContainer<AnyKey>
  ) throws -> (Result<BookLayout, Refusal>, String) {
    let names = Set(object.allKeys.map(\.stringValue))
    if names.contains("format") || names.contains("pools") {
      return (fulcrum(object), "$.pools")
    }
    if names.contains("positions"), names.contains("hedge") {
      return (.success(.paperBook), "$.positions")
    }
    if let failure = venueError(object, names: names) {
      return (.failure(.venueError(failure)), "$")
    }
    for name in ["result", "data"] where names.contains(name) {
      let key = AnyKey(name)
      if var rows = try? object.nestedUnkeyedContainer(forKey: key) {
        let found = firstNames(&rows)
        let fallback: BookLayout = name == "data" ? .okxPositions : .deribitPositions
        return (found == nil ? .success(fallback) : layout(of: found), "$.\(name)")
      }
      if let inner = try? object.nestedContainer(keyedBy: AnyKey.self, forKey: key),
        inner.contains(AnyKey("positions"))
      {
        return (.success(.derivePositions), "$.\(name).positions")
      }
    }
    return (.failure(.unknownNames(names.sorted())), "$")
  }

  private static func fulcrum(
    _ object: KeyedDecodingContainer<AnyKey>
  ) -> Result<BookLayout, Refusal> {
    let format = try? object.decodeIfPresent(String.self, forKey: AnyKey("format"))
    let version = try? object.decodeIfPresent(Int.self, forKey: AnyKey("version"))
    guard let format, let version, format == "fulcrum.book", version == 1 else {
      let seen = "\"format\": \"\(format ?? "none")\", \"version\": \(version ?? 0)"
      return .failure(.unsupportedVersion(seen))
    }
    return .success(.fulcrumJSON)
  }

  private static func venueError(
    _ object: KeyedDecodingContainer<AnyKey>, names: Set<String>
  ) -> String? {
    if names.contains("error"), !names.contains("result"),
      let error = try? object.decode(VenueError.self, forKey: AnyKey("error"))
    {
      return "\(error.code?.value ?? "") \(error.message?.value ?? "")"
    }
    guard let code = try? object.decode(FlexibleText.self, forKey: AnyKey("code")),
      let number = code.value, number != "0"
    else { return nil }
    let text = try? object.decode(FlexibleText.self, forKey: AnyKey("msg"))
    return "\(number) \(text?.value ?? "")"
  }

  private struct VenueError: Decodable {
    let code: FlexibleText?
    let message: FlexibleText?
  }

  /// The names in the first row that is an object; nil for an empty list.
  private static func firstNames(_ rows: inout any UnkeyedDecodingContainer) -> Set<String>? {
    if rows.isAtEnd { return nil }
    while !rows.isAtEnd {
      if let row = try? rows.nestedContainer(keyedBy: AnyKey.self) {
        return Set(row.allKeys.map(\.stringValue))
      }
      if (try? rows.decodeNil()) == true { continue }
      guard (try? rows.decode(Ignored.self)) != nil else { break }
    }
    return []
  }

  private static func layout(of names: Set<String>?) -> Result<BookLayout, Refusal> {
    guard let names else { return .success(.deribitPositions) }
    if names.contains("symbol") { return .success(.unifiedPositions) }
    if names.contains("instId") { return .success(.okxPositions) }
    if names.contains("instrument_name") {
      return .success(names.contains("amount") ? .derivePositions : .deribitPositions)
    }
    return .failure(.unknownNames(names.sorted()))
  }
}

/// Any name in an object.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}
