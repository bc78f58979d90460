import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// A backtest as JSON, format `fulcrum.backtest` version 1: docs/reference/backtest.md.
package enum BacktestJSON {
  package static let format = "fulcrum.backtest"
  package static let version = 1

  /// UTF-8, ends with a newline.
  package static func render(_ contents: BacktestContents) -> [UInt8] {
    var json = JSONLayout(capacity: 1 << 20)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("engineVersion", ProductVersion.text)
      json.inputs(contents.inputs)
      json.integer("bars", Int64(contents.market.prices.bars.count))
      json.flag("whole", contents.isWhole)
      json.integer("barsDone", Int64(contents.barsDone))
      json.integer("barMilliseconds", contents.market.prices.interval)
      json.integer("stepMilliseconds", contents.step)
      json.number("windowDays", contents.settings.windowDays)
      if let measure = contents.market.outlooks.first?.measure {
        json.text("harVariance", measure.words)
      }
      json.text("defaultsDated", BacktestDefaults.dated)
      json.text("coin", contents.rule.coin, or: "neither --coin nor the strategy file names one")
      json.integer(
        "policyRule", contents.rule.rule.map { Int64($0.number) },
        or: "the policy's defaults are run: \(contents.rule.noRule)")
      json.text("liquidationRule", contents.strategy.liquidation.rawValue)
      json.flag("liquidationsAreWhole", !contents.strategy.canCloseInPart)
      json.number("liquidationBuffer", contents.strategy.liquidationBuffer)
      json.texts("assumptions", contents.assumptions)
      json.array("runs") { json in
        for column in contents.columns {
          json.object { json in
            json.summary(column)
            json.orders(column.run)
            json.texts("liquidatedAt", column.run.liquidatedAt.map(\.description))
            json.days(column.run)
          }
        }
      }
      json.array("windows") { json in for window in contents.windows { json.window(window) } }
      json.issues(contents.issues)
    }
    return json.finished()
  }
}

extension BacktestRun {
  /// The last point of each day.
  var dailyPoints: [BacktestPoint] {
    var days: [BacktestPoint] = []
    for point in points {
      let day = (point.at.milliseconds - 1) / 86_400_000
      if let last = days.last, (last.at.milliseconds - 1) / 86_400_000 == day {
        days[days.count - 1] = point
      } else {
        days.append(point)
      }
    }
    return days
  }
}

extension JSONLayout {
  fileprivate mutating func summary(_ column: BacktestColumn) {
    let run = column.run
    text("pool", column.name)
    number("capital", run.capital)
    number("finalEquity", run.finalEquity)
    number("growth", run.growth, or: run.noGrowth)
    number("maxDrawdown", run.maxDrawdown)
    integer("liquidations", Int64(run.tally.liquidations))
    integer("partialLiquidations", Int64(run.tally.partialLiquidations))
    integer("orderCount", Int64(run.tally.orders))
    object("pauses") { json in
      for pause in PolicyDecision.Pause.allCases {
        if let count = run.pauses[pause] { json.integer(pause.rawValue, Int64(count)) }
      }
    }
    number("turnover", run.turnover, or: run.noTurnover)
    number("fees", run.tally.fees)
    number("slippage", run.tally.slippage)
    number("funding", run.tally.funding)
    number("badDebt", run.tally.badDebt)
  }

  fileprivate mutating func orders(_ run: BacktestRun) {
    array("orders") { json in
      for order in run.orders {
        json.object(inline: true) { json in
          json.text("decidedAt", order.decidedAt.description)
          json.text("filledAt", order.filledAt.description)
          json.number("quantity", order.quantity)
          json.number("price", order.price)
          json.text("binding", order.binding?.rawValue, or: order.nothingBound)
        }
      }
    }
  }

  fileprivate mutating func days(_ run: BacktestRun) {
    array("days") { json in
      for point in run.dailyPoints {
        json.object(inline: true) { json in
          json.text("at", point.at.description)
          json.number("equity", point.equity)
          json.number("leverage", point.leverage)
          json.text("regime", point.level.name)
          json.number(
            "liquidationDistance", point.liquidationDistance,
            or: point.leverage > 0
              ? "no price above 0 liquidates a long of \(NumberText.leverage(point.leverage))"
              : "no position")
        }
      }
    }
  }

  fileprivate mutating func window(_ window: BacktestWindow) {
    object { json in
      json.text("name", window.window.name)
      json.text("from", window.window.from.description)
      json.text("to", window.window.to.description)
      json.number("priceChange", window.priceChange)
      json.number("priceWorst", window.priceWorst)
      json.array("runs") { json in
        for column in window.runs { json.object { json in json.summary(column) } }
      }
    }
  }
}

// MARK: What is not there

extension BacktestRun {
  fileprivate var noGrowth: String {
    guard finalEquity <= 0 else { return noTime }
    return liquidatedAt.last.map { "nothing is left since the liquidation of \($0)" }
      ?? "nothing is left at the last close"
  }

  fileprivate var noTurnover: String {
    points.count > 1 ? "less than 1 % of the capital was left at the first close" : noTime
  }

  private var noTime: String { "\(points.count) of the 2 closes that time needs to pass" }
}

extension BacktestOrder {
  /// Why no constraint of a policy stands behind the order.
  fileprivate var nothingBound: String {
    switch cause {
    case .policy(let constraint): constraint.rawValue
    case .fixedLeverage: "a fixed leverage is restored"
    case .ruin: "less than 1 % of the capital is left, so all is closed"
    }
  }
}
