import FulcrumModel
import FulcrumRisk

extension HTMLPage {
  /// Legs shown inside one pool's section.
  private static let mostLegs = 60

  /// Sections of the worst pools, as many as the report detailed and the size allows.
  mutating func detailed(_ pools: [PoolReport]) -> (text: String, count: Int) {
    var text = "<section><h2>The worst pools in full</h2>"
    var count = 0
    for pool in pools.prefix(report.settings.detailedPools ?? pools.count) {
      let section = article(pool, place: count)
      guard text.utf8.count + section.utf8.count <= Share.details else { break }
      text += section
      count += 1
    }
    if count == 0 { return ("", 0) }
    if count < pools.count {
      text += "<p class=\"s q\">\(pools.count - count) further pools are shown as rows, without "
      text += "pictures.</p>"
    }
    return (text + "</section>", count)
  }

  private mutating func article(_ pool: PoolReport, place: Int) -> String {
    let line = PoolLine(pool, view: view, basis: basis)
    var text = "<article class=\"card pool\" id=\"p\(place)\"><div class=\"head\">"
    text += "<h3>\(HTMLText.escaped(pool.id))</h3>"
    if let strategy = pool.strategy {
      text += "<span class=\"q\">\(HTMLText.escaped(strategy))</span>"
    }
    text += "<span class=\"chip\">\(HTMLText.escaped(pool.currency.code)) pool</span>"
    text += "<span class=\"chip\">\(HTMLText.escaped(pool.collateralBasis.explanation))</span>"
    if line.alert != .none {
      text += "<span class=\"chip \(line.alert.style)\">\(line.alert.words)</span>"
    }
    text += "</div>" + facts(pool, line) + pictures(pool, place: place)
    return text + legs(pool, line) + "</article>"
  }

  private mutating func facts(_ pool: PoolReport, _ line: PoolLine) -> String {
    let usd = PoolLine(pool, view: usdView, basis: basis)
    let code = unit(line.unit.code)
    var text = "<dl class=\"facts\">"
    text += Self.fact(
      "Leverage on \(basis.badge)", "\(arrow(line.direction)) \(cell(line.leverage))",
      line.direction.word)
    text += Self.fact("Capital at risk", amount(line.capital, usd.capital), code)
    text += Self.fact(
      "Delta cash", amount(line.delta, usd.delta),
      line.deltaText == nil ? code : "\(code), sum over coins")
    text += Self.fact("Largest secant", cell(line.secant), "of a move up or down")
    text += Self.fact("Stress loss", cell(line.stress), "x capital at risk")
    text += Self.fact("Theta drain", cell(line.theta), "% of capital a day")
    if pool.capitalIsKnown, let measures = pool.measures, measures.currency == .coin {
      let coin = Shown.measure(measures.coinLeverage, NumberText.leverage)
      let dollar = Shown.measure(measures.usdEquityLeverage, NumberText.leverage)
      text += Self.fact(
        "On equity", "\(sign(measures.coinLeverage))\(cell(coin))", "counting in coin")
      text += Self.fact(
        "On equity", "\(sign(measures.usdEquityLeverage))\(cell(dollar))", "counting in USD")
    }
    if let side = line.liquidations.first {
      let isNumber = side.oneDay.state == .number && side.sevenDays.state == .number
      text += Self.fact(
        "P liquidation",
        isNumber ? "\(cell(side.oneDay)), \(cell(side.sevenDays))" : cell(side.oneDay),
        "% within 1 d, 7 d")
    }
    return text + "</dl>"
  }

  private func sign(_ measure: Measure) -> String {
    measure.finite.map { arrow(Direction($0)) + " " } ?? ""
  }

  // MARK: Pictures

  private mutating func pictures(_ pool: PoolReport, place: Int) -> String {
    var text = ""
    for (order, side) in pool.liquidation.enumerated() {
      text += ruler(side, pool: pool, id: "p\(place)-\(order)")
    }
    switch PoolPicture.make(pool, place: place) {
    case nil: return text + notDrawn(pool)
    case .failure(let error)?:
      return text + "<p class=\"s q\">No pictures: \(HTMLText.escaped(error.description)).</p>"
    case .success(let picture)?: return text + charts(picture)
    }
  }

  private func notDrawn(_ pool: PoolReport) -> String {
    let reasons = Set(pool.problems.map(\.explanation)).sorted().prefix(6)
    guard !reasons.isEmpty else { return "" }
    let list = reasons.map { "<li>\(HTMLText.escaped($0))</li>" }.joined()
    return "<p>This pool could not be valued:</p><ul class=\"notes\">\(list)</ul>"
  }

