import ArgumentParser
import FulcrumHedgeSolver
import FulcrumModel
import FulcrumRisk
import FulcrumWire

struct HedgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hedge",
    abstract: "Ranked ways to bring one pool back: hedge, reduce, top up, roll, buy a wing.",
    discussion: """
      Each way in whole lots with its spread, fees and margin, and leverage, maximum loss, liquidation \
      prices and remaining risk before and after, measured by the exact engine. What stands in the way \
      is said with by how much.

        fulcrum hedge --book book.json --market chain.csv --pool perp --to leverage=2x
        fulcrum hedge --book book.json --market chain.csv --pool strangle --to delta=0
        fulcrum hedge --book book.json --market chain.csv --pool strangle --to gamma,vega
        fulcrum hedge --book book.json --market chain.csv --pool strangle --to max-loss=0.2

      Exit code 2: no way reaches the target. Keys: docs/reference/hedge.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json }

  @OptionGroup var files: BookOptions
  @Option(help: "The pool, by its id.") var pool: String
  @Option(
    help: ArgumentHelp(
      "Where to: leverage=3x, delta=0 (of profit in the pool's currency), usd-delta=0, gamma,vega or max-loss=AMOUNT in the pool's currency.",
      valueName: "target"), transform: Self.target)
  var to: HedgeTarget
  @Option(
    parsing: .unconditional,
    help: "Share of an exposure that may be left (default: 5%).", transform: Self.share)
  var tolerance: Double = 0.05
  @Option(
    parsing: .unconditional,
    help: """
      Most of a contract, as a share of its open interest, where no sizes are quoted (default: 10%).
      """,
    transform: Self.share)
  var depth: Double = 0.1
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Most of a contract, in coins of the underlying, whatever the market holds (default: no limit).",
      valueName: "coins"))
  var most: Double?
  @Option(
    parsing: .unconditional,
    help: "Fee of an option, of the underlying (default: 0.03%).", transform: NumberText.ratio)
  var optionFee: Double = 0.0003
  @Option(
    parsing: .unconditional,
    help: "Most of an option's fee, of the premium (default: 12.5%).",
    transform: NumberText.ratio)
  var optionCap: Double = 0.125
  @Option(
    parsing: .unconditional,
    help: "Fee of a future or perpetual, of the notional (default: the venue's, by date).",
    transform: NumberText.ratio)
  var futureFee: Double?
  @Option(
    parsing: .unconditional, help: "What capital costs a year (default: 10%).",
    transform: Self.capitalRate)
  var capitalCost: Double = 0.1
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Relative aversion to the risk left: its variance over 30 days costs half of this over equity; 0 for none, 1 is that of logarithmic growth.",
      valueName: "number"))
  var riskAversion: Double = 0
  @Option(
    parsing: .unconditional,
    help: """
      A day's deviation of the basis of a future a year away, of others times the root of their years; \
      0 leaves it out of the risk (default: 0.35%).
      """,
    transform: NumberText.ratio)
  var basisVol: Double = HedgeBasis().deviation
  @Option(
    parsing: .unconditional,
    help: "Share of equity that initial margin leaves free after a way (default: 0%).",
    transform: NumberText.ratio)
  var buffer: Double = 0
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Most that a way may cost, spread, fees and capital, in the pool's currency (default: no limit).",
      valueName: "amount"))
  var budget: Double?
  @Option(
    help: "Instant of valuation, ISO 8601 UTC or epoch (default: the market's newest).",
    transform: ReportValuationOptions.instant)
  var asOf: Timestamp?
  @Option(
    help: "Rates and futures brackets of the margin rule (docs/reference/margin-files.md).",
    completion: .file())
  var margin: String?
  @Option(help: "table or json.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    let request = try request()
    let inputs = try files.inputs()
    let contents: HedgeContents
    do throws(ReportRefusal) {
      contents = try HedgeBuilder.contents(inputs, request)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    let bytes =
      format == .json
      ? HedgeJSON.render(contents) : Array(HedgeTable.render(contents, view: look).utf8)
    try OutputFile.write(bytes, to: output.path)
    if HedgeSolver.available == nil { StandardError.say("fulcrum: \(HedgeSolver.missing)") }
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    let faulty = contents.issues.contains { $0.severity == .error }
    if faulty || !contents.isReachable { throw ExitStatus.partial.exit }
  }

  private func request() throws -> HedgeRequest {
    var request = HedgeRequest(pool: pool, target: to)
    request.tolerance = tolerance
    request.depthShare = depth
    request.costs.capitalRate = capitalCost
    guard riskAversion >= 0, riskAversion <= 1000 else {
      throw ValidationError(
        "--risk-aversion \(riskAversion): give a number from 0 to 1000, such as 2")
    }
    request.riskAversion = riskAversion
    guard basisVol >= 0, basisVol <= 1 else {
      throw ValidationError("--basis-vol \(basisVol): give a rate from 0 to 100%, such as 0.35%")
    }
    request.basisDeviation = basisVol
    guard buffer >= 0, buffer < 1 else {
      throw ValidationError("--buffer \(buffer): give a share from 0 to below 1, such as 10%")
    }
    request.equityBuffer = buffer
    if let budget, !(budget > 0 && budget <= Self.mostAmount) {
      throw ValidationError(
        "--budget \(budget): give an amount above 0 and up to 1e15 in the pool's currency")
    }
    request.budget = budget
    request.costs.optionFee = try Self.fee(optionFee, "--option-fee")
    guard optionCap >= 0, optionCap <= 1 else {
      throw ValidationError("--option-cap \(optionCap): give a share from 0 to 1, such as 12.5%")
    }
    request.costs.premiumFee = optionCap
    request.futureFee = try futureFee.map { try Self.fee($0, "--future-fee") }
    if let most, !(most > 0 && most <= Self.mostAmount) {
      throw ValidationError("--most \(most): give coins above 0 and up to 1e15, such as 25")
    }
    request.mostCoins = most
    request.asOf = asOf
    if let margin { request.margin = try ReportValuationOptions.rule(from: margin) }
    return request
  }

  /// More than all that is traded: what is beyond it is a slip, and no program is solved with it.
  private static let mostAmount = 1e15

  /// Answered with what was typed: 100% is no 1.0.
  private static func share(_ text: String) throws -> Double {
    let value = try NumberText.ratio(text)
    guard value > 0, value < 1 else {
      throw ValidationError("\(text): give a share above 0 and below 100%, such as 5%")
    }
    return value
  }

  private static func capitalRate(_ text: String) throws -> Double {
    let value = try NumberText.ratio(text)
    guard value >= 0, value <= 10 else {
      throw ValidationError("\(text): give a rate from 0 to 1000%, such as 10%")
    }
    return value
  }

  private static func fee(_ value: Double, _ flag: String) throws -> Double {
    guard value >= 0, value <= 0.1 else {
      throw ValidationError("\(flag) \(value): give a rate from 0 to 10%, such as 0.05%")
    }
    return value
  }

  /// leverage=3x, max-loss=500, or exposures with or without =0.
  static func target(_ text: String) throws -> HedgeTarget {
    let parts = Self.parts(text)
    switch parts.first {
    case "leverage" where parts.count == 2:
      let number = parts[1].hasSuffix("x") ? String(parts[1].dropLast()) : parts[1]
      guard let limit = Double(number), limit > 0, limit <= 1e6 else {
        throw ValidationError(
          "\(text): give a leverage above 0 and up to 1000000, such as leverage=3x")
      }
      return .leverage(limit)
    case "max-loss" where parts.count == 2:
      guard let limit = Double(parts[1]), limit >= 0, limit <= mostAmount else {
        throw ValidationError("\(text): give an amount from 0 to 1e15, such as max-loss=500")
      }
      return .maxLoss(limit)
    default: return .neutral(try exposures(text))
    }
  }

  /// Around the first "=", without blanks beside them.
  private static func parts(_ text: some StringProtocol) -> [String] {
    text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
      let start = part.drop { $0.isWhitespace }
      let end = start.lastIndex { !$0.isWhitespace }
      return end.map { String(start[...$0]) } ?? ""
    }
  }

  private static func exposures(_ text: String) throws -> Set<HedgeExposure> {
    let kinds = try text.split(separator: ",").map { word -> HedgeExposure in
      let parts = Self.parts(word)
      guard let kind = HedgeExposure(rawValue: parts[0]), parts.count == 1 || Double(parts[1]) == 0
      else {
        throw ValidationError(
          "\"\(word)\": write leverage=3x, max-loss=AMOUNT, or some of delta=0, usd-delta=0, gamma, "
            + "vega")
      }
      return kind
    }
    guard !kinds.isEmpty else { throw ValidationError("name a target, such as delta=0") }
    guard !kinds.contains(.delta) || !kinds.contains(.usdDelta) else {
      throw ValidationError(
        "\(text): delta is of the pool's coins, usd-delta of their value; name one of them")
    }
    return Set(kinds)
  }
}
