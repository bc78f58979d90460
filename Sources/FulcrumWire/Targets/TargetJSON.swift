import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Targets and orders as JSON, format `fulcrum.target` version 1: docs/reference/target.md.
package enum TargetJSON {
  package static let format = "fulcrum.target"
  package static let version = 1

  /// UTF-8, ends with a newline.
  package static func render(_ contents: TargetContents) -> [UInt8] {
    var json = JSONLayout(capacity: 2000 * contents.rows.count)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("engineVersion", ProductVersion.text)
      json.inputs(contents.inputs)
      json.text("asOf", contents.asOf.description)
      json.text("coin", contents.coin)
      json.text("regime", contents.outlook.level.name)
      json.number("volatility", contents.outlook.volatility)
      json.text("knownAt", contents.outlook.asOf.description)
      json.object("forecasts", inline: true) { json in
        json.text("used", TargetWords.source(contents.outlook))
        let outlook = contents.outlook
        json.number("gjr", outlook.gjr, or: TargetWords.noGJR(outlook) ?? "not a number")
        json.number(
          "har", outlook.heterogeneous, or: TargetWords.noHAR(outlook) ?? "not a number")
        if let measure = outlook.measure { json.text("harVariance", measure.words) }
        json.number("weighted", contents.outlook.weighted)
        json.number(
          "implied", outlook.implied,
          or: TargetWords.noImplied(outlook, isGiven: contents.hasIndex))
      }
      json.array("pools") { json in for row in contents.rows { json.target(row, contents.outlook) }
      }
      json.issues(contents.issues)
    }
    return json.finished()
  }
}

extension JSONLayout {
  fileprivate mutating func target(_ row: TargetContents.Row, _ outlook: MarketOutlook) {
    object { json in
      json.text("pool", row.pool.id)
      json.text("action", TargetWords.action(row.pool))
      json.text("rule", row.rule.map { "\($0.number): \($0.wanted)" } ?? "defaults")
      switch row.pool.method {
      case .notSteered(let reason): json.text("method", nil, or: reason)
      case .moneyAtRisk(let target, let budget):
        json.text("method", "moneyAtRisk")
        json.number(
          "atRisk", row.pool.measures?.capitalAtRiskUsd, or: "a leg has no value: see the report")
        json.number("targetAtRisk", target.target)
        json.number("riskBudget", budget)
        json.number("band", row.pool.band, or: "the policy has no band")
        json.number("bandLow", target.target * (1 - (row.pool.band ?? 0)))
        json.number("bandHigh", target.target * (1 + (row.pool.band ?? 0)))
        json.flag("breach", target.isBreach)
        json.flag("insideBand", target.isInsideBand)
      case .leverage(let decision):
        json.text("method", "leverage")
        json.number("leverage", decision.question.leverage)
        json.number("target", decision.target.target)
        json.text("binding", decision.target.binding.rawValue)
        json.object("terms", inline: true) { json in
          for term in decision.target.terms {
            json.number(term.constraint.rawValue, term.leverage)
          }
        }
        json.number("regimeMultiplier", decision.conditions.regimeMultiplier)
        json.number("band", decision.rule.band)
        json.number("bandLow", decision.resize.bandLow)
        json.number("bandHigh", decision.resize.bandHigh)
        json.number("volatility", decision.conditions.outlook.volatility)
        json.flag("breach", decision.resize.isBreach)
        json.flag("insideBand", decision.resize.isInsideBand)
        json.number("newLeverage", decision.resize.newLeverage)
      }
      json.array("orders") { json in
        for order in row.pool.orders {
          json.object(inline: true) { json in
            json.text("instrument", order.instrument.id.name)
            json.integer("lots", order.lots)
            json.text("lot", order.instrument.lot.description)
            json.flag("reduceOnly", order.isReduceOnly)
          }
        }
      }
      json.texts("reasons", TargetWords.reasons(row, outlook))
    }
  }
}
