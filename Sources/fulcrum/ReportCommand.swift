import ArgumentParser
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

  @OptionGroup var files: BookOptions
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
    let inputs = try files.inputs()
    let contents: ReportContents
    do throws(ReportRefusal) {
      contents = try ReportBuilder.contents(inputs, settings: settings)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    try OutputFile.write(render(contents, reportView), to: output)
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

  private func render(_ contents: ReportContents, _ view: ReportView) -> [UInt8] {
    switch format {
    case .table: return Array(ReportTable.render(contents, view: view).utf8)
    case .json: return ReportJSON.render(contents, view: view)
    case .csv: return ReportCSV.render(contents, view: view)
    case .html: return Array(ReportHTML.render(contents, view: view).utf8)
    }
  }
}
