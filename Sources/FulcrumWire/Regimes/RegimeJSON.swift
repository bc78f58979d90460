import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Volatility and regime as JSON, format `fulcrum.regime` version 1: docs/reference/regime.md.
package enum RegimeJSON {
  package static let format = "fulcrum.regime"
  package static let version = 1

  /// UTF-8, ends with a newline.
  package static func render(_ contents: RegimeContents) -> [UInt8] {
    var json = JSONLayout(capacity: 20_000)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("engineVersion", ProductVersion.text)
      json.inputs(contents.inputs)
      json.text("asOf", contents.outlook.asOf.description)
      json.text("barsTo", contents.barsTo.description)
      json.integer("bars", Int64(contents.series.bars.count))
      json.integer("barMilliseconds", contents.series.interval)
      json.integer("stepMilliseconds", contents.step)
      json.integer("windowSteps", Int64(contents.windowSteps))
      json.object("regime") { json in json.regime(contents) }
      json.array("realised") { json in for span in contents.spans { json.span(span) } }
      json.object("forecast") { json in json.forecast(contents) }
      json.array("states") { json in
        for states in contents.states { json.states(states, contents.periodsPerYear) }
      }
      json.array("impliedIndex") { json in
        for chain in contents.chain { json.chain(chain, contents.chainAt) }
      }
      json.issues(contents.issues)
    }
    return json.finished()
  }
}

extension JSONLayout {
  mutating func inputs(_ inputs: [Provenance.Input]) {
    array("inputs") { json in
      for input in inputs {
        json.object(inline: true) { json in
          json.text("role", input.role)
          json.text("name", input.name)
          json.text("sha256", input.digest)
        }
      }
    }
  }

  fileprivate mutating func chain(_ chain: ChainIndex, _ at: Timestamp?) {
    let index = chain.index
    object { json in
      json.text("coin", "\(chain.coin)")
      json.text("at", at?.description ?? "")
      let around = "no expiries on both sides of 30 days"
      let wings = index?.missing.map { "\($0.expiry): \($0.reason.explanation)" }
      json.number("index30d", index?.withWings ?? index?.quotesAlone, or: around)
      json.number("index30dQuotesAlone", index?.quotesAlone, or: around)
      json.number(
        "index30dWithWings", index?.withWings,
        or: index == nil ? around : wings ?? "no variance between the expiries with their wings")
      json.array("expiries") { json in for expiry in chain.expiries { json.expiry(expiry) } }
    }
  }

  fileprivate mutating func regime(_ contents: RegimeContents) {
    let (outlook, rule) = (contents.outlook, contents.settings.regime)
    text("level", outlook.level.name)
    text("by", rule.score == .hmm ? "hmm" : "threshold")
    numbers("enterUp", rule.thresholds.enterUp)
    numbers("exitDown", rule.thresholds.exitDown)
    integer("dwellUp", Int64(rule.thresholds.dwellUp))
    integer("dwellDown", Int64(rule.thresholds.dwellDown))
    number("score", outlook.score, or: outlook.noScore(step: contents.steps.count))
    array("switches") { json in
      for change in contents.switches {
        json.object(inline: true) { json in
          json.text("at", change.at.description)
          json.text("from", change.from.name)
          json.text("to", change.to.name)
          json.number("score", change.score)
          json.number("threshold", change.threshold)
          json.text("reason", change.reason)
        }
      }
    }
    array("steps") { json in
      for (place, step) in contents.steps.enumerated() {
        json.object(inline: true) { json in
          json.text("at", step.asOf.description)
          json.number("score", step.score, or: step.noScore(step: place + 1))
          json.text("level", step.level.name)
        }
      }
    }
  }

  fileprivate mutating func span(_ span: RegimeContents.Span) {
    let value = span.realised
    object { json in
      json.number("days", span.days)
      json.integer("bars", Int64(span.bars))
      json.number("closeClose", value.closeClose)
      json.number("closeCloseZeroMean", value.closeCloseZeroMean)
      for (name, volatility) in [
        ("parkinson", value.parkinson), ("garmanKlass", value.garmanKlass),
        ("rogersSatchell", value.rogersSatchell), ("yangZhang", value.yangZhang),
      ] {
        json.number(name, value.hasRange ? volatility : nil, or: RegimeContents.noRange)
      }
      json.number("yangZhangK", value.yangZhangWeight)
      json.number("bipower", value.bipower)
      json.number("medRV", value.medRV, or: "needs 4 bars")
      json.number("jumpShare", value.jumpShare)
    }
  }