  private func ruler(_ side: UnderlyingLiquidation, pool: PoolReport, id: String) -> String {
    let ruler = LiquidationRuler(
      side: side, daily: pool.referenceVolatility[side.underlying]?.daily, id: id,
      poolName: pool.id)
    var caption =
      "Hatched: below maintenance margin, the pool can be liquidated. Ticks: daily sigmas"
    if let reference = pool.referenceVolatility[side.underlying] {
      caption += " at \(NumberText.volatility(reference.annual)) % a year"
    }
    if let cone = LiquidationLine(side).cone {
      caption += ". Also \(LiquidationLine.coneTitle): \(cone)"
    }
    let none = side.today.healthy && side.today.below == nil && side.today.above == nil
    return "<figure><h4>Liquidation along \(HTMLText.escaped(side.underlying.description)), USD"
      + (none ? ": none on either side" : "") + "</h4>"
      + "\(ruler.svg())<figcaption style=\"max-width:none\">\(HTMLText.escaped(caption))."
      + "</figcaption></figure>"
  }

  private mutating func charts(_ picture: PoolPicture) -> String {
    var text = "<div class=\"charts\">"
    text += figure(
      "Profit from here", picture.payoff(),
      "<span class=\"key\"></span>today"
        + (picture.charts.profitAtExpiry == nil
          ? "" : "<span class=\"key e\"></span>at first expiry; diamonds: breakevens"))
    if picture.pool.capitalIsKnown {
      text += figure(
        "Leverage against spot", picture.leverageAgainstSpot(),
        "On capital at risk; even steps in ln(1 + x). Hatched: liquidable.")
    }
    text += figure(
      "Greeks against spot", picture.greeks(), "Of the whole pool, today; dotted: index now.")
    if picture.pool.capitalIsKnown, let days = picture.leverageAgainstDays() {
      text += figure(
        "Leverage against time", days, "Index and volatilities held, capital as it then is.")
    }
    text += matrix(picture)
    return text + "</div>" + numbers(picture)
  }

  private func figure(_ title: String, _ picture: String, _ caption: String) -> String {
    "<figure><h4>\(title)</h4>\(picture)<figcaption>\(caption)</figcaption></figure>"
  }

