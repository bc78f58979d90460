public import FulcrumModel
import FulcrumNumerics
import FulcrumPricing

/// From a book and a market to a report: values every leg, measures every pool, ranks the worst
/// first, and sets the account beside them.
public enum ReportEngine {
  /// - Parameters:
  ///   - book: pools with their positions and what is known of their collateral.
  ///   - market: quotes, indices and instruments of any number of files.
  ///   - provenance: what the inputs were, carried into the report unchanged.
  /// - Returns: every pool of the book, the ones that could not be valued included with their reason.
  ///   The result does not depend on the number of threads.
  public static func report(
    _ book: Book, in market: MarketSnapshot, settings: ReportSettings = ReportSettings(),
    provenance: Provenance
  ) -> LeverageReport {
    let view = MarketView(
      market, at: settings.asOf ?? market.asOf,
      for: book.pools.flatMap { $0.positions.map(\.instrument) })
    let givenEquity = accountEquityUsd(book, view)
    let assembler = PoolAssembler(
      view: view, settings: settings, accountEquityUsd: givenEquity)
    var pools = Parallel.map(book.pools) { assembler.report($0) }
    let account = AccountReport(
      pools, equityUsd: givenEquity, of: book.accountEquityOrigin)
    if givenEquity == nil, let equity = account.equityUsd {
      for place in pools.indices { pools[place].measures?.setAccount(equityUsd: equity) }
    }
    pools = Ranking.worstFirst(pools)
    let detailed = min(settings.detailedPools ?? pools.count, pools.count)
    let details = Parallel.map(Array(pools[..<detailed]), chunk: 1) { assembler.detailed($0) }
    pools.replaceSubrange(..<detailed, with: details)
    return LeverageReport(
      asOf: view.instant, marketAsOf: market.asOf, settings: settings, account: account,
      pools: pools, provenance: provenance)
  }

  /// Nil where nobody stated it, or an index is missing for one of its currencies.
  private static func accountEquityUsd(_ book: Book, _ view: MarketView) -> Double? {
    guard !book.accountEquity.isEmpty else { return nil }
    var sum = NeumaierSum()
    for (asset, equity) in book.accountEquity.sorted(by: { $0.key.code < $1.key.code }) {
      guard !equity.amount.isZero else { continue }
      let price = asset.isDollar ? 1 : view.index(of: Underlying(base: asset))
      guard let price else { return nil }
      sum.add(equity.amount.doubleValue * price)
    }
    return sum.value
  }
}

/// Worst first: bad debt and pools that can be liquidated now, then pools whose capital nobody
/// stated, then by the largest of delta leverage, worst secant and vol elasticity (a delta-neutral
/// pool must not hide behind a delta of zero: leverage-math 2.4), then pools that could not be valued.
enum Ranking {
  static func worstFirst(_ pools: [PoolReport]) -> [PoolReport] {
    // Reports are large: their places are sorted, not they.
    let keys = pools.map(key)
    let order = pools.indices.sorted { left, right in
      let (a, b) = (keys[left], keys[right])
      if a.urgency != b.urgency { return a.urgency < b.urgency }
      if a.severity != b.severity { return a.severity > b.severity }
      return pools[left].id < pools[right].id
    }
    return order.map { pools[$0] }
  }

  private static func key(_ pool: PoolReport) -> (urgency: Int, severity: Double) {
    guard let measures = pool.measures else { return (3, 0) }
    guard pool.capitalIsKnown else { return (1, measures.absDeltaCash) }
    let severity = pool.headlineSeverity
    if measures.status == .negativeEquity || pool.isLiquidableNow { return (0, severity) }
    return (2, severity)
  }
}

extension PoolReport {
  /// H < 0 along any underlying at the report's instant.
  public var isLiquidableNow: Bool { liquidation.contains { !$0.today.healthy } }

  /// The larger of delta leverage, worst secant and vol elasticity; ∞ above every number.
  public var headlineSeverity: Double {
    guard let measures else { return -1 }
    return max(
      measures.deltaLeverage.severity, worstSecant.severity, measures.volElasticity.severity)
  }
}