  fileprivate mutating func forecast(_ contents: RegimeContents) {
    let outlook = contents.outlook
    number("weighted", outlook.weighted)
    fit("garch", contents.garch, contents)
    fit("gjr", contents.gjr, contents)
    if let measure = outlook.measure { text("harVariance", measure.words) }
    object("har") { json in
      switch contents.heterogeneous {
      case .failure(let error):
        json.flag("used", false)
        json.text("reason", contents.reason(error))
      case .success(let fit):
        json.flag("used", contents.heterogeneousUnused == nil)
        if let reason = contents.heterogeneousUnused { json.text("reason", reason) }
        json.integer("rows", Int64(fit.rows))
        json.integer("daysPassedOver", Int64(contents.daysPassedOver))
        json.numbers("beta", fit.coefficients)
        json.number("residualVariance", fit.residualVariance)
        json.number(
          "annualVolatility", (fit.flooredForecast * contents.periodsPerYear).squareRoot())
      }
    }
    let noImplied = contents.implied.absence
    number("implied", try? contents.implied.get().volatility, or: noImplied)
    if case .success(let now) = contents.implied {
      text("impliedFrom", now.source.rawValue)
      if let at = now.at { text("impliedAt", at.description) }
    }
    number("impliedOverForecast", contents.premium?.ratio, or: noImplied)
    number("variancePremium", contents.premium?.variance, or: noImplied)
    number("premiumScore", try? contents.premiumScore.get(), or: contents.premiumScore.absence)
    number("forPolicy", outlook.volatility)
    text("forecastBy", Self.key(outlook.source))
  }

  private static func key(_ source: MarketOutlook.Source) -> String {
    switch source {
    case .gjr: "gjr"
    case .heterogeneous: "har"
    case .weighted: "weighted"
    }
  }

  private mutating func fit(
    _ name: String, _ fit: Result<GARCHFit, SeriesError>, _ contents: RegimeContents
  ) {
    object(name) { json in
      switch fit {
      case .failure(let error):
        json.flag("converged", false)
        json.flag("used", false)
        json.text("reason", "\(error)")
      case .success(let fit):
        let reason = contents.unused(fit)
        json.flag("converged", fit.hasConverged)
        // GARCH stands beside GJR for comparison; a policy never asks it.
        json.flag("used", reason == nil && fit.shape == .gjr)
        if let reason { json.text("reason", reason) }
        let errors = fit.standardErrors
        for (place, (name, value)) in [
          ("omega", fit.model.omega), ("alpha", fit.model.alpha), ("gamma", fit.model.gamma),
          ("beta", fit.model.beta),
        ].enumerated() {
          json.number(name, value)
          json.number(
            name + "Error", errors[place], or: fit.reasonWithoutError(place) ?? "not a number")
        }
        json.number("persistence", fit.model.persistence)
        json.number("longRunVariance", fit.model.longRunVariance)
        json.number("nextVariance", fit.nextVariance)
        json.number("logLikelihood", fit.logLikelihood)
        json.integer("returns", Int64(fit.count))
      }
    }
  }

  fileprivate mutating func states(
    _ states: Result<RegimeContents.States, SeriesError>, _ periodsPerYear: Double
  ) {
    object { json in
      switch states {
      case .failure(let error): json.text("reason", "\(error)")
      case .success(let states):
        let model = states.fit.model
        json.integer("count", Int64(model.stateCount))
        json.flag("converged", states.fit.hasConverged)
        json.number("logLikelihood", states.fit.logLikelihood)
        json.numbers("filtered", states.now)
        json.numbers("means", model.means)
        json.numbers("sds", model.deviations)
        json.numbers(
          "annualVolatility", model.deviations.map { $0 * periodsPerYear.squareRoot() })
        json.array("transition", inline: true) { json in
          for row in model.transition {
            json.array { json in for value in row { json.number(nil, value) } }
          }
        }
      }
    }
  }

  fileprivate mutating func expiry(_ expiry: ExpiryVariance) {
    object(inline: true) { json in
      json.text("expiry", expiry.expiry.description)
      json.text("settlement", expiry.settlement.rawValue)
      json.number("forward", expiry.forward)
      switch expiry.strip {
      case .success(let strip):
        json.number("variance", strip.variance)
        json.number("index", strip.index, or: "variance below 0")
        json.number("endShare", strip.endShare)
      case .failure(let error): json.text("reason", "\(error)")
      }
      switch expiry.wings {
      case .success(let wings):
        json.number("putWing", wings.put)
        json.number("callWing", wings.call)
        json.number("varianceWithWings", expiry.whole, or: "no strip")
        json.number("indexWithWings", expiry.wholeIndex, or: "variance below 0")
      case .failure(.noStrip): break
      case .failure(let refusal): json.text("noWings", refusal.explanation)
      }
    }
  }
}

// MARK: What is not there

extension Result where Failure == NoImplied {
  fileprivate var absence: String {
    if case .failure(let reason) = self { reason.explanation } else { "not a number" }
  }
}

extension MarketOutlook {
  /// Why the step of this number, from 1, has no score.
  fileprivate func noScore(step: Int) -> String {
    if step < RegimeTracker.leastSteps { return "\(step) of \(RegimeTracker.leastSteps) steps" }
    if case .failure(let error) = rough { return "\(error)" }
    return "not a number"
  }
}