  /// Spot × volatility: profit and leverage in each cell, the worst outlined, the row of today's
  /// price between rules; a sign beside every colour.
  private mutating func matrix(_ picture: PoolPicture) -> String {
    let matrix = picture.charts.matrix
    let all = matrix.profit.joined()
    let most = all.map(\.magnitude).max() ?? 0
    let worst = all.min() ?? 0
    var text = "<figure class=\"wide\"><h4>Spot and volatility shocks</h4>"
    text += "<div class=\"scroll\" tabindex=\"0\"><table class=\"mx\"><thead><tr>"
    text += Self.heading("Spot", "move, USD")
    for shift in matrix.volShifts {
      let name = shift == 0 ? "vol as it is" : "vol \(Self.percent(shift))"
      text += Self.heading(name, "profit \(HTMLText.escaped(picture.currency)), leverage", "c")
    }
    text += "</tr></thead><tbody>"
    for (row, shock) in matrix.spotShocks.enumerated().reversed() {
      text += "<tr\(shock == 0 ? " class=\"cur\"" : "")><th scope=\"row\">\(Self.percent(shock)) "
      text += "<small class=\"q\">"
      text += NumberText.price(picture.charts.index * (1 + shock), .toNearestEven) + "</small></th>"
      for column in matrix.volShifts.indices {
        let profit = matrix.profit[row][column]
        let isWorst = profit == worst && worst < 0
        let level = Self.level(profit, most: most)
        text += "<td class=\"\(level)\(isWorst ? " worst" : "")\"><b>"
        text += HTMLText.number(picture.money(profit, .down, signed: true))
        text += "</b> <small>\(leverageText(matrix.leverage[row][column], picture.pool))"
        text += "\(isWorst ? ", worst" : "")</small></td>"
      }
      text += "</tr>"
    }
    return text + "</tbody></table></div><figcaption>Blue gains, orange loses; the sign says it "
      + "too. Leverage on the capital at risk left there.</figcaption></figure>"
  }

  private mutating func leverageText(_ measure: Measure, _ pool: PoolReport) -> String {
    guard pool.capitalIsKnown else { return cell(.absent(.unknownCollateral)) }
    return cell(.measure(measure, NumberText.leverage))
  }

  private static func percent(_ fraction: Double) -> String {
    guard fraction != 0 else { return "▸ as it is" }
    return HTMLText.number(
      NumberText.decimal(fraction * 100, places: 0, .toNearestEven, signed: true)) + " %"
  }

  /// One of four steps of either colour; nothing where nothing moves.
  private static func level(_ profit: Double, most: Double) -> String {
    guard most > 0, profit != 0 else { return "" }
    let step = max(1, min(4, Int((profit.magnitude / most * 4).rounded(.up))))
    return (profit > 0 ? "p" : "n") + "\(step)"
  }

  /// The numbers behind the curves, for those who cannot see them or want them.
  private mutating func numbers(_ picture: PoolPicture) -> String {
    let charts = picture.charts
    let places = Self.sample(
      charts.spots.count, most: 13, always: charts.spots.firstIndex(of: charts.index))
    let own = HTMLText.escaped(picture.currency)
    var text = "<details><summary>Numbers behind the curves</summary>"
    text += "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>"
    text += Self.heading("Index", "USD") + Self.heading("Profit today", own)
    text += Self.heading("Profit at expiry", own) + Self.heading("Leverage", "x")
    text += Self.heading("Delta", "USD") + Self.heading("Gamma", "USD per 1 %")
    text += Self.heading("Vega", "USD per vol pt") + Self.heading("Theta", "USD a day")
    text += "</tr></thead><tbody>"
    for place in places {
      text += "<tr><th scope=\"row\">\(NumberText.price(charts.spots[place], .toNearestEven))</th>"
      text +=
        "<td>\(HTMLText.number(picture.money(charts.profitToday[place], .down, signed: true)))</td>"
      let expiry = charts.profitAtExpiry.map { picture.money($0[place], .down, signed: true) }
      text += "<td>\(HTMLText.number(expiry ?? ""))</td>"
      text += "<td>\(leverageText(charts.leverage[place], picture.pool))</td>"
      for values in [
        charts.deltaCash, charts.gammaCash1pct, charts.vegaCashPerPoint, charts.thetaCashPerDay,
      ] {
        let number = NumberText.decimal(values[place], places: 2, .toNearestEven, signed: true)
        text += "<td>\(HTMLText.number(number))</td>"
      }
      text += "</tr>"
    }
    return text + "</tbody></table></div></details>"
  }

  /// Evenly spread places out of `count`, the first, the last and `always` among them.
  private static func sample(_ count: Int, most: Int, always: Int?) -> [Int] {
    guard count > most else { return Array(0..<count) }
    var places = Set((0..<most).map { $0 * (count - 1) / (most - 1) })
    if let always { places.insert(always) }
    return places.sorted()
  }

  // MARK: Legs

  private mutating func legs(_ pool: PoolReport, _ line: PoolLine) -> String {
    var text = "<div class=\"scroll\" tabindex=\"0\"><table class=\"stick\">"
    text += legHead(line.unit.code) + "<tbody>"
    let sorted = pool.legs.sorted(by: LegLine.precedes)
    for leg in sorted.prefix(Self.mostLegs) { text += legRow(leg, pool: pool, name: nil) }
    text += "</tbody></table></div>"
    let more = sorted.count - Self.mostLegs
    if more > 0 {
      text += "<p class=\"s q\">\(more) more legs: the CSV and JSON reports have them all.</p>"
    }
    return text
  }

  func legHead(_ code: String, named: Bool = false) -> String {
    let own = unit(code)
    return "<thead><tr>" + Self.heading("Instrument") + (named ? Self.heading("Pool", "", "l") : "")
      + Self.heading("Size", "contracts") + Self.heading("Forward", "USD")
      + Self.heading("Premium", own) + Self.heading("IV", "%") + Self.heading("Delta", "of one")
      + Self.heading("Delta cash", own) + Self.heading("Own leverage", "x")
      + Self.heading("Value", own) + Self.heading("Notes", "", "l") + "</tr></thead>"
  }

  mutating func legRow(_ leg: LegReport, pool: PoolReport, name: String?) -> String {
    let line = LegLine(leg, unit: ReportUnit(pool, in: view.currency))
    let usd = LegLine(leg, unit: ReportUnit(pool, in: .usd))
    let words = line.flags.map { flag in
      "<span title=\"\(HTMLText.escaped(flag.explanation))\""
        + (flag.isFault ? " class=\"warning\"" : "") + ">\(HTMLText.escaped(flag.word))</span>"
    }
    var row = "<tr><th scope=\"row\">\(HTMLText.escaped(line.instrument))</th>"
    if let name { row += "<td class=\"l\">\(HTMLText.escaped(name))</td>" }
    row += "<td>\(HTMLText.number(line.size))</td><td>\(cell(line.forward))</td>"
    row += "<td>\(amount(line.premium, usd.premium))</td><td>\(cell(line.volatility))</td>"
    row += "<td>\(cell(line.unitDelta))</td><td>\(amount(line.deltaCash, usd.deltaCash))</td>"
    row += "<td>\(cell(line.elasticity))</td><td>\(amount(line.value, usd.value))</td>"
    return row + "<td class=\"l\">\(words.joined(separator: ", "))</td></tr>"
  }
}
