import FulcrumModel
import FulcrumRisk

/// A report as text for a terminal: header, pools worst first, liquidation, legs, account, offers,
/// reasons. Within `view.width` columns; numbers are never cut.
public enum ReportTable {
  public static func render(_ contents: ReportContents, view: ReportView) -> String {
    var page = TablePage(contents: contents, view: view)
    return page.text()
  }
}

/// A report being written as text.
struct TablePage {
  let contents: ReportContents
  let view: ReportView
  let ink: Ink
  /// Never narrower than this, whatever was asked for: below it nothing is readable.
  static let narrowest = 60
  let width: Int
  var notes = Footnotes()
  var flags: [String: String] = [:]
  var lines: [String] = []

  init(contents: ReportContents, view: ReportView) {
    self.contents = contents
    self.view = view
    ink = Ink(colour: view.colour, unicode: view.unicode)
    width = max(view.width, Self.narrowest)
  }

  var report: LeverageReport { contents.report }

  mutating func text() -> String {
    let pools = view.pools(of: report).map {
      PoolLine($0, view: view, basis: report.settings.basis)
    }
    addHeader(shown: pools.count)
    for group in TableGroup.groups(of: pools) {
      addPools(group)
      addLiquidation(group)
      addLegs(group)
    }
    addAccount()
    addMissingCollateral(pools)
    addOffers()
    addIssues()
    addNotes()
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Header

  private mutating func addHeader(shown: Int) {
    lines.append(ink.paint("FULCRUM  position-specific leverage", .heading))
    let age = report.asOf.milliseconds - report.marketAsOf.milliseconds
    let market =
      age >= 0
      ? "\(NumberText.age(milliseconds: age)) old"
      : "\(NumberText.age(milliseconds: -age)) ahead of the report"
    add("As of \(report.asOf)\(ink.separator)market \(report.marketAsOf), \(market)", .plain)
    add(
      "Margin rule \(report.provenance.ruleSet)\(ink.separator)engine "
        + "\(report.provenance.engineVersion)\(ink.separator)kernel \(report.provenance.kernel)",
      .plain)
    let basis = report.settings.basis
    add("Leverage is on \(basis.explanation) (\(basis.badge)).", .plain)
    let total = report.pools.count
    let count = shown == total ? "\(total)" : "\(shown) of \(total)"
    add("\(count) \(total == 1 ? "pool" : "pools"), worst first\(sortText).", .plain)
  }

  private var sortText: String {
    view.sort.isEmpty ? "" : ", sorted by " + view.sort.map(\.rawValue).joined(separator: ", ")
  }

  // MARK: Pieces shared by the sections

  /// Text folded at the width of the page.
  mutating func add(_ text: String, _ tone: Tone, indent: Int = 0) {
    lines += ink.folded(text, tone, width: width, indent: indent)
  }

  mutating func addTitle(_ title: String) {
    lines.append("")
    lines.append(ink.paint(ink.safe(title), .heading))
  }

  mutating func add(_ grid: TextGrid) {
    var grid = grid
    lines += grid.lines(width: width, ink: ink)
    if !grid.leftOut.isEmpty {
      add("Left out at this width: \(grid.leftOut.joined(separator: ", ")).", .quiet)
    }
  }

  /// A cell: the text, or a dash with the number of its reason.
  mutating func cell(_ shown: Shown, prefix: String = "", suffix: String = "") -> String {
    switch shown.state {
    case .blank: return ""
    case .number: return prefix + ink.safe(shown.text) + suffix
    case .absent: return ink.dash + mark(shown.reason)
    case .unbounded: return "n/a" + mark(shown.reason)
    }
  }

  private mutating func mark(_ reason: String?) -> String {
    guard let reason else { return "" }
    return "[\(notes.number(reason))]"
  }

  func tone(_ alert: Alert) -> Tone {
    switch alert {
    case .none: .plain
    case .warning: .warning
    case .critical: .critical
    }
  }
}

/// Pools whose amounts share a unit, in their order; a column never holds two units.
struct TableGroup {
  let unit: String
  var pools: [PoolLine]

  /// The group of the worst pool first.
  static func groups(of pools: [PoolLine]) -> [TableGroup] {
    var groups: [TableGroup] = []
    var places: [String: Int] = [:]
    for line in pools {
      if let place = places[line.unit.code] {
        groups[place].pools.append(line)
      } else {
        places[line.unit.code] = groups.count
        groups.append(TableGroup(unit: line.unit.code, pools: [line]))
      }
    }
    return groups
  }
}
