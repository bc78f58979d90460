import FulcrumModel
import FulcrumRisk

extension HTMLPage {
  mutating func addHead() {
    let title = "Leverage report, \(report.asOf)"
    html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
    html += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
    html += "<meta name=\"color-scheme\" content=\"light dark\"/>"
    html += "<link rel=\"icon\" href=\"data:,\"/>"
    html +=
      "<title>\(HTMLText.escaped(title))</title><style>\(HTMLStyle.sheet)</style></head><body>"
    if hasSwitch {
      html += "<input class=\"hid\" type=\"radio\" name=\"unit\" id=\"own\" checked=\"checked\"/>"
      html += "<input class=\"hid\" type=\"radio\" name=\"unit\" id=\"usd\"/>"
    }
    html += "<svg width=\"0\" height=\"0\" style=\"position:absolute;width:0;height:0\" "
    html += "aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"7\" height=\"7\" "
    html += "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    html += "<rect width=\"7\" height=\"7\" style=\"fill:var(--tint)\"/>"
    html += "<rect width=\"1.4\" height=\"7\" style=\"fill:var(--crit);fill-opacity:.45\"/>"
    html += "</pattern></defs></svg><div class=\"wrap\"><header>"
    html += "<h1>Position-specific leverage</h1><div class=\"asof s\">\(asOf)</div>"
    html += "<div class=\"tools\">"
    if hasSwitch {
      html += "<label for=\"own\">\(view.currency == .coin ? "Coin" : "Own currency")</label>"
      html += "<label for=\"usd\">USD</label>"
    }
    html += "<button type=\"button\" id=\"theme\" hidden=\"hidden\">Theme: auto</button>"
    html += "</div></header>"
  }

  private var asOf: String {
    let age = report.asOf.milliseconds - report.marketAsOf.milliseconds
    let market =
      age >= 0
      ? "\(NumberText.age(milliseconds: age)) old"
      : "\(NumberText.age(milliseconds: -age)) ahead of the report"
    return HTMLText.escaped(
      "As of \(report.asOf) · market \(report.marketAsOf), \(market) · margin rule "
        + "\(report.provenance.ruleSet)")
  }

  // MARK: Account beside position

  mutating func addAccount(_ pools: [PoolReport]) {
    let account = AccountLine(report)
    html += "<section aria-label=\"Account and worst position\"><div class=\"pair\">"
    html += "<div class=\"card\"><p class=\"q s\">Account leverage</p>"
    html += "<p class=\"big\">\(cell(account.netDelta))</p><p class=\"s q\">"
    html += "delta, net within each coin, over equity of \(cell(account.equity)) USD, "
    html += "\(HTMLText.escaped(account.equityExplanation)); gross delta "
    html += "\(cell(account.grossDelta)), gross notional \(cell(account.grossNotional))</p></div>"
    html += worstPosition(pools) + "</div>"
    if let comparison = account.comparison {
      html += "<p class=\"verdict\">\(HTMLText.escaped(comparison))</p>"
    }
    if let strip = LeverageStrip(report: report, pools: pools).svg() {
      html += "<div class=\"card\" style=\"margin-top:14px\"><h4>Leverage on "
      html += "\(HTMLText.escaped(shortBasis)), pool by pool</h4>\(strip)"
      html += "<p class=\"s q\" style=\"margin:4px 0 0\">Blue gains when the price rises, orange "
      html +=
        "when it falls, grey neither; the upright line is the account. Even steps in ln(1 + x).</p></div>"
    }
    html += accountFacts(account) + "</section>"
  }

  private var shortBasis: String {
    basis.explanation.split(separator: ":").first.map(String.init) ?? basis.explanation
  }

  private mutating func worstPosition(_ pools: [PoolReport]) -> String {
    let known = pools.filter { $0.headline(basis).absence == nil }
    guard let worst = known.max(by: { $0.headline(basis).severity < $1.headline(basis).severity })
    else {
      return "<div class=\"card\"><p class=\"q s\">Most levered position</p><p class=\"big\">—</p>"
        + "<p class=\"s q\">no pool whose capital is known</p></div>"
    }
    let line = PoolLine(worst, view: view, basis: basis)
    let usd = PoolLine(worst, view: usdView, basis: basis)
    return "<div class=\"card\"><p class=\"q s\">Most levered position</p><p class=\"big\">"
      + "\(arrow(line.direction)) \(cell(line.leverage))</p><p class=\"s q\">pool "
      + "<b>\(HTMLText.escaped(worst.id))</b>, \(line.direction.word), on \(shortBasis) of "
      + "\(amount(line.capital, usd.capital)) \(unit(line.unit.code))</p></div>"
  }

  var usdView: ReportView {
    var other = view
    other.currency = .usd
    return other
  }

  private mutating func accountFacts(_ line: AccountLine) -> String {
    let account = report.account
    func signed(_ usd: Double) -> String {
      HTMLText.number(NumberText.decimal(usd, places: 2, .toNearestEven, signed: true))
    }
    let missing = account.poolsWithoutCapital + account.poolsNotValued
    return "<dl class=\"facts\">"
      + Self.fact("Delta cash", signed(account.deltaCash), "USD")
      + Self.fact("Vega", signed(account.vegaCashPerPoint), "USD per vol point")
      + Self.fact("Theta", signed(account.thetaCashPerDay), "USD per day")
      + Self.fact("Most it can lose", cell(line.contained), "USD, all pools to zero")
      + Self.fact(
        "Pools", "\(account.poolCount)",
        missing == 0
          ? "all valued, all capital known"
          : "\(account.poolsWithoutCapital) without known capital, "
            + "\(account.poolsNotValued) not valued")
      + "</dl>"
  }

