import FulcrumModel
import FulcrumNumerics
package import FulcrumRisk

/// The documents that a report is made from, as read.
package struct ReportInputs: Sendable {
  package var book: InputBytes
  package var markets: [InputBytes]
  package var pooling: PoolingChoice
  package var collateral: CollateralChoice?

  package init(
    book: InputBytes, markets: [InputBytes], pooling: PoolingChoice = .rule(.eachLeg),
    collateral: CollateralChoice? = nil
  ) {
    self.book = book
    self.markets = markets
    self.pooling = pooling
    self.collateral = collateral
  }
}

/// How legs without a pool of their own are grouped.
package enum PoolingChoice: Sendable {
  case rule(Pooling)
  case file(InputBytes)
}

/// Where collateral comes from beside the book.
package enum CollateralChoice: Sendable {
  case amount(CollateralDocument)
  case file(InputBytes)
}

/// Nothing could be reported; every reason is among the issues.
package struct ReportRefusal: Error {
  package let issues: [Issue]
}

/// From documents to a report: every fault kept, every position that can be read reported.
package enum ReportBuilder {
  /// - Throws: where the inputs hold no position, or the market has no instant to value at.
  package static func contents(
    _ inputs: ReportInputs, settings: ReportSettings
  ) throws(ReportRefusal) -> ReportContents {
    try valuedBook(inputs, settings: settings).contents
  }

  /// The report together with the book that it is of.
  static func valuedBook(
    _ inputs: ReportInputs, settings: ReportSettings
  ) throws(ReportRefusal) -> (contents: ReportContents, book: Book) {
    var issues: [Issue] = []
    let market = try market(inputs, settings, &issues)
    let rows = BookDocument.parse(inputs.book, instruments: instruments(of: market))
    issues += rows.issues
    let pooling = pooling(inputs.pooling, &issues)
    let collateral = collateral(inputs.collateral, &issues)
    let assembled = BookAssembly.book(rows.value, pooling: pooling, collateral: collateral)
    issues += assembled.issues
    guard !assembled.value.pools.isEmpty else {
      throw ReportRefusal(issues: issues + emptyBook(inputs.book, after: issues))
    }
    issues += clockIssues(market, settings, inputs)
    let report = ReportEngine.report(
      assembled.value, in: market, settings: settings,
      provenance: provenance(inputs, settings))
    issues += unpricedEquity(assembled.value, market, collateral, rows.value.account)
    let offers = StrategyRecognition.offers(in: assembled.value.pools)
    return (
      ReportContents(report: report, offers: offers, issues: issues), assembled.value
    )
  }

  // MARK: Inputs

  private static func market(
    _ inputs: ReportInputs, _ settings: ReportSettings, _ issues: inout [Issue]
  ) throws(ReportRefusal) -> MarketSnapshot {
    let market = merged(inputs.markets, asOf: settings.asOf, &issues)
    if let market, market.hasPrices { return market }
    if let asOf = settings.asOf {
      var unpriced = MarketSnapshot(asOf: asOf)
      if let market { unpriced.merge(market) }
      return unpriced
    }
    let names = inputs.markets.map(\.source).joined(separator: ", ")
    throw ReportRefusal(
      issues: issues + [
        Issue(
          source: names, seen: "no quote and no index",
          allowed: "at least one market file with an instant to value at",
          fix: "add --market FILE, or --as-of to list the book without values")
      ])
  }

  /// One market of many files; nil where none of them holds anything.
  static func merged(
    _ markets: [InputBytes], asOf: Timestamp?, _ issues: inout [Issue]
  ) -> MarketSnapshot? {
    var market: MarketSnapshot?
    for input in markets {
      let parsed = MarketDocument.parse(input, asOf: asOf)
      issues += parsed.issues
      guard !parsed.value.isEmpty else { continue }
      if market == nil { market = parsed.value } else { market?.merge(parsed.value) }
    }
    return market
  }

  /// Contract sizes and lots by name: what an instrument list stated, else what the quotes carry.
  private static func instruments(of market: MarketSnapshot) -> [InstrumentID: Instrument] {
    market.quotes.mapValues(\.instrument).merging(market.instruments) { _, stated in stated }
  }

  private static func pooling(_ choice: PoolingChoice, _ issues: inout [Issue]) -> Pooling {
    switch choice {
    case .rule(let rule): return rule
    case .file(let input):
      let parsed = PoolsDocument.parse(input)
      issues += parsed.issues
      return .file(parsed.value)
    }
  }

  private static func collateral(
    _ choice: CollateralChoice?, _ issues: inout [Issue]
  ) -> CollateralDocument? {
    switch choice {
    case nil: return nil
    case .amount(let document): return document
    case .file(let input):
      let parsed = CollateralDocument.parse(input)
      issues += parsed.issues
      return parsed.value
    }
  }

  private static func emptyBook(_ book: InputBytes, after issues: [Issue]) -> [Issue] {
    guard !issues.contains(where: { $0.source == book.source && $0.severity == .error }) else {
      return []
    }
    return [
      Issue(
        source: book.source, seen: "no open position", allowed: "at least one position",
        fix: "give a book that holds something")
    ]
  }

  /// Equity of the account in a coin without an index cannot be added up, and is not used at all.
  private static func unpricedEquity(
    _ book: Book, _ market: MarketSnapshot, _ collateral: CollateralDocument?,
    _ stated: StatedAccount?
  ) -> [Issue] {
    let unpriced = book.accountEquity.values
      .filter { !$0.amount.isZero && !$0.asset.isDollar }.map(\.asset)
      .filter { (market.indices[Underlying(base: $0)]?.price.doubleValue ?? 0) <= 0 }.map(\.code)
      .sorted()
    guard !unpriced.isEmpty else { return [] }
    var place = stated?.place
    if book.accountEquityOrigin == .summary, case .account(let rows)? = collateral {
      place = rows.first?.place
    }
    return [
      (place ?? Place(source: "--collateral")).issue(
        .warning, seen: "equity of the account in \(unpriced.joined(separator: ", "))",
        allowed: "currencies that the market has an index of, and dollars",
        fix: "add a market file with the index; the equity of the account is not used")
    ]
  }

  // MARK: Clock

  /// A valuation instant far from the snapshot is used as asked, and said.
  private static func clockIssues(
    _ market: MarketSnapshot, _ settings: ReportSettings, _ inputs: ReportInputs
  ) -> [Issue] {
    guard let asOf = settings.asOf else { return [] }
    let gap = asOf.milliseconds - market.asOf.milliseconds
    guard gap.magnitude > 86_400_000 else { return [] }
    let days = gap.magnitude / 86_400_000
    return [
      Issue(
        .warning, source: inputs.markets.map(\.source).joined(separator: ", "),
        seen: "newest quote at \(market.asOf), \(days) d \(gap > 0 ? "before" : "after") "
          + "--as-of \(asOf)",
        allowed: "a valuation instant within a day of the market",
        fix: "leave --as-of out to value at the market's own instant, if that was not meant")
    ]
  }

  private static func provenance(
    _ inputs: ReportInputs, _ settings: ReportSettings
  ) -> Provenance {
    func input(_ role: String, _ bytes: InputBytes) -> Provenance.Input {
      Provenance.Input(role: role, name: bytes.source, digest: bytes.digest)
    }
    var all = [input("book", inputs.book)] + inputs.markets.map { input("market", $0) }
    if case .file(let bytes) = inputs.pooling { all.append(input("pools", bytes)) }
    if case .file(let bytes)? = inputs.collateral { all.append(input("collateral", bytes)) }
    return Provenance(
      engineVersion: ProductVersion.text, ruleSet: settings.margin.ruleSet,
      kernel: KernelLevel.current.rawValue, inputs: all)
  }
}

extension MarketSnapshot {
  var isEmpty: Bool { !hasPrices && instruments.isEmpty }
  /// Whether any row had an instant: an instrument list has none.
  var hasPrices: Bool { !quotes.isEmpty || !indices.isEmpty }
}
