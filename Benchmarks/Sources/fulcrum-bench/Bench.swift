import Foundation

/// Prints medians of nine with the load of the machine.
///
///     fulcrum-bench FULCRUM FOLDER
///
/// FULCRUM is the released program; FOLDER holds what `Scripts/demo/large` writes.
@main
struct Bench {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.dropFirst() == ["ledger"] {
      print(Figure.heading)
      ledgerFigures()
      return
    }
    if arguments.count == 3, arguments[1] == "store" {
      print(Figure.heading)
      try storeFigures(in: arguments[2])
      return
    }
    if arguments.count == 4, arguments[1] == "program" {
      print(Figure.heading)
      try programFigures(fulcrum: arguments[2], folder: arguments[3])
      return
    }
    if arguments.dropFirst() == ["surface"] {
      print(Figure.heading)
      surfaceFigures()
      return
    }
    if arguments.count == 4, arguments[1] == "paths", let paths = Int(arguments[2]),
      let seed = UInt64(arguments[3])
    {
      return try foresightLine(paths: paths, seed: seed)
    }
    if arguments.dropFirst() == ["foresight"] {
      print(Figure.heading)
      foresightFigures()
      return
    }
    if arguments.dropFirst() == ["hedge"] {
      print(Figure.heading)
      hedgeFigures()
      return
    }
    // `volatility [FOLDER]`: with a folder the series are written there, for Benchmarks/Peers.
    if arguments.count > 1, arguments[1] == "volatility" {
      if arguments.count > 2 { try VolatilitySeries.write(to: arguments[2]) }
      print(Figure.heading)
      volatilityFigures()
      return
    }
    if arguments.dropFirst() == ["kernels"] { return KernelTable.print() }
    if arguments.dropFirst() == ["gate"] { exit(KernelTable.gate() ? 0 : 1) }
    if arguments.count == 4, arguments[1] == "serve" {
      return try PeerServer(book: arguments[2], hard: arguments[3]).run()
    }
    guard arguments.count == 3 else {
      FileHandle.standardError.write(
        Data(
          ("usage: fulcrum-bench FULCRUM FOLDER | program FULCRUM FOLDER | kernels | gate | ledger "
            + "| surface | foresight | hedge | paths PATHS SEED | volatility [FOLDER] | store FOLDER | serve BOOK HARD\n")
            .utf8
        ))
      exit(64)
    }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    print("\(cores) cores, load \(String(format: "%.2f", Figure.load)) at the start")
    KernelTable.print()
    print("\n" + Figure.heading)
    kernelFigures()
    surfaceFigures()
    ledgerFigures()
    try storeFigures(in: arguments[2])
    volatilityFigures()
    foresightFigures()
    hedgeFigures()
    try programFigures(fulcrum: arguments[1], folder: arguments[2])
  }

  private static func programFigures(fulcrum: String, folder: String) throws {
    try figure("start and stop of the program", fulcrum, ["--version"])
    let chain = ["--market", folder + "/chain.json"]
    for legs in [1, 10, 1000, 10_000] {
      let name =
        legs == 1
        ? "read 2,000 instruments, report 1 leg" : "report, \(legs) legs, 2,000 instruments"
      let book = ["report", "--book", folder + "/book-\(legs).json"]
      try figure(name, fulcrum, book + chain + ["--format", "json"])
    }
    try figure(
      "the same, time and volatility surface of all", fulcrum,
      ["report", "--book", folder + "/book-10000.json"] + chain + ["--format", "json", "--full"])
    for rows in [10_000, 100_000] {
      for command in ["price", "iv"] {
        try figure(
          "\(command) --batch, \(rows) lines", fulcrum, [command, "--batch"],
          input: folder + "/\(command)-\(rows).jsonl")
      }
    }
  }

  private static func figure(
    _ name: String, _ fulcrum: String, _ arguments: [String], input: String? = nil
  ) throws {
    var peak = 0.0
    let samples = try Samples {
      let run = try ProgramRun(fulcrum, arguments, input: input)
      peak = max(peak, run.peakMegabytes)
      return run.seconds * 1000
    }
    Figure(
      name: name, unit: "ms", samples: samples, note: "peak \(Int(peak.rounded(.up))) MB"
    ).print()
  }
}
