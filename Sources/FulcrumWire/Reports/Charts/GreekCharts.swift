import FulcrumModel
import FulcrumRisk

extension PoolPicture {
  private struct Panel {
    let name: String
    let unit: String
    let values: [Double]
  }

  /// Delta, gamma, vega and theta of the whole pool against the index, one panel each, in USD.
  func greeks() -> String {
    let panels = [
      Panel(name: "delta", unit: "USD", values: charts.deltaCash),
      Panel(name: "gamma", unit: "USD per 1 %", values: charts.gammaCash1pct),
      Panel(name: "vega", unit: "USD per vol point", values: charts.vegaCashPerPoint),
      Panel(name: "theta", unit: "USD per day", values: charts.thetaCashPerDay),
    ]
    let ranges = panels.map { panel in
      "\(panel.name) from \(cash(panel.values.min() ?? 0)) to \(cash(panel.values.max() ?? 0)) "
        + panel.unit
    }
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: "\(id)-grk",
      title: "Greeks of pool \(pool.id) against the index",
      description: ranges.joined(separator: "; ") + "."
    ) { svg in
      for (place, panel) in panels.enumerated() {
        draw(panel, column: place % 2, row: place / 2, &svg)
      }
      svg.label(xTitle, 370, 243, .end, "t q")
    }
  }

  private func cash(_ usd: Double) -> String {
    NumberText.decimal(usd, places: 0, .toNearestEven)
  }

  private func draw(_ panel: Panel, column: Int, row: Int, _ svg: inout SVGText) {
    var frame = ChartFrame(
      x: ChartScale(linear: charts.spots, count: 2),
      y: ChartScale(linear: panel.values, including: [0], count: 3, padded: true))
    frame.left = 46 + Double(column) * 188
    frame.right = frame.left + 136
    frame.top = 20 + Double(row) * 112
    frame.bottom = frame.top + 72
    for tick in frame.y.ticks {
      let place = frame.placeY(tick)
      svg.line(frame.left, place, frame.right, place, tick == 0 ? "zero" : "grid")
      svg.label(frame.y.text(tick, short: true), frame.left - 5, place + 4, .end)
    }
    let index = frame.placeX(charts.index)
    svg.line(index, frame.top, index, frame.bottom, "now")
    svg.path(zip(charts.spots, panel.values).map { frame.point($0, $1) }, "c1")
    svg.label("\(panel.name), \(panel.unit)", frame.left - 44, frame.top - 9, .start, "t q")
    let ticks = frame.x.ticks.filter { frame.x.contains($0) }
    for tick in [ticks.first, ticks.count > 1 ? ticks.last : nil].compactMap(\.self) {
      let place = frame.placeX(tick)
      let half = Double(frame.x.text(tick, short: true).count) * 3.3
      svg.label(
        frame.x.text(tick, short: true),
        min(max(place, frame.left + half), frame.right - half + 6), frame.bottom + 14)
    }
  }
}
