import FulcrumModel
import FulcrumRisk

/// A report as one HTML file: no network, no scripts needed, inline pictures, under one megabyte.
///
/// The worst pools are shown in full, as many as the size allows; the rest as plain rows, and the
/// page says what it leaves out. Well-formed XML throughout; every text from a file is escaped.
public enum ReportHTML {
  /// Bytes that the page never exceeds.
  public static let largestSize = 1_000_000

  public static func render(_ contents: ReportContents, view: ReportView = ReportView()) -> String {
    var page = HTMLPage(contents: contents, view: view)
    return page.text()
  }
}

/// A page being written.
struct HTMLPage {
  /// Bytes for each part; together with head, account and reasons below `largestSize`.
  enum Share {
    static let poolTable = 240_000
    static let details = 520_000
    static let legTable = 110_000
    static let closing = 60_000
  }

  let contents: ReportContents
  let view: ReportView
  var notes = Footnotes()
  var html = ""

  init(contents: ReportContents, view: ReportView) {
    self.contents = contents
    self.view = view
  }

  var report: LeverageReport { contents.report }
  var basis: CapitalBasis { report.settings.basis }
  /// Whether amounts stand in the pools' own currency with USD behind the switch.
  var hasSwitch: Bool { view.currency != .usd }

  mutating func text() -> String {
    let pools = view.pools(of: report)
    let details = detailed(pools)
    addHead()
    addAccount(pools)
    addPools(pools, detailed: details.count)
    html += details.text
    addRemainingLegs(pools.dropFirst(details.count))
    addClosing(pools)
    html += "</div><script>\(HTMLStyle.script)</script></body></html>\n"
    return html
  }

  // MARK: Pieces

  /// A number, or the sign for why there is none with its reason: on hover and as a footnote.
  mutating func cell(_ shown: Shown, suffix: String = "") -> String {
    switch shown.state {
    case .blank: return ""
    case .number: return HTMLText.number(shown.text) + suffix
    case .absent: return missing("—", shown.reason)
    case .unbounded: return missing("n/a", shown.reason)
    }
  }

  /// Reasons beyond this many stay on hover and in the JSON report only.
  private static let mostNotes = 60

  private mutating func missing(_ sign: String, _ reason: String?) -> String {
    guard let reason else { return sign }
    let number = notes.number(reason)
    let mark =
      number <= Self.mostNotes ? "<sup><a href=\"#n\(number)\">\(number)</a></sup>" : ""
    return "<span class=\"na\" title=\"\(HTMLText.escaped(reason))\">\(sign)\(mark)</span>"
  }

  /// The same amount in the pool's unit and in USD; the switch chooses.
  mutating func amount(_ own: Shown, _ usd: Shown) -> String {
    guard hasSwitch, own.state == .number, own.text != usd.text else { return cell(own) }
    return "<span class=\"in-own\">\(cell(own))</span><span class=\"in-usd\">\(cell(usd))</span>"
  }

  func unit(_ code: String) -> String {
    let own = HTMLText.escaped(code)
    guard hasSwitch, code != "USD" else { return own }
    return "<span class=\"in-own\">\(own)</span><span class=\"in-usd\">USD</span>"
  }

  func arrow(_ direction: Direction) -> String {
    switch direction {
    case .long: "<span class=\"long\" title=\"gains when the price rises\">↑</span>"
    case .short: "<span class=\"short\" title=\"gains when the price falls\">↓</span>"
    case .neutral: "<span title=\"neutral\">↔</span>"
    }
  }

  static func heading(_ title: String, _ unit: String = "", _ style: String = "") -> String {
    let mark = style.isEmpty ? "" : " class=\"\(style)\""
    let small = unit.isEmpty ? "" : "<small>\(unit)</small>"
    return "<th scope=\"col\"\(mark)>\(title)\(small)</th>"
  }
}
