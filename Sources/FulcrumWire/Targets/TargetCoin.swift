import FulcrumPricing
import FulcrumRisk

/// Which coin the prices are of, in the spelling of the book.
enum TargetCoin {
  /// - Throws: where the book holds several and none is named, or none of the one that is named.
  static func of(
    _ inputs: TargetInputs, _ report: LeverageReport, _ issues: [Issue]
  ) throws(ReportRefusal) -> String {
    let coins = Set(report.pools.flatMap(\.underlyings).map(\.description)).sorted()
    guard let named = inputs.coin else {
      if coins.count == 1 { return coins[0] }
      throw ReportRefusal(
        issues: issues + [
          Issue(
            source: inputs.prices.source,
            seen: "a book on \(coins.joined(separator: ", "))",
            allowed: "prices of one coin",
            fix: "say of which with --coin \(coins.first ?? "BTC")")
        ])
    }
    if let known = coins.first(where: { isSame($0, named) }) { return known }
    throw ReportRefusal(
      issues: issues + [
        Issue(
          source: "--coin", seen: ScalarText.quoted(named),
          allowed: "a coin of the book: \(coins.joined(separator: ", "))",
          fix: "name one of them")
      ])
  }

  /// Coins are one whatever the case they are written in.
  static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }
}
