import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Forecasts, the fits behind them, and which of them is used.
extension RegimePage {
  mutating func addForecasts() {
    addTitle("FORECAST")
    let outlook = contents.outlook
    add(
      "Weighted (decay \(number(ExponentialVariance.dailyDecay, 2)) a day): "
        + "\(percent(outlook.weighted))", .plain)
    addFit("GARCH", contents.garch)
    addFit("GJR", contents.gjr)
    addHeterogeneous()
    addImplied()
    add(
      "For a policy: \(percent(outlook.volatility)), never below the forecast, which is "
        + "\(words(outlook.source)).", .plain)
  }

  private func words(_ source: MarketOutlook.Source) -> String {
    switch source {
    case .gjr: "GJR's"
    case .heterogeneous: "HAR's"
    case .weighted: "the weighted average: no fit is used"
    }
  }

  private mutating func addImplied() {
    switch contents.implied {
    case .failure(let reason): add("Implied: none; \(reason.explanation)", .quiet)
    case .success(let now):
      guard let premium = contents.premium else { return }
      let score =
        (try? contents.premiumScore.get())
        .map { ", \(number($0, 2)) deviations from its year" } ?? ""
      let from =
        now.at.map { ", 30 days of the chain at \($0); not part of the score or of a policy" } ?? ""
      add(
        "Implied: \(percent(now.volatility))\(from); over forecast \(number(premium.ratio, 2)), "
          + "premium in variance \(number(premium.variance))\(score)", .plain)
    }
  }

  private mutating func addHeterogeneous() {
    switch contents.heterogeneous {
    case .success(let fit):
      let annual = (fit.flooredForecast * contents.periodsPerYear).squareRoot()
      let beta = fit.coefficients.map { number($0) }.joined(separator: ", ")
      add(
        "HAR of ln RV, \(contents.daysRead): \(percent(annual)) for the next day; constant, day, "
          + "week, month \(beta)"
          + unused(contents.heterogeneousUnused),
        contents.heterogeneousUnused == nil ? .plain : .warning)
    case .failure(let error): add("HAR: \(contents.reason(error))", .quiet)
    }
  }

  private func unused(_ reason: String?) -> String {
    reason.map { "; shown, not used: \($0)" } ?? ""
  }

  private mutating func addFit(_ name: String, _ fit: Result<GARCHFit, SeriesError>) {
    switch fit {
    case .failure(let error): add("\(name): \(error)", .quiet)
    case .success(let fit):
      let horizon = max(
        1, Int((contents.settings.horizonDays * 86_400_000 / Double(contents.step)).rounded()))
      let model = fit.model
      let variance = model.averageVariance(over: horizon, next: fit.nextVariance)
      let annual = (variance * contents.periodsPerYear).squareRoot() / 100
      let names = ["omega", "alpha", "gamma", "beta"]
      let values = [model.omega, model.alpha, model.gamma, model.beta]
      let parts = names.indices.filter { $0 != 2 || fit.shape == .gjr }.map { place in
        let error =
          fit.standardErrors[place].map { number($0, 4) } ?? fit.reasonWithoutError(place) ?? ""
        return "\(names[place]) \(number(values[place], 4)) (\(error))"
      }
      let reason = contents.unused(fit)
      add(
        "\(name): \(percent(annual)), mean of the next \(Int(contents.settings.horizonDays)) d; "
          + parts.joined(separator: ", ") + ", persistence \(number(model.persistence, 4)), log "
          + "likelihood \(number(fit.logLikelihood, 2))" + unused(reason),
        reason == nil ? .plain : .warning)
    }
  }
}
