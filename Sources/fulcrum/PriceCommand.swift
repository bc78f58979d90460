import ArgumentParser
import FulcrumModel
import FulcrumWire

struct PriceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "price", abstract: "Value an option with all its Greeks.",
    discussion: """
      Black-76 on the forward of the option's expiry. With --index the option is coin-margined: \
      its price is in coin, with the four deltas of inverse options.

        fulcrum price --type call --forward 60000 --strike 66000 --days 7 --vol 55%
        fulcrum price --type put --forward 60100 --strike 50000 --days 30 --vol 62% --index 60000
        fulcrum price --batch < options.jsonl

      A line of a batch: {"type":"call","F":60000,"K":66000,"T":0.0191780821917808,"sigma":0.55}
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
    parsing: .unconditional, help: "Volatility a year: 55% or 0.55.",
    transform: NumberText.volatility)
  var vol: Double?
  @Option(
    parsing: .unconditional, help: "Continuous USD rate a year (default 0).",
    transform: NumberText.ratio)
  var rate: Double?
  @Option(
    parsing: .unconditional, help: "Index price, USD: the option is coin-margined.",
    transform: NumberText.number)
  var index: Double?
  @OptionGroup var options: CalculationOptions

  func run() throws { try calculation.run(inputs()) }

  private var calculation: CalculationRun {
    CalculationRun(question: .price, options: options)
  }

  private func inputs() throws -> FlagInputs {
    var inputs = FlagInputs()
    inputs.require("type", from: "--type", type.map { .string($0.rawValue) })
    inputs.require("F", from: "--forward", forward)
    inputs.require("K", from: "--strike", strike)
    try inputs.requireTerm(days: days, years: years)
    inputs.require("sigma", from: "--vol", vol)
    inputs.set("r", from: "--rate", rate)
    inputs.set("index", from: "--index", index)
    if rate != nil, index != nil {
      throw ValidationError(
        "--index asks for a coin-margined option, which has no --rate; give one of them")
    }
    return inputs
  }
}
