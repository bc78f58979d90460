import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Pictures of a backtest on one axis of time.
struct BacktestCharts {
  private let contents: BacktestContents
  private let from: Double
  private let to: Double

  private static let (left, right, top, bottom) = (46.0, 374.0, 22.0, 184.0)
  private static let (width, height) = (380, 216)
  /// A digit of an axis at its widest.
  private static let digit = 6.5

  init(contents: BacktestContents) {
    self.contents = contents
    let points = contents.columns.first?.run.points ?? []
    from = Double(points.first?.at.milliseconds ?? 0)
    to = max(from + 1, Double(points.last?.at.milliseconds ?? 1))
  }

  private func placeX(_ at: Timestamp) -> Double {
    let share = (Double(at.milliseconds) - from) / (to - from)
    return Self.left + (Self.right - Self.left) * share
  }

  private func placeY(_ share: Double) -> Double {
    Self.bottom - (Self.bottom - Self.top) * min(1, max(0, share))
  }

  /// One point for each column of pixels: the one for which `rank` is least.
  private func thinned(
    _ run: BacktestRun, by rank: (BacktestPoint) -> Double
  ) -> [BacktestPoint] {
    var kept: [BacktestPoint] = []
    var column = -1
    for point in run.points {
      let here = Int(placeX(point.at))
      if here != column {
        kept.append(point)
        column = here
      } else if let last = kept.last, rank(point) < rank(last) {
        kept[kept.count - 1] = point
      }
    }
    return kept
  }

  // MARK: Pictures

  func equity() -> String {
    let floor = contents.strategy.capital / 1000
    let all = contents.columns.flatMap { [$0.run.points.map(\.equity).max() ?? floor] }
    let lowest = log10(floor)
    let highest = max(lowest + 1, log10(max(floor, all.max() ?? floor))) + 0.1
    func share(_ equity: Double) -> Double {
      (log10(max(floor, equity)) - lowest) / (highest - lowest)
    }
    return image("equity", "Equity over time", "Equity of the policy and of fixed leverages") {
      svg in
      for power in Int(lowest.rounded(.up))...Int(highest) {
        rule(&svg, share(pow(10, Double(power))), Self.money(power))
      }
      time(&svg)
      for (place, column) in contents.columns.enumerated().reversed() {
        let points = thinned(column.run, by: \.equity)
        svg.path(points.map { (placeX($0.at), placeY(share($0.equity))) }, "l\(place)")
      }
      for at in contents.columns.first?.run.liquidatedAt ?? [] {
        svg.line(placeX(at), Self.bottom - 6, placeX(at), Self.bottom + 4, "liqmark")
      }
      svg.label("USD", 2, 12, .start, "t q")
    }
  }

  func leverage() -> String {
    guard let policy = contents.columns.first else { return "" }
    let most = policy.run.points.map(\.leverage).max() ?? 1
    let scale = ChartScale(linear: [0, max(most, 0.1) * 1.05], count: 4)
    return image(
      "leverage", "Leverage and regime over time", "Leverage of the policy above the regime"
    ) { svg in
      for tick in scale.ticks where scale.contains(tick) {
        rule(&svg, scale.share(tick), scale.text(tick, short: true))
      }
      strip(&svg, policy.run)
      time(&svg)
      let points = thinned(policy.run) { -$0.leverage }
      svg.path(points.map { (placeX($0.at), placeY(scale.share($0.leverage))) }, "l0")
      svg.label("× on equity", 2, 12, .start, "t q")
    }
  }

  /// The regime as a band under the plot, one box for each stretch.
  private func strip(_ svg: inout SVGText, _ run: BacktestRun) {
    var start: BacktestPoint?
    func close(_ svg: inout SVGText, _ end: Timestamp) {
      guard let start else { return }
      let x = placeX(start.at)
      svg.box(x, Self.bottom + 2, placeX(end) - x, 9, "r\(start.level.rawValue)")
    }
    for point in run.points {
      guard point.level != start?.level else { continue }
      close(&svg, point.at)
      start = point
    }
    if let last = run.points.last { close(&svg, last.at) }
  }

  func distance() -> String {
    let top = 0.6
    return image(
      "distance", "Distance to liquidation over time",
      "Percent that the price had to move to liquidate each pool"
    ) { svg in
      for step in stride(from: 0, through: 60, by: 20) {
        rule(&svg, Double(step) / 100 / top, step == 60 ? "60+" : "\(step)")
      }
      time(&svg)
      for (place, column) in contents.columns.enumerated().reversed() {
        let points = thinned(column.run) { $0.liquidationDistance ?? .infinity }
        svg.path(
          points.map { point in
            point.liquidationDistance.map { (placeX(point.at), placeY($0 / top)) }
          }, "l\(place)")
      }
      svg.label("%", 2, 12, .start, "t q")
    }
  }

  // MARK: Axes

  private func image(
    _ id: String, _ title: String, _ description: String, _ body: (inout SVGText) -> Void
  ) -> String {
    SVGText.image(
      width: Self.width, height: Self.height, id: id, title: title, description: description, body)
  }

  private func rule(_ svg: inout SVGText, _ share: Double, _ text: String) {
    let place = placeY(share)
    svg.line(Self.left, place, Self.right, place, share == 0 ? "zero" : "grid")
    svg.label(text, Self.left - 5, place + 4, .end)
  }

  /// First days of years, or of months where the span is short.
  private func time(_ svg: inout SVGText) {
    svg.line(Self.left, Self.bottom, Self.right, Self.bottom, "axis")
    var end = -Double.infinity
    for (at, text) in dates() {
      let place = placeX(at)
      let length = Double(text.count) * Self.digit
      guard place >= Self.left, place + 2 + length <= Double(Self.width), place - 14 > end else {
        continue
      }
      svg.line(place, Self.bottom, place, Self.bottom + 13, "axis")
      svg.label(text, place + 2, Self.bottom + 26, .start)
      end = place + length
    }
  }

  private func dates() -> [(Timestamp, String)] {
    let first = CalendarDay(Timestamp(milliseconds: Int64(from)))
    let last = CalendarDay(Timestamp(milliseconds: Int64(to)))
    if last.year - first.year >= 2 {
      return (first.year...last.year).compactMap { year in
        CalendarDay(year: year, month: 1, day: 1).map { ($0.at(hour: 0), "\(year)") }
      }
    }
    let isShort = to - from < 90 * 86_400_000
    return (first.year...last.year).flatMap { year in
      (1...12).flatMap { month in
        (isShort ? [1, 8, 15, 22] : [1]).compactMap { day in
          CalendarDay(year: year, month: month, day: day).map {
            ($0.at(hour: 0), isShort ? "\(month)/\(day)" : "\(year)-\(month)")
          }
        }
      }
    }
  }

  /// 10³ as `1k`.
  private static func money(_ power: Int) -> String {
    switch power {
    case ..<3: "\(Int(pow(10, Double(max(0, power)))))"
    case 3..<6: "\(Int(pow(10, Double(power - 3))))k"
    case 6..<9: "\(Int(pow(10, Double(power - 6))))M"
    default: "1e\(power)"
    }
  }
}
