import ArgumentParser
import FulcrumWire

struct LiquidationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "liquidation", abstract: "Find where a position dies, on both sides.",
    discussion: """
      Every index price at which equity meets maintenance margin, and at which nothing is left. \
      The maintenance rule is the standard option margin and one rate for futures.

        fulcrum liquidation --index 60000 --cash 6000 \\
          --leg kind=perp,entry=60000,qty=1
        fulcrum liquidation --index 60000 --cash 9000 \\
          --after-days 3 --vol-shift 50% \\
          --leg type=call,K=70000,days=14,vol=58%,qty=-1 \\
          --leg type=put,K=52000,days=14,vol=66%,qty=-1
        fulcrum liquidation --batch < pools.jsonl

      A line of a batch: \
      {"index":60000,"pool":{"currency":"USD","cash":6000},"legs":[{"kind":"perp",\
      "style":"linear","F":60000,"entry":60000,"qty":1,"multiplier":1}]}
      """)

  @OptionGroup var pool: PoolOptions
  @Option(
    parsing: .unconditional, help: "Days that pass first (default 0).", transform: NumberText.number
  )
  var afterDays: Double?
  @Option(
    parsing: .unconditional, help: "Relative volatility shift, such as 50% (default 0).",
    transform: NumberText.ratio)
  var volShift: Double?
  @Option(
    parsing: .unconditional, help: "Maintenance of short options, of the forward (default 7.5%).",
    transform: NumberText.ratio)
  var optionRate: Double?
  @Option(
    parsing: .unconditional, help: "Maintenance of futures, of the notional (default 1%).",
    transform: NumberText.ratio)
  var futuresRate: Double?
  @Option(
    parsing: .unconditional, help: "Liquidation fee of futures, of the notional (default 0.05%).",
    transform: NumberText.ratio)
  var liqFee: Double?
  @OptionGroup var options: CalculationOptions

  func run() throws { try calculation.run(inputs()) }

  private var calculation: CalculationRun {
    CalculationRun(question: .liquidation, options: options)
  }

  private func inputs() throws -> FlagInputs {
    var inputs = FlagInputs()
    pool.set(into: &inputs)
    inputs.set("dt", from: "--after-days", afterDays.map { $0 / 365 })
    inputs.set("volShift", from: "--vol-shift", volShift)
    var margin = JSONObject()
    margin["optionRate"] = optionRate.map(JSONValue.number)
    margin["futuresRate"] = futuresRate.map(JSONValue.number)
    margin["liqFee"] = liqFee.map(JSONValue.number)
    inputs.set("margin", from: "the margin", margin.isEmpty ? nil : .object(margin))
    return inputs
  }
}
