package import FulcrumModel
package import FulcrumRisk

/// One pool of a book by its id, with the report that it stands in.
package struct NamedPool: Sendable {
  package let pool: PoolReport
  package let report: LeverageReport
  package let issues: [Issue]
  let source: String

  /// - Throws: where the book cannot be read or has no such pool; its pools are named.
  package static func find(
    _ id: String, in inputs: ReportInputs, asOf: Timestamp?,
    margin: StandardMargin = .standard
  ) throws(ReportRefusal) -> NamedPool {
    var settings = ReportSettings()
    settings.asOf = asOf
    settings.margin = margin
    settings.detailedPools = 0
    let contents = try ReportBuilder.contents(inputs, settings: settings)
    if let pool = contents.report.pools.first(where: { $0.id == id }) {
      return NamedPool(
        pool: pool, report: contents.report, issues: contents.issues, source: inputs.book.source)
    }
    let known = contents.report.pools.map(\.id)
    let near = NearestName.of(id, among: known).map { "; did you mean \($0)?" } ?? ""
    throw ReportRefusal(
      issues: contents.issues + [
        Issue(
          source: inputs.book.source, path: "--pool", seen: "\"\(id)\", no pool of the book",
          allowed: known.joined(separator: ", "), fix: "write one of these\(near)")
      ])
  }

  /// The quotes themselves; what is wrong with them is among the issues already.
  static func market(of inputs: ReportInputs, at instant: Timestamp) -> MarketSnapshot {
    var market = MarketSnapshot(asOf: instant)
    for input in inputs.markets { market.merge(MarketDocument.parse(input, asOf: instant).value) }
    return market
  }

  func refusal(seen: String, allowed: String, fix: String) -> ReportRefusal {
    ReportRefusal(
      issues: issues + [
        Issue(source: source, path: pool.id, seen: seen, allowed: allowed, fix: fix)
      ])
  }
}
