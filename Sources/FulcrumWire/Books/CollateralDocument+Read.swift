import FulcrumModel

extension CollateralDocument {
  /// Reads an amount as it stands on a command line: `0.5 BTC`, `1e-3BTC`, `equity 0.5 BTC`. Bare
  /// amounts are cash: what is in the pool after premia.
  /// - Returns: nil where the text is no amount at all, but perhaps the name of a file.
  package static func amount(
    _ text: String, source: String = "--collateral"
  ) -> Parsed<CollateralDocument?>? {
    var words = text.split(separator: " ")
    var basis = StatedCollateral.Basis.cash
    if let first = words.first, let named = StatedCollateral.Basis(rawValue: first.lowercased()) {
      basis = named
      words.removeFirst()
    }
    let (number, code) = ScalarText.split(amount: words.joined(separator: " "))
    // `20260822.json` is a file, not an amount of JSON.
    guard number.contains(where: { ("0"..."9").contains($0) }), number.last != ".",
      code.allSatisfy({ $0 == " " || $0.isASCII && ($0.isLetter || $0.isNumber) })
    else { return nil }
    let place = Place(source: source)
    guard let amount = ExactDecimal(number), code.first?.isLetter == true, let asset = Asset(code)
    else {
      let issue = place.issue(
        seen: "\"\(text)\"", allowed: "an amount with its currency, such as 0.5 BTC or 2500 USDC",
        fix: number.contains(",") ? "write a point for the decimals" : "name the currency")
      return Parsed(nil, issues: [issue])
    }
    return Parsed(
      .amount(StatedCollateral(basis: basis, amount: amount, currency: asset, place: place)))
  }

  /// Reads a file: a Deribit `get_account_summary` or `get_account_summaries` reply, a table
  /// `pool,cash,equity,currency`, or its JSON form.
  package static func parse(_ input: InputBytes) -> Parsed<CollateralDocument?> {
    guard JSONText.isLikely(input.bytes) else { return CollateralTable.read(input) }
    let parsed = JSONDocument.decode(CollateralFile.self, from: input)
    guard let file = parsed.value else { return Parsed(nil, issues: parsed.issues) }
    let refused = Set(parsed.issues.compactMap(\.path))
    switch file.content {
    case .pools(let entries, let unknown):
      var reading = CollateralTable(source: input.source, issues: parsed.issues)
      reading.issues += Place(source: input.source, path: "$").remarks(
        on: unknown, allowed: CollateralFile.CodingKeys.self)
      reading.read(entries)
      return Parsed(.table(reading.entries), issues: reading.issues)
    case .account(let rows, let list):
      let accounts = rows.map { row in
        let index = row.index.map { "[\($0)]" } ?? ""
        let place = Place(source: input.source, path: list + index)
        return row.summary.read(at: place, refused: refused)
      }
      let issues = parsed.issues + accounts.flatMap(\.issues)
      return Parsed(.account(accounts.compactMap(\.value)), issues: issues)
    case .unknown(let names):
      let issue = Issue(
        source: input.source, path: "$",
        seen: "the names \(names.prefix(8).joined(separator: ", "))",
        allowed: "an account summary, or \"format\": \"fulcrum.collateral\" with \"version\": 1",
        fix: "see docs/reference/book-files.md")
      return Parsed(nil, issues: parsed.issues + [issue])
    }
  }
}

/// A JSON file of collateral, told by its names.
private struct CollateralFile: Decodable, Sendable {
  struct PlacedSummary: Sendable {
    let index: Int?
    let summary: SummaryRow
  }
  enum Content: Sendable {
    case pools(LossyArray<EntryRow>, unknown: [String])
    case account([PlacedSummary], list: String)
    case unknown([String])
  }

  let content: Content

  enum CodingKeys: String, CodingKey, CaseIterable { case format, version, note, pools }

  init(from decoder: any Decoder) throws {
    let top = try decoder.container(keyedBy: AnyKey.self)
    if (try? top.decode(String.self, forKey: AnyKey("format"))) == "fulcrum.collateral",
      (try? top.decode(Int.self, forKey: AnyKey("version"))) == 1
    {
      content = .pools(
        try top.decode(LossyArray<EntryRow>.self, forKey: AnyKey("pools")),
        unknown: try decoder.names(beyond: CodingKeys.self))
      return
    }
    let result = try? top.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("result"))
    let reply = result ?? top
    let path = result == nil ? "$" : "$.result"
    if reply.contains(AnyKey("summaries")) {
      let list = try reply.decode(LossyArray<SummaryRow>.self, forKey: AnyKey("summaries"))
      content = .account(
        list.elements.map { PlacedSummary(index: $0.index, summary: $0.element) },
        list: "\(path).summaries")
    } else if reply.contains(AnyKey("currency")), reply.contains(AnyKey("equity")) {
      let row =
        result == nil
        ? try SummaryRow(from: decoder)
        : try top.decode(SummaryRow.self, forKey: AnyKey("result"))
      content = .account([PlacedSummary(index: nil, summary: row)], list: path)
    } else {
      content = .unknown(reply.allKeys.map(\.stringValue).sorted())
    }
  }
}

