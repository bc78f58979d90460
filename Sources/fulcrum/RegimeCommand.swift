import ArgumentParser
import FulcrumPricing
import FulcrumWire

/// How volatility is estimated, for the commands that do.
struct OutlookOptions: ParsableArguments {
  @Option(help: "Days of past that a fit sees.") var window: Double = 730
  @Option(help: "Days over which a GARCH forecast is averaged.") var horizon: Double = 30

  func settings(by judge: RegimeCommand.Judge = .threshold) throws -> OutlookSettings {
    do {
      return try OutlookSettings(
        regime: judge == .hmm ? .hidden() : .relative(), windowDays: window, horizonDays: horizon)
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
  var by: Judge = .threshold
  @OptionGroup var estimation: OutlookOptions
  @Option(help: "table or json.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    let inputs = RegimeInputs(
      prices: try CommandFiles.read(prices), dvol: try dvol.map(CommandFiles.read),
      markets: try market.map(CommandFiles.read), coin: coin)
    let settings = try estimation.settings(by: by)
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
}
