import ArgumentParser
import FulcrumModel
import FulcrumWire

struct SurfaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "surface",
    abstract: "Volatility surfaces fitted to a chain, free of arbitrage, with what was left out.",
    discussion: """
      For each coin and expiry: forward, volatility and skew at the money, parameters, how far the \
      smile is from the quotes, arbitrage flags, the quotes rejected by reason and the models \
      passed over.

        fulcrum surface --market chain.csv
        fulcrum surface --market chain.csv --market futures.csv --coin BTC
        fulcrum surface --market chain.csv --format html -o surface.html

      Columns and JSON: docs/reference/surface.md. Method: docs/numerics/surface.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv, html }

  @Option(
    help: """
      Market: tickers, book summaries, chains, futures, or - for standard input. Repeat for more.
      """, completion: .file())
  var market: [String]
  @Option(help: "Coins to fit, repeated for more (default: every coin with options).")
  var coin: [String] = []
  @Option(
    help: "Instant of valuation, ISO 8601 UTC or epoch (default: the market's newest).",
    transform: ReportValuationOptions.instant)
  var asOf: Timestamp?
  @Option(
    help: "Quotes further than this from it have no part: 90s, 15m, 2h, 1d.",
    transform: ReportValuationOptions.duration)
  var stale: Int64 = 15 * 60 * 1000
  @Option(help: "table, json, csv or html.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look(columns: 140)
    var request = SurfaceRequest()
    request.coins = coin
    request.asOf = asOf
    request.settings.staleAfterMilliseconds = stale
    let documents = try inputs()
    let contents: SurfaceContents
    do throws(ReportRefusal) {
      contents = try SurfaceReading.contents(documents, request)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    try OutputFile.write(render(contents, look), to: output.path)
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if let nothing = contents.nothingFitted { throw CommandRefusal(nothing.description) }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }

  /// Every file that cannot be read is named, not just the first.
  private func inputs() throws -> [InputBytes] {
    guard market.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("- (standard input) can stand for one file only")
    }
    var faults: [Issue] = []
    var inputs: [InputBytes] = []
    for path in market {
      do throws(Issue) { inputs.append(try InputFile.read(path)) } catch { faults.append(error) }
    }
    guard faults.isEmpty else { throw CommandRefusal(faults.map(\.description)) }
    return inputs
  }

  private func render(_ contents: SurfaceContents, _ view: ReportView) -> [UInt8] {
    switch format {
    case .table: return Array(SurfaceTable.render(contents, view: view).utf8)
    case .json: return SurfaceJSON.render(contents)
    case .csv: return SurfaceCSV.render(contents)
    case .html: return Array(SurfaceHTML.render(contents).utf8)
    }
  }
}
