import FulcrumModel
import FulcrumRisk

/// The two-sided number line of liquidation: where the pool dies, now and over the time and
/// volatility nodes, bankruptcy beyond it, and daily sigmas to measure the way by.
///
/// Drawn in percent of the width, so that its text keeps its size on every screen.
struct LiquidationRuler {
  let side: UnderlyingLiquidation
  let daily: Double?
  let id: String
  let poolName: String

  private var index: Double { side.today.index }

  private var prices: [Double] {
    let today = side.today
    let cone = [side.surface?.below?.price, side.surface?.above?.price]
    return ([today.below, today.above] + cone).compactMap(\.self) + nearBankruptcy
  }

  /// The nearest price of bankruptcy on each side.
  private var nearBankruptcy: [Double] {
    let all = side.today.bankruptcyPrices
    return [all.last { $0 < index }, all.first { $0 > index }].compactMap(\.self)
  }

  /// Ends of the line: what is to be shown and three daily sigmas, within a third and three times.
  private var range: (lower: Double, upper: Double) {
    let sigma = index * (daily ?? 0.03)
    let near = prices.filter { $0 > index / 3 && $0 < index * 3 }
    let low = min(near.min() ?? index, index - 4 * sigma)
    let high = max(near.max() ?? index, index + 4 * sigma)
    let pad = (high - low) * 0.1
    return (max(low - pad, 0), high + pad)
  }

  private func share(_ price: Double) -> Double {
    let (low, high) = range
    return min(max((price - low) / (high - low), 0), 1) * 100
  }

  func svg() -> String {
    let body = bands + ticks + marks
    return
      "<svg class=\"ruler\" width=\"100%\" height=\"\(nearBankruptcy.isEmpty ? 90 : 112)\" "
      + "role=\"img\" "
      + "aria-labelledby=\"\(id)-liq-t \(id)-liq-d\"><title id=\"\(id)-liq-t\">"
      + HTMLText.escaped("Liquidation of pool \(poolName) along \(side.underlying)")
      + "</title><desc id=\"\(id)-liq-d\">\(HTMLText.escaped(description))</desc>"
      + body + "</svg>"
  }

  // MARK: Layers

  private static let top = 44.0
  private static let height = 20.0

  private var bands: String {
    var text = rect(0, 100, "safe")
    if side.today.healthy {
      if let cone = side.surface?.below, cone.price > side.today.below ?? 0 {
        text += rect(share(side.today.below ?? 0), share(cone.price), "soon")
      }
      if let cone = side.surface?.above, cone.price < side.today.above ?? .infinity {
        text += rect(share(cone.price), share(side.today.above ?? .infinity), "soon")
      }
    }
    for interval in side.today.liquidable {
      let low = interval.lower.map(share) ?? 0
      let high = interval.upper.map(share) ?? 100
      if low < high { text += rect(low, high, "liq") }
    }
    return text
  }

  private func rect(_ low: Double, _ high: Double, _ style: String) -> String {
    guard high > low else { return "" }
    return "<rect x=\"\(hundredths(low))\" y=\"\(SVGText.place(Self.top))\" "
      + "width=\"\(hundredths(high - low))\" height=\"\(SVGText.place(Self.height))\" "
      + "class=\"\(style)\"/>"
  }

  /// One tick a daily sigma, up to eight either way.
  private var ticks: String {
    guard let daily, daily > 0 else { return "" }
    var text = ""
    let (low, high) = range
    for days in -8...8 where days != 0 {
      let price = index * (1 + Double(days) * daily)
      guard price > low, price < high else { continue }
      text += vertical(share(price), Self.top + Self.height, Self.top + Self.height + 6, "axis")
      if days.magnitude == 1 || days.magnitude.isMultiple(of: 4) {
        text += label(
          "\(days > 0 ? "+" : "−")\(days.magnitude)σ", share(price), Self.top + Self.height + 19)
      }
    }
    return text
  }

  private var marks: String {
    var text = vertical(share(index), Self.top - 8, Self.top + Self.height + 8, "now")
    text += label(
      "index \(NumberText.price(index, .toNearestEven))", share(index), Self.top - 14, "t b")
    text += mark(side.today.below, .up, isBelow: true)
    text += mark(side.today.above, .down, isBelow: false)
    for price in nearBankruptcy where price > range.lower && price < range.upper {
      text += vertical(share(price), Self.top - 3, Self.top + Self.height + 3, "bust")
      text += label(
        "equity 0 at \(NumberText.price(price, price < index ? .up : .down))", share(price),
        Self.top + Self.height + 40, "t q")
    }
    return text
  }

  private func mark(_ price: Double?, _ rounding: Rounding, isBelow: Bool) -> String {
    guard let price else { return "" }
    let (low, high) = range
    guard price > low, price < high else {
      let text = isBelow ? "◂ liquidation far below: " : "liquidation far above ▸ "
      return label(text + NumberText.price(price, rounding), isBelow ? 0 : 100, 12, "t")
    }
    let place = share(price)
    return vertical(place, Self.top - 24, Self.top + Self.height + 3, "edge")
      + label("liquidation \(NumberText.price(price, rounding))", place, 12, "t b")
  }

  // MARK: Elements

  private func hundredths(_ share: Double) -> String {
    NumberText.decimal(share, places: 2, .toNearestEven, grouped: false) + "%"
  }

  private func vertical(_ place: Double, _ y1: Double, _ y2: Double, _ style: String) -> String {
    "<line x1=\"\(hundredths(place))\" x2=\"\(hundredths(place))\" y1=\"\(SVGText.place(y1))\" "
      + "y2=\"\(SVGText.place(y2))\" class=\"\(style)\"/>"
  }

  /// Text leans away from the edges.
  private func label(
    _ content: String, _ place: Double, _ y: Double, _ style: String = "t"
  ) -> String {
    let anchor = place < 18 ? "start" : (place > 82 ? "end" : "middle")
    return "<text x=\"\(hundredths(place))\" y=\"\(SVGText.place(y))\" "
      + "text-anchor=\"\(anchor)\" class=\"\(style)\">\(HTMLText.escaped(content))</text>"
  }

  private var description: String {
    let today = side.today
    guard today.healthy else { return "The pool is below maintenance margin at today's price." }
    let below = today.below.map { "below at \(NumberText.price($0, .up)) USD" }
    let above = today.above.map { "above at \(NumberText.price($0, .down)) USD" }
    let sides = [below, above].compactMap(\.self)
    return "Index \(NumberText.price(index, .toNearestEven)) USD. "
      + (sides.isEmpty
        ? "No liquidation price on either side."
        : "Liquidation " + sides.joined(separator: " and ") + ".")
  }
}
