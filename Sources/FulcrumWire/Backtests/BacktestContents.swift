package import FulcrumPricing
package import FulcrumRisk

package struct BacktestInputs: Sendable {
  package var prices: InputBytes
  package var funding: InputBytes?
  package var dvol: InputBytes?
  package var policy: InputBytes
  package var strategy: InputBytes
  package var coin: String?

  package init(prices: InputBytes, policy: InputBytes, strategy: InputBytes) {
    self.prices = prices
    self.policy = policy
    self.strategy = strategy
  }
}

/// One pool through the whole history, under the policy or at a fixed leverage.
package struct BacktestColumn: Sendable {
  package let name: String
  package let run: BacktestRun
}

/// A crash window, each pool opened at its start with the whole capital.
package struct BacktestWindow: Sendable {
  package let window: CrashWindow
  /// Close to close of the price over the window, and its worst low from the first open.
  package let priceChange: Double
  package let priceWorst: Double
  package let runs: [BacktestColumn]
}

package struct BacktestContents: Sendable {
  package let inputs: [Provenance.Input]
  package let market: BacktestMarket
  package let strategy: BacktestStrategy
  package let plan: PolicyPlan
  package let settings: OutlookSettings
  package let step: Int64
  package let columns: [BacktestColumn]
  package let windows: [BacktestWindow]
  package let issues: [Issue]

  /// Bars that were run; fewer than there are where the user had enough.
  package var barsDone: Int { columns.first?.run.points.count ?? 0 }

  /// Every bar run, every row read.
  package var isWhole: Bool {
    barsDone == market.prices.bars.count && !issues.contains { $0.severity == .error }
  }
}

package enum BacktestBuilder {
  package struct Progress: Sendable {
    package let done: Int
    package let total: Int
  }

  /// Leverages that the policy is held against.
  package static let fixed = [3.0, 5, 10]

  /// - Parameter goOn: asked every few thousand bars; false ends the run with the bars that are done.
  /// - Throws: every fault of the documents, or of the prices.
  package static func contents(
    _ inputs: BacktestInputs, goOn: (Progress) -> Bool = { _ in true }
  ) throws(ReportRefusal) -> BacktestContents {
    let (book, strategy) = try documents(inputs)
    let parsed = PriceDocument.parse(inputs.prices, coin: inputs.coin)
    var issues = parsed.issues
    guard let prices = parsed.value else { throw ReportRefusal(issues: issues) }
    let history = try RegimeBuilder.implied(inputs.dvol, &issues)
    var funding: [FundingRate] = []
    if let input = inputs.funding {
      let parsed = FundingDocument.parse(input)
      issues += parsed.issues
      guard let rates = parsed.value else { throw ReportRefusal(issues: issues) }
      funding = rates
    }
    let step = OutlookEngine.step(for: prices)
    if let fault = book.windowFault(step: step, source: inputs.policy.source) {
      throw ReportRefusal(issues: issues + [fault])
    }
    let outlooks = OutlookEngine.walk(prices, settings: book.outlook, step: step) {
      history?.volatility(at: $0)
    }
    let market = BacktestMarket(prices: prices, funding: funding, outlooks: outlooks)
    let plan = book.plan(pool: "backtest", coin: inputs.coin ?? "", kind: .future).plan
    do throws(PolicyError) {
      let total = prices.bars.count
      // Whoever has had enough while files were read still gets the first bars.
      _ = goOn(Progress(done: 0, total: total))
      let runs = try BacktestRun.sideBySide(
        controllers(plan), through: market, strategy: strategy
      ) { goOn(Progress(done: $0, total: total)) }
      return BacktestContents(
        inputs: provenance(inputs), market: market, strategy: strategy, plan: plan,
        settings: book.outlook, step: step, columns: named(runs),
        windows: try windows(
          plan, market, strategy, bars: prices.bars.prefix(runs[0].points.count)),
        issues: issues)
    } catch {
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: inputs.policy.source, seen: "\(error)",
            allowed: "a policy and prices that fit together", fix: "correct that number")
        ])
    }
  }

  private static func documents(
    _ inputs: BacktestInputs
  ) throws(ReportRefusal) -> (PolicyBook, BacktestStrategy) {
    var issues: [Issue] = []
    var book: PolicyBook?
    var strategy: BacktestStrategy?
    do throws(YAMLRefusal) {
      book = try PolicyDocument.parse(inputs.policy)
    } catch {
      issues += error.issues
    }
    do throws(YAMLRefusal) {
      strategy = try StrategyDocument.parse(inputs.strategy)
    } catch {
      issues += error.issues
    }
    guard let book, let strategy else { throw ReportRefusal(issues: issues) }
    return (book, strategy)
  }

  /// The policy, then the fixed leverages.
  private static func controllers(_ plan: PolicyPlan) -> [BacktestController] {
    [.policy(plan)] + fixed.map { .fixed(leverage: $0, band: 0.1) }
  }

  private static func named(_ runs: [BacktestRun]) -> [BacktestColumn] {
    let names = ["policy"] + fixed.map { "\(Int($0))x" }
    return zip(names, runs).map { BacktestColumn(name: $0, run: $1) }
  }

  private static func windows(
    _ plan: PolicyPlan, _ market: BacktestMarket, _ strategy: BacktestStrategy,
    bars: ArraySlice<TimedBar>
  ) throws(PolicyError) -> [BacktestWindow] {
    var windows: [BacktestWindow] = []
    for window in CrashWindow.known {
      let first = bars.firstIndex { $0.opens >= window.from }
      let end = bars.firstIndex { $0.opens >= window.to } ?? bars.count
      // Only windows that the series covers, with something known before they begin.
      guard let first, first > 0, first < end,
        bars[end - 1].opens.milliseconds + market.prices.interval >= window.to.milliseconds,
        let known = market.outlooks.first, known.asOf <= window.from
      else { continue }
      // A bar before the window, so that what is decided at its close is filled at the first open.
      let range = (first - 1)..<end
      var runs: [BacktestRun] = []
      for controller in controllers(plan.immediate) {
        runs.append(
          try BacktestRun(controller, through: market, strategy: strategy, range: range))
      }
      let low = bars[first..<end].reduce(Double.infinity) { min($0, $1.bar.low) }
      let high = bars[first..<end].reduce(0) { max($0, $1.bar.high) }
      let start = bars[first].bar.open
      windows.append(
        BacktestWindow(
          window: window, priceChange: bars[end - 1].bar.close / start - 1,
          priceWorst: (strategy.side == .down ? low : high) / start - 1, runs: named(runs)))
    }
    return windows
  }

  private static func provenance(_ inputs: BacktestInputs) -> [Provenance.Input] {
    var all = [("prices", inputs.prices)]
    if let funding = inputs.funding { all.append(("funding", funding)) }
    if let dvol = inputs.dvol { all.append(("dvol", dvol)) }
    all += [("policy", inputs.policy), ("strategy", inputs.strategy)]
    return all.map { Provenance.Input(role: $0.0, name: $0.1.source, digest: $0.1.digest) }
  }
}
