import Foundation
import FulcrumTestKit
import Testing

/// Simulated worlds through the store that ships, on a disk that breaks once.
@Suite("World trials")
struct WorldTrialTests {
  @Test(
    "What was acknowledged is there, and the ledger is the engine's",
    arguments: FaultSchedule.Fault.allCases)
  func trial(_ fault: FaultSchedule.Fault) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "world-trial-\(fault.rawValue)-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var (injected, detected) = (UInt64(0), 0)
    for seed in 1...4 as ClosedRange<UInt64> {
      let report = try WorldTrial(fault, seed: seed).run(
        at: folder.appendingPathComponent("\(seed)").path, commands: 300)
      for violation in report.violations { Issue.record("\(violation)") }
      injected += report.injected
      detected += report.isDetected ? 1 : 0
    }
    print("world trial \(fault.rawValue): \(injected) injected, \(detected) detected")
    // A store reads its file again only now and then: those two may pass by in a few seeds.
    if fault.count != .reads { #expect(injected > 0) }
  }
}
