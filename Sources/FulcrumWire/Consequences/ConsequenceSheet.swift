import FulcrumModel
import FulcrumRisk

/// The numbers of a simulation as a reader sees them, the same in table and page: sections of
/// columns, a row a size, each number with its error.
struct ConsequenceSheet {
  struct Column {
    let title: String
    let unit: String
    /// The column of the lowest rank is the first to be left out; 0 stays.
    let rank: Int
    let text: (SizeOutcome) -> String
  }

  struct Section {
    let title: String
    let note: String
    let columns: [Column]
  }

  let contents: ConsequenceContents
  var report: ConsequenceReport { contents.report }
  var unit: String { contents.pool.currency.code }
  private var places: Int { contents.pool.currency.isDollar ? 2 : 6 }

  // MARK: Text

  func money(_ amount: Double, _ rounding: Rounding = .toNearestEven) -> String {
    NumberText.decimal(amount, places: places, rounding)
  }

  /// To the last digit that two digits of the error leave; digits beyond it would say nothing.
  func money(_ estimate: Estimate) -> String {
    let error = estimate.standardError
    guard error > 0 else { return money(estimate.value) + " ± 0" }
    var (places, scaled) = (places, error * (contents.pool.currency.isDollar ? 1e2 : 1e6))
    while places > 0, scaled > 99 {
      places -= 1
      scaled /= 10
    }
    return NumberText.decimal(estimate.value, places: places, .toNearestEven) + " ± "
      + NumberText.decimal(error, places: places, .up)
  }

  private func percent(_ value: Double, _ error: Double) -> String {
    NumberText.decimal(100 * value, places: 1, .toNearestEven) + " ± "
      + NumberText.decimal(100 * error, places: 1, .up)
  }

  /// In percent with its 95 % interval, rounded up.
  func probability(_ p: ProbabilityEstimate) -> String {
    if p.isImportanceSampled, 100 * p.value < 1e-6 { return "under 0.000001" }
    // What was drawn towards is known to two digits, however small.
    let zeros = p.isImportanceSampled ? -Int(Double.log10(100 * p.value).rounded(.down)) : 1
    let places = min(max(zeros + 1, 2), 6)
    func text(_ value: Double, _ rounding: Rounding) -> String {
      NumberText.decimal(100 * value, places: places, rounding)
    }
    return p.value == 0
      ? "0 (to \(text(p.upper, .up)))"
      : "\(text(p.value, .up)) (\(text(p.lower, .down)) to \(text(p.upper, .up)))"
  }

  func leverage(_ measure: Measure) -> String {
    switch measure {
    case .value(let value): NumberText.leverage(value)
    case .positiveInfinity, .negativeInfinity: "unbounded"
    case .absent: "none"
    }
  }

  private func days(_ years: Estimate?) -> String {
    guard let years else { return "none" }
    return NumberText.decimal(365 * years.value, places: 1, .toNearestEven) + " ± "
      + NumberText.decimal(365 * years.standardError, places: 1, .up)
  }

  func growth(_ size: SizeOutcome) -> String {
    guard let value = size.growth.finite else { return "ruin possible" }
    return percent(value, size.growthError)
  }

  func cost(_ size: SizeOutcome) -> String {
    guard let cost = size.cost else { return "ruin possible" }
    switch cost.side {
    case .optimal: return cost.money.value > 0 ? "\(money(cost.money)) best" : "best"
    case .under: return "\(money(cost.money)) under"
    case .over: return "\(money(cost.money)) over"
    }
  }

  func multiple(_ size: SizeOutcome) -> String {
    NumberText.decimal(size.multiple, places: 2, .toNearestEven)
      + (size.isAffordable ? "" : " *")
  }

  // MARK: Sections

  private var head: [Column] {
    [
      Column(title: "Size", unit: "x now", rank: 0, text: multiple),
      Column(title: "Leverage", unit: "on equity", rank: 0) { leverage($0.leverageOnEquity) },
    ]
  }

  var sections: [Section] { [growthSection, outcomeSection, waterSection, debtSection] }

  private var growthSection: Section {
    let days = NumberText.decimal(365 * report.settings.horizon, places: 1, .toNearestEven)
    return Section(
      title: "GROWTH AND WHAT A WRONG SIZE COSTS",
      note: "Growth of log wealth a year, counted in \(unit)\(coins); cost over \(days) days "
        + "against the growth-optimal size on the same paths. ± is one standard error; intervals "
        + "are 95 %.\(rare)",
      columns: head + [
        Column(title: "At risk", unit: unit, rank: 3) { money($0.capitalAtRisk) },
        Column(title: "Growth", unit: "% a year", rank: 0, text: growth),
        Column(title: "Cost", unit: unit, rank: 0, text: cost),
        Column(title: "P(liquidation)", unit: "%", rank: 0) { probability($0.liquidation) },
        Column(title: "First after", unit: "days", rank: 1) { self.days($0.liquidationYears) },
        Column(title: "Mean life", unit: "days", rank: 2) { self.days($0.cappedYears) },
      ])
  }

