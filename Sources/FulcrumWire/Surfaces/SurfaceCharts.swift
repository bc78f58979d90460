import FulcrumModel
import FulcrumPricing

/// Pictures of a surface in the frame of the report's charts.
enum SurfaceCharts {
  /// One expiry: bid to ask of each strike as a bar, the smile through them; nil without a quote.
  static func smile(_ line: SurfaceLine, in surface: VolatilitySurface, id: String) -> String? {
    let slice = line.slice
    guard let first = slice.quotes.first, let last = slice.quotes.last else { return nil }
    let margin = max(0.08 * (last.moneyness - first.moneyness), 0.01)
    let (low, high) = (first.moneyness - margin, last.moneyness + margin)
    let curve = (0...80).map { place -> (k: Double, volatility: Double?) in
      let k = low + (high - low) * Double(place) / 80
      return (k, surface.volatility(moneyness: k, years: slice.years)?.volatility)
    }
    let bars = slice.quotes.flatMap { [$0.bid * 100, $0.ask * 100] }
    let frame = ChartFrame(
      x: ChartScale(linear: [low, high], count: 6),
      y: ChartScale(
        linear: bars + curve.compactMap { $0.volatility.map { $0 * 100 } }, padded: true))
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: id,
      title: "Smile of \(surface.underlying) \(line.day)", description: describe(line)
    ) { svg in
      frame.drawAxes(&svg, xTitle: "ln(K/F)", yTitle: "volatility, %")
      if frame.x.contains(0) {
        svg.line(frame.placeX(0), frame.top, frame.placeX(0), frame.bottom, "now")
      }
      for quote in slice.quotes {
        let x = frame.placeX(quote.moneyness)
        let (bottom, top) = (frame.placeY(quote.bid * 100), frame.placeY(quote.ask * 100))
        // A locked quote still shows.
        svg.line(x, max(bottom, top + 1.5), x, top, "bar")
      }
      svg.path(
        curve.map { point in point.volatility.map { frame.point(point.k, $0 * 100) } }, "c1")
    }
  }

  private static func describe(_ line: SurfaceLine) -> String {
    let level = line.atTheMoney.map { "\(NumberText.volatility($0.volatility)) % at the money" }
    return "\(line.slice.quotes.count) quotes, \(level ?? "no level at the money"), model "
      + "\(line.model)."
  }

  /// ATM volatility against days.
  static func termStructure(_ lines: [SurfaceLine], id: String) -> String {
    let points = lines.compactMap { line in
      line.atTheMoney.map { (days: line.days, value: $0.volatility * 100) }
    }
    return term(points, id: id, title: "Volatility at the money", unit: "volatility, %")
  }

  static func forwards(_ lines: [SurfaceLine], id: String) -> String {
    let points = lines.filter { $0.slice.forward > 0 && $0.days > 0 }.map {
      (days: $0.days, value: $0.slice.forward)
    }
    return term(points, id: id, title: "Forward", unit: "forward, USD")
  }

  private static func term(
    _ points: [(days: Double, value: Double)], id: String, title: String, unit: String
  ) -> String {
    let frame = ChartFrame(
      x: ChartScale.days(upTo: points.map(\.days).max() ?? 1),
      y: ChartScale(linear: points.map(\.value), padded: true))
    let first = points.first.map { NumberText.threeDigits($0.value) } ?? "none"
    let last = points.last.map { NumberText.threeDigits($0.value) } ?? "none"
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: id,
      title: "\(title) by expiry",
      description: "\(points.count) expiries, from \(first) to \(last)."
    ) { svg in
      frame.drawAxes(&svg, xTitle: "days to expiry, even in ln(1 + days)", yTitle: unit)
      svg.path(points.map { frame.point($0.days, $0.value) }, "c1")
      for point in points {
        svg.dot(frame.placeX(point.days), frame.placeY(point.value), "dot")
      }
    }
  }
}
