import FulcrumModel
import FulcrumRisk

/// A comparison of margin rules as text for a terminal, within `view.width` columns.
package enum MarginTable {
  package static func render(_ contents: MarginContents, view: ReportView) -> String {
    var page = MarginPage(contents: contents, view: view)
    return page.text()
  }
}

private struct MarginPage {
  let contents: MarginContents
  let width: Int
  let ink: Ink
  var notes = Footnotes()
  var used: Set<RuleConfidence> = []
  var lines: [String] = []

  init(contents: MarginContents, view: ReportView) {
    self.contents = contents
    width = max(view.width, TablePage.narrowest)
    ink = Ink(colour: view.colour, unicode: view.unicode)
  }

  mutating func text() -> String {
    lines.append(ink.paint("FULCRUM  margin under venues' rules", .heading))
    add("As of \(contents.asOf)\(ink.separator)engine \(contents.provenance.engineVersion)", .plain)
    add(
      "Each pool alone, under each rule with its parameters of that day. Below and Above: the "
        + "nearest index prices at which the rule liquidates.", .plain)
    for pool in contents.pools { add(pool) }
    addIssues()
    addNotes()
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func add(_ text: String, _ tone: Tone, indent: Int = 0) {
    lines += ink.folded(text, tone, width: width, indent: indent)
  }

  private mutating func addTitle(_ title: String) {
    lines.append("")
    lines += ink.folded(title, .heading, width: width)
  }

  private mutating func add(_ pool: VenuePool) {
    let report = pool.report
    let strategy = report.strategy.map { ": \($0)" } ?? ""
    let indices = zip(report.underlyings, report.riskPool?.indices ?? []).map {
      "\($0) at \(NumberText.price($1, .toNearestEven)) USD"
    }
    addTitle("\(report.id)\(strategy)")
    let capital = "collateral: \(report.collateralBasis.explanation)"
    add((indices + [capital]).joined(separator: ink.separator), .quiet)
    guard report.riskPool != nil else {
      for problem in report.problems {
        add("Not valued: \(problem.explanation)", .warning, indent: 2)
      }
      return
    }
    var grid = TextGrid(columns: [
      .init("Rule", rightAligned: false), .init("Initial", unit: report.currency.code, rank: 1),
      .init("Maintenance", unit: report.currency.code),
      .init("Held", unit: report.currency.code), .init("Below", unit: "USD"),
      .init("Above", unit: "USD"), .init("Known as", rightAligned: false),
      .init("Set of", rightAligned: false, rank: 2), .init("Notes", rightAligned: false, rank: 3),
    ])
    let outcomes = pool.rows.map { MarginLine(row: $0, pool: report) }
    for outcome in outcomes {
      if let answer = outcome.answer { grid.rows.append(line(outcome, answer)) }
    }
    if !grid.rows.isEmpty { lines += grid.lines(width: width, ink: ink) }
    for outcome in outcomes {
      if let worst = outcome.answer?.requirement.worst {
        add("\(outcome.row.name): decided by \(worst)", .quiet, indent: 2)
      }
    }
    for outcome in outcomes {
      if let refusal = outcome.refusal {
        add("\(outcome.row.name): \(refusal)", .quiet, indent: 2)
      }
    }
  }

  private mutating func line(_ line: MarginLine, _ answer: VenueAnswer) -> TextGrid.Row {
    let requirement = answer.requirement
    let places = line.pool.currency.isDollar ? 2 : 6
    func amount(_ value: Double, _ rounding: Rounding) -> String {
      NumberText.decimal(value, places: places, rounding)
    }
    used.insert(requirement.confidence)
    let marks = line.caveats.map { "\(notes.number($0))" }
    let region = answer.nearest
    let held =
      line.collateralIsKnown
      ? amount(requirement.balance, .down)
      : ink.dash + "[\(notes.number("the collateral of this pool is unknown"))]"
    let tone: Tone = region.map { $0.healthy ? .plain : .critical } ?? .plain
    return .cells(
      [
        line.row.name, amount(requirement.initial, .up), amount(requirement.maintenance, .up),
        held, edge(region, region?.below, .up), edge(region, region?.above, .down),
        requirement.confidence.word, line.row.ruleSet?.dated.description ?? "",
        marks.joined(separator: ","),
      ], tone: tone)
  }

  /// A liquidation price rounded towards today's, "now" where the pool is liquidable, a dash where
  /// there is none.
  private func edge(_ region: VenueRegion?, _ price: Double?, _ rounding: Rounding) -> String {
    guard let region else { return ink.dash }
    if !region.healthy { return "now" }
    return price.map { NumberText.price($0, rounding) } ?? "none"
  }

  private mutating func addIssues() {
    guard !contents.issues.isEmpty else { return }
    addTitle("INPUT")
    for issue in contents.issues { add(issue.description, .warning) }
  }

  private mutating func addNotes() {
    guard !notes.texts.isEmpty || !used.isEmpty else { return }
    addTitle("NOTES")
    for (place, text) in notes.texts.enumerated() { add("[\(place + 1)] \(text)", .plain) }
    for confidence in used.sorted() { add("\(confidence.word): \(confidence.meaning)", .plain) }
  }
}
