import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// A backtest as one HTML file: no network, no scripts needed, inline pictures.
package enum BacktestHTML {
  package static func render(_ contents: BacktestContents) -> String {
    var page = BacktestSheet(contents: contents)
    return page.text()
  }
}

private struct BacktestSheet {
  let contents: BacktestContents
  var html = ""

  init(contents: BacktestContents) { self.contents = contents }

  private static let style = """
    .l0{fill:none;stroke:var(--today);stroke-width:2.2;stroke-linejoin:round}
    .l1{fill:none;stroke:var(--expiry);stroke-width:1.6;stroke-dasharray:6 3;stroke-linejoin:round}
    .l2{fill:none;stroke:var(--long);stroke-width:1.6;stroke-dasharray:2 2;stroke-linejoin:round}
    .l3{fill:none;stroke:var(--short);stroke-width:1.6;stroke-dasharray:9 3 2 3;\
    stroke-linejoin:round}
    .r0{fill:var(--p2)}.r1{fill:var(--safe)}.r2{fill:var(--n4)}
    .liqmark{stroke:var(--crit);stroke-width:1.5}
    .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 4px}
    .legend svg{width:34px;height:10px;display:inline-block;vertical-align:middle;margin-right:6px}
    """

  mutating func text() -> String {
    addHead()
    addVerdict()
    addCharts()
    addRuns()
    addWindows()
    addClosing()
    html += "</div><script>\(HTMLStyle.script)</script></body></html>\n"
    return html
  }

  private var span: String {
    let bars = contents.market.prices.bars
    guard let first = bars.first, let last = bars.last else { return "" }
    return "\(CalendarDay(first.opens)) to \(CalendarDay(last.opens))"
  }

  private mutating func addHead() {
    html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    html += "<meta name=\"color-scheme\" content=\"light dark\"/>"
    html += "<link rel=\"icon\" href=\"data:,\"/><title>Backtest, \(span)</title>"
    html += "<style>\(HTMLStyle.sheet)\(Self.style)</style></head><body><div class=\"wrap\">"
    let side = contents.strategy.side == .down ? "Long" : "Short"
    let capital = HTMLText.number(BacktestLine.decimal(contents.strategy.capital, 0))
    html += "<header><h1>A leverage policy through history</h1><div class=\"asof s\">"
    html += "\(side) perpetual, \(capital) USD, \(span), \(contents.market.prices.bars.count) bars"
    html += "</div><div class=\"tools\">"
    html += "<button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: auto</button>"
    html += "</div></header>"
  }

  /// What happened, in one sentence for each pool.
  private mutating func addVerdict() {
    html += "<div class=\"pair\">"
    for (place, column) in contents.columns.prefix(2).enumerated() {
      let line = BacktestLine(column)
      let title = place == 0 ? "Policy" : "Fixed \(line.name)"
      html += "<div class=\"card\"><p class=\"q s\">\(title)</p><p class=\"big\">"
      html += HTMLText.number(line.change) + " %</p><p class=\"s q\">end "
      html += HTMLText.number(line.end) + " USD; largest fall from a high "
      html += "\(line.drawdown) %; \(line.liquidations) liquidations; "
      html += "\(line.orders) orders</p></div>"
    }
    html += "</div>"
  }

  // MARK: Pictures

  private mutating func addCharts() {
    html += "<h2>Over time</h2><p class=\"legend s\">"
    for (place, column) in contents.columns.enumerated() {
      html += "<span><svg viewBox=\"0 0 34 10\" aria-hidden=\"true\">"
      html += "<line x1=\"1\" y1=\"5\" x2=\"33\" y2=\"5\" class=\"l\(place)\"/></svg>"
      html += "\(HTMLText.escaped(column.name))</span>"
    }
    html += "</p><div class=\"charts\">"
    let charts = BacktestCharts(contents: contents)
    addFigure(
      charts.equity(),
      "Equity, USD, even steps for even growth; the lowest line is 0.1 % of the capital and below. "
        + "Red ticks at the foot: liquidations of the policy.")
    addFigure(
      charts.leverage(),
      "Leverage of the policy, and below it the regime: blue calm, grey normal, "
        + "orange stressed.")
    addFigure(
      charts.distance(),
      "How far the price had to move to liquidate each pool, percent; nearest of each stretch. No "
        + "line: no price does, as below 1× on the long side.")
    html += "</div>"
  }

