import FulcrumHedgeSolver
import FulcrumModel
import FulcrumRisk

/// Ways back for machines.
package enum HedgeJSON {
  package static let format = "fulcrum.hedge"
  package static let version = 1

  package static func render(_ contents: HedgeContents) -> [UInt8] {
    let plan = contents.plan
    var json = JSONLayout(capacity: 20_000)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("asOf", contents.asOf.description)
      json.text("engineVersion", contents.provenance.engineVersion)
      json.flag("whole", contents.isWhole)
      json.inputs(contents.provenance.inputs)
      json.text("pool", contents.pool.id)
      json.text("currency", contents.pool.currency.code)
      writeTarget(contents, &json)
      json.flag("reachedAlready", plan.isThere)
      json.flag("reachable", contents.isReachable)
      json.text("solver", plan.solver, or: HedgeSolver.missing)
      json.text("marginRule", contents.provenance.ruleSet)
      json.integer("listed", Int64(contents.listed))
      writeFees(contents, &json)
      json.number("riskAversion", contents.request.riskAversion)
      json.text("deviationOf", plan.target.measure == .usdDelta ? "usdValue" : "profit")
      json.number("basisDeviation", contents.request.basisDeviation)
      json.number("buffer", contents.request.equityBuffer)
      json.number("budget", contents.request.budget, or: "none was given")
      if let counts = plan.neutralCounts {
        json.object("neutralCounts", inline: true) { json in
          json.text("instrument", counts.instrument)
          json.number("coin", counts.coin)
          json.number("usd", counts.usd)
        }
      }
      write("before", plan.before, &json)
      json.array("proposals") { json in for way in plan.proposals { write(way, &json) } }
      json.array("refusals") { json in
        for refusal in plan.refusals {
          json.object(inline: true) { json in
            json.text("way", refusal.way.rawValue)
            json.text("reason", refusal.reason)
            write(refusal.obstacles, &json)
          }
        }
      }
      json.issues(contents.issues)
    }
    return json.finished()
  }

  private static func write(_ obstacles: [HedgeObstacle], _ json: inout JSONLayout) {
    json.array("obstacles") { json in
      for obstacle in obstacles {
        json.object(inline: true) { json in
          json.text("limit", obstacle.limit.rawValue)
          json.text("instrument", obstacle.instrument, or: "it is of no one contract")
          json.number("seen", obstacle.seen)
          json.number("allowed", obstacle.allowed)
          json.number("missing", obstacle.missing)
          json.text("unit", obstacle.unit.rawValue)
          json.text("says", obstacle.explanation)
        }
      }
    }
  }

  private static func writeTarget(_ contents: HedgeContents, _ json: inout JSONLayout) {
    json.object("target", inline: true) { json in
      switch contents.request.target {
      case .leverage(let limit):
        json.text("kind", "leverage")
        json.number("limit", limit)
      case .maxLoss(let limit):
        json.text("kind", "maxLoss")
        json.number("limit", limit)
      case .neutral(let kinds):
        json.text("kind", "neutral")
        json.object("tolerances") { json in
          for kind in HedgeExposure.allCases where kinds.contains(kind) {
            json.number(kind.rawValue, contents.plan.tolerances[kind], or: "not asked for")
          }
        }
      }
    }
  }

  private static func writeFees(_ contents: HedgeContents, _ json: inout JSONLayout) {
    json.object("fees", inline: true) { json in
      json.number("option", contents.request.costs.optionFee)
      json.number("premium", contents.request.costs.premiumFee)
      json.numbers("future", contents.futureFees)
    }
  }

  private static func write(_ way: HedgeProposal, _ json: inout JSONLayout) {
    json.object { json in
      json.text("way", way.way.rawValue)
      json.flag("reached", way.isReached)
      json.text("shortfall", way.shortfall, or: "the target is reached")
      json.array("trades") { json in
        for trade in way.trades {
          json.object(inline: true) { json in
            json.text("instrument", trade.instrument.name)
            json.number("contracts", trade.decimalContracts)
            json.number("lots", (trade.contracts / trade.instrument.lot).rounded())
            json.flag("lotStated", trade.instrument.isLotStated)
            let (depth, buys) = (trade.instrument.depth, trade.contracts > 0)
            json.number("most", (buys ? depth.buy : depth.sell).finite, or: "no limit is known")
            json.text("depthSource", buys ? depth.buySource : depth.sellSource)
          }
        }
      }
      json.number("cashAdded", way.cashAdded)
      json.number("cost", way.cost)
      json.number("premium", way.premium)
      json.number("spread", way.spread)
      json.number("fees", way.fees)
      json.number("capitalCost", way.capitalCost)
      json.number("riskCharge", way.riskCharge)
      json.flag("quoted", way.isQuoted)
      write(way.obstacles, &json)
      json.texts("worsened", way.worsened)
      write("after", way.after, &json)
    }
  }

  private static func write(_ name: String, _ state: HedgeState, _ json: inout JSONLayout) {
    json.object(name) { json in
      json.number("equity", state.equity)
      measure("deltaLeverage", state.deltaLeverage, &json)
      measure("leverageOnEquity", state.leverageOnEquity, &json)
      measure("maxLoss", state.maxLoss, &json)
      json.number("capitalAtRisk", state.capitalAtRisk)
      json.number("deltaCash", state.deltaCash)
      json.number("profitDeltaCash", state.profitDelta)
      json.number("usdDeltaCash", state.usdDelta)
      json.number("gammaCash1pct", state.gammaCash / 100)
      json.number("vegaCashPerPoint", state.vegaCashPerPoint)
      json.number("vega30CashPerPoint", state.vega30CashPerPoint)
      json.number("thetaCashPerDay", state.thetaCashPerDay)
      measure("stressMultiple", state.stressMultiple, &json)
      json.number("scenarioLoss", state.scenarioLoss)
      json.number("initialMargin", state.initialMargin)
      json.number("maintenance", state.maintenance)
      json.flag("liquidable", state.isLiquidable)
      let none: Absence = state.isLiquidable ? .alreadyLiquidable : .noLiquidation
      json.number("liquidationBelow", state.liquidationBelow, or: none.explanation)
      json.number("liquidationAbove", state.liquidationAbove, or: none.explanation)
      write(state.cone, &json)
      json.array("vegaByExpiry") { json in
        for bucket in state.vegaByExpiry {
          json.object(inline: true) { json in
            json.number("days", bucket.years * 365)
            json.number("vegaCashPerPoint", bucket.vegaCashPerPoint)
          }
        }
      }
      json.array("deltaByExpiry") { json in
        for bucket in state.basis {
          json.object(inline: true) { json in
            json.number("days", bucket.years * 365)
            json.number("profitDeltaCash", bucket.deltaCash)
          }
        }
      }
      json.number("dailyDeviation", state.dailyDeviation)
      json.object("dailyDeviationOf", inline: true) { json in
        json.number("delta", state.deviation.delta)
        json.number("gamma", state.deviation.gamma)
        json.number("vega", state.deviation.vega)
        json.number("basis", state.deviation.basis)
      }
    }
  }

  /// The nearest liquidation prices over time and volatility, and when.
  private static func write(_ cone: LiquidationSurface?, _ json: inout JSONLayout) {
    guard let cone else { return }
    json.object("cone") { json in
      for (name, nearest) in [("below", cone.below), ("above", cone.above)] {
        guard let nearest else {
          json.number(name, nil, or: Absence.noLiquidation.explanation)
          continue
        }
        json.object(name, inline: true) { json in
          json.number("price", nearest.price)
          json.text("node", nearest.node)
        }
      }
      json.text(
        "liquidableAtIndex", cone.liquidableAtIndex,
        or: "at no time and volatility looked at is it liquidable at today's price")
    }
  }

  private static func measure(_ name: String, _ measure: Measure, _ json: inout JSONLayout) {
    switch measure {
    case .value(let value): json.number(name, value)
    case .positiveInfinity: json.number(name, .infinity)
    case .negativeInfinity: json.number(name, -.infinity)
    case .absent(let reason): json.number(name, nil, or: reason.explanation)
    }
  }
}

extension Double {
  fileprivate var finite: Double? { isFinite ? self : nil }
}

extension HedgeTrade {
  /// Whole lots as a decimal: 0.6 where three of 0.2 come to 0.6000000000000001 in doubles.
  fileprivate var decimalContracts: Double {
    var scale = 1.0
    while scale < 1e12,
      (instrument.lot * scale - (instrument.lot * scale).rounded()).magnitude > 1e-9
    {
      scale *= 10
    }
    return (contracts * scale).rounded() / scale
  }
}
