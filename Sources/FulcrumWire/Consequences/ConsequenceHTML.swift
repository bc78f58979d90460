import FulcrumModel
import FulcrumRisk

/// Consequences as one HTML file: no network, no script needed, pictures inline, well-formed XML.
package enum ConsequenceHTML {
  package static func render(_ contents: ConsequenceContents) -> String {
    var page = ConsequencePage(sheet: ConsequenceSheet(contents: contents))
    return page.text()
  }
}

private struct ConsequencePage {
  let sheet: ConsequenceSheet
  var html = ""

  init(sheet: ConsequenceSheet) { self.sheet = sheet }

  var contents: ConsequenceContents { sheet.contents }
  var report: ConsequenceReport { sheet.report }

  mutating func text() -> String {
    addHead()
    addVerdict()
    addCharts()
    for section in sheet.sections { add(section) }
    addClosing()
    html += "</div><script>\(HTMLStyle.script)</script></body></html>\n"
    return html
  }

  private mutating func addHead() {
    let title = HTMLText.escaped("Consequences of leverage, \(contents.pool.id)")
    html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    html += "<meta name=\"color-scheme\" content=\"light dark\"/>"
    html += "<link rel=\"icon\" href=\"data:,\"/><title>\(title)</title>"
    html += "<style>\(HTMLStyle.sheet)\(ConsequenceCharts.style)</style></head><body>"
    html += "<div class=\"wrap\"><header><h1>Consequences of leverage</h1>"
    html += "<div class=\"asof s\">"
    html += HTMLText.escaped(
      "\(contents.pool.id) · as of \(contents.asOf) · engine \(contents.provenance.engineVersion)")
    html += "</div><div class=\"tools\">"
    html += "<button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: auto</button>"
    html += "</div></header>"
  }

  private mutating func addVerdict() {
    let now = report.sizes.first { $0.multiple == 1 }
    html += "<section aria-label=\"The pool as it stands\"><div class=\"pair\">"
    addCard(
      "P(liquidation) as it stands", now.map { percent($0.liquidation.value) } ?? "—",
      now.map { "95 %: \(percent($0.liquidation.lower)) to \(percent($0.liquidation.upper))" }
        ?? "the present size was not asked for")
    addCard(
      "What this size costs", now.map(costHeadline) ?? "—",
      now?.cost.map {
        "± \(sheet.money($0.money.standardError, .up)) \(sheet.unit), against the growth-"
          + "optimal size"
      } ?? "ruin possible: some path loses everything there is")
    html += "</div><p class=\"verdict\">\(HTMLText.escaped(sheet.optimum))</p><ul class=\"notes\">"
    for sentence in sheet.setting + [sheet.convergence] + contents.remarks {
      html += "<li>\(HTMLText.escaped(sentence))</li>"
    }
    html += "</ul></section>"
  }

  private func percent(_ share: Double) -> String { NumberText.probability(share) + " %" }

  private func costHeadline(_ size: SizeOutcome) -> String {
    guard let cost = size.cost else { return "ruin possible" }
    return cost.side == .optimal ? "nothing" : "\(sheet.money(cost.money.value, .up)) \(sheet.unit)"
  }

  private mutating func addCard(_ title: String, _ number: String, _ note: String) {
    html += "<div class=\"card\"><p class=\"q s\">\(HTMLText.escaped(title))</p>"
    html += "<p class=\"big\">\(HTMLText.number(number))</p>"
    html += "<p class=\"s q\">\(HTMLText.escaped(note))</p></div>"
  }

  private mutating func addCharts() {
    let charts = ConsequenceCharts(sheet: sheet)
    html += "<section aria-label=\"Pictures\"><div class=\"card\"><div class=\"charts\">"
    for (picture, caption) in charts.all {
      html += "<figure>\(picture)<figcaption>\(HTMLText.escaped(caption))</figcaption></figure>"
    }
    html += "</div></div></section>"
  }

  private mutating func add(_ section: ConsequenceSheet.Section) {
    let title = section.title.prefix(1) + section.title.dropFirst().lowercased()
    html += "<section><h2>\(HTMLText.escaped(String(title)))</h2>"
    html += "<p class=\"s q\">\(HTMLText.escaped(section.note))</p>"
    html += "<div class=\"scroll stick\" tabindex=\"0\"><table><thead><tr>"
    for column in section.columns {
      html += HTMLPage.heading(HTMLText.escaped(column.title), HTMLText.escaped(column.unit))
    }
    html += "</tr></thead><tbody>"
    for size in report.sizes {
      html += size.multiple == 1 ? "<tr class=\"present\">" : "<tr>"
      for column in section.columns { html += "<td>\(HTMLText.number(column.text(size)))</td>" }
      html += "</tr>"
    }
    html += "</tbody></table></div></section>"
  }

  private mutating func addClosing() {
    if report.sizes.contains(where: { !$0.isAffordable }) {
      html +=
        "<p class=\"s\">* equity does not cover the initial margin, or not the premiums: this size cannot be opened."
      html += "</p>"
    }
    if !contents.issues.isEmpty {
      html += "<section><h2>Input</h2><ul class=\"notes\">"
      for issue in contents.issues { html += "<li>\(HTMLText.escaped(issue.description))</li>" }
      html += "</ul></section>"
    }
    html += "<section><h2>Made from</h2><ul class=\"notes\">"
    for input in contents.provenance.inputs {
      html += "<li>\(HTMLText.escaped("\(input.role): \(input.name)")) "
      html += "<code class=\"q\">sha-256 \(HTMLText.escaped(input.digest))</code></li>"
    }
    html += "</ul></section>"
  }
}
