internal import FulcrumLedger
internal import FulcrumStore

/// One store on a disk that breaks once: commands are sent until the store stops or all are answered;
/// then the power fails, the store is opened on a sound disk, and what it holds is compared with what it
/// had acknowledged.
///
/// The judge is the bare engine, which knows nothing of files: whatever happens, the answered commands
/// and those sent again afterwards must give the ledger that the engine gives.
public struct DiskTrial {
  public let fault: FaultSchedule.Fault
  public let seed: UInt64

  public enum End: String, Hashable, Sendable {
    /// Everything acknowledged is there, once and in order; the audit is clean.
    case whole
    /// The store or its audit says that the history is damaged, and where.
    case detected
  }

  public struct Report: Sendable {
    public let end: End
    /// What was said on detection.
    public let words: String
    /// Commands acknowledged before the fault stopped the store, or all.
    public let acknowledged: Int
    /// Faults that came to pass.
    public let injected: UInt64
    /// What must not be; empty where all is well.
    public let violations: [String]
  }

  public init(_ fault: FaultSchedule.Fault, seed: UInt64) {
    self.fault = fault
    self.seed = seed
  }

  private static let batches = 24

  /// - Parameter path: where the trial's store may be made.
  public func run(at path: String) throws -> Report {
    var draws = SeededDraws(seed: seed &* 0x9E37 &+ UInt64(fault.rawValue.utf8.count))
    var traffic = DiskTraffic(seed: seed)
    let first = traffic.next(40)
    let store = try LedgerStore(creating: path)
    var answered = try store.execute(first)
    try store.close()

    // Every third trial has batches that are decided on a second thread.
    let sizes = seed.isMultiple(of: 3) ? 40...120 : 1...24
    let batches = (0..<Self.batches).map { _ in traffic.next(draws.number(sizes)) }
    let disk = FaultDisk(seed: seed)
    let stopped = try send(batches, to: path, on: disk, &draws, &answered)
    let all = first + batches.flatMap { $0 }
    return judge(all, answered, at: path, disk, stopped)
  }

  /// - Returns: why the store stopped; nil where it answered everything.
  private func send(
    _ batches: [[Command]], to path: String, on disk: FaultDisk,
    _ draws: inout SeededDraws, _ answered: inout [Receipt]
  ) throws -> StoreError? {
    disk.schedule(
      .draw(
        fault, after: 0, within: span, count: fault == .dropSync ? 1000 : 1, using: &draws))
    let store: LedgerStore
    do {
      store = try LedgerStore(opening: path, vfs: disk.name)
      store.snapshotInterval = 60
      if isBusy { try store.tune(checkpointPages: 16, cachePages: 10) }
    } catch {
      return error
    }
    // The power fails while the store is open, whatever has happened before.
    defer {
      disk.crash()
      try? store.close()
    }
    for batch in batches {
      do {
        answered += try store.execute(batch)
      } catch .diskFull {
        // Room again: the same store goes on, and the same commands are accepted.
        disk.heal()
        do { answered += try store.execute(batch) } catch { return error }
      } catch {
        return error
      }
      if disk.hasCrashed { break }
    }
    return nil
  }

  /// Every other trial has a small log and cache: pages are carried into the database and read again.
  private var isBusy: Bool { seed.isMultiple(of: 2) }

  /// About as many operations as the traffic makes, so that a fault falls anywhere in it.
  private var span: UInt64 {
    switch fault.count {
    case .changes: isBusy ? 800 : 260
    case .writes: isBusy ? 700 : 240
    case .syncs: isBusy ? 80 : 24
    case .reads: isBusy ? 120 : 12
    }
  }

  // MARK: Judgement

  private func judge(
    _ all: [Command], _ answered: [Receipt], at path: String, _ disk: FaultDisk,
    _ stopped: StoreError?
  ) -> Report {
    var violations: [String] = []
    var end = End.whole
    var words = stopped.map { "\($0)" } ?? ""
    do {
      let store = try LedgerStore(opening: path)
      let report = try store.audit()
      if let found = report.fault { throw StoreError.corrupt(found) }
      try compare(store, all, answered, report, &violations)
      try store.close()
    } catch {
      end = .detected
      words = "\(error)"
      // Honest disks that only fail or lose power damage nothing.
      switch fault {
      case .crash, .full, .writeError, .syncError, .readError:
        violations.append("an honest disk damaged the history: \(error)")
      case .dropSync, .flipWritten, .flipRead: break
      }
    }
    return Report(
      end: end, words: words, acknowledged: answered.count, injected: disk.injected(fault),
      violations: violations.map { "\(fault.rawValue), seed \(seed): \($0)" })
  }

  private func compare(
    _ store: LedgerStore, _ all: [Command], _ answered: [Receipt], _ report: AuditReport,
    _ violations: inout [String]
  ) throws {
    var engine = Engine()
    let truth = all.map { engine.execute($0, prior: nil).receipt }
    for (receipt, told) in zip(answered, truth) where receipt != told {
      violations.append("answered \(receipt), should be \(told)")
    }
    for receipt in answered {
      guard let kept = try store.record(of: receipt.command) else {
        violations.append("lost: \(receipt.command) was acknowledged")
        continue
      }
      if kept.receipt.events != receipt.events || kept.receipt.refusal != receipt.refusal {
        violations.append("changed: \(receipt.command) was acknowledged otherwise")
      }
    }
    if try store.replay().digest != store.digest() || report.digest != store.digest() {
      violations.append("the replay gives another ledger")
    }
    // A batch is there whole or not at all, so sending everything again completes the history.
    let again = try store.execute(all)
    for (receipt, told) in zip(again, truth)
    where receipt.events != told.events || receipt.refusal != told.refusal {
      violations.append("sent again, \(receipt.command) is \(receipt), should be \(told)")
    }
    if store.ledger != engine.ledger { violations.append("the ledger is not the engine's") }
    let after = try store.audit()
    if !after.isSound { violations.append("after sending again: \(after)") }
  }
}
