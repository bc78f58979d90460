import FulcrumAuditor
import FulcrumLedger
import Testing

@testable import FulcrumTestKit

/// What the auditor makes of a history alone, without commands and markets.
@Suite("Histories")
struct HistoryAuditorTests {
  private static func journal(seed: UInt64, steps: Int) -> [Event] {
    var source = CommandSource(seed: seed)
    var engine = Engine()
    var records: [CommandID: CommandRecord] = [:]
    var events: [Event] = []
    for _ in 0..<steps {
      let command = source.draw(for: engine.ledger)
      let outcome = engine.execute(command, prior: records[command.id])
      if let record = outcome.record { records[command.id] = record }
      events += outcome.events
    }
    return events
  }

  /// - Returns: findings, and the auditor with its counts.
  private static func walk(_ events: [Event]) -> HistoryAuditor {
    var judge = HistoryAuditor()
    var ledger = Ledger()
    for event in events {
      guard judge.take(event, on: ledger) else { return judge }
      ledger.apply(event)
    }
    judge.finish(ledger)
    return judge
  }

  @Test("Histories of simulated worlds are sound, and all that they can show is looked at")
  func sound() {
    var checks: [Invariant: UInt64] = [:]
    for seed in 1...40 as ClosedRange<UInt64> {
      let judge = Self.walk(Self.journal(seed: seed, steps: 600))
      #expect(judge.findings.isEmpty, "seed \(seed): \(judge.findings.prefix(3))")
      for invariant in Invariant.allCases {
        checks[invariant, default: 0] += judge.checks(of: invariant)
      }
    }
    for invariant in Invariant.allCases {
      let count = checks[invariant] ?? 0
      if invariant.reachOfHistory == .market {
        #expect(count == 0, "\(invariant) is said not to be judged")
      } else {
        #expect(count > 0, "\(invariant) was never looked at")
      }
    }
  }

  /// Faults that leave a history that a ledger can follow, or stops at.
  static let faults: [Plant] = [
    .closedBelowZero, .withdrawnTooMuch, .liquidatedMore, .creditRoundedUp, .sequenceSkipped,
    .healthyBankrupt, .insuranceElsewhere, .deleveragedSameSide,
    .expiryOverpaid, .capMovesMaintenance,
  ]

  @Test("A fault in a history is found, at its event or later", arguments: faults)
  func planted(_ plant: Plant) throws {
    var tried = 0
    for seed in 1...60 as ClosedRange<UInt64> where tried < 5 {
      var events = Self.journal(seed: seed, steps: 900)
      var ledger = Ledger()
      var before = ledger
      guard
        let place = events.indices.first(where: { place in
          let event = events[place]
          if place == 0 || events[place - 1].cause != event.cause { before = ledger }
          defer { ledger.apply(event) }
          return plant.planted(in: event.fact, before: before) != nil
        }), let fact = plant.planted(in: events[place].fact, before: before)
      else { continue }
      let event = events[place]
      events[place] = Event(
        sequence: event.sequence + (plant == .sequenceSkipped ? 1 : 0), cause: event.cause,
        at: event.at, fact: fact)
      tried += 1
      // The later events of the true history need not fit the false one: its command is the last.
      let end = events[place...].firstIndex { $0.cause != event.cause } ?? events.endIndex
      let judge = Self.walk(Array(events[..<end]))
      let finding = judge.findings.first
      print("\(plant), seed \(seed): \(finding.map { "\($0)" } ?? "nothing found")")
      #expect(finding != nil, "\(plant) of seed \(seed) was not found")
    }
    #expect(tried > 0, "no chance to plant \(plant) came up")
  }
}
