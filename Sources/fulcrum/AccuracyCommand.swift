import ArgumentParser
import Foundation
import FulcrumNumerics
import FulcrumWire

struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy", abstract: "Print the worst errors of the kernels, by level.",
    discussion: """
      Prices, Greeks and implied volatilities of seeded random options (the chain, short lives, \
      wings, long lives) through the batch kernels at every level of this processor, against \
      80-bit arithmetic. An error is a fraction of what the numerical standard allows it (1 is the \
      limit), that of the price also of max(F, K).

        fulcrum accuracy
        fulcrum accuracy --options 100000
      """)

  @Option(help: "Options to draw, 4 to 1,000,000.") var options = 20_000

  func validate() throws {
    guard (4...1_000_000).contains(options) else {
      throw ValidationError("--options is \(options); give 4 to 1000000")
    }
  }

  func run() throws {
    guard let table = KernelAccuracy.measured(options: options) else {
      try StandardOutput.say(
        "this machine has no 80-bit arithmetic to judge with; use x86-64 Linux")
      throw ExitStatus.refused.exit
    }
    func line(_ cells: [String]) -> String {
      cells.enumerated().map { place, cell in
        place < 2
          ? cell.padding(toLength: place == 0 ? 26 : 11, withPad: " ", startingAt: 0)
          : String(repeating: " ", count: max(10 - cell.count, 1)) + cell
      }.joined()
    }
    try StandardOutput.say(line(["worst error of", "as share of"] + table.levels.map(\.rawValue)))
    for row in table.rows {
      let cells = table.levels.map { String(format: "%.2g", row.worst[$0] ?? 0) }
      try StandardOutput.say(line([row.name, row.scale] + cells))
    }
    let failed = table.rows.contains { row in
      row.scale == "allowed" && row.worst.values.contains { !($0 <= 1) }
    }
    if failed { throw ExitStatus.refused.exit }
  }
}
