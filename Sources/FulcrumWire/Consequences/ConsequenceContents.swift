package import FulcrumModel
import FulcrumPricing
package import FulcrumRisk

/// What the caller asks of a simulation; what is nil is filled from the pool and its market.
package struct ConsequenceRequest: Sendable {
  package enum Model: String, Hashable, Sendable, CaseIterable {
    case gbm, merton, kou, heston, bates, bootstrap
  }

  package var pool: String
  package var model: Model = .gbm
  /// Numbers of the model by name; the rest have defaults.
  package var parameters: [String: Double] = [:]
  /// Volatility of the index a year, jumps included; nil: at the money, 30 days.
  package var volatility: Double?
  /// Years; nil: 30 days, or to the last expiry where that comes first.
  package var horizon: Double?
  /// Leverages on equity to look at; nil: multiples of the pool as it stands.
  package var leverages: [Double]?
  /// Multiples of the pool's size; nil: a grid up to what its equity can open.
  package var multiples: [Double]?
  /// Wealth that growth is measured on, USD; nil: the account's equity.
  package var wealthUsd: Double?
  /// Bars for the bootstrap.
  package var prices: InputBytes?
  package var coin: String?
  package var asOf: Timestamp?
  package var margin: StandardMargin = .standard
  /// A venue's rule over the whole pool in the place of the standard one.
  package var rule: VenueRuleEntry?
  /// What parameters of it were read from, to be named with the inputs.
  package var ruleParameters: InputBytes?
  /// Paths, seed, step, drift and whatever else needs no market.
  package var settings = ConsequenceSettings(model: .gbm(volatility: 1))

  package init(pool: String) { self.pool = pool }
}

/// Everything that a page of consequences is written from.
package struct ConsequenceContents: Sendable {
  package let asOf: Timestamp
  package let pool: PoolReport
  package let report: ConsequenceReport
  package let request: ConsequenceRequest
  /// Volatility of the index in all, and where it is from.
  package let volatility: ReferenceVolatility
  /// Numbers of the model as used.
  package let parameters: [(name: String, value: Double)]
  package let provenance: Provenance
  package let issues: [Issue]
  package let remarks: [String]

  /// In words.
  var volatilityOrigin: String {
    if request.model == .bootstrap, request.volatility == nil { return "of the returns" }
    return switch volatility.source {
    case .given: "given"
    case .atTheMoney30Days: "at the money, 30 days"
    case .atTheMoneyNearest: "at the money, nearest expiry"
    }
  }

  /// Every path done, of the run that convergence is judged by as well, every quote read.
  package var isWhole: Bool {
    report.paths == report.settings.paths && !report.isCutBeforeConvergence
      && !issues.contains { $0.severity == .error }
  }
}

