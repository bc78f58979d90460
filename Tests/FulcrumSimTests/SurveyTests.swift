import FulcrumAuditor
import FulcrumLedger
import Testing

@testable import FulcrumTestKit

@Suite("Survey") struct SurveyTests {
  @Test func survey() {
    var seen: [String: (Int, String)] = [:]
    for seed in 1...200 as ClosedRange<UInt64> {
      var world = World(seed: Simulation.mixed(seed, 0))
      var certificate = Certificate()
      for step in 1...400 {
        for v in world.step(&certificate) {
          let key =
            "\(v.invariant.number) " + String(v.seen.map { $0.isNumber ? "#" : $0 }).prefix(110)
          let old = seen[key]
          seen[key] = ((old?.0 ?? 0) + 1, old?.1 ?? "seed \(seed) step \(step): \(v.seen)")
        }
      }
    }
    for (key, value) in seen.sorted(by: { $0.value.0 > $1.value.0 }) {
      print("SURVEY \(value.0) | \(key.prefix(3)) | \(value.1)")
    }
  }
}
