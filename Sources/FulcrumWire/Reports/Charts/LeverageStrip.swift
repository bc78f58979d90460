import FulcrumModel
import FulcrumRisk

/// Every pool's leverage on one axis with the account's beside them: what one number hides.
///
/// Drawn in percent of the width, so that its text keeps its size on every screen.
struct LeverageStrip {
  let report: LeverageReport
  let pools: [PoolReport]

  /// So many dots are still told apart; the worst pools come first.
  private static let mostDots = 200

  func svg() -> String? {
    let basis = report.settings.basis
    let shown = pools.prefix(Self.mostDots).filter { $0.headline(basis).absence == nil }
    guard !shown.isEmpty else { return nil }
    let values = shown.map { min($0.headline(basis).severity, PoolPicture.cap) }
    let account = report.account.netDeltaLeverage.finite
    let scale = ChartScale.leverage(upTo: max(values.max() ?? 1, account ?? 0))
    var text =
      "<svg class=\"ruler\" width=\"100%\" height=\"96\" role=\"img\" "
      + "aria-labelledby=\"st-t st-d\">"
      + "<title id=\"st-t\">Leverage of the pools and of the account</title><desc id=\"st-d\">"
      + HTMLText.escaped(description(shown, account)) + "</desc>"
    for tick in scale.ticks {
      let place = percent(scale.share(tick))
      text += "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"26\" y2=\"70\" class=\"grid\"/>"
      text += label(scale.text(tick, short: false) + "x", scale.share(tick), 86)
    }
    text += "<line x1=\"\(percent(0))\" x2=\"\(percent(1))\" y1=\"48\" y2=\"48\" class=\"axis\"/>"
    for (pool, value) in zip(shown, values).reversed() {
      text += "<circle cx=\"\(percent(scale.share(value)))\" cy=\"48\" r=\"6\" "
      text += "class=\"pool \(Direction(pool).word)\"><title>"
      text += HTMLText.escaped("\(pool.id): \(NumberText.leverage(value))") + "</title></circle>"
    }
    if let account {
      let place = percent(scale.share(min(account.magnitude, scale.upper)))
      text += "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"22\" y2=\"62\" class=\"edge\"/>"
      text += label(
        "account \(NumberText.leverage(account))", scale.share(account.magnitude), 15, "t b")
    }
    return text + "</svg>"
  }

  private func description(_ pools: [PoolReport], _ account: Double?) -> String {
    let worst = pools.prefix(5).map { pool in
      "\(pool.id) \(NumberText.leverage(pool.headline(report.settings.basis).severity))"
    }
    let own = account.map { "Account \(NumberText.leverage($0)). " } ?? ""
    return own + "Worst pools: " + worst.joined(separator: ", ") + "."
  }

  /// Three percent of margin on both sides.
  private func percent(_ share: Double) -> String {
    NumberText.decimal(3 + share * 94, places: 2, .toNearestEven, grouped: false) + "%"
  }

  private func label(
    _ content: String, _ share: Double, _ y: Int, _ style: String = "t"
  ) -> String {
    let anchor = share < 0.08 ? "start" : (share > 0.92 ? "end" : "middle")
    let nudge = share < 0.08 ? -0.02 : (share > 0.92 ? 0.02 : 0)
    return "<text x=\"\(percent(share + nudge))\" y=\"\(y)\" text-anchor=\"\(anchor)\" "
      + "class=\"\(style)\">\(HTMLText.escaped(content))</text>"
  }
}
