/// The plot area of a chart with its axes, grid and the line of the price now.
struct ChartFrame {
  static let width = 380.0
  static let height = 250.0

  var left = 50.0
  var right = 370.0
  var top = 24.0
  var bottom = 208.0
  let x: ChartScale
  let y: ChartScale

  init(x: ChartScale, y: ChartScale) {
    self.x = x
    self.y = y
  }

  func placeX(_ value: Double) -> Double { left + (right - left) * x.share(value) }
  func placeY(_ value: Double) -> Double { bottom - (bottom - top) * y.share(value) }

  /// Grid, ticks and axis titles.
  func drawAxes(_ svg: inout SVGText, xTitle: String, yTitle: String) {
    for tick in y.ticks where y.contains(tick) {
      let place = placeY(tick)
      svg.line(left, place, right, place, tick == 0 ? "zero" : "grid")
      svg.label(y.text(tick, short: true), left - 6, place + 4, .end)
    }
    var lastEnd = -Double.infinity
    for tick in x.ticks where x.contains(tick) {
      let place = placeX(tick)
      let text = x.text(tick, short: false)
      let half = Double(text.count) * 3.3
      // A label that would run into its neighbour or off the picture is left to the grid line.
      guard place - half > lastEnd + 8, place + half <= Self.width else { continue }
      lastEnd = place + half
      svg.line(place, bottom, place, bottom + 4, "axis")
      svg.label(text, place, bottom + 17)
    }
    svg.line(left, bottom, right, bottom, "axis")
    svg.label(yTitle, 2, 12, .start, "t q")
    svg.label(xTitle, right, bottom + 35, .end, "t q")
  }

  /// The vertical line of the index, labelled above the plot.
  func drawIndex(_ svg: inout SVGText, _ index: Double) {
    guard x.contains(index) else { return }
    let place = placeX(index)
    svg.line(place, top, place, bottom, "now")
    let text = "index " + NumberText.price(index, .toNearestEven)
    let half = Double(text.count) * 3.2
    svg.label(text, min(max(place, left + 60 + half), right - half), 12, .middle, "t")
  }

  /// Shades the stretches of price where the pool can be liquidated.
  func shade(_ svg: inout SVGText, _ intervals: [LiquidableStretch]) {
    for interval in intervals {
      let low = max(interval.lower, x.lower)
      let high = min(interval.upper, x.upper)
      guard low < high else { continue }
      svg.box(placeX(low), top, placeX(high) - placeX(low), bottom - top, "liq")
    }
  }

  func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (placeX(x), placeY(y)) }
}

/// A stretch of prices, its open ends far outside every chart.
struct LiquidableStretch {
  let lower: Double
  let upper: Double
}
