package import FulcrumModel
package import FulcrumPricing
package import FulcrumRisk

package struct TargetInputs: Sendable {
  package var book: ReportInputs
  package var prices: InputBytes
  package var dvol: InputBytes?
  package var policy: InputBytes
  package var state: InputBytes?
  /// The coin that the prices are of; nil for the book's only one.
  package var coin: String?

  package init(book: ReportInputs, prices: InputBytes, policy: InputBytes) {
    self.book = book
    self.prices = prices
    self.policy = policy
  }
}

/// What a policy says of every pool of a book.
package struct TargetContents: Sendable {
  package struct Row: Sendable {
    package let pool: SteeredPool
    package let report: PoolReport
    /// Which rule of the policy applied; nil for the defaults.
    package let rule: PolicyBook.Applied?
    package let memory: PolicyMemory
    /// Whether the policy enlarges pools that are steered by money.
    package let fillsRiskBudget: Bool
  }

  package let inputs: [Provenance.Input]
  package let asOf: Timestamp
  package let coin: String
  /// Whether a volatility index was given.
  package let hasIndex: Bool
  package let outlook: MarketOutlook
  package let rows: [Row]
  /// Whether pools were remembered from an earlier run.
  package let hasState: Bool
  package let issues: [Issue]

  package var isWhole: Bool {
    !issues.contains { $0.severity == .error }
      && rows.allSatisfy { if case .notSteered = $0.pool.method { false } else { true } }
  }
}

package enum TargetBuilder {
  package static func contents(
    _ inputs: TargetInputs, settings: ReportSettings
  ) throws(ReportRefusal) -> TargetContents {
    let policy: PolicyBook
    do throws(YAMLRefusal) {
      policy = try PolicyDocument.parse(inputs.policy)
    } catch {
      throw ReportRefusal(issues: error.issues)
    }
    let valued = try ReportBuilder.valuedBook(inputs.book, settings: settings)
    var issues = valued.contents.issues
    let reported = valued.contents.report
    let coin = try TargetCoin.of(inputs, reported, issues)
    let market = try TargetMarket.read(
      inputs, policy,
      TargetMarket.Subject(
        coin: coin, index: index(of: coin, reported), asOf: reported.asOf), &issues)
    let outlook = market.outlook
    var memories = try PolicyState.read(inputs.state)
    var rows: [TargetContents.Row] = []
    var matched: Set<Int> = []
    for report in reported.pools {
      guard let pool = valued.book.pools.first(where: { $0.id == report.id }) else { continue }
      let kind: PoolClass =
        pool.positions.contains { $0.instrument.isOption } ? .option : .future
      let poolCoin = report.underlyings.first?.description ?? ""
      let (plan, rule) = policy.plan(pool: report.id, coin: poolCoin, kind: kind)
      matched.formUnion(policy.matches(pool: report.id, coin: poolCoin, kind: kind))
      var memory = memories[report.id] ?? PolicyMemory()
      // Without a memory nothing can be confirmed by a second evaluation.
      let applied = inputs.state == nil ? plan.immediate : plan
      // What has no value has no coin either, and says that instead.
      let isForeign =
        report.measures != nil && report.underlyings.map(\.description) != [coin]
      let doubt = isForeign ? "the prices are of \(coin)" : market.doubt
      let steered =
        doubt.map { PoolSteering.unanswered(report, level: outlook.level, reason: $0) }
        ?? PoolSteering.steer(
          report, positions: pool.positions.map { ($0.instrument, $0.size.count) },
          plan: applied, outlook: outlook, at: reported.asOf,
          accountEquity: reported.account.equityUsd, margin: settings.margin, memory: &memory)
      memories[report.id] = memory
      rows.append(
        TargetContents.Row(
          pool: steered, report: report, rule: rule, memory: memory,
          fillsRiskBudget: applied.fillsRiskBudget))
    }
    issues += policy.idle(
      matched, pools: reported.pools.map(\.id), source: inputs.policy.source)
    return TargetContents(
      inputs: provenance(inputs, reported.provenance),
      asOf: reported.asOf, coin: coin, hasIndex: inputs.dvol != nil, outlook: outlook, rows: rows,
      hasState: inputs.state != nil, issues: issues)
  }

  /// What the reports say the coin is worth; nil where nothing of it has a value.
  private static func index(of coin: String, _ report: LeverageReport) -> Double? {
    report.pools.lazy.filter { $0.underlyings.map(\.description) == [coin] }
      .flatMap(\.legs).compactMap(\.valuation).map(\.index).first
  }

  private static func provenance(
    _ inputs: TargetInputs, _ report: Provenance
  ) -> [Provenance.Input] {
    var all = [("prices", inputs.prices), ("policy", inputs.policy)]
    if let dvol = inputs.dvol { all.append(("dvol", dvol)) }
    if let state = inputs.state { all.append(("state", state)) }
    return report.inputs
      + all.map { Provenance.Input(role: $0.0, name: $0.1.source, digest: $0.1.digest) }
  }
}