  private var rare: String {
    report.sizes.contains { $0.liquidation.isImportanceSampled }
      ? " A liquidation that under \(SizeOutcome.fewHits) paths met has its chance from these and "
        + "some \(SizeOutcome.pathsTowardsRare) more, drawn towards it."
      : ""
  }

  /// What the rest of a coin pool's wealth is held in.
  private var coins: String {
    contents.pool.currency.isDollar || report.fraction >= 1 ? "" : ", which all wealth is held in"
  }

  private var outcomeSection: Section {
    let tail = NumberText.decimal(100 * report.settings.tail, places: 0, .toNearestEven)
    return Section(
      title: "EQUITY AT THE END",
      note: "Never below 0: the owner's loss stops at the pool. Equity now "
        + "\(money(report.startEquity, .down)) \(unit).",
      columns: head + [
        Column(title: "1 %", unit: unit, rank: 2) { money($0.quantiles[0]) },
        Column(title: "5 %", unit: unit, rank: 0) { money($0.quantiles[1]) },
        Column(title: "Median", unit: unit, rank: 0) { money($0.quantiles[2]) },
        Column(title: "95 %", unit: unit, rank: 1) { money($0.quantiles[3]) },
        Column(title: "Mean", unit: unit, rank: 3) { money($0.mean) },
        Column(title: "Shortfall \(tail) %", unit: unit, rank: 0) { money($0.expectedShortfall) },
      ])
  }

  private var waterSection: Section {
    let limit = NumberText.decimal(100 * report.settings.drawdown, places: 0, .toNearestEven)
    let ruin = NumberText.decimal(100 * report.settings.ruin, places: 0, .toNearestEven)
    return Section(
      title: "DRAWDOWN AND TIME UNDER WATER",
      note: "Seen at the ends of steps. Ruin: equity at or below \(ruin) % of what it was.",
      columns: head + [
        Column(title: "P(drop > \(limit) %)", unit: "%", rank: 0) { probability($0.drawdown) },
        Column(title: "P(ruin)", unit: "%", rank: 0) { probability($0.ruin) },
        Column(title: "Deepest", unit: "%", rank: 1) {
          percent($0.deepestDrawdown.value, $0.deepestDrawdown.standardError)
        },
        Column(title: "Under 5 %", unit: "% of time", rank: 2) { under($0, 0) },
        Column(title: "Under 20 %", unit: "% of time", rank: 3) { under($0, 2) },
        Column(title: "Longest spell", unit: "days", rank: 0) { self.days($0.longestSpell) },
      ])
  }

  private func under(_ size: SizeOutcome, _ place: Int) -> String {
    percent(size.timeUnderWater[place].value, size.timeUnderWater[place].standardError)
  }

  private var debtSection: Section {
    Section(
      title: "BAD DEBT BEYOND THE POOL, AND THE BACKSTOP FOR IT",
      note:
        "What the pool could not pay: the venue's or the insurance fund's loss, not the owner's. "
        + "A backstop of the size of a quantile covers that share of all paths.",
      columns: head + [
        Column(title: "P(debt)", unit: "%", rank: 0) { probability($0.badDebt.probability) },
        Column(title: "Mean", unit: unit, rank: 0) { money($0.badDebt.mean) },
        Column(title: "95 %", unit: unit, rank: 2) { money($0.badDebt.quantiles[0]) },
        Column(title: "99 %", unit: unit, rank: 0) { money($0.badDebt.quantiles[1]) },
        Column(title: "99.9 %", unit: unit, rank: 0) { money($0.badDebt.quantiles[2]) },
        Column(title: "Largest", unit: unit, rank: 3) { money($0.badDebt.largest, .up) },
      ])
  }

  // MARK: Sentences

