import FulcrumModel
import FulcrumPricing

/// Volatility surfaces as one HTML file: no network, no scripts needed, inline pictures. Well-formed
/// XML throughout; every text from a file is escaped.
package enum SurfaceHTML {
  package static func render(_ contents: SurfaceContents) -> String {
    var page = SurfaceHTMLPage(contents: contents)
    return page.text()
  }
}

private struct SurfaceHTMLPage {
  let contents: SurfaceContents
  var html = ""

  init(contents: SurfaceContents) { self.contents = contents }

  mutating func text() -> String {
    addHead()
    for (place, surface) in contents.surfaces.enumerated() { add(surface, id: "s\(place)") }
    addClosing()
    html += "</div><script>\(HTMLStyle.script)</script></body></html>\n"
    return html
  }

  /// Beyond the sheet of the report: bars of bid and ask.
  private static let style = """
    .bar{stroke:var(--expiry);stroke-width:2.2}
    .nobar{stroke:var(--quiet);stroke-width:1;stroke-dasharray:2 2}
    .smiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(310px,1fr));gap:22px 20px}
    .key.b{border-top:0;border-left:3px solid var(--expiry);width:0;height:12px;margin-left:12px}
    """

  private mutating func addHead() {
    let asOf = "As of \(contents.asOf) · market \(contents.marketAsOf)"
    html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    html += "<meta name=\"color-scheme\" content=\"light dark\"/>"
    html += "<link rel=\"icon\" href=\"data:,\"/><title>Volatility surface, "
    html += HTMLText.escaped("\(contents.asOf)")
    html += "</title><style>\(HTMLStyle.sheet)\(Self.style)</style></head><body>"
    html += "<div class=\"wrap\"><header><h1>Volatility surface</h1><div class=\"asof s\">"
    html += HTMLText.escaped(asOf) + "</div><div class=\"tools\">"
    html += "<button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: auto</button>"
    html += "</div></header>"
    html += "<p class=\"s\"><span class=\"key\"></span>fitted smile"
    html += "<span class=\"key b\"></span>bid to ask, in volatility. Each expiry is free of "
    html += "butterfly arbitrage and nowhere below the one before it, unless its row says "
    html += "otherwise.</p>"
  }

  private mutating func add(_ surface: VolatilitySurface, id: String) {
    let lines = surface.slices.map { SurfaceLine($0, in: surface) }
    html += "<section><h2>\(HTMLText.escaped(surface.title))</h2>"
    html += "<div class=\"charts\"><figure>"
    html += SurfaceCharts.termStructure(lines, id: "\(id)-vol") + "<figcaption>At-the-money "
    html += "volatility of each expiry.</figcaption></figure><figure>"
    html += SurfaceCharts.forwards(lines, id: "\(id)-fwd") + "<figcaption>Forward of each expiry."
    html += "</figcaption></figure></div>"
    addTable(lines)
    html += "<div class=\"smiles\" style=\"margin-top:22px\">"
    for (place, line) in lines.enumerated() where line.slice.years > 0 {
      guard let picture = SurfaceCharts.smile(line, in: surface, id: "\(id)-\(place)") else {
        continue
      }
      html += "<figure><h4>\(line.day)</h4>\(picture)<figcaption>"
      html += HTMLText.escaped(caption(line)) + "</figcaption></figure>"
    }
    html += "</div></section>"
  }

  private func caption(_ line: SurfaceLine) -> String {
    guard let error = line.slice.error?.rootMeanSquare, let bound = line.slice.bound else {
      return line.model
    }
    return "\(line.model), \(line.slice.quotes.count) strikes, error \(points(error)) of at most "
      + "\(points(bound)) vol points"
  }

  private func points(_ volatility: Double) -> String {
    NumberText.decimal(volatility * 100, places: 2, .toNearestEven)
  }

  // MARK: Table

  private mutating func addTable(_ lines: [SurfaceLine]) {
    html += "<div class=\"scroll\"><table class=\"stick\"><thead><tr><th>Expiry</th><th>Days</th>"
    html += "<th>Forward<small>USD</small></th><th>ATM<small>%</small></th>"
    html += "<th>Skew<small>pts/10%</small></th><th>Strikes</th><th>RMSE<small>pts</small></th>"
    html += "<th>Bound<small>pts</small></th><th class=\"l\">Model</th>"
    html += "<th class=\"l\">Arbitrage</th><th>a</th><th>b</th><th>ρ</th><th>m</th><th>σ</th>"
    html += "<th class=\"l\">Left out</th></tr></thead><tbody>"
    for line in lines { html += row(line) }
    html += "</tbody></table></div>"
    let remarks = lines.flatMap { line in line.remarks.map { "\(line.day): \($0)" } }
    guard !remarks.isEmpty else { return }
    html += "<details><summary>\(remarks.count) remarks</summary><ul class=\"notes\">"
    for remark in remarks { html += "<li>\(HTMLText.escaped(remark))</li>" }
    html += "</ul></details>"
  }

  private func row(_ line: SurfaceLine) -> String {
    let slice = line.slice
    func number(_ value: Double?, _ places: Int) -> String {
      value.map { HTMLText.number(NumberText.decimal($0, places: places, .toNearestEven)) } ?? "—"
    }
    let smile = slice.smile
    let tone = slice.model == nil ? "critical" : (line.isAboveBound ? "warning" : "")
    let cells = [
      number(line.days, 2), number(slice.forward > 0 ? slice.forward : nil, 2),
      number(line.atTheMoney.map { $0.volatility * 100 }, 2),
      number(line.atTheMoney.map { $0.skew * 10 }, 2), "\(slice.quotes.count)",
      number(slice.error.map { $0.rootMeanSquare * 100 }, 2),
      number(slice.bound.map { $0 * 100 }, 2),
    ]
    let parameters = [smile?.a, smile?.b, smile?.rho, smile?.m, smile?.sigma]
    return "<tr class=\"\(tone)\"><td>\(line.day)</td>"
      + cells.map { "<td>\($0)</td>" }.joined()
      + "<td class=\"l\">\(line.model)</td><td class=\"l\">"
      + (line.arbitrage.isEmpty ? "—" : line.arbitrage) + "</td>"
      + parameters.map { "<td>\(number($0, 4))</td>" }.joined()
      + "<td class=\"l\">\(HTMLText.escaped(line.rejections))</td></tr>"
  }

  private mutating func addClosing() {
    if !contents.issues.isEmpty {
      html += "<section><h2>Input</h2><ul class=\"notes\">"
      for issue in contents.issues { html += "<li>\(HTMLText.escaped(issue.description))</li>" }
      html += "</ul></section>"
    }
    html += "<section><h2>Provenance</h2><ul class=\"notes\"><li>engine "
    html += HTMLText.escaped(contents.provenance.engineVersion) + "</li>"
    for input in contents.provenance.inputs {
      html += "<li>\(HTMLText.escaped(input.name)) <code>\(input.digest)</code></li>"
    }
    html += "</ul></section>"
  }
}
