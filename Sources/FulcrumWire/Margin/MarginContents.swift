package import FulcrumModel
package import FulcrumRisk

/// Everything that a comparison of margin rules is written from.
package struct MarginContents: Sendable {
  package let asOf: Timestamp
  /// The rules asked for, in the order of the rows.
  package let rules: [String]
  package let pools: [VenuePool]
  package let provenance: Provenance
  package let issues: [Issue]

  /// No fault in the inputs, every pool valued and its collateral known. That a rule does not cover a
  /// pool is an answer.
  package var isWhole: Bool {
    !issues.contains { $0.severity == .error }
      && pools.allSatisfy { $0.report.riskPool != nil && $0.report.collateralBasis != .unknown }
  }
}

/// From documents to a comparison, as the report is made.
package enum MarginBuilder {
  /// - Parameter pools: ids to keep; all where empty.
  /// - Throws: where the inputs hold no position or no instant, or name no such pool.
  package static func contents(
    _ inputs: ReportInputs, rules: [VenueRuleEntry], pools: [String], asOf: Timestamp?
  ) throws(ReportRefusal) -> MarginContents {
    var settings = ReportSettings()
    settings.asOf = asOf
    // The surfaces and tails of the report are not shown here.
    settings.detailedPools = 0
    let contents = try ReportBuilder.contents(inputs, settings: settings)
    let report = contents.report
    let known = report.pools.map(\.id)
    let unknown = pools.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw ReportRefusal(
        issues: contents.issues
          + unknown.map { id in
            let near = NearestName.of(id, among: known).map { "; did you mean \($0)?" } ?? ""
            return Issue(
              source: inputs.book.source, path: "--pool", seen: "\"\(id)\", no pool of the book",
              allowed: known.joined(separator: ", "), fix: "write one of these\(near)")
          })
    }
    let kept = report.pools.filter { pools.isEmpty || pools.contains($0.id) }
    return MarginContents(
      asOf: report.asOf, rules: rules.map(\.name),
      pools: VenueComparison.pools(of: kept, under: rules, on: CalendarDay(report.asOf)),
      provenance: report.provenance, issues: contents.issues)
  }
}
