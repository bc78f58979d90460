import FulcrumModel
import FulcrumRisk

/// Consequences for machines: numbers unrounded, each with its error.
package enum ConsequenceJSON {
  package static let format = "fulcrum.consequences"
  package static let version = 1

  package static func render(_ contents: ConsequenceContents) -> [UInt8] {
    let report = contents.report
    var json = JSONLayout(capacity: 40_000)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("asOf", contents.asOf.description)
      json.text("engineVersion", contents.provenance.engineVersion)
      json.flag("whole", contents.isWhole)
      json.text("pool", contents.pool.id)
      json.text("currency", contents.pool.currency.code)
      json.number("index", contents.pool.riskPool?.indices.first, or: "the pool has no value")
      writeRun(contents, &json)
      json.number("equity", report.startEquity)
      json.number("wealth", report.wealth)
      json.number("fraction", report.fraction)
      json.array("sizes") { json in
        for size in report.sizes { write(size, of: report, &json) }
      }
      write(report.optimum, &json)
      write(report.convergence, &json)
      json.texts("remarks", contents.remarks)
      json.array("inputs") { json in
        for input in contents.provenance.inputs {
          json.object(inline: true) { json in
            json.text("role", input.role)
            json.text("name", input.name)
            json.text("sha256", input.digest)
          }
        }
      }
      json.issues(contents.issues)
    }
    return json.finished()
  }

  private static func writeRun(_ contents: ConsequenceContents, _ json: inout JSONLayout) {
    let settings = contents.report.settings
    json.object("run") { json in
      json.text("model", settings.model.name)
      json.object("numbers", inline: true) { json in
        for (name, value) in contents.parameters { json.number(name, value) }
      }
      json.number("volatility", contents.volatility.annual)
      json.text("volatilitySource", contents.volatilityOrigin)
      json.number("drift", settings.drift)
      json.number("horizonDays", settings.horizon * 365)
      json.integer("steps", Int64(contents.report.steps))
      json.integer("paths", Int64(contents.report.paths))
      json.integer("pathsAsked", Int64(settings.paths))
      // A seed of 64 bits is more than a double holds.
      json.text("seed", String(settings.seed))
      json.text("sampling", settings.sampling.rawValue)
      json.text("liquidation", settings.liquidation.rawValue)
      json.number("liquidationBuffer", settings.liquidationBuffer)
      json.number("smallestRemainder", settings.smallestRemainder)
      json.number("tail", settings.tail)
      json.number("drawdown", settings.drawdown)
      json.number("ruin", settings.ruin)
      json.text("marginRule", contents.provenance.ruleSet)
    }
  }

  private static func prices(_ size: SizeOutcome, _ json: inout JSONLayout) {
    json.number(
      "liquidationBelow", size.liquidationBelow,
      or: size.noLiquidation(
        "no price down to a ten-thousandth of the index liquidates it",
        known: size.ruleReach?.from, "below"))
    json.number(
      "liquidationAbove", size.liquidationAbove,
      or: size.noLiquidation(
        "no price up to 10,000 times the index liquidates it", known: size.ruleReach?.to, "above"))
  }

  private static func write(
    _ size: SizeOutcome, of report: ConsequenceReport, _ json: inout JSONLayout
  ) {
    json.object { json in
      json.number("multiple", size.multiple)
      measure("leverageOnEquity", size.leverageOnEquity, &json)
      measure("deltaLeverage", size.deltaLeverage, &json)
      json.number("capitalAtRisk", size.capitalAtRisk)
      json.flag("affordable", size.isAffordable)
      prices(size, &json)
      json.object("growth", inline: true) { json in
        let growth = size.growth.finite.map { Estimate($0, standardError: size.growthError) }
        json.estimate(growth, or: ruin)
        if let absence = size.growth.absence { json.text("reason", absence.rawValue) }
      }
      json.object("cost", inline: true) { json in
        json.text("side", size.cost?.side.rawValue, or: ruin)
        json.estimate(size.cost?.money, or: ruin)
      }
      json.array("quantiles") { json in
        for (level, value) in zip(SizeOutcome.terminalLevels, size.quantiles) {
          quantile(level, value, &json)
        }
      }
      estimate("mean", size.mean, &json)
      estimate("expectedShortfall", size.expectedShortfall, &json)
      probability("liquidation", size.liquidation, &json)
      json.object("liquidationDays", inline: true) { json in
        json.estimate(
          size.liquidationYears.map(inDays),
          or: "none of the \(report.paths) paths was liquidated")
      }
      estimate("lifeDays", inDays(size.cappedYears), &json)
      probability("ruin", size.ruin, &json)
      probability("drawdownBeyond", size.drawdown, &json)
      estimate("deepestDrawdown", size.deepestDrawdown, &json)
      estimate("timeUnder5pct", size.timeUnderWater[0], &json)
      estimate("timeUnder10pct", size.timeUnderWater[1], &json)
      estimate("timeUnder20pct", size.timeUnderWater[2], &json)
      estimate("longestSpellDays", inDays(size.longestSpell), &json)
      json.object("badDebt") { json in
        probability("probability", size.badDebt.probability, &json)
        estimate("mean", size.badDebt.mean, &json)
        json.array("backstop") { json in
          for (level, value) in zip(SizeOutcome.backstopLevels, size.badDebt.quantiles) {
            quantile(level, value, &json)
          }
        }
        json.number("largest", size.badDebt.largest)
      }
    }
  }

  /// Only wealth that is nothing but the pool can all be lost.
  private static let ruin =
    "a path loses the pool, which is all the wealth there is; give --wealth"

  private static func inDays(_ years: Estimate) -> Estimate {
    Estimate(365 * years.value, standardError: 365 * years.standardError)
  }

  private static func measure(_ name: String, _ measure: Measure, _ json: inout JSONLayout) {
    switch measure {
    case .value(let value): json.number(name, value)
    case .positiveInfinity: json.number(name, .infinity)
    case .negativeInfinity: json.number(name, -.infinity)
    case .absent(let reason): json.number(name, nil, or: reason.explanation)
    }
  }

  private static func estimate(
    _ name: String, _ estimate: Estimate, _ json: inout JSONLayout
  ) {
    json.object(name, inline: true) { json in
      json.number("value", estimate.value)
      json.number("standardError", estimate.standardError)
    }
  }

  private static func quantile(_ level: Double, _ value: Estimate, _ json: inout JSONLayout) {
    json.object(inline: true) { json in
      json.number("level", level)
      json.number("value", value.value)
      json.number("standardError", value.standardError)
    }
  }

  private static func probability(
    _ name: String, _ p: ProbabilityEstimate, _ json: inout JSONLayout
  ) {
    json.object(name, inline: true) { json in
      json.number("value", p.value)
      json.number("standardError", p.standardError)
      json.number("lower95", p.lower)
      json.number("upper95", p.upper)
      if p.isImportanceSampled { json.text("by", "importance sampling") }
    }
  }

  private static func write(
    _ optimum: ConsequenceReport.Optimum, _ json: inout JSONLayout
  ) {
    json.object("optimum", inline: true) { json in
      switch optimum {
      case .at(let multiple, let growth):
        json.text("status", "inside")
        json.number("multiple", multiple.value)
        json.number("multipleError", multiple.standardError)
        json.number("growth", growth.value)
        json.number("growthError", growth.standardError)
      case .atEdge(let multiple, let growth):
        json.text("status", "edge")
        json.number("multiple", multiple)
        json.number("growth", growth.value)
        json.number("growthError", growth.standardError)
      case .unknown:
        json.text("status", "unknown")
        let reason = "with every size some path loses all the wealth there is; give --wealth"
        json.number("multiple", nil, or: reason)
        json.number("growth", nil, or: reason)
      }
    }
  }

  private static func write(
    _ convergence: ConsequenceReport.Convergence, _ json: inout JSONLayout
  ) {
    json.object("convergence", inline: true) { json in
      switch convergence {
      case .notChecked:
        json.text("status", "not checked")
      case .agrees(let worst):
        json.text("status", "agrees")
        json.number("worstJointErrors", worst)
      case .differs(let worst, let multiple, let quantity):
        json.text("status", "differs")
        json.number("worstJointErrors", worst)
        json.number("multiple", multiple)
        json.text("quantity", quantity)
      }
    }
  }
}

// MARK: What is not there

extension JSONLayout {
  /// A number with its error, or why there is neither.
  fileprivate mutating func estimate(_ estimate: Estimate?, or reason: String) {
    number("value", estimate?.value, or: reason)
    number("standardError", estimate?.standardError, or: reason)
  }
}

extension SizeOutcome {
  /// Why there is no liquidation price on a side.
  ///
  /// - Parameters:
  ///   - outOfReach: what is so where the size lives, and dies nowhere on that side.
  ///   - end: the last price on that side that the rule is known at.
  fileprivate func noLiquidation(_ outOfReach: String, known end: Double?, _ side: String) -> String
  {
    if multiple == 0 { return "a size of 0 holds nothing" }
    guard isHealthy else { return Absence.alreadyLiquidable.explanation }
    guard let end, let reason = ruleReach?.reason else { return outOfReach }
    return
      "no price known to liquidate it: \(side) \(NumberText.price(end, .toNearestEven)) USD \(reason)"
  }
}
