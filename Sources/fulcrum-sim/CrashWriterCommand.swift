import ArgumentParser
import Foundation
import FulcrumLedger
import FulcrumStore
import FulcrumTestKit

/// Writes under load until it is killed, and says what it was told. For `Scripts/crash-loop`.
///
/// Every line is one command that was acknowledged: its key, its events, its refusal. A line is out
/// before the next batch begins, so what a reader of the pipe has seen whole was acknowledged.
struct CrashWriterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crash-writer", abstract: "Write until killed, printing what was acknowledged.",
    shouldDisplay: false)

  @Argument(help: "The store; made where there is none.")
  var store: String

  @Option(help: "Seed of the commands.")
  var seed: UInt64 = 1

  @Option(help: "Commands in a batch at most.")
  var batch = 96

  func run() throws {
    let store =
      FileManager.default.fileExists(atPath: self.store)
      ? try LedgerStore(opening: self.store) : try LedgerStore(creating: self.store)
    // Small, so that a kill also falls into a snapshot.
    store.snapshotInterval = 5000
    var traffic = DiskTraffic(seed: seed)
    // The last that were kept are sent again, and must be answered as they were.
    _ = traffic.next(max(0, Int(store.commandCount) - 200))
    var draws = SeededDraws(seed: seed ^ store.ledger.sequence)
    while true {
      let count = draws.number(1...max(1, batch))
      let receipts = try store.execute(traffic.next(count))
      var text = ""
      for receipt in receipts { text += line(receipt) }
      FileHandle.standardOutput.write(Data(text.utf8))
    }
  }

  private func line(_ receipt: Receipt) -> String {
    let events = receipt.events.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
    return "\(receipt.command) \(events) \(receipt.refusal?.code ?? "-")\n"
  }
}

/// After a kill: everything acknowledged is there, once; nothing is missing; the audit is clean.
struct CrashCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crash-check", abstract: "Compare a store with what its writer was told.",
    shouldDisplay: false)

  @Argument(help: "The store.")
  var store: String

  @Argument(help: "What the writers printed, in order; a last line without its end is left out.")
  var told: String

  @Option(help: "Seed of the commands.")
  var seed: UInt64 = 1

  func run() throws {
    let store = try LedgerStore(opening: self.store)
    let report = try store.audit()
    guard report.isSound else { throw Failure("\(report)") }
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: told)), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    lines.removeLast()
    var lost = 0
    var changed = 0
    for line in lines where try !isKept(line, in: store, &changed) { lost += 1 }
    // The bare engine, fed the same commands, must come to the same ledger.
    var engine = Engine()
    var traffic = DiskTraffic(seed: seed)
    for command in traffic.next(Int(report.commands)) { _ = engine.execute(command, prior: nil) }
    let isSame = engine.ledger == store.ledger
    let replayed = try store.replay().digest == store.digest()
    print(
      "\(lines.count) acknowledged, \(report.commands) kept, \(report.events) events, \(lost) lost, "
        + "\(changed) changed, replay \(replayed ? "equal" : "DIFFERS"), "
        + "ledger \(isSame ? "equal" : "DIFFERS")")
    guard lost == 0, changed == 0, isSame, replayed else { throw ExitCode.failure }
  }

  private func isKept(
    _ line: Substring, in store: LedgerStore, _ changed: inout Int
  ) throws -> Bool {
    let words = line.split(separator: " ")
    guard words.count == 3, let id = CommandID(words[0]) else {
      throw Failure("\(told): \"\(line)\" is not a line of a writer")
    }
    guard let receipt = try store.record(of: id)?.receipt else { return false }
    let events = receipt.events.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
    if events != words[1] || (receipt.refusal?.code ?? "-") != words[2] { changed += 1 }
    return true
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
