import ArgumentParser
import FulcrumWire

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "A leverage policy through real history, beside fixed leverage of 3, 5 and 10.",
    discussion: """
      Walks forward: fits see the window behind them, a decision at a bar's close is filled at the \
      next open. Growth, drawdown, liquidations, turnover, fees, slippage and funding, and the crash \
      windows that the series covers. Ctrl-C reports what is done.

        fulcrum backtest --prices btc_1h.csv.gz --policy policy.yaml --strategy strategy.yaml
        fulcrum backtest --prices btc_1h.csv.gz --funding funding.csv --dvol dvol.csv \\
          --policy policy.yaml --strategy strategy.yaml --format html -o backtest.html

      Files, keys and assumptions: docs/reference/backtest.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, html }

  @Option(help: "Bars: a CSV file, or - for standard input.", completion: .file())
  var prices: String
  @Option(help: "Funding rates of the perpetual.", completion: .file()) var funding: String?
  @Option(help: "Bars of a volatility index in points, such as DVOL.", completion: .file())
  var dvol: String?
  @Option(help: "The policy (fulcrum policy init).", completion: .file()) var policy: String
  @Option(help: "What is traded, with what capital and costs.", completion: .file())
  var strategy: String
  @Option(help: "Coin of a file that holds several (BTC:open, ETH:open, ...).") var coin: String?
  @Option(help: "table, json or html.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    var inputs = BacktestInputs(
      prices: try CommandFiles.read(prices), policy: try CommandFiles.read(policy),
      strategy: try CommandFiles.read(strategy))
    inputs.funding = try funding.map(CommandFiles.read)
    inputs.dvol = try dvol.map(CommandFiles.read)
    inputs.coin = coin
    let progress = RunProgress(what: "bars")
    let contents: BacktestContents
    do throws(ReportRefusal) {
      contents = try BacktestBuilder.contents(inputs) {
        progress.show(done: $0.done, total: $0.total)
      }
    } catch {
      progress.finish()
      throw CommandRefusal(error.issues.map(\.description))
    }
    progress.finish()
    let bytes: [UInt8]
    switch format {
    case .table: bytes = Array(BacktestTable.render(contents, view: look).utf8)
    case .json: bytes = BacktestJSON.render(contents)
    case .html: bytes = Array(BacktestHTML.render(contents).utf8)
    }
    try OutputFile.write(bytes, to: output.path)
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }
}
