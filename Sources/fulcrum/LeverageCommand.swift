import ArgumentParser
import FulcrumWire

struct LeverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leverage", abstract: "Measure the leverage of one position or strategy.",
    discussion: """
      Every measure of one isolated pool: delta leverage on capital at risk, gross leverage, \
      elasticity, the leverage curve, secants, stress and theta drain.

        fulcrum leverage --index 60000 --leg type=call,K=66000,days=7,vol=55%,qty=40
        fulcrum leverage --index 60000 --cash 5000 \\
          --leg type=put,K=55000,days=30,vol=62%,qty=-1 \\
          --leg type=put,K=50000,days=30,vol=68%,qty=1
        fulcrum leverage --index 60000 --currency COIN --cash 0.5 \\
          --leg kind=perp,entry=58000,A=10,qty=6000
        fulcrum leverage --batch < pools.jsonl

      A line of a batch: \
      {"index":60000,"pool":{"currency":"USD","cash":0},"legs":[{"kind":"option",\
      "style":"linear","type":"call","F":60000,"K":66000,"T":0.0191780821917808,\
      "sigma":0.55,"qty":40,"multiplier":1}]}
      """)

  @OptionGroup var pool: PoolOptions
  @Option(
    parsing: .unconditional, help: "Equity of the whole account, USD.", transform: NumberText.number
  )
  var accountEquity: Double?
  @Option(
    parsing: .unconditional,
    help: "Relative moves of the leverage curve, such as -20%,-10%,0,10%,20% (the default).",
    transform: NumberText.ratios)
  var curveShocks: [Double]?
  @Option(
    parsing: .unconditional,
    help: "Relative moves of the stress grid (default -30%,-15%,0,15%,30%).",
    transform: NumberText.ratios)
  var stressSpot: [Double]?
  @Option(
    parsing: .unconditional,
    help: "Relative volatility shifts of the stress grid (default -20%,0,30%).",
    transform: NumberText.ratios)
  var stressVol: [Double]?
  @OptionGroup var options: CalculationOptions

  func run() throws { try calculation.run(inputs()) }

  private var calculation: CalculationRun {
    CalculationRun(question: .leverage, options: options)
  }

  private func inputs() throws -> FlagInputs {
    var inputs = FlagInputs()
    pool.set(into: &inputs)
    inputs.set("accountEquityUsd", from: "--account-equity", accountEquity)
    inputs.set("curveShocks", from: "--curve-shocks", Self.array(curveShocks))
    inputs.set("stressSpot", from: "--stress-spot", Self.array(stressSpot))
    inputs.set("stressVolRel", from: "--stress-vol", Self.array(stressVol))
    return inputs
  }

  private static func array(_ numbers: [Double]?) -> JSONValue? {
    numbers.map { .array($0.map(JSONValue.number)) }
  }
}
