import FulcrumModel

/// Our book as a table: `pool,strategy,currency,cash,equity,instrument,size,entry`, and where
/// needed `contractSize,lot`. Only `instrument` and `size` are required.
///
/// What is said of a pool may stand on any of its lines, on one or on all; two lines that say
/// different things are an error of the second.
struct FulcrumBookTable {
  private static let names = [
    "pool", "strategy", "currency", "cash", "equity", "instrument", "size", "entry",
    "contractSize", "lot",
  ]

  private let table: CSVTable
  private let columns: [String: Int]
  private let builder: LegBuilder
  private var rows = BookRows(layout: .fulcrumCSV)
  private var issues: [Issue] = []

  static func parse(
    _ input: InputBytes, instruments: [InstrumentID: Instrument]
  ) -> Parsed<BookRows> {
    let opened = CSVTable.open(input)
    guard let table = opened.value else {
      return Parsed(BookRows(layout: .fulcrumCSV), issues: opened.issues)
    }
    var reading = FulcrumBookTable(table: table, builder: LegBuilder(instruments: instruments))
    reading.issues = opened.issues + table.remarks(known: names)
    for name in ["instrument", "size"] where reading.columns[name] == nil {
      reading.issues.append(
        Issue(
          source: input.source, line: 1, seen: "no column \(name)",
          allowed: names.joined(separator: ","), fix: "add the column"))
    }
    if reading.columns["instrument"] != nil, reading.columns["size"] != nil { reading.read() }
    return Parsed(reading.rows, issues: reading.issues)
  }

  private init(table: CSVTable, builder: LegBuilder) {
    self.table = table
    self.builder = builder
    let places = Self.names.compactMap { name in table.column(name).map { (name, $0) } }
    columns = Dictionary(uniqueKeysWithValues: places)
  }

  private mutating func read() {
    var isEmpty = true
    for result in table.rows {
      isEmpty = false
      switch result {
      case .failure(let issue): issues.append(issue)
      case .success(let row): read(CSVRowReader(row, of: table))
      }
    }
    guard isEmpty else { return }
    issues.append(
      Issue(
        .warning, source: table.source, seen: "a header without rows",
        allowed: "a book with positions", fix: "add one line a leg"))
  }

  private mutating func read(_ row: CSVRowReader) {
    var row = row
    let place = Place(source: table.source, line: row.row.line)
    let size = row.decimal(columns["size"])
    let entry = row.decimal(columns["entry"])
    let contractSize = row.decimal(columns["contractSize"])
    let lot = row.decimal(columns["lot"])
    let cash = row.decimal(columns["cash"])
    let equity = row.decimal(columns["equity"])
    issues += row.issues
    guard row.issues.isEmpty else {
      refuse(row, at: place)
      return
    }
    guard let instrument = row.text(columns["instrument"]), let size else {
      let field = row.text(columns["instrument"]) == nil ? "instrument" : "size"
      issues += Parsed<LegDraft?>.missing(field, at: place).issues
      refuse(row, at: place)
      return
    }
    var draft = LegDraft(instrument: instrument, size: size, unit: .contracts, place: place)
    draft.entry = entry
    draft.contractSize = contractSize
    draft.lot = lot
    draft.pool = row.text(columns["pool"])
    let built = builder.row(draft)
    issues += built.issues
    guard let leg = built.value else {
      if !built.errors.isEmpty { refuse(row, at: place) }
      return
    }
    if let header = header(row, cash: cash, equity: equity, at: place) {
      join(header, to: draft.pool, instrument: instrument)
    }
    rows.rows.append(leg)
  }

  private mutating func refuse(_ row: CSVRowReader, at place: Place) {
    rows.refused.append(
      builder.refused(
        row.text(columns["instrument"]), pool: row.text(columns["pool"]), at: place))
  }

  // MARK: Pools

  private mutating func header(
    _ row: CSVRowReader, cash: ExactDecimal?, equity: ExactDecimal?, at place: Place
  ) -> PoolHeader? {
    var header = PoolHeader(strategy: row.text(columns["strategy"]), place: place)
    if let code = row.text(columns["currency"]) {
      header.currency = Asset(code)
      if header.currency == nil {
        issues.append(
          place.at("currency").issue(
            seen: "\"\(code)\"", allowed: "a code such as BTC or USDC",
            fix: "correct it; the currency of the legs is used"))
      }
    }
    let stated = StatedCollateral.read(cash: cash, equity: equity, currency: nil, at: place)
    issues += stated.issues
    header.collateral = stated.value
    return header
  }

  private mutating func join(_ header: PoolHeader, to pool: String?, instrument: String) {
    guard let pool else {
      guard header.collateral != nil || header.strategy != nil else { return }
      issues.append(
        header.place.at("pool").issue(
          .warning, seen: "collateral or strategy without a pool", allowed: "a pool id beside them",
          fix: "name the pool; they are passed over for \(instrument)"))
      return
    }
    guard var held = rows.headers[pool] else {
      rows.headers[pool] = header
      return
    }
    settle(&held.strategy, header.strategy, "strategy", pool, header.place)
    settle(&held.currency, header.currency, "currency", pool, header.place)
    if let new = header.collateral {
      if let old = held.collateral {
        if old.amount != new.amount || old.basis != new.basis {
          issues.append(
            contradiction(
              "\(new.basis) \(new.amount) after \(old.basis) \(old.amount)", pool, new.place))
        }
      } else {
        held.collateral = new
      }
    }
    rows.headers[pool] = held
  }

  private mutating func settle<Value: Equatable>(
    _ held: inout Value?, _ new: Value?, _ field: String, _ pool: String, _ place: Place
  ) {
    guard let new else { return }
    guard let old = held else {
      held = new
      return
    }
    if old != new { issues.append(contradiction("\(field) \(new) after \(old)", pool, place)) }
  }

  private func contradiction(_ seen: String, _ pool: String, _ place: Place) -> Issue {
    place.issue(
      seen: "\(seen) for pool \"\(pool)\"", allowed: "one statement a pool",
      fix: "correct one of the lines; the first stands")
  }
}

extension CSVTable {
  /// The header in quotes, for remarks on what it lacks.
  var headerText: String { ScalarText.quoted(header.joined(separator: ",")) }

  /// One remark for each column that nothing reads.
  ///
  /// - Parameter read: the columns that are read; nil is those of `known`.
  func remarks(known: [String], read: Set<Int>? = nil) -> [Issue] {
    let places = read ?? Set(known.compactMap { column($0) })
    let absent = known.filter { column($0) == nil }
    return header.enumerated().filter { !$0.element.isEmpty && !places.contains($0.offset) }
      .map { _, name in
        let near = NearestName.of(name, among: absent).map { "; did you mean \($0)?" } ?? ""
        return Issue(
          .warning, source: source, line: 1, path: name, seen: "an unknown column",
          allowed: known.joined(separator: ","), fix: "it is passed over" + near)
      }
  }
}
