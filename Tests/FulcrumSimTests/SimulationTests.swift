import FulcrumAuditor
import FulcrumLedger
import FulcrumTestKit
import Testing

/// Seeded worlds under the auditor. A failure names its seed and the command that repeats it.
@Suite("Simulation")
struct SimulationTests {
  @Test("200 seeds hold all invariants, and reach every fact and every refusal")
  func seeds() throws {
    var total = Certificate()
    for seed in 1...200 as ClosedRange<UInt64> {
      var simulation = Simulation(seed: seed)
      try simulation.run(steps: 400)
      total.add(simulation.certificate)
    }
    print(total.text)
    for invariant in Invariant.allCases where invariant.isJudgedInRuns {
      #expect(total.checks[invariant.number] > 0, "\(invariant) was never looked at")
    }
    for fact in Self.facts { #expect(total.facts[fact] ?? 0 > 0, "no \(fact) was reached") }
    for code in Self.codes { #expect(total.refusals[code] ?? 0 > 0, "no \(code) was reached") }
    #expect(Set(total.facts.keys).subtracting(Self.facts) == [])
    #expect(Set(total.refusals.keys).subtracting(Self.codes) == [])
  }

  /// What long runs have found, in the worlds that showed it: a haircut on open and settled profits of
  /// one pool together, interest taken for a fee, a bound on doubles that forgot what cancels, and a
  /// step of several fills whose roundings add up.
  @Test(
    "Seeds that found a fault hold now",
    arguments: [
      (UInt64(1067), UInt64(6200)), (31, 13_800), (5176, 3200), (5563, 3200), (6297, 200),
    ])
  func found(seed: UInt64, steps: UInt64) throws {
    var simulation = Simulation(seed: seed)
    try simulation.run(steps: steps)
    #expect(simulation.certificate.steps == steps)
  }

  @Test("The same seed gives the same digest; another seed another")
  func digest() throws {
    var first = Simulation(seed: 7)
    var second = Simulation(seed: 7)
    var other = Simulation(seed: 8)
    try first.run(steps: 800)
    try second.run(steps: 800)
    try other.run(steps: 800)
    #expect(first.certificate == second.certificate)
    #expect(first.certificate.digest != other.certificate.digest)
  }

  private static let facts: Set<String> = [
    "ownerOpened", "contractListed", "rulesSet", "deposited", "withdrawn", "endowed", "poolOpened",
    "funded", "released", "pledged", "unpledged", "converted", "leverageCapped", "filled",
    "charged", "ticked", "accrued", "sampled", "priced", "settled", "frozen", "thawed", "warned",
    "calmed", "liquidationBegan", "liquidationEnded", "liquidated", "backstopped", "bankrupted",
    "insuranceDrawn", "commonDrawn", "deleveraged", "haircut", "shortfall", "closed", "refused",
  ]

  private static let codes: Set<String> = [
    "key-reused", "name-invalid", "amount-not-positive", "amount-too-large", "lots-zero",
    "lots-too-many", "price-invalid", "cap-invalid", "rate-invalid", "rules-invalid",
    "contract-invalid", "owner-unknown", "pool-unknown", "contract-unknown", "market-unknown",
    "name-taken", "contract-listed", "asset-mismatch", "time-backwards", "pool-closed",
    "pool-bankrupt", "pool-liquidating", "pool-frozen", "pool-not-frozen", "pool-not-flat",
    "contract-expired", "contract-not-expired", "contract-delivered", "not-reducing",
    "wallet-short", "collateral-short", "market-unknown-yet", "market-stale", "valuation",
    "initial-margin-short", "withdrawal-short", "size-out-of-range", "outflow-gated",
    "price-out-of-band", "fee-beyond-equity", "rebate-too-large",
    "market-not-accepted", "beyond-loss-cap",
  ]
}
