import ArgumentParser
import FulcrumModel
import FulcrumWire

struct ImpliedVolatilityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "iv", abstract: "Find the volatility that an option's price implies.",
    discussion: """
      The exact inverse of Black-76: undiscounted USD prices, or coin prices of inverse options. \
      A price that no volatility explains is answered with its status, never with a number.

        fulcrum iv --type call --forward 60000 --strike 66000 --days 7 --price 241.67
        fulcrum iv --type put --forward 60000 --strike 55000 --days 30 \\
          --coin-price 0.0125 --tick 0.0001
        fulcrum iv --batch < quotes.jsonl

      A line of a batch: {"type":"call","F":60000,"K":66000,"T":0.0191780821917808,"price":241.67}
      """)

  @Option(help: "call or put.", transform: WordText.choice) var type: OptionRight?
  @Option(
    parsing: .unconditional, help: "Forward of the option's expiry, USD.",
    transform: NumberText.number)
  var forward: Double?
  @Option(parsing: .unconditional, help: "Strike, USD.", transform: NumberText.number) var strike:
    Double?
  @Option(
    parsing: .unconditional, help: "Days to expiry, of 24 hours.", transform: NumberText.number)
  var days: Double?
  @Option(
    parsing: .unconditional, help: "Years of 365 days to expiry, instead of --days.",
    transform: NumberText.number)
  var years: Double?
  @Option(
    parsing: .unconditional, help: "Undiscounted price, USD per coin.", transform: NumberText.number
  )
  var price: Double?
  @Option(
    parsing: .unconditional, help: "Price in coin, instead of --price.",
    transform: NumberText.number)
  var coinPrice: Double?
  @Option(
    parsing: .unconditional,
    help: "Tick of the price given: adds the error bar that half a tick makes.",
    transform: NumberText.number)
  var tick: Double?
  @OptionGroup var options: CalculationOptions

  func run() throws { try calculation.run(inputs()) }

  private var calculation: CalculationRun {
    CalculationRun(question: .iv, options: options)
  }

  private func inputs() throws -> FlagInputs {
    var inputs = FlagInputs()
    inputs.require("type", from: "--type", type.map { .string($0.rawValue) })
    inputs.require("F", from: "--forward", forward)
    inputs.require("K", from: "--strike", strike)
    try inputs.requireTerm(days: days, years: years)
    if price != nil, coinPrice != nil {
      throw ValidationError("--price is in USD and --coin-price in coin; give one of them")
    }
    if coinPrice == nil {
      inputs.require("price", from: "--price", price)
    } else {
      inputs.set("coinPrice", from: "--coin-price", coinPrice)
    }
    inputs.set("tick", from: "--tick", tick)
    return inputs
  }
}
