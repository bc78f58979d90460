import FulcrumModel
import FulcrumRisk

extension HedgePage {
  private var aversion: String {
    let aversion = contents.request.riskAversion
    guard aversion > 0 else { return "" }
    return
      ", the variance of profit over them charged at half of \(HedgeNumber.text(aversion)) over "
      + "equity, by which ways are ranked beside cost"
  }

  private var limits: String {
    let request = contents.request
    let buffer =
      request.equityBuffer > 0
      ? "; initial margin leaves \(HedgeNumber.text(100 * request.equityBuffer)) % of equity free"
      : ""
    return buffer
      + (request.budget.map {
        "; a way costs \(HedgeNumber.text($0)) \(unit) at most, capital counted"
      } ?? "")
  }

  /// Which numéraire a coin pool's risk is in.
  private var measure: String {
    guard !contents.pool.currency.isDollar else { return "" }
    return plan.target.measure == .usdDelta
      ? "\(ink.sigma) and risk left are of the value in USD. "
      : "\(ink.sigma) and risk left are of profit in \(unit). "
  }

  /// What every number of the page rests on.
  var assumptions: String {
    let costs = contents.request.costs
    func percent(_ share: Double, _ places: Int) -> String {
      NumberText.decimal(100 * share, places: places, .toNearestEven)
    }
    let fees = contents.futureFees.map { HedgeNumber.text(100 * $0) }
    let futures = fees.isEmpty ? "none listed" : fees.joined(separator: " or ") + " %"
    let solver = plan.solver ?? "none, so programs were not solved"
    let options = percent(costs.optionFee, 2)
    return "\(measure)Fees: options the lesser of \(options) % of the underlying and "
      + "\(percent(costs.premiumFee, 1)) % of the premium, futures \(futures); "
      + "capital \(percent(costs.capitalRate, 0)) % a year for 30 days\(aversion); at most "
      + "\(HedgeNumber.text(100 * contents.request.depthShare)) % of the open interest of a contract whose sizes are not quoted\(limits). Solver: \(solver). "
      + "Lots are whole, and every line is measured again by the exact engine. Margin rule "
      + "\(contents.provenance.ruleSet)."
  }
}
