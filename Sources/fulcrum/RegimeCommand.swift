import ArgumentParser
import FulcrumPricing
import FulcrumWire

/// How volatility is estimated, for the commands that do.
struct OutlookOptions: ParsableArguments {
  @Option(help: "Days of past that a fit sees (default 730).") var window: Double?
  @Option(help: "Days over which a GARCH forecast is averaged (default 30).") var horizon: Double?

  func settings(by judge: RegimeCommand.Judge) throws -> OutlookSettings {
    for (name, value) in [("--window", window), ("--horizon", horizon)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("\(name) is \(value); it must be above 0 days")
      }
    }
    do {
      return try OutlookSettings(
        regime: judge == .hmm ? .hidden() : .relative(), windowDays: window ?? 730,
        horizonDays: horizon ?? 30)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// Reads files for a command, naming every one that cannot be read.
enum CommandFiles {
  static func read(_ path: String) throws -> InputBytes {
    do throws(Issue) { return try InputFile.read(path) } catch {
      throw CommandRefusal(error.description)
    }
  }
}

struct RegimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regime",
    abstract: "Realised, fitted and implied volatility of a price series, and its regime.",
    discussion: """
      Reads bars of 1 minute to 1 day, plain or gzip, with gaps. Prints every estimator annualised on \
      365 days, GARCH and GJR by maximum likelihood with standard errors, HAR, hidden states, the \
      implied index of a chain, and the regime with when and why it last changed.

        fulcrum regime --prices btc_1h.csv.gz
        fulcrum regime --prices btc_1d.csv --dvol dvol.csv --market chain.csv.gz --format json

      --policy takes the thresholds, window and horizon of a policy, so that the regime is the one that \
      target sees.

      Files and keys: docs/reference/regime.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json }
  enum Judge: String, CaseIterable, ExpressibleByArgument { case threshold, hmm }

  @Option(help: "Bars: a CSV file, or - for standard input.", completion: .file())
  var prices: String
  @Option(help: "Bars of a volatility index in points, such as DVOL.", completion: .file())
  var dvol: String?
  @Option(help: "An option chain for the implied index. Repeat for more.", completion: .file())
  var market: [String] = []
  @Option(help: "Coin of a file that holds several (BTC:open, ETH:open, ...).") var coin: String?
  @Option(
    help: "Step of the models: 1d, 1h (default: days where there are 120, else hours, else bars).",
    transform: ReportValuationOptions.duration)
  var step: Int64?
  @Option(
    help: """
      What decides the regime: threshold (volatility over its median) or hmm (the filtered \
      probability of the rougher of two hidden states).
      """)
  var by: Judge?
  @Option(
    help: "A policy whose regime and volatility settings are used, as target does.",
    completion: .file())
  var policy: String?
  @OptionGroup var estimation: OutlookOptions
  @Option(help: "table or json.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    var inputs = RegimeInputs(
      prices: try CommandFiles.read(prices), dvol: try dvol.map(CommandFiles.read),
      markets: try market.map(CommandFiles.read), coin: coin)
    inputs.policy = try policy.map(CommandFiles.read)
    let settings = try settings(inputs.policy)
    let contents: RegimeContents
    do throws(ReportRefusal) {
      contents = try RegimeBuilder.contents(inputs, settings: settings, step: step)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    let bytes =
      format == .json
      ? RegimeJSON.render(contents) : Array(RegimeTable.render(contents, view: look).utf8)
    try OutputFile.write(bytes, to: output.path)
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }

  /// A policy's own, or those of the options; both at once would leave open which of them counts.
  private func settings(_ policy: InputBytes?) throws -> OutlookSettings {
    guard let policy else { return try estimation.settings(by: by ?? .threshold) }
    guard by == nil, estimation.window == nil, estimation.horizon == nil else {
      throw ValidationError("--policy says --by, --window and --horizon; leave these out")
    }
    do throws(YAMLRefusal) { return try PolicyDocument.parse(policy).outlook } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
  }
}
