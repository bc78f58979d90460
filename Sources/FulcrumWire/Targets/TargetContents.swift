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
    /// Which rule of the policy applied, from 1; nil for the defaults.
    package let rule: Int?
    package let memory: PolicyMemory
  }

  package let inputs: [Provenance.Input]
  package let asOf: Timestamp
  package let coin: String
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
    let coin = try coin(inputs, valued.contents.report, &issues)
    let outlook = try outlook(
      inputs, policy, at: valued.contents.report.asOf, &issues)
    var memories = try PolicyState.read(inputs.state)
    var rows: [TargetContents.Row] = []
    for report in valued.contents.report.pools {
      guard let pool = valued.book.pools.first(where: { $0.id == report.id }) else { continue }
      let kind: PoolClass =
        pool.positions.contains { $0.instrument.isOption } ? .option : .future
      let (plan, rule) = policy.plan(
        pool: report.id, coin: report.underlyings.first?.description ?? "", kind: kind)
      var memory = memories[report.id] ?? PolicyMemory()
      // Without a memory nothing can be confirmed by a second evaluation.
      let applied = inputs.state == nil ? plan.immediate : plan
      let steered =
        report.underlyings.map(\.description) == [coin]
        ? PoolSteering.steer(
          report, positions: pool.positions.map { ($0.instrument, $0.size.count) },
          plan: applied, outlook: outlook, at: valued.contents.report.asOf,
          accountEquity: valued.contents.report.account.equityUsd, margin: settings.margin,
          memory: &memory)
        : PoolSteering.foreign(report, level: outlook.level, coin: coin)
      memories[report.id] = memory
      rows.append(
        TargetContents.Row(pool: steered, report: report, rule: rule, memory: memory))
    }
    return TargetContents(
      inputs: provenance(inputs, valued.contents.report.provenance),
      asOf: valued.contents.report.asOf, coin: coin, outlook: outlook, rows: rows,
      hasState: inputs.state != nil, issues: issues)
  }

  private static func coin(
    _ inputs: TargetInputs, _ report: LeverageReport, _ issues: inout [Issue]
  ) throws(ReportRefusal) -> String {
    if let coin = inputs.coin { return coin }
    let coins = Set(report.pools.flatMap(\.underlyings).map(\.description)).sorted()
    if coins.count == 1 { return coins[0] }
    throw ReportRefusal(
      issues: issues + [
        Issue(
          source: inputs.prices.source,
          seen: "a book on \(coins.joined(separator: ", "))",
          allowed: "prices of one coin", fix: "say of which with --coin \(coins.first ?? "BTC")")
      ])
  }

  /// The outlook at the end of the prices; a warning where that is not near the valuation.
  private static func outlook(
    _ inputs: TargetInputs, _ policy: PolicyBook, at now: Timestamp,
    _ issues: inout [Issue]
  ) throws(ReportRefusal) -> MarketOutlook {
    let parsed = PriceDocument.parse(inputs.prices, coin: inputs.coin)
    issues += parsed.issues
    guard let series = parsed.value else { throw ReportRefusal(issues: issues) }
    let history = try RegimeBuilder.implied(inputs.dvol, &issues)
    // What closed after the valuation was not known at it.
    let known = series.bars.indices.count { series.closes($0) <= now }
    let past = series.prefix(known)
    let settings = policy.outlook
    let outlooks = OutlookEngine.walk(
      past, settings: settings, step: policy.step(forBars: past.interval), fresh: true
    ) {
      history?.volatility(at: $0)
    }
    guard let outlook = outlooks.last, outlook.volatility > 0 else {
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: inputs.prices.source,
            seen: "\(known) bars that closed by \(now)", allowed: "two steps and more that move",
            fix: "give prices that reach to the valuation, or --as-of within them")
        ])
    }
    if case .failure(let error) = outlook.rough {
      throw ReportRefusal(
        issues: issues + [
          RegimeBuilder.noStates(
            error, inputs.prices.source, settings, instead: "judge by score: relative")
        ])
    }
    if let history, outlook.implied == nil, let dvol = inputs.dvol {
      issues.append(history.tooOld(dvol.source, at: outlook.asOf))
    }
    let age = now.milliseconds - outlook.asOf.milliseconds
    if age > 2 * 86_400_000 {
      issues.append(
        Issue(
          .warning, source: inputs.prices.source,
          seen: "prices that end \(age / 86_400_000) d before the valuation at \(now)",
          allowed: "prices within two days of it", fix: "fetch newer bars"))
    }
    return outlook
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
