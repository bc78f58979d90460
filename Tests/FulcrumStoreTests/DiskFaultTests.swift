import Foundation
import FulcrumStore
import FulcrumTestKit
import Testing

/// Faults below SQLite, by seed. `FULCRUM_FAULT_SEEDS=2000` runs more of them; a failure names its seed.
@Suite("Disk faults")
struct DiskFaultTests {
  static let seeds =
    UInt64(
      ProcessInfo.processInfo.environment["FULCRUM_FAULT_SEEDS"] ?? "") ?? 12

  @Test(
    "Nothing acknowledged is lost, doubled or silently changed",
    arguments: FaultSchedule.Fault.allCases)
  func trial(_ fault: FaultSchedule.Fault) throws {
    var injected: UInt64 = 0
    var acknowledged = 0
    var ends: [DiskTrial.End: Int] = [:]
    for seed in 0..<Self.seeds {
      let shop = Workshop()
      let report = try DiskTrial(fault, seed: seed).run(at: shop.path())
      for violation in report.violations { Issue.record("\(violation)") }
      injected += report.injected
      acknowledged += report.acknowledged
      ends[report.end, default: 0] += 1
    }
    // A trial without its fault would prove nothing.
    #expect(injected > 0, "no \(fault.rawValue) came to pass in \(Self.seeds) seeds")
    print(
      "disk fault \(fault.rawValue): \(Self.seeds) seeds, \(injected) injected, "
        + "\(acknowledged) commands acknowledged, \(ends[.whole] ?? 0) whole, "
        + "\(ends[.detected] ?? 0) damaged and detected")
  }
}
