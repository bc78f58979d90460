public import FulcrumModel
public import FulcrumRisk

/// Everything that a report is written from.
public struct ReportContents: Sendable {
  public var report: LeverageReport
  /// Combinations found among pools of their own; offered, never merged.
  public var offers: [SpreadOffer]
  /// What the input files were faulted for.
  public var issues: [Issue]

  public init(report: LeverageReport, offers: [SpreadOffer] = [], issues: [Issue] = []) {
    self.report = report
    self.offers = offers
    self.issues = issues
  }
}

/// How a report is looked at: nothing here changes a number, only which are shown and in what unit.
public struct ReportView: Hashable, Sendable {
  /// The unit of amounts.
  public enum Currency: String, Hashable, Sendable, CaseIterable {
    /// Each pool's own currency; pools of different currencies stand in tables of their own.
    case pool
    /// US dollars at the report's index prices.
    case usd
    /// Coins of the pool's underlying at the report's index prices.
    case coin
  }

  public var currency: Currency
  /// The first key that tells two pools apart decides; the report's own order, worst first, is
  /// last.
  public var sort: [ReportSort]
  public var filter: ReportFilter
  /// Columns of text of the table.
  public var width: Int
  /// Colour codes in the table. Never the only signal: every colour stands beside a sign or mark.
  public var colour: Bool
  /// Arrows, dashes and Greek letters; plain ASCII stands in for them otherwise.
  public var unicode: Bool

  public init(
    currency: Currency = .pool, sort: [ReportSort] = [], filter: ReportFilter = .all,
    width: Int = 120, colour: Bool = false, unicode: Bool = true
  ) {
    self.currency = currency
    self.sort = sort
    self.filter = filter
    self.width = width
    self.colour = colour
    self.unicode = unicode
  }

  /// Whether a terminal should get colour: not where `NO_COLOR` is set to anything but nothing, nor
  /// where the output is a file, nor on a terminal that calls itself dumb.
  public static func wantsColour(isTerminal: Bool, environment: [String: String]) -> Bool {
    guard isTerminal, environment["NO_COLOR", default: ""].isEmpty else { return false }
    return environment["TERM"] != "dumb"
  }

  /// Whether the locale of the environment says that text is UTF-8.
  public static func wantsUnicode(environment: [String: String]) -> Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = environment[name], !value.isEmpty else { continue }
      let plain = value.lowercased()
      return plain.contains("utf-8") || plain.contains("utf8")
    }
    return true
  }
}

extension ReportView {
  /// The pools that the filter keeps, in the order asked for.
  package func pools(of report: LeverageReport) -> [PoolReport] {
    let kept = report.pools.filter { filter.keeps($0, basis: report.settings.basis) }
    guard !sort.isEmpty else { return kept }
    let basis = report.settings.basis
    return kept.enumerated().sorted { a, b in
      for key in sort {
        if key.precedes(a.element, b.element, basis: basis) { return true }
        if key.precedes(b.element, a.element, basis: basis) { return false }
      }
      return a.offset < b.offset
    }.map(\.element)
  }
}
