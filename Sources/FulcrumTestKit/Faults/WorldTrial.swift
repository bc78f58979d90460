import FulcrumLedger
import FulcrumModel
internal import FulcrumStore

/// The commands of a simulated world through the store that ships, on a disk that breaks once.
///
/// The same commands go through the bare engine first. After the crash the store is opened on a sound
/// disk: it must hold at least what it had acknowledged, its ledger must be the bytes of the engine's
/// after as many commands, its audit clean; then the last commands come again, the rest follows, and
/// both end alike. A disk that lies may damage a history; then that must be said.
public struct WorldTrial: Sendable {
  public let fault: FaultSchedule.Fault
  public let seed: UInt64

  public struct Report: Sendable {
    public var commands = 0
    public var injected: UInt64 = 0
    public var isDetected = false
    public var violations: [String] = []
  }

  public init(_ fault: FaultSchedule.Fault, seed: UInt64) {
    self.fault = fault
    self.seed = seed
  }

  /// One command with what the engine made of it.
  private struct Truth {
    let command: Command
    let receipt: Receipt
    let board: MarkBoard?
    let after: Ledger
  }

  /// - Parameter path: where the trial's store may be made.
  public func run(at path: String, commands: Int = 400) throws -> Report {
    let truths = truths(commands)
    var report = Report()
    report.commands = truths.count
    let store = try LedgerStore(creating: path)
    _ = try store.execute(truths.prefix(20).map(\.command))
    try store.close()
    let disk = FaultDisk(seed: seed)
    var draws = SeededDraws(seed: seed)
    disk.schedule(
      .draw(
        fault, after: 0, within: fault.count == .reads ? 6 : UInt64(truths.count / 4),
        count: fault == .dropSync ? 1000 : 1, using: &draws))
    let acknowledged = 20 + write(truths.dropFirst(20), to: path, on: disk, &draws)
    do {
      try resume(at: path, truths, acknowledged, &report)
    } catch {
      report.isDetected = true
      switch fault {
      case .crash, .full, .writeError, .syncError, .readError:
        report.violations.append("an honest disk damaged the history: \(error)")
      case .dropSync, .flipWritten, .flipRead: break
      }
    }
    report.injected = disk.injected(fault)
    report.violations = report.violations.map { "\(fault.rawValue), seed \(seed): \($0)" }
    return report
  }

  /// Each key once: the journal answers repeats without the engine.
  private func truths(_ count: Int) -> [Truth] {
    var source = CommandSource(seed: seed)
    var engine = Engine()
    var keys: Set<CommandID> = []
    var truths: [Truth] = []
    while truths.count < count {
      let command = source.draw(for: engine.ledger)
      guard keys.insert(command.id).inserted else { continue }
      let receipt = engine.execute(command, prior: nil).receipt
      truths.append(
        Truth(command: command, receipt: receipt, board: engine.board, after: engine.ledger))
    }
    return truths
  }

  /// - Returns: how many were acknowledged before the store stopped.
  private func write(
    _ truths: ArraySlice<Truth>, to path: String, on disk: FaultDisk, _ draws: inout SeededDraws
  ) -> Int {
    guard let store = try? LedgerStore(opening: path, vfs: disk.name) else { return 0 }
    store.snapshotInterval = 60
    defer {
      disk.crash()
      try? store.close()
    }
    var done = 0
    var rest = truths
    while !rest.isEmpty, !disk.hasCrashed {
      let batch = rest.prefix(draws.number(1...12))
      guard (try? store.execute(batch.map(\.command))) != nil else { return done }
      done += batch.count
      rest = rest.dropFirst(batch.count)
    }
    return done
  }

  private func resume(
    at path: String, _ truths: [Truth], _ acknowledged: Int, _ report: inout Report
  ) throws {
    let store = try LedgerStore(opening: path)
    let audit = try store.audit()
    if let found = audit.fault { throw StoreError.corrupt(found) }
    // A refusal of the form of a command is kept under its key and makes no event.
    let kept = Int(store.commandCount)
    if kept < acknowledged {
      report.violations.append("\(acknowledged) acknowledged and \(kept) kept")
      return
    }
    let truth = truths[kept - 1]
    if store.ledger.bytes != truth.after.bytes {
      report.violations.append("after \(kept) commands the ledger is another one")
    }
    if let board = truth.board { store.look(at: board) }
    // The last ones again, and the rest.
    let again = max(0, kept - 10)
    let receipts = try store.execute(truths[again...].map(\.command))
    for (receipt, truth) in zip(receipts, truths[again...])
    where receipt.events != truth.receipt.events || receipt.refusal != truth.receipt.refusal {
      report.violations.append("\(truth.command.id) was answered \(receipt)")
    }
    if store.ledger.bytes != truths[truths.count - 1].after.bytes {
      report.violations.append("after all \(truths.count) commands the ledger is another one")
    }
    try store.close()
  }
}