private struct EntryRow: Decodable, Sendable {
  let pool: FlexibleText?
  let cash: FlexibleDecimal?
  let equity: FlexibleDecimal?
  let currency: FlexibleText?
  let unknown: [String]

  enum CodingKeys: String, CodingKey, CaseIterable { case pool, cash, equity, currency, note }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    pool = try fields.decodeIfPresent(FlexibleText.self, forKey: .pool)
    cash = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .cash)
    equity = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .equity)
    currency = try fields.decodeIfPresent(FlexibleText.self, forKey: .currency)
    unknown = try decoder.names(beyond: CodingKeys.self)
  }
}

/// One currency of an account summary.
private struct SummaryRow: Decodable, Sendable {
  let currency: FlexibleText?
  let equity: FlexibleDecimal?
  let model: FlexibleText?

  enum CodingKeys: String, CodingKey {
    case currency, equity
    case model = "margin_model"
  }

  func read(at place: Place, refused: Set<String>) -> Parsed<AccountSummary?> {
    if equity?.isFaulty ?? false { return Parsed(nil) }
    guard let code = currency?.value, let asset = Asset(code) else {
      let issue = place.at("currency").issue(
        seen: "\(currency?.value ?? "none")", allowed: "a code such as BTC or USDC",
        fix: "correct it; the currency is left out")
      return Parsed(nil, issues: [issue])
    }
    guard let equity = equity?.value else {
      let issue = place.at("equity").issue(
        seen: "no equity for \(asset)", allowed: "an equity for each currency",
        fix: "add it; the currency is left out")
      return Parsed(nil, issues: [issue])
    }
    return Parsed(
      AccountSummary(currency: asset, equity: equity, marginModel: model?.value, place: place))
  }
}

/// Reads the lines of a collateral table.
private struct CollateralTable {
  let source: String
  var issues: [Issue]
  var entries: [CollateralEntry] = []

  static func read(_ input: InputBytes) -> Parsed<CollateralDocument?> {
    let opened = CSVTable.open(input)
    guard let table = opened.value else { return Parsed(nil, issues: opened.issues) }
    let names = ["pool", "cash", "equity", "currency"]
    var reading = CollateralTable(
      source: input.source, issues: opened.issues + table.remarks(known: names))
    guard let pool = table.column("pool"),
      table.column("cash") != nil || table.column("equity") != nil
    else {
      let issue = Issue(
        source: input.source, line: 1, seen: table.headerText,
        allowed: names.joined(separator: ","), fix: "name the columns pool and cash or equity")
      return Parsed(nil, issues: reading.issues + [issue])
    }
    for result in table.rows {
      switch result {
      case .failure(let issue): reading.issues.append(issue)
      case .success(let row): reading.read(CSVRowReader(row, of: table), pool: pool)
      }
    }
    return Parsed(.table(reading.entries), issues: reading.issues)
  }

  private mutating func read(_ row: CSVRowReader, pool: Int) {
    var row = row
    let cash = row.decimal(row.table.column("cash"))
    let equity = row.decimal(row.table.column("equity"))
    issues += row.issues
    guard row.issues.isEmpty else { return }
    add(
      pool: row.text(pool), cash: cash, equity: equity,
      currency: row.text(row.table.column("currency")),
      at: Place(source: source, line: row.row.line))
  }

  mutating func read(_ rows: LossyArray<EntryRow>) {
    for placed in rows.elements {
      let row = placed.element
      issues += Place(source: source, path: "$.pools[\(placed.index)]").remarks(
        on: row.unknown, allowed: EntryRow.CodingKeys.self)
      if [row.cash, row.equity].contains(where: { $0?.isFaulty ?? false }) { continue }
      add(
        pool: row.pool?.value, cash: row.cash?.value, equity: row.equity?.value,
        currency: row.currency?.value, at: Place(source: source, path: "$.pools[\(placed.index)]"))
    }
  }

  private mutating func add(
    pool: String?, cash: ExactDecimal?, equity: ExactDecimal?, currency: String?, at place: Place
  ) {
    guard let pool else {
      issues += Parsed<LegDraft?>.missing("pool", at: place).issues
      return
    }
    let asset = currency.flatMap { Asset($0) }
    if let currency, asset == nil {
      issues.append(
        place.at("currency").issue(
          seen: "\"\(currency)\"", allowed: "a code such as BTC or USDC",
          fix: "correct it; the line is left out"))
      return
    }
    let stated = StatedCollateral.read(cash: cash, equity: equity, currency: asset, at: place)
    issues += stated.issues
    if let value = stated.value {
      entries.append(CollateralEntry(pool: pool, collateral: value))
    } else if stated.issues.isEmpty {
      issues += Parsed<LegDraft?>.missing("cash or equity", at: place).issues
    }
  }
}
