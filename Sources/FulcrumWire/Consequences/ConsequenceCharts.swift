import FulcrumModel
import FulcrumRisk

/// Pictures of outcomes against size, with two standard errors either way where they can be seen.
struct ConsequenceCharts {
  let sheet: ConsequenceSheet

  static let style = """
    .bar{stroke:var(--today);stroke-width:1.2}.fan{fill:var(--p2);stroke:none}\
    .fan2{fill:var(--p1);stroke:none}tr.present td{font-weight:650}\
    .c3{fill:none;stroke:var(--crit);stroke-width:2;stroke-linejoin:round}
    """

  private var report: ConsequenceReport { sheet.report }
  private var sizes: [SizeOutcome] { report.sizes }
  private var places: [Double] { sizes.map(place) }
  private var unit: String { sheet.unit }

  /// Leverage on equity where the pool has one, else the multiple of its size.
  private var showsLeverage: Bool {
    (sizes.last?.leverageOnEquity.finite ?? 0) > 0.05 * (sizes.last?.multiple ?? 1)
  }

  private func place(_ size: SizeOutcome) -> Double {
    showsLeverage ? size.leverageOnEquity.finite ?? 0 : size.multiple
  }

  private var xTitle: String {
    showsLeverage ? "leverage on equity, x" : "size, multiples of the present one"
  }

  var all: [(picture: String, caption: String)] {
    [
      (
        cost,
        "Money that a size costs over the horizon against the best one: too little on the left of "
          + "zero cost, too much on its right."
      ),
      (
        growth, "Growth of log wealth a year; beyond the second zero leverage destroys compounding."
      ),
      (
        liquidation,
        "Probability of liquidation (solid) and of ruin (dashed) within the horizon, in percent."
      ),
      (
        terminal,
        "Equity at the end: median, the middle 90 % (dark) and 98 % (light) of all paths."
      ),
      (
        debt,
        "Backstop that covers all but one path in a hundred (solid), in a thousand (dashed)."
      ),
    ]
  }

  // MARK: Pictures

  private func frame(_ values: [Double], including: [Double] = [0]) -> ChartFrame {
    ChartFrame(
      x: ChartScale(linear: places, including: [0]),
      y: ChartScale(linear: values, including: including, padded: true))
  }

  /// The same with room for the whiskers.
  private func frame(of estimates: [Estimate?]) -> ChartFrame {
    frame(
      estimates.compactMap { $0 }.flatMap {
        [$0.value - 2 * $0.standardError, $0.value + 2 * $0.standardError]
      })
  }