  /// Pool, index, law and run in short sentences.
  var setting: [String] {
    let settings = report.settings
    let price = contents.pool.riskPool?.indices.first ?? 0
    let coin = contents.pool.underlyings.first?.description ?? ""
    let numbers = contents.parameters.map { "\($0.name) \(Self.short($0.value))" }
      .joined(separator: ", ")
    let volatility =
      "volatility \(NumberText.volatility(contents.volatility.annual)) % a year in all "
      + "(\(contents.volatilityOrigin))"
    let drift = NumberText.decimal(100 * settings.drift, places: 1, .toNearestEven)
    let rule =
      settings.liquidation == .full
      ? "the whole pool is closed"
      : "as much is closed as brings equity to "
        + NumberText.decimal(100 * (1 + settings.liquidationBuffer), places: 0, .toNearestEven)
        + " % of maintenance, and all where less than a lot would be left"
    return [
      "\(coin) at \(NumberText.price(price, .toNearestEven)) USD follows \(settings.model.name): "
        + (settings.model.name == "bootstrap" ? bars : volatility)
        + (numbers.isEmpty ? "" : ", \(numbers)") + ", drift \(drift) % a year.",
      "\(report.paths) paths of \(report.steps) steps over "
        + NumberText.decimal(365 * settings.horizon, places: 2, .toNearestEven)
        + " days, seed \(settings.seed); draws follow the pool's name\(points).",
      "Liquidation by \(contents.provenance.ruleSet): \(rule). Implied volatilities stay as they are.",
      "Wealth \(money(report.wealth, .down)) \(unit), of which the pool is "
        + NumberText.decimal(100 * report.fraction, places: 1, .up) + " %.",
    ]
  }

  private var points: String {
    let count = report.settings.sampling.replicates
    return count > 1
      ? ": Sobol points in \(count) randomised replicates, whose spread is the error of each number"
      : ""
  }

  private var bars: String {
    guard case .bootstrap(let returns, let restart) = report.settings.model else { return "" }
    let length = NumberText.decimal(1 / restart, places: 1, .toNearestEven)
    return "\(returns.count) returns in blocks of \(length) on average, "
      + "volatility \(NumberText.volatility(contents.volatility.annual)) % a year "
      + "(\(contents.volatilityOrigin))"
  }

  /// Four digits that mean something.
  private static func short(_ value: Double) -> String {
    let rounded = (value * 1e4).rounded() / 1e4
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  var optimum: String {
    func text(_ multiple: Estimate, _ growth: Estimate) -> String {
      let now = report.sizes.first { $0.multiple == 1 }?.leverageOnEquity.finite
      let leverage = now.map { ", \(NumberText.leverage(multiple.value * $0)) on equity" } ?? ""
      let error =
        multiple.standardError > 0
        ? " ± \(NumberText.decimal(multiple.standardError, places: 2, .up))" : ""
      let size = NumberText.decimal(multiple.value, places: 2, .down)
      return "\(size)\(error) times the present size\(leverage), growth "
        + "\(percent(growth.value, growth.standardError)) % a year"
    }
    switch report.optimum {
    case .at(let multiple, let growth):
      return "Growth-optimal: \(text(multiple, growth)).\(openable(multiple.value))"
    case .atEdge(let multiple, _) where multiple == 0:
      return "Growth-optimal: nothing at all; every size shown grows less than holding \(unit)."
    case .atEdge(let multiple, let growth):
      return "Best of the sizes shown, at their edge: "
        + "\(text(Estimate(multiple, standardError: 0), growth)); larger ones were not looked at."
        + openable(multiple)
    case .unknown: return "No size has a growth that is bounded below: ruin is possible with each."
    }
  }

  /// The best of the sizes that can be opened, where the optimum is beyond them.
  private func openable(_ optimum: Double) -> String {
    let open = report.sizes.filter(\.isAffordable)
    guard let largest = open.last?.multiple, optimum > largest else { return "" }
    let best = open.filter { $0.growth.finite != nil }.max {
      ($0.growth.finite ?? 0) < ($1.growth.finite ?? 0)
    }
    return best.map {
      " Equity does not open that; of the sizes that it opens "
        + "\(NumberText.decimal($0.multiple, places: 2, .down)) grows most, \(growth($0)) % a "
        + "year."
    } ?? ""
  }

  var convergence: String {
    switch report.convergence {
    case .notChecked: return "Convergence was not checked."
    case .agrees(let worst):
      let what = isResampled ? "half the paths, drawn anew," : "half the paths at twice the step"
      return "Convergence: \(what) agree within "
        + "\(NumberText.decimal(worst, places: 1, .up)) joint standard errors."
    case .differs(let worst, let multiple, let quantity):
      return
        "NOT CONVERGED: \(quantity) at \(NumberText.decimal(multiple, places: 2, .down)) times "
        + "the size differs by \(NumberText.decimal(worst, places: 1, .up)) joint standard errors "
        + (isResampled
          ? "between two sets of paths; give more --paths."
          : "when the step is doubled; give a smaller --step or more --paths.")
    }
  }

  private var isResampled: Bool { report.settings.model.name == "bootstrap" }
}