/// From documents to a simulated pool.
package enum ConsequenceBuilder {
  /// - Throws: where the pool cannot be found, valued or simulated; every reason in words.
  package static func contents(
    _ inputs: ReportInputs, _ request: ConsequenceRequest,
    goOn: (Consequences.Progress) -> Bool
  ) throws(ReportRefusal) -> ConsequenceContents {
    let named = try NamedPool.find(request.pool, in: inputs, asOf: request.asOf)
    let pool = named.pool
    var issues = named.issues
    var remarks: [String] = []
    guard let risk = pool.riskPool, pool.capitalIsKnown, let coin = pool.underlyings.first else {
      throw named.refusal(
        seen: pool.problems.first?.explanation ?? "collateral that is not known",
        allowed: "a pool that can be valued",
        fix: "give --collateral, or a market with every leg's quote")
    }
    var settings = request.settings
    settings.name = pool.id
    settings.wealth = try wealth(request, named, risk, &remarks)
    settings.smallestRemainder = lot(of: pool)
    let horizon = try horizon(request, risk, named, &remarks)
    settings.horizon = horizon
    let resampled =
      request.model == .bootstrap ? try ResampledReturns.read(request, &issues, named) : nil
    if let resampled {
      settings.step = resampled.step
      issues += stranger(resampled, request, risk)
    }
    guard let volatility = volatility(request, pool, coin, resampled) else {
      throw named.refusal(
        seen: "no volatility of \(coin)", allowed: "an option chain, or --vol",
        fix: "give --vol, such as --vol 60%")
    }
    let numbers = ModelNumbers(request, volatility: volatility.annual)
    switch numbers.model(resampled) {
    case .success(let model): settings.model = model
    case .failure(let fault):
      throw named.refusal(seen: fault.seen, allowed: fault.allowed, fix: fault.fix)
    }
    let rule = try rule(request, named, risk)
    if let venue = rule.venue, let entry = request.rule {
      remarks.append(try confidence(in: venue, of: entry, risk, named))
    }
    settings.multiples = try multiples(request, rule, pool, risk, named)
    let report: ConsequenceReport
    do throws(RiskError) {
      report = try Consequences.report(
        risk, rule: rule, settings: settings, goOn: goOn)
    } catch {
      throw refusal(error, named)
    }
    remarks += Self.remarks(report)
    issues += unknownPrices(report, of: rule)
    return ConsequenceContents(
      asOf: named.report.asOf, pool: pool, report: report, request: request,
      volatility: volatility,
      parameters: numbers.used.filter { $0.name != "block" || $0.value > 0 },
      provenance: provenance(named, request, rule),
      issues: issues, remarks: remarks)
  }

  private static func provenance(
    _ named: NamedPool, _ request: ConsequenceRequest, _ rule: PathRule
  ) -> Provenance {
    var provenance = named.report.provenance
    if let parameters = request.ruleParameters {
      provenance.inputs.append(
        Provenance.Input(role: "parameters", name: parameters.source, digest: parameters.digest))
    }
    if let venue = rule.venue {
      provenance.ruleSet = "\(venue.ruleSet.name)/\(venue.ruleSet.dated)"
    }
    if let prices = request.prices {
      provenance.inputs.append(
        Provenance.Input(role: "prices", name: prices.source, digest: prices.digest))
    }
    return provenance
  }

  private static func wealth(
    _ request: ConsequenceRequest, _ named: NamedPool, _ risk: RiskPool,
    _ remarks: inout [String]
  ) throws(ReportRefusal) -> Double? {
    guard let usd = request.wealthUsd ?? named.report.account.equityUsd else { return nil }
    if let own = named.pool.measures?.equityUsd, usd < own * (1 - 1e-9) {
      guard let given = request.wealthUsd else {
        remarks.append(
          "The account's equity of \(NumberText.decimal(usd, places: 2, .down)) USD is below the pool's "
            + "own of \(NumberText.decimal(own, places: 2, .up)), on which growth is measured instead."
        )
        return nil
      }
      throw named.refusal(
        seen: "--wealth \(NumberText.decimal(given, places: 2, .down)) USD, below the pool's own "
          + "equity of \(NumberText.decimal(own, places: 2, .up))",
        allowed: "wealth that the pool is a part of", fix: "give all that growth is measured on")
    }
    return usd / risk.usdPerUnit
  }

  /// The share of the pool at which a leg is down to its last lot.
  private static func lot(of pool: PoolReport) -> Double {
    pool.legs.map { leg in
      leg.contracts == 0 ? 0 : leg.instrument.lot.doubleValue / leg.contracts.magnitude
    }.max() ?? 0
  }

  /// 30 days unless the last leg expires before; what was asked for is used as asked.
  private static func horizon(
    _ request: ConsequenceRequest, _ risk: RiskPool, _ named: NamedPool,
    _ remarks: inout [String]
  ) throws(ReportRefusal) -> Double {
    if let horizon = request.horizon { return horizon }
    let standard = 30.0 / 365
    guard let last = Consequences.lastExpiry(risk), last < standard else { return standard }
    guard last > 0 else {
      throw named.refusal(
        seen: "a pool whose legs have all expired", allowed: "a leg that lives",
        fix: "there is nothing left to simulate; settle the pool")
    }
    remarks.append("The horizon ends with the pool's last expiry; --horizon asks for another.")
    return last
  }

  private static func volatility(
    _ request: ConsequenceRequest, _ pool: PoolReport, _ coin: Underlying,
    _ resampled: ResampledReturns?
  ) -> ReferenceVolatility? {
    if let given = request.volatility {
      return ReferenceVolatility(annual: given, source: .given)
    }
    if let resampled {
      return ReferenceVolatility(annual: resampled.volatility, source: .given)
    }
    return pool.referenceVolatility[coin]
  }

  /// Prices that end far from the pool's index may be those of another coin.
  private static func stranger(
    _ resampled: ResampledReturns, _ request: ConsequenceRequest, _ risk: RiskPool
  ) -> [Issue] {
    guard let index = risk.indices.first, let prices = request.prices,
      !(0.5...2).contains(resampled.lastClose / index)
    else { return [] }
    return [
      Issue(
        .warning, source: prices.source,
        seen: "a last close of \(NumberText.price(resampled.lastClose, .toNearestEven)) where the "
          + "pool's index is \(NumberText.price(index, .toNearestEven))",
        allowed: "returns of the pool's coin",
        fix: "only the returns are used; check that the file is of that coin")
    ]
  }

  private static func multiples(
    _ request: ConsequenceRequest, _ rule: PathRule, _ pool: PoolReport, _ risk: RiskPool,
    _ named: NamedPool
  ) throws(ReportRefusal) -> [Double] {
    guard let leverages = request.leverages else {
      if let multiples = request.multiples { return multiples }
      do throws(RiskError) {
        return try Consequences.multiples(of: risk, rule: rule)
      } catch {
        throw named.refusal(
          seen: error.description, allowed: "a pool that can be simulated",
          fix: "change what it names")
      }
    }
    let equity = pool.measures?.equityUsd ?? 0
    let now = equity > 0 ? (pool.measures?.deltaCash ?? 0).magnitude / equity : 0
    guard now > 1e-9 else {
      throw named.refusal(
        seen: "a pool without delta, whose size no leverage on equity tells",
        allowed: "--multiples for such a pool", fix: "write --multiples 0,0.5,1,2")
    }
    return Array(Set(leverages.map { $0 / now } + [0, 1])).sorted()
  }

  private static func remarks(_ report: ConsequenceReport) -> [String] {
    var remarks: [String] = []
    if report.paths < report.settings.paths {
      remarks.append(
        "Ended early: \(report.paths) of \(report.settings.paths) paths are in these numbers.")
    }
    if report.isCutBeforeConvergence, report.paths == report.settings.paths {
      remarks.append("Ended early: convergence was not checked.")
    }
    if report.settings.drift == 0 {
      remarks.append(
        "No drift is assumed, so every exposure costs growth; --drift says what you expect.")
    }
    if report.fraction >= 1 {
      remarks.append("The pool is all the wealth there is; --wealth says what it is a part of.")
    }
    if [PathModel.gbm(volatility: 1).name, "heston"].contains(report.settings.model.name) {
      remarks.append(
        "This law has no gaps, so a pool watched all the time leaves no bad debt; merton, kou, bates "
          + "and bootstrap have.")
    }
    return remarks
  }
}
