import FulcrumModel
import FulcrumPricing

/// Volatility surfaces as text for a terminal, within `view.width` columns.
package enum SurfaceTable {
  package static func render(_ contents: SurfaceContents, view: ReportView) -> String {
    var page = SurfacePage(contents: contents, view: view)
    return page.text()
  }
}

private struct SurfacePage {
  let contents: SurfaceContents
  let width: Int
  let ink: Ink
  var notes = Footnotes()
  var lines: [String] = []

  init(contents: SurfaceContents, view: ReportView) {
    self.contents = contents
    width = max(view.width, TablePage.narrowest)
    ink = Ink(colour: view.colour, unicode: view.unicode)
  }

  mutating func text() -> String {
    lines.append(ink.paint("FULCRUM  volatility surface", .heading))
    add(
      "As of \(contents.asOf)\(ink.separator)market \(contents.marketAsOf)\(ink.separator)engine "
        + contents.provenance.engineVersion, .plain)
    for surface in contents.surfaces { add(surface) }
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

  private mutating func add(_ surface: VolatilitySurface) {
    addTitle(surface.title)
    let rows = surface.slices.map { SurfaceLine($0, in: surface) }
    lines += fitGrid(rows)
    lines.append("")
    lines += parameterGrid(rows)
    addRejections(surface)
  }

  private mutating func fitGrid(_ rows: [SurfaceLine]) -> [String] {
    var grid = TextGrid(columns: [
      .init("Expiry", rightAligned: false), .init("Days", rank: 1), .init("Forward", unit: "USD"),
      .init("from", rightAligned: false, rank: 7), .init("ATM", unit: "%"),
      .init("Skew", unit: "pts/10%"), .init("Strikes", rank: 2), .init("RMSE", unit: "pts"),
      .init("Bound", unit: "pts", rank: 3), .init("Worst", unit: "pts", rank: 6),
      .init("Inside", unit: "%", rank: 5), .init("g min", rank: 4),
      .init("Arbitrage", rightAligned: false), .init("Model", rightAligned: false),
      .init("Notes", rightAligned: false),
    ])
    for row in rows { grid.rows.append(.cells(fitCells(row), tone: tone(row))) }
    return grid.lines(width: width, ink: ink)
  }

  private func tone(_ row: SurfaceLine) -> Tone {
    if row.slice.model == nil { return .critical }
    return row.isAboveBound ? .warning : .plain
  }

  private mutating func fitCells(_ row: SurfaceLine) -> [String] {
    let slice = row.slice
    func points(_ volatility: Double?) -> String {
      volatility.map { NumberText.decimal($0 * 100, places: 2, .toNearestEven) } ?? ink.dash
    }
    let marks = row.remarks.map { "\(notes.number($0))" }.joined(separator: ",")
    return [
      row.day, NumberText.decimal(row.days, places: 2, .toNearestEven),
      slice.forward > 0 ? NumberText.price(slice.forward, .toNearestEven) : ink.dash,
      slice.forwardSource.rawValue, points(row.atTheMoney?.volatility),
      points(row.atTheMoney.map { $0.skew / 10 }), "\(slice.quotes.count)",
      points(slice.error?.rootMeanSquare), points(slice.bound), points(slice.error?.largest),
      slice.error.map { NumberText.decimal($0.withinSpread * 100, places: 0, .down) } ?? ink.dash,
      slice.check.map { NumberText.decimal($0.densityMinimum, places: 3, .down) } ?? ink.dash,
      row.arbitrage.isEmpty ? ink.dash : row.arbitrage, row.model, marks,
    ]
  }

  private func parameterGrid(_ rows: [SurfaceLine]) -> [String] {
    var grid = TextGrid(columns: [
      .init("Expiry", rightAligned: false), .init("a"), .init("b"),
      .init(ink.unicode ? "ρ" : "rho"), .init("m"), .init(ink.sigma),
      .init("Left out", rightAligned: false, shortest: 20),
    ])
    for row in rows {
      let smile = row.slice.smile
      func six(_ number: Double?) -> String {
        number.map { NumberText.decimal($0, places: 6, .toNearestEven) } ?? ink.dash
      }
      grid.rows.append(
        .cells(
          [
            row.day, six(smile?.a), six(smile?.b), six(smile?.rho), six(smile?.m),
            six(smile?.sigma), row.rejections.isEmpty ? ink.dash : row.rejections,
          ], tone: .plain))
    }
    return grid.lines(width: width, ink: ink)
  }

  private mutating func addRejections(_ surface: VolatilitySurface) {
    var counts: [QuoteRejection: Int] = [:]
    for slice in surface.slices {
      for quote in slice.rejected { counts[quote.reason, default: 0] += 1 }
    }
    let fitted = surface.slices.reduce(0) { $0 + $1.quotes.count }
    let parts = QuoteRejection.allCases.compactMap { reason -> String? in
      counts[reason].map { "\($0) \(reason.explanation)" }
    }
    lines.append("")
    add(
      "\(fitted) quotes fitted; left out: "
        + (parts.isEmpty ? "none" : parts.joined(separator: "; ")), .quiet)
  }

  private mutating func addIssues() {
    guard !contents.issues.isEmpty else { return }
    addTitle("INPUT")
    for issue in contents.issues { add(issue.description, .warning) }
  }

  private mutating func addNotes() {
    addTitle("NOTES")
    for (place, text) in notes.texts.enumerated() { add("[\(place + 1)] \(text)", .plain) }
    add(
      "Skew: vol points a tenth of ln(K/F). RMSE: of the middle volatilities, all strikes alike; "
        + "Bound: max(1, 2 x median half-spread). Inside: strikes whose bid and ask enclose the "
        + "smile. g min: least density, 0 or more without butterfly arbitrage. Model with *: above "
        + "its bound.", .quiet)
  }
}