  private func image(
    _ id: String, _ title: String, _ description: String, _ body: (inout SVGText) -> Void
  ) -> String {
    SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: id, title: title,
      description: description, body)
  }

  private func mark(_ svg: inout SVGText, _ frame: ChartFrame) {
    guard let now = sizes.first(where: { $0.multiple == 1 }) else { return }
    let x = frame.placeX(place(now))
    svg.line(x, frame.top, x, frame.bottom, "now")
    let isLeft = x > frame.right - 34
    svg.label("now", isLeft ? x - 4 : x + 4, frame.top + 10, isLeft ? .end : .start, "t q halo")
  }

  /// A curve with a whisker of two errors at each size.
  private func curve(
    _ svg: inout SVGText, _ frame: ChartFrame, _ values: [Estimate?], _ style: String
  ) {
    svg.path(
      zip(places, values).map { x, value in value.map { frame.point(x, $0.value) } }, style)
    for (x, value) in zip(places, values) {
      guard let value else { continue }
      let (low, high) = (
        frame.placeY(value.value - 2 * value.standardError),
        frame.placeY(value.value + 2 * value.standardError)
      )
      if low - high > 1.5 { svg.line(frame.placeX(x), low, frame.placeX(x), high, "bar") }
      if style == "c1" { svg.dot(frame.placeX(x), frame.placeY(value.value), radius: 2.4, "dot") }
    }
  }

  private var cost: String {
    let costs = sizes.map { $0.cost?.money }
    let frame = frame(of: costs)
    let worst = costs.compactMap { $0?.value }.max() ?? 0
    return image(
      "cost", "Cost of a wrong size", "Highest cost \(sheet.money(worst, .up)) \(unit)."
    ) { svg in
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "cost, \(unit)")
      mark(&svg, frame)
      curve(&svg, frame, costs, "c1")
      guard let best = sizes.first(where: { $0.cost?.side == .optimal }) else {
        return note(&svg, frame, "no size has a bounded growth")
      }
      svg.diamond(frame.placeX(place(best)), frame.placeY(best.cost?.money.value ?? 0), "be")
    }
  }

  private var growth: String {
    let values = sizes.map { size in
      size.growth.finite.map { Estimate(100 * $0, standardError: 100 * size.growthError) }
    }
    let frame = frame(of: values)
    return image("growth", "Growth against size", sheet.optimum) { svg in
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "growth, % a year")
      mark(&svg, frame)
      curve(&svg, frame, values, "c1")
      if values.allSatisfy({ $0 == nil }) { note(&svg, frame, "no size has a bounded growth") }
    }
  }

  private var liquidation: String {
    func percent(_ p: ProbabilityEstimate) -> Estimate {
      Estimate(100 * p.value, standardError: 100 * p.standardError)
    }
    let hits = sizes.map { percent($0.liquidation) }
    let ruin = sizes.map { percent($0.ruin) }
    let frame = frame(of: hits + ruin)
    let worst = NumberText.decimal(hits.map(\.value).max() ?? 0, places: 1, .up)
    return image(
      "liquidation", "Liquidation and ruin against size", "At most \(worst) % are liquidated."
    ) { svg in
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "probability, %")
      mark(&svg, frame)
      svg.path(zip(places, ruin).map { frame.point($0, $1.value) }, "c2")
      curve(&svg, frame, hits, "c1")
    }
  }

  private var terminal: String {
    let all = sizes.flatMap { $0.quantiles.map(\.value) }
    let frame = frame(all)
    return image(
      "terminal", "Equity at the end against size", "Equity now \(sheet.money(report.startEquity))."
    ) { svg in
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "equity, \(unit)")
      band(&svg, frame, 0, 4, "fan2")
      band(&svg, frame, 1, 3, "fan")
      mark(&svg, frame)
      svg.line(
        frame.left, frame.placeY(report.startEquity), frame.right,
        frame.placeY(report.startEquity), "now")
      curve(&svg, frame, sizes.map { $0.quantiles[2] }, "c1")
    }
  }

  private func band(
    _ svg: inout SVGText, _ frame: ChartFrame, _ low: Int, _ high: Int, _ style: String
  ) {
    let lower = zip(places, sizes).map { frame.point($0, $1.quantiles[low].value) }
    let upper = zip(places, sizes).map { frame.point($0, $1.quantiles[high].value) }
    svg.path(lower + upper.reversed(), style)
  }

  private var debt: String {
    let rare = sizes.map { $0.badDebt.quantiles[1] }
    let rarer = sizes.map { $0.badDebt.quantiles[2] }
    let frame = frame(of: rare + [Estimate(rarer.map(\.value).max() ?? 0, standardError: 0)])
    let most = rarer.map(\.value).max() ?? 0
    // Without debts an axis around 0 would end below it.
    let range = most > 0 ? frame : self.frame([0, 1])
    return image(
      "debt", "Backstop against size", "Largest 99.9 % backstop \(sheet.money(most, .up)) \(unit)."
    ) { svg in
      range.drawAxes(&svg, xTitle: xTitle, yTitle: "bad debt, \(unit)")
      mark(&svg, range)
      svg.path(zip(places, rarer).map { range.point($0, $1.value) }, "c2")
      curve(&svg, range, rare, "c1")
      if most == 0 { note(&svg, range, "no bad debt in these paths") }
    }
  }

  private func note(_ svg: inout SVGText, _ frame: ChartFrame, _ text: String) {
    svg.label(
      text, (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, .middle, "t q halo")
  }
}