  static func fact(_ name: String, _ value: String, _ unit: String) -> String {
    "<div><dt>\(name)</dt><dd>\(value) <small>\(unit)</small></dd></div>"
  }

  // MARK: Pools

  mutating func addPools(_ pools: [PoolReport], detailed: Int) {
    html += "<section><h2>Pools, worst first</h2>"
    var groups: [(unit: String, rows: [(Int, PoolReport)])] = []
    for (place, pool) in pools.enumerated() {
      let code = ReportUnit(pool, in: view.currency).code
      if let group = groups.firstIndex(where: { $0.unit == code }) {
        groups[group].rows.append((place, pool))
      } else {
        groups.append((code, [(place, pool)]))
      }
    }
    var room = Share.poolTable
    for group in groups {
      if groups.count > 1 {
        html += "<h4 style=\"margin-top:16px\">Pools in \(HTMLText.escaped(group.unit))</h4>"
      }
      html +=
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"stick pools\">\(poolHead(group.unit))"
      html += "<tbody>"
      var left = 0
      for (place, pool) in group.rows {
        guard room > 0 else {
          left += 1
          continue
        }
        let row = poolRow(pool, link: place < detailed ? place : nil)
        room -= row.utf8.count
        html += row
      }
      html += "</tbody></table></div>"
      if left > 0 {
        html += "<p class=\"s q\">\(left) more pools in \(HTMLText.escaped(group.unit)) are not "
        html += "shown here: the CSV and JSON reports have them all.</p>"
      }
    }
    html += "</section>"
  }

  private func poolHead(_ code: String) -> String {
    let own = unit(code)
    return "<thead><tr>" + Self.heading("Pool") + Self.heading("Leverage", "x, on basis")
      + Self.heading("At risk", own)
      + Self.heading("Delta cash", own) + Self.heading("Largest secant", "x, up or down")
      + Self.heading("Stress loss", "x CaR") + Self.heading("Theta drain", "% CaR a day")
      + Self.heading("Liquidated below", "USD; %, σ-days")
      + Self.heading("Liquidated above", "USD; %, σ-days") + Self.heading("P 1 d, 7 d", "%")
      + "</tr></thead>"
  }

  private mutating func poolRow(_ pool: PoolReport, link: Int?) -> String {
    let line = PoolLine(pool, view: view, basis: basis)
    let usd = PoolLine(pool, view: usdView, basis: basis)
    let name = HTMLText.escaped(pool.id)
    let linked = link.map { "<a href=\"#p\($0)\">\(name)</a>" } ?? name
    let strategy =
      pool.strategy.map { "<small class=\"q\">\(HTMLText.escaped($0))</small>" } ?? ""
    let alert =
      line.alert == .none ? "" : "<b class=\"\(line.alert.style)\">\(line.alert.mark)</b> "
    var row = "<tr><th scope=\"row\">\(alert)\(linked)\(strategy)</th>"
    row += "<td class=\"lev\">\(arrow(line.direction)) \(cell(line.leverage))"
    row += "<small>\(line.basis)</small></td><td>\(amount(line.capital, usd.capital))</td>"
    let coins = line.deltaText == nil ? "" : "<small>sum over coins</small>"
    row += "<td>\(amount(line.delta, usd.delta))\(coins)</td><td>\(cell(line.secant))</td>"
    row += "<td>\(cell(line.stress))</td><td>\(cell(line.theta))</td>"
    let nearest = line.liquidations.first
    row += "<td>\(nearest.map { side($0.below, sign: "−") } ?? "")</td>"
    row += "<td>\(nearest.map { side($0.above, sign: "+") } ?? "")</td>"
    return row + "<td>\(nearest.map { touch($0) } ?? "")</td></tr>"
  }

  /// Probability of liquidation within one and seven days, percent.
  mutating func touch(_ side: LiquidationLine) -> String {
    guard side.oneDay.state == .number, side.sevenDays.state == .number else {
      return cell(side.oneDay)
    }
    return "\(cell(side.oneDay))<small>\(cell(side.sevenDays))</small>"
  }

  mutating func side(_ side: LiquidationSide, sign: String) -> String {
    guard side.price.state == .number else { return cell(side.price) }
    let sigmas = side.sigmas.state == .number ? ", \(side.sigmas.text) σ" : ""
    return "\(cell(side.price))<small>\(sign)\(side.distance.text) %\(sigmas)</small>"
  }
}

extension Alert {
  var style: String {
    switch self {
    case .none: ""
    case .warning: "warning"
    case .critical: "critical"
    }
  }

  var words: String {
    switch self {
    case .none: ""
    case .warning: "! liquidation nearer than 20 %, or stress beyond capital"
    case .critical: "!! liquidation nearer than 10 %, or equity below zero"
    }
  }
}
