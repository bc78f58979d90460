import ArgumentParser
import FulcrumWire

/// Where a result goes, and what the place can show.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "Write to a file instead of the terminal.",
    completion: .file())
  var path: String?
  @Option(help: "Columns of the table (default: 120; of a surface 140).") var width: Int?
  @Flag(help: "No colour, whatever the terminal.") var noColor = false

  func look(columns: Int = 120) throws -> ReportView {
    try ReportViewOptions.look(width: width ?? columns, noColor: noColor, toFile: path != nil)
  }
}
