import ArgumentParser
import Foundation
import FulcrumRisk
import FulcrumWire

struct TargetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "target",
    abstract: "Target leverage of each pool under a policy, and the order that restores it.",
    discussion: """
      For every pool: the leverage that the policy allows now, which constraint binds, the no-trade \
      band, and the order in lots, reduce-only or not, or why nothing is done. Pools whose leverage \
      no order can change are steered by money at risk.

        fulcrum target --book book.json --market chain.csv --prices btc_1d.csv --policy policy.yaml
        fulcrum target ... --state state.json --log decisions.json
        fulcrum verify decisions.json

      The log replays every decision. Keys: docs/reference/target.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json }

  @OptionGroup var files: BookOptions
  @Option(help: "Bars of the coin: a CSV file.", completion: .file()) var prices: String
  @Option(help: "Bars of a volatility index in points, such as DVOL.", completion: .file())
  var dvol: String?
  @Option(help: "The policy (fulcrum policy init).", completion: .file()) var policy: String
  @Option(help: "The coin that the prices are of (default: the book's only one).")
  var coin: String?
  @Option(
    help: "What the policy remembers between runs: read where it exists, and written.",
    completion: .file())
  var state: String?
  @Option(help: "Write the decisions for fulcrum verify.", completion: .file()) var log: String?
  @OptionGroup(title: "Valuation") var valuation: ReportValuationOptions
  @Option(help: "table or json.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    var inputs = TargetInputs(
      book: try files.inputs(), prices: try CommandFiles.read(prices),
      policy: try CommandFiles.read(policy))
    inputs.dvol = try dvol.map(CommandFiles.read)
    inputs.coin = coin
    inputs.state = try state.map(Self.state)
    let settings = try valuation.settings()
    let contents: TargetContents
    do throws(ReportRefusal) {
      contents = try TargetBuilder.contents(inputs, settings: settings)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    let bytes =
      format == .json
      ? TargetJSON.render(contents) : Array(TargetTable.render(contents, view: look).utf8)
    try OutputFile.write(bytes, to: output.path)
    if let log { try OutputFile.write(DecisionLog.render(contents), to: log) }
    if let state { try OutputFile.write(PolicyState.render(contents), to: state) }
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }

  /// A state file that is not there yet is an empty one.
  private static func state(_ path: String) throws -> InputBytes {
    guard FileManager.default.fileExists(atPath: path) else {
      return InputBytes(Data(), source: path)
    }
    return try CommandFiles.read(path)
  }
}
