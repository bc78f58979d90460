import ArgumentParser
import Foundation
import FulcrumModel
import FulcrumRisk
import FulcrumWire

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Leverage, capital at risk and liquidation of a book, pool by pool, worst first.",
    discussion: """
      Reads positions and markets as venues write them and reports each leg, each isolated pool and \
      the book. What is missing is filled by a stated rule or shown with its reason.

        fulcrum report --book positions.json --market options.csv.gz --market futures.csv
        fulcrum report --book book.json --market chain.csv --pools underlying --collateral '0.5 BTC'
        fulcrum report --book - --market chain.csv --format json < positions.json

      Layouts: docs/reference/book-files.md, docs/reference/market-files.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv, html }

  @Option(help: "Positions: a file, or - for standard input. Plain or gzip.", completion: .file())
  var book: String
  @Option(
    help: """
      Market: tickers, book summaries, chains, futures, instrument lists. Repeat for more files.
      """, completion: .file())
  var market: [String]
  @Option(
    help: ArgumentHelp(
      "Collateral that the book does not carry.",
      discussion: "An amount (0.5 BTC, 'equity 2500 USDC'), an account summary or a table.",
      valueName: "amount|file"), completion: .file())
  var collateral: String?
  @Option(
    help: ArgumentHelp(
      "How legs without a pool are grouped: each, expiry, underlying, or a file.",
      valueName: "rule|file"), completion: .file())
  var pools: String = "each"
  @Option(help: "table, json, csv or html.") var format: Format = .table
  @Option(
    name: [.short, .customLong("output")], help: "Write to a file instead of the terminal.",
    completion: .file())
  var output: String?
  @OptionGroup(title: "Valuation") var valuation: ReportValuationOptions
  @OptionGroup(title: "View") var view: ReportViewOptions

  func run() throws {
    let settings = try valuation.settings()
    let reportView = try view.view(toFile: output != nil)
    let inputs = try readInputs()
    let contents: ReportContents
    do throws(ReportRefusal) {
      contents = try ReportBuilder.contents(inputs, settings: settings)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    try write(render(contents, reportView))
    if let filter = view.filter, reportView.pools(of: contents.report).isEmpty {
      StandardError.say(
        "fulcrum: --filter \"\(filter)\" keeps none of the \(contents.report.pools.count) pools; "
          + "write a part of a pool's name, or a comparison such as leverage>10")
    }
    // The table and the page carry the issues; machine formats do too, but people read this stream.
    if format != .table || output != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    let faulty = contents.issues.contains { $0.severity == .error }
    if faulty || !contents.report.isWhole { throw ExitStatus.partial.exit }
  }

  // MARK: Reading

  private func readInputs() throws -> ReportInputs {
    let names = [book] + market + [collateral, pools].compactMap { $0 }
    guard names.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("- (standard input) can stand for one file only")
    }
    var faults: [Issue] = []
    func read(_ path: String) -> InputBytes? {
      do throws(Issue) { return try InputFile.read(path) } catch {
        faults.append(error)
        return nil
      }
    }
    let bookBytes = read(book)
    let marketBytes = market.compactMap(read)
    let poolingChoice = try pooling(read)
    let collateralChoice = try collateralChoice(read)
    guard faults.isEmpty, let bookBytes, let poolingChoice else {
      throw CommandRefusal(faults.map(\.description))
    }
    return ReportInputs(
      book: bookBytes, markets: marketBytes, pooling: poolingChoice, collateral: collateralChoice)
  }

  private func pooling(_ read: (String) -> InputBytes?) throws -> PoolingChoice? {
    switch pools {
    case "each": return .rule(.eachLeg)
    case "expiry": return .rule(.byExpiry)
    case "underlying": return .rule(.byUnderlying)
    default: return read(pools).map { .file($0) }
    }
  }

  private func collateralChoice(_ read: (String) -> InputBytes?) throws -> CollateralChoice? {
    guard let collateral else { return nil }
    guard let amount = CollateralDocument.amount(collateral) else {
      return read(collateral).map { .file($0) }
    }
    guard let document = amount.value else {
      throw CommandRefusal(amount.issues.map(\.description))
    }
    return .amount(document)
  }

  // MARK: Writing

  private func render(_ contents: ReportContents, _ view: ReportView) -> [UInt8] {
    switch format {
    case .table: return Array(ReportTable.render(contents, view: view).utf8)
    case .json: return ReportJSON.render(contents, view: view)
    case .csv: return ReportCSV.render(contents, view: view)
    case .html: return Array(ReportHTML.render(contents, view: view).utf8)
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    guard let output, output != "-" else { return try StandardOutput.write(bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw CommandRefusal(
        "\(output): cannot be written (\(error.localizedDescription)); name a file in a folder that "
          + "exists and is yours")
    }
  }
}
