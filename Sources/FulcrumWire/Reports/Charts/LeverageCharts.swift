import FulcrumModel
import FulcrumRisk

extension PoolPicture {
  /// Beyond this a leverage is not drawn as a number.
  static let cap = 1000.0

  /// Leverage on capital at risk against the index: its peak marked, liquidation shaded.
  func leverageAgainstSpot() -> String {
    let frame = ChartFrame(
      x: ChartScale(linear: charts.spots), y: leverageScale(charts.leverage))
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: "\(id)-lev",
      title: "Leverage of pool \(pool.id) against the index",
      description: leverageDescription(charts.spots, charts.leverage, unit: "USD")
    ) { svg in
      frame.shade(&svg, liquidable)
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "leverage, x")
      frame.drawIndex(&svg, charts.index)
      drawLeverage(&svg, frame, charts.spots, charts.leverage)
      if let now = pool.measures?.deltaLeverage.finite, now <= frame.y.upper {
        svg.dot(frame.placeX(charts.index), frame.placeY(now), "c1 dot")
      }
    }
  }

  /// Leverage at today's index against the days left to the first expiry, time running rightward.
  func leverageAgainstDays() -> String? {
    guard let longest = charts.daysLeft.first, longest > 0 else { return nil }
    let elapsed = charts.daysLeft.map { longest - $0 }
    let frame = ChartFrame(
      x: ChartScale(linear: elapsed), y: leverageScale(charts.leverageByDays))
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: "\(id)-day",
      title: "Leverage of pool \(pool.id) against time at today's index",
      description: leverageDescription(charts.daysLeft, charts.leverageByDays, unit: "days left")
    ) { svg in
      drawDayAxes(&svg, frame, longest)
      drawLeverage(&svg, frame, elapsed, charts.leverageByDays, isPrice: false)
    }
  }

  /// Ticks count down to expiry at the right edge.
  private func drawDayAxes(_ svg: inout SVGText, _ frame: ChartFrame, _ longest: Double) {
    for tick in frame.y.ticks {
      let place = frame.placeY(tick)
      svg.line(frame.left, place, frame.right, place, tick == 0 ? "zero" : "grid")
      svg.label(frame.y.text(tick, short: true), frame.left - 6, place + 4, .end)
    }
    let scale = ChartScale(linear: [0, longest])
    for left in scale.ticks where left <= longest {
      let place = frame.placeX(longest - left)
      svg.line(place, frame.bottom, place, frame.bottom + 4, "axis")
      svg.label(scale.text(left, short: false), place, frame.bottom + 17)
    }
    svg.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
    svg.label("leverage, x", 2, 12, .start, "t q")
    svg.label("days left to first expiry", frame.right, frame.bottom + 35, .end, "t q")
  }

  private func leverageScale(_ measures: [Measure]) -> ChartScale {
    let finite = measures.compactMap(\.finite).filter { $0 <= Self.cap }
    let capped = measures.contains { $0.severity > Self.cap }
    return ChartScale.leverage(upTo: capped ? Self.cap : finite.max() ?? 1)
  }

  /// The curve as far as it is a number; stretches beyond the cap or without capital are marked
  /// along the top edge.
  private func drawLeverage(
    _ svg: inout SVGText, _ frame: ChartFrame, _ places: [Double], _ measures: [Measure],
    isPrice: Bool = true
  ) {
    let isCapped = measures.map { $0.severity > Self.cap }
    svg.path(
      zip(places, measures).map { place, measure in
        guard let value = measure.finite, value <= Self.cap else { return nil }
        return frame.point(place, value)
      }, "c1")
    svg.path(
      zip(places, isCapped).map { $1 ? (frame.placeX($0), frame.top + 1) : nil }, "cap")
    if let first = isCapped.firstIndex(of: true) {
      let place = frame.placeX(places[first])
      let text = "over 1,000x or no capital"
      let half = Double(text.count) * 3.2
      svg.label(
        text, min(max(place, frame.left + half), frame.right - half), frame.top + 15, .middle,
        "t halo")
    } else {
      drawPeak(&svg, frame, places, measures, isPrice: isPrice)
    }
  }

  private func drawPeak(
    _ svg: inout SVGText, _ frame: ChartFrame, _ places: [Double], _ measures: [Measure],
    isPrice: Bool
  ) {
    let peak = zip(places, measures).max { $0.1.severity < $1.1.severity }
    guard let peak, let value = peak.1.finite, value > 0 else { return }
    let place = frame.point(peak.0, value)
    svg.diamond(place.x, place.y, "be")
    // The highest point at an end of the picture is no peak: it goes on rising outside.
    let isEnd = peak.0 == places.first || peak.0 == places.last
    let text =
      (isEnd ? "highest here " : "peak ") + NumberText.leverage(value)
      + (isPrice ? " at \(NumberText.price(peak.0, .toNearestEven))" : "")
    let half = Double(text.count) * 3.3
    let above = place.y - 9 > frame.top + 4
    svg.label(
      text, min(max(place.x, frame.left + half + 2), frame.right - half - 2),
      above ? place.y - 9 : place.y + 19, .middle, "t halo")
  }

  private func leverageDescription(
    _ places: [Double], _ measures: [Measure], unit: String
  ) -> String {
    let now = pool.measures?.deltaLeverage.finite.map(NumberText.leverage) ?? "no number"
    let peak = zip(places, measures).filter { $0.1.finite != nil }
      .max { $0.1.severity < $1.1.severity }
    let text = peak.map { place, measure in
      "Highest finite leverage \(NumberText.leverage(measure.severity)) at "
        + "\(NumberText.price(place, .toNearestEven)) \(unit). "
    }
    let beyond = measures.contains { $0.severity > Self.cap }
    return "Now \(now). \(text ?? "")"
      + (beyond ? "Part of the range is beyond 1,000x or without capital." : "")
  }
}
