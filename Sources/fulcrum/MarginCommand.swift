import ArgumentParser
import FulcrumModel
import FulcrumRisk
import FulcrumWire

struct MarginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "margin",
    abstract: "The same pools under every venue's margin rule, side by side.",
    discussion: """
      For each isolated pool and each rule: initial and maintenance margin, what the venue counts as \
      held, where it would liquidate, the scenario that decides, and how well the rule is known. A \
      rule that does not cover a pool says why; what is inferred says so.

        fulcrum margin --book book.json --market chain.csv
        fulcrum margin --book book.json --market chain.csv --model deribit-standard,deribit-portfolio
        fulcrum margin --book book.json --market chain.csv --pool weekly-strangle --format json

      Rules: fulcrum capabilities. Columns and JSON: docs/reference/margin.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

  @OptionGroup var files: BookOptions
  @Option(
    help: ArgumentHelp(
      "Rules by name, several with commas or repeated; all: every rule in force.",
      valueName: "names"), completion: .list(["all"] + VenueRules.all.map(\.name)))
  var model: [String] = ["all"]
  @Option(help: "Pools by their id; repeat it for more (default: every pool).")
  var pool: [String] = []
  @Option(
    help: "Instant of valuation and of the rules, ISO 8601 UTC or epoch (default: the market's).",
    transform: ReportValuationOptions.instant)
  var asOf: Timestamp?
  @Option(
    help: "Rates and futures brackets of the rule named standard (docs/reference/margin-files.md).",
    completion: .file())
  var margin: String?
  @Option(
    help: "Newer or further parameters of venues' rules (docs/reference/margin.md).",
    completion: .file())
  var parameters: String?
  @Option(help: "table, json or csv.") var format: Format = .table
  @OptionGroup var output: OutputOptions

  func run() throws {
    let look = try output.look()
    let known = try RuleName.parameters(in: try RuleName.read(parameters))
    let entries = try Self.entries(model, among: VenueRules.all(with: known), margin: margin)
    let inputs = try files.inputs()
    let contents: MarginContents
    do throws(ReportRefusal) {
      contents = try MarginBuilder.contents(inputs, rules: entries, pools: pool, asOf: asOf)
    } catch {
      throw CommandRefusal(error.issues.map(\.description))
    }
    try OutputFile.write(render(contents, look), to: output.path)
    if format != .table || output.path != nil {
      for issue in contents.issues { StandardError.say("fulcrum: \(issue)") }
    }
    if !contents.isWhole { throw ExitStatus.partial.exit }
  }

  private func render(_ contents: MarginContents, _ view: ReportView) -> [UInt8] {
    switch format {
    case .table: return Array(MarginTable.render(contents, view: view).utf8)
    case .json: return MarginJSON.render(contents)
    case .csv: return MarginCSV.render(contents)
    }
  }

  /// Rules in the order asked for, each once.
  private static func entries(
    _ names: [String], among all: [VenueRuleEntry], margin: String?
  ) throws -> [VenueRuleEntry] {
    var entries: [VenueRuleEntry] = []
    for name in names.flatMap({ $0.split(separator: ",").map(String.init) }) {
      let found: [VenueRuleEntry]
      if name == "all" {
        found = all.filter { !$0.isSuperseded }
      } else {
        found = [try RuleName.entry(name, among: all, of: "--model", also: "all or ")]
      }
      entries += found.filter { new in !entries.contains { $0.name == new.name } }
    }
    guard !entries.isEmpty else { throw ValidationError("--model: name a rule, or all") }
    guard let margin else { return entries }
    let rule = try ReportValuationOptions.rule(from: margin)
    return entries.map { $0.name == "standard" ? VenueRules.standard(rule) : $0 }
  }
}
