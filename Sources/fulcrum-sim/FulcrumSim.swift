import ArgumentParser
import Foundation
import FulcrumAuditor
import FulcrumTestKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@main
struct FulcrumSim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fulcrum-sim",
    abstract: "Runs isolated pools through seeded worlds under an independent auditor.",
    discussion: """
      Every step is one command. After each, 22 invariants are held against a second set of books; the \
      first that fails ends the run with the command that repeats it.
      """,
    subcommands: [
      SeedsCommand.self, HistoryCommand.self, CrashWriterCommand.self, CrashCheckCommand.self,
      GoldenCommand.self,
    ],
    defaultSubcommand: SeedsCommand.self)
}

struct SeedsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Seeded worlds; exit 1 where an invariant fails.")

  @Option(help: "One seed.") var seed: UInt64 = 1
  @Option(help: "Many seeds, A..B, both included; instead of --seed.") var seeds: SeedRange?
  @Option(help: "Commands for each seed.") var steps: UInt64 = 20_000
  @Flag(help: "Through the store, on disks that break: every kind of fault for each seed.")
  var faults = false
  @Option(help: "Put a fault between ledger and auditor, to see it caught.") var plant: String?

  func validate() throws {
    guard steps > 0 else {
      throw ValidationError("--steps 0 would check nothing; give 1 or more")
    }
  }

  func run() throws {
    if let plant {
      guard let known = Plant(rawValue: plant) else {
        let names = Plant.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("no fault is called \(plant); there are \(names)")
      }
      return try run(known)
    }
    if faults { return try runFaults() }
    let range = seeds ?? SeedRange(seed...seed)
    var progress = Progress(total: Double(range.values.count) * Double(steps))
    var total = Certificate()
    for seed in range.values {
      var simulation = Simulation(seed: seed)
      do {
        for _ in 0..<steps {
          try simulation.step()
          progress.advance()
        }
        try simulation.finish()
      } catch {
        progress.clear()
        StandardError.write("\(error)\n")
        throw ExitCode(1)
      }
      total.add(simulation.certificate)
    }
    progress.clear()
    print(total.text, terminator: "")
  }
}

extension SeedsCommand {
  private func run(_ plant: Plant) throws {
    let range = seeds ?? SeedRange(1...60)
    guard let found = plant.run(seeds: range.values, steps: 1200) else {
      print("\(plant.rawValue): no chance to plant it in \(range.values.count) seeds")
      throw ExitCode(1)
    }
    for violation in found.prefix(5) { print("\(violation)") }
    guard found.contains(where: { $0.invariant == plant.invariant }) else { throw ExitCode(1) }
    print("\(plant.rawValue): caught under invariant \(plant.invariant.number)")
  }

  private func runFaults() throws {
    let range = seeds ?? SeedRange(seed...seed)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "fulcrum-sim-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for fault in FaultSchedule.Fault.allCases {
      var (injected, detected, commands) = (UInt64(0), 0, 0)
      for seed in range.values {
        let path = folder.appendingPathComponent("\(fault.rawValue)-\(seed)").path
        let report = try WorldTrial(fault, seed: seed).run(at: path, commands: Int(min(steps, 400)))
        for violation in report.violations { StandardError.write("\(violation)\n") }
        if !report.violations.isEmpty {
          StandardError.write("again: fulcrum-sim --faults --seed \(seed) --steps \(steps)\n")
          throw ExitCode(1)
        }
        injected += report.injected
        commands += report.commands
        detected += report.isDetected ? 1 : 0
      }
      print(
        "\(fault.rawValue): \(range.values.count) stores, \(commands) commands, \(injected) "
          + "injected, \(detected) damaged and detected, violations 0")
    }
  }
}

/// `A..B`, both included.
struct SeedRange: ExpressibleByArgument {
  let values: ClosedRange<UInt64>

  init(_ values: ClosedRange<UInt64>) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]),
      let last = UInt64(parts[2]), first <= last, last - first < 1_000_000
    else { return nil }
    values = first...last
  }
}

/// A bar on standard error, where that is a terminal.
struct Progress {
  private let total: Double
  private var done = 0.0
  private var shown = -1
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(total: Double) { self.total = max(1, total) }

  mutating func advance() {
    done += 1
    let part = Int(1000 * done / total)
    guard isTerminal, part != shown else { return }
    shown = part
    let filled = part / 25
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 40 - filled)
    StandardError.write("\r[\(bar)] \(part / 10).\(part % 10) %")
  }

  func clear() {
    if isTerminal { StandardError.write("\r\u{1B}[K") }
  }
}

enum StandardError {
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let sent = Self.send(rest)
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
      }
    }
  }
  private static func send(_ rest: Slice<UnsafeRawBufferPointer>) -> Int {
    #if canImport(Darwin)
      return Darwin.write(
        STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    #elseif canImport(Musl)
      return Musl.write(
        STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    #else
      return Glibc.write(
        STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    #endif
  }
}
