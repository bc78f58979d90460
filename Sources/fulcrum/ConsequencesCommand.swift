import ArgumentParser
import Foundation
import FulcrumModel
import FulcrumPricing
import FulcrumRisk
import FulcrumWire

struct ConsequencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consequences",
    abstract: "What too much and too little leverage does to one pool, by simulation.",
    discussion: """
      The pool and multiples of it at the same equity meet the same simulated paths and are liquidated \
      by their own margin rule on the way: growth, outcomes, liquidation, drawdown, what a wrong size \
      costs, and the bad debt beyond the pool, each with its error. Ctrl-C reports what is done.

        fulcrum consequences --book book.json --market chain.csv --pool weekly-strangle
        fulcrum consequences --book book.json --market chain.csv --pool perp --model merton \\
          --drift 20% --horizon 30d --format html -o consequences.html
        fulcrum consequences --book book.json --market chain.csv --pool perp --model bootstrap \\
          --prices btc_1h.csv.gz
        fulcrum consequences --book book.json --market chain.csv --pool weekly-strangle \\
          --rule deribit-portfolio

      Models, numbers and keys: docs/reference/consequences.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, html }

  @OptionGroup var files: BookOptions
  @Option(help: "The pool, by its id.") var pool: String
  @OptionGroup(title: "Law of the index") var law: ConsequenceLawOptions
  @OptionGroup(title: "Simulation") var simulation: ConsequenceRunOptions
  @Option(
    help: "Instant of valuation, ISO 8601 UTC or epoch (default: the market's newest).",
    transform: ReportValuationOptions.instant)
  var asOf: Timestamp?
  @Option(
    help:
      "Rates of the rule named standard, and the liquidation fee of any (docs/reference/margin-files.md).",
    completion: .file())
  var margin: String?
  @Option(
    help: ArgumentHelp(
      "What liquidates the pool: a rule of `fulcrum margin`.",
      valueName: "name"), completion: .list(VenueRules.all.map(\.name)))
  var rule: String = "standard"
  @Option(
    help: "Newer or further parameters of venues' rules (docs/reference/margin.md).",
    completion: .file())
  var parameters: String?
  @Option(help: "table, json or html.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    var request = ConsequenceRequest(pool: pool)
    request.asOf = asOf
    if let margin { request.margin = try ReportValuationOptions.rule(from: margin) }
    // The standard rule with its rates is followed leg by leg, which is faster.
    if rule == "standard" {
      guard parameters == nil else {
        throw ValidationError("--parameters are those of venues' rules; name one by --rule")
      }
    } else {
      let file = try RuleName.read(parameters)
      let rules = VenueRules.all(with: try RuleName.parameters(in: file))
      request.rule = try RuleName.entry(rule, among: rules, of: "--rule")
      request.ruleParameters = file
    }
    try law.fill(&request)
    try simulation.fill(&request)
    let inputs = try files.inputs()
    let progress = RunProgress(what: "paths")
    let contents: ConsequenceContents
    do throws(ReportRefusal) {
      contents = try ConsequenceBuilder.contents(inputs, request) {
        progress.show(done: $0.done, total: $0.total)
      }
    } catch {
      progress.finish()
      throw CommandRefusal(error.issues.map(\.description))
    }
    progress.finish()
    try OutputFile.write(render(contents, look), to: output.path)
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }

  private func render(_ contents: ConsequenceContents, _ view: ReportView) -> [UInt8] {
    switch format {
    case .table: Array(ConsequenceTable.render(contents, view: view).utf8)
    case .json: ConsequenceJSON.render(contents)
    case .html: Array(ConsequenceHTML.render(contents).utf8)
    }
  }
}

/// How the index moves.
struct ConsequenceLawOptions: ParsableArguments {
  @Option(
    help: "gbm, merton, kou, heston, bates or bootstrap (default: gbm).",
    completion: WordText.completion(ConsequenceRequest.Model.self), transform: WordText.choice)
  var model: ConsequenceRequest.Model = .gbm
  @Option(
    help: "Volatility of the index in all, jumps included (default: at the money, 30 days).",
    transform: NumberText.volatility)
  var vol: Double?
  @Option(
    parsing: .unconditional, help: "Drift a year beyond what cash earns: 20% or 0.2.",
    transform: NumberText.ratio)
  var drift: Double = 0
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Numbers of the model, such as jumpsPerYear=12,jumpMean=-0.03.", valueName: "name=number"))
  var numbers: [String] = []
  @Option(help: "Bars for the bootstrap, plain or gzip.", completion: .file())
  var prices: String?
  @Option(help: "Coin of a price file that holds several.") var coin: String?

  func fill(_ request: inout ConsequenceRequest) throws {
    request.model = model
    request.settings.drift = drift
    if let vol {
      guard vol > 0, vol <= 20 else {
        throw ValidationError("--vol \(vol): give a volatility above 0, such as 60%")
      }
      request.volatility = vol
    }
    for pair in numbers.flatMap({ $0.split(separator: ",") }) {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
        throw ValidationError("--numbers \(pair): write name=number, such as jumpMean=-0.03")
      }
      request.parameters[parts[0]] = value
    }
    if let prices {
      guard model == .bootstrap else {
        throw ValidationError("--prices: only --model bootstrap draws from prices")
      }
      do throws(Issue) { request.prices = try InputFile.read(prices) } catch {
        throw CommandRefusal(error.description)
      }
    } else if model == .bootstrap {
      throw ValidationError("--model bootstrap draws from prices; add --prices FILE")
    }
    request.coin = coin
  }
}

/// How much is simulated, and of what.
struct ConsequenceRunOptions: ParsableArguments {
  @Option(help: "Paths.") var paths: Int = 65_536
  @Option(
    help: "Horizon: 7d, 12h (default: 30d, or the last expiry where that is sooner).",
    transform: ReportValuationOptions.duration)
  var horizon: Int64?
  @Option(
    help: "Largest step: 1h, 6h, 1d (default: 6h; bootstrap takes a bar a step).",
    transform: ReportValuationOptions.duration)
  var step: Int64?
  @Option(help: "Seed of the draws.") var seed: UInt64 = 1
  @Option(
    help: "Draws of the index: random, or sobol for smaller errors in the same time.",
    completion: WordText.completion(PathSampling.self), transform: WordText.choice)
  var sampling: PathSampling = .random
  @Option(help: "Leverages on equity to look at: 1x,2x,5x.", transform: Self.leverages)
  var leverage: [Double]?
  @Option(help: "Multiples of the pool's size to look at: 0,0.5,1,2.", transform: Self.list)
  var multiples: [Double]?
  @Option(help: "Wealth that growth is measured on, USD (default: the account's equity).")
  var wealth: Double?
  @Option(
    help: "What a liquidation closes: partial or full (default: partial).",
    completion: WordText.completion(ConsequenceSettings.LiquidationRule.self),
    transform: WordText.choice)
  var liquidation: ConsequenceSettings.LiquidationRule = .partial
  @Option(help: "Tail of the expected shortfall (default: 5%).", transform: NumberText.ratio)
  var tail: Double = 0.05
  @Option(help: "A drawdown that counts (default: 20%).", transform: NumberText.ratio)
  var drawdown: Double = 0.2
  @Option(
    help: "Share of equity at which a pool is ruined (default: 10%).",
    transform: NumberText.ratio)
  var ruin: Double = 0.1
  @Flag(help: "Leave out the second run that checks convergence.") var unchecked = false

  func fill(_ request: inout ConsequenceRequest) throws {
    guard leverage == nil || multiples == nil else {
      throw ValidationError("--leverage and --multiples ask for the same; give one")
    }
    let year = 31_536_000_000.0
    if let horizon {
      guard horizon > 0 else {
        throw ValidationError("--horizon 0: give a time above 0, such as 30d")
      }
      request.horizon = Double(horizon) / year
    }
    if let step {
      guard step > 0 else { throw ValidationError("--step 0: give a time above 0, such as 6h") }
      guard request.model != .bootstrap else {
        throw ValidationError("--step: bootstrap takes a bar a step; give shorter bars instead")
      }
      request.settings.step = Double(step) / year
    }
    guard sampling == .random || request.model != .bootstrap else {
      throw ValidationError(
        "--sampling sobol: resampled returns have no order for Sobol points; take random")
    }
    request.settings.paths = paths
    request.settings.seed = seed
    request.settings.sampling = sampling
    request.leverages = leverage
    request.multiples = multiples
    if let wealth {
      guard wealth > 0, wealth.isFinite else {
        throw ValidationError("--wealth \(wealth): give an amount in USD above 0")
      }
      request.wealthUsd = wealth
    }
    request.settings.liquidation = liquidation
    request.settings.tail = tail
    request.settings.drawdown = drawdown
    request.settings.ruin = ruin
    request.settings.checksConvergence = !unchecked
  }

  static func list(_ text: String) throws -> [Double] {
    let numbers = try text.split(separator: ",").map { try NumberText.number(String($0)) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("write numbers of 0 or more, such as 0,0.5,1,2")
    }
    return Array(Set(numbers)).sorted()
  }

  static func leverages(_ text: String) throws -> [Double] {
    try list(
      text.split(separator: ",").map { $0.hasSuffix("x") ? $0.dropLast() : $0 }
        .joined(separator: ","))
  }
}
