import FulcrumModel
import FulcrumRisk

extension PoolPicture {
  /// Profit from here against the index: today solid, at the first expiry dashed.
  func payoff() -> String {
    let expiry = charts.profitAtExpiry ?? []
    // Room beside the zero line for the breakevens' labels, on the side with less of the curve.
    let most = max((charts.profitToday + expiry).max() ?? 0, 0)
    let least = min((charts.profitToday + expiry).min() ?? 0, 0)
    let room = charts.breakevens.isEmpty ? 0 : (most > -least ? -0.12 * most : -0.12 * least)
    let frame = ChartFrame(
      x: ChartScale(linear: charts.spots),
      y: ChartScale(linear: charts.profitToday + expiry, including: [0, room], padded: true))
    return SVGText.image(
      width: Int(ChartFrame.width), height: Int(ChartFrame.height), id: "\(id)-pay",
      title: "Profit of pool \(pool.id) against the index", description: payoffDescription
    ) { svg in
      frame.drawAxes(&svg, xTitle: xTitle, yTitle: "profit, \(currency)")
      frame.drawIndex(&svg, charts.index)
      svg.line(frame.left, frame.placeY(0), frame.right, frame.placeY(0), "zero")
      if !expiry.isEmpty {
        svg.path(zip(charts.spots, expiry).map { frame.point($0, $1) }, "c2")
      }
      svg.path(zip(charts.spots, charts.profitToday).map { frame.point($0, $1) }, "c1")
      drawBreakevens(&svg, frame)
    }
  }

  private func drawBreakevens(_ svg: inout SVGText, _ frame: ChartFrame) {
    var lastEnd = -Double.infinity
    let zero = frame.placeY(0)
    let isLow = zero > (frame.top + frame.bottom) / 2
    let baseline = isLow ? zero + 16 : zero - 9
    for breakeven in charts.breakevens {
      let place = frame.placeX(breakeven)
      svg.diamond(place, zero, "be")
      let text = NumberText.price(breakeven, .toNearestEven)
      let half = Double(text.count) * 3.3
      let middle = min(max(place, frame.left + half + 2), frame.right - half)
      guard middle - half > lastEnd + 4 else { continue }
      lastEnd = middle + half
      svg.label(text, middle, baseline, .middle, "t halo")
    }
  }

  private var payoffDescription: String {
    let low = NumberText.price(charts.spots.first ?? 0, .toNearestEven)
    let high = NumberText.price(charts.spots.last ?? 0, .toNearestEven)
    let worst = (charts.profitToday + (charts.profitAtExpiry ?? [])).min() ?? 0
    let points = charts.breakevens.map { NumberText.price($0, .toNearestEven) }
    return "Index from \(low) to \(high) USD. Lowest point "
      + "\(money(worst, .down)) \(currency). "
      + (points.isEmpty
        ? "No breakeven in this range." : "Breakeven at \(points.joined(separator: ", ")).")
  }

  /// An amount in the pool's currency.
  func money(_ amount: Double, _ rounding: Rounding, signed: Bool = false) -> String {
    NumberText.decimal(
      amount, places: pool.currency.isDollar ? 2 : 6, rounding, signed: signed)
  }
}
