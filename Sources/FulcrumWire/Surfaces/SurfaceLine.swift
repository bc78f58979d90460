import FulcrumModel
import FulcrumPricing

/// One expiry of a surface as words and numbers that a reader sees.
struct SurfaceLine {
  let slice: SurfaceSlice
  let atTheMoney: (volatility: Double, skew: Double)?

  init(_ slice: SurfaceSlice, in surface: VolatilitySurface) {
    self.slice = slice
    atTheMoney = surface.atTheMoney(years: slice.years)
  }

  /// `2026-02-06`.
  var day: String {
    let day = CalendarDay(slice.expiry)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day.year)-\(two(day.month))-\(two(day.day))"
  }

  var days: Double { slice.years * 365 }

  /// `svi`, `ssvi`, … or `refused`; with a star where it is above its bound.
  var model: String {
    guard let model = slice.model else { return slice.years > 0 ? "refused" : "expired" }
    return model.rawValue + (slice.flags.contains(.aboveBound) ? "*" : "")
  }

  var isAboveBound: Bool { slice.flags.contains(.aboveBound) }

  /// Quotes that were left out for a fault: those of the other right of a strike have none.
  var rejections: String {
    slice.rejections.filter { $0.reason != .inTheMoney }
      .map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ")
  }

  /// Sentences about what was passed over and what to know.
  var remarks: [String] {
    var remarks = slice.attempts.map {
      "\($0.model.rawValue) passed over: \($0.refusal.explanation)"
    }
    for flag in slice.flags { remarks.append(Self.text(flag)) }
    return remarks
  }

  static func text(_ flag: SliceFlag) -> String {
    switch flag {
    case .forwardOffParity(let share):
      let points = NumberText.decimal(share * 10_000, places: 1, .toNearestEven, signed: true)
      return "parity forward \(points) bp from the forward in use"
    case .parityInconsistent:
      return "call less put is not a line of the slope that parity fixes: a carry in the coin, or "
        + "quotes out of step"
    case .aboveBound: return "nearest to the quotes without arbitrage, though above its bound"
    case .extrapolatedInTime: return "beyond the fitted expiries"
    }
  }

  static func name(_ flag: SliceFlag) -> String {
    switch flag {
    case .forwardOffParity: "forwardOffParity"
    case .parityInconsistent: "parityInconsistent"
    case .aboveBound: "aboveBound"
    case .extrapolatedInTime: "extrapolatedInTime"
    }
  }

  /// `yes`, or what is wrong, in the order butterfly, calendar.
  var arbitrage: String {
    guard let check = slice.check else { return "" }
    switch (check.isButterflyFree, check.isCalendarFree) {
    case (true, true): return "none"
    case (false, true): return "butterfly"
    case (true, false): return "calendar"
    case (false, false): return "both"
    }
  }
}

extension VolatilitySurface {
  /// `BTC, coin-settled`.
  var title: String {
    "\(underlying), \(settlement == .inverse ? "coin-settled" : "USD-settled")"
  }
}