  private mutating func addFigure(_ picture: String, _ caption: String) {
    html += "<figure>\(picture)<figcaption>\(HTMLText.escaped(caption))</figcaption></figure>"
  }

  // MARK: Tables

  private mutating func addRuns() {
    html += "<h2>What each pool did</h2><div class=\"scroll\"><table class=\"stick\"><thead><tr>"
    let heads = [
      ("Pool", ""), ("End", "USD"),
      contents.isShort ? ("Change", "% of capital") : ("Growth", "% a year, log"),
      ("Drawdown", "%"),
      ("Liquidations", ""), ("Orders", ""), ("Turnover", "× a year"), ("Fees", "USD"),
      ("Slippage", "USD"), ("Funding", "USD"), ("Bad debt", "USD"),
    ]
    for (title, unit) in heads { html += HTMLPage.heading(title, unit) }
    html += "</tr></thead><tbody>"
    for column in contents.columns {
      let line = BacktestLine(column)
      let cells = [
        line.end, contents.isShort ? line.change : line.growth ?? "ruined", line.drawdown,
        line.liquidations, line.orders,
        line.turnover ?? "—", line.fees, line.slippage, line.funding, line.badDebt,
      ]
      html += "<tr><th scope=\"row\">\(HTMLText.escaped(line.name))</th>"
      for cell in cells { html += "<td>\(HTMLText.number(cell))</td>" }
      html += "</tr>"
    }
    html += "</tbody></table></div>"
  }

  private mutating func addWindows() {
    guard !contents.windows.isEmpty else { return }
    html +=
      "<h2>Crashes: \(HTMLText.escaped(contents.windowTitle))</h2><p class=\"s q\">"
    html += "\(HTMLText.escaped(contents.windowLegend)) Liquidations in brackets.</p>"
    html += "<div class=\"scroll\"><table class=\"stick\"><thead><tr>"
    for (title, unit) in [("Window", ""), ("Price", "%"), ("Worst", "%")] {
      html += HTMLPage.heading(title, unit)
    }
    for column in contents.columns { html += HTMLPage.heading(HTMLText.escaped(column.name), "%") }
    html += "</tr></thead><tbody>"
    for window in contents.windows {
      html += "<tr><th scope=\"row\">\(HTMLText.escaped(window.window.name))</th>"
      for value in [window.priceChange, window.priceWorst] {
        html += "<td>\(HTMLText.number(BacktestLine.decimal(100 * value, 1)))</td>"
      }
      for column in window.runs {
        let line = BacktestLine(column)
        let count = column.run.tally.liquidations
        html += "<td>\(HTMLText.number(line.change))" + (count > 0 ? " (\(count))" : "") + "</td>"
      }
      html += "</tr>"
    }
    html += "</tbody></table></div>"
  }

  private mutating func addClosing() {
    html += "<h2>What this rests on</h2><ul class=\"notes\">"
    for sentence in contents.assumptions { html += "<li>\(HTMLText.escaped(sentence))</li>" }
    for issue in contents.issues.prefix(20) {
      html += "<li>\(HTMLText.escaped(issue.description))</li>"
    }
    html += "</ul><p class=\"s q\">Fulcrum \(ProductVersion.text). Inputs: "
    html += contents.inputs.map { input in
      "\(input.role) \(HTMLText.escaped(input.name)) <code>\(input.digest.prefix(16))</code>"
    }.joined(separator: ", ")
    html += "</p>"
  }
}
