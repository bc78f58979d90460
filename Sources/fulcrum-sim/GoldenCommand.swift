import ArgumentParser
import Foundation
import FulcrumStore
import FulcrumTestKit

/// Writes the golden journal of a release: `fulcrum-sim golden Tests/Golden/VERSION`.
struct GoldenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden", abstract: "Write the golden journal of a release.",
    shouldDisplay: false)

  @Argument(help: "Folder of the release.")
  var folder: String

  // The first seed whose world reaches all kinds of facts but one in so few steps (--search 600).
  @Option(help: "Seed of the world.")
  var seed: UInt64 = 46

  @Option(help: "Commands.")
  var steps = 400

  @Option(help: "Instead of writing: look through this many seeds for the most kinds of facts.")
  var search: UInt64?

  func run() throws {
    if let search { return look(through: search) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/journal.sqlite"
    let golden = GoldenJournal(seed: seed, steps: steps)
    let report = try golden.write(to: path)
    guard report.isSound else { throw Failure("\(report)") }
    try FileManager.default.removeItem(atPath: path + ".lock")
    let text = """
      ledger \(report.digest)
      chain \(report.hash)
      events \(report.events)
      commands \(report.commands)
      facts \(golden.facts().sorted().joined(separator: " "))

      """
    try text.write(toFile: folder + "/digests.txt", atomically: true, encoding: .utf8)
    print(text, terminator: "")
  }

  private func look(through seeds: UInt64) {
    var best = 0
    for seed in 1...max(1, seeds) {
      let facts = GoldenJournal(seed: seed, steps: steps).facts()
      guard facts.count > best else { continue }
      best = facts.count
      print("seed \(seed): \(facts.count) kinds: \(facts.sorted().joined(separator: " "))")
    }
  }
}
