import Foundation
import FulcrumLedger
import FulcrumStore
import FulcrumTestKit
import GRDB
import Testing

@testable import FulcrumWire

/// Stores that a build with a fault in its ledger would have written, chain and all in order, through
/// `fulcrum ledger audit`.
@Suite struct PlantedHistoryTests {
  static let plants: [Plant] = [
    .withdrawnTooMuch, .closedBelowZero, .creditRoundedUp, .insuranceElsewhere,
    .deleveragedSameSide, .healthyBankrupt,
  ]

  private static func audit(_ path: String, _ more: String...) throws -> Program.Run {
    try Program.run(["ledger", "audit", "--store", path] + more)
  }

  @Test func aSoundHistory() throws {
    try PoolProgram.with { program in
      let path = program.path("sound.fulcrum")
      #expect(try GoldenJournal(seed: 3, steps: 300).write(to: path).isSound)
      let run = try Self.audit(path, "--format", "json")
      #expect(run.status == 0, "\(run.output)")
      let report = try JSONObject(text: run.output)
      let invariants = try #require(report["invariants"]?.array)
      #expect(invariants.count == 22)
      var judged = 0
      for value in invariants {
        let invariant = try #require(value.object)
        let checks = try #require(invariant["checks"]?.number)
        if invariant["judged"] == .string("no") { #expect(checks == 0) } else { judged += 1 }
      }
      #expect(judged == 17)
      #expect(try #require(report["events"]?.number) > 100)
      #expect(report["violations"]?.array?.isEmpty == true)
      let page = try Self.audit(path)
      #expect(page.output.contains("not judged: it takes markets"))
      #expect(page.output.contains("violations 0"))
    }
  }

  @Test(arguments: plants)
  func caught(_ plant: Plant) throws {
    try PoolProgram.with { program in
      let path = program.path("planted.fulcrum")
      var planted: UInt64?
      for seed in 1...60 as ClosedRange<UInt64> where planted == nil {
        try? FileManager.default.removeItem(atPath: path)
        _ = try GoldenJournal(seed: seed, steps: 700).write(to: path)
        planted = try Self.plant(plant, in: path)
      }
      let sequence = try #require(planted, "no chance to plant \(plant)")
      let run = try Self.audit(path, "--format", "json")
      #expect(run.status == 1)
      let report = try JSONObject(text: run.output)
      #expect(report["sound"] == .bool(false))
      let found = try #require(report["violations"]?.array?.first?.object)
      // At the fault, or with the command that it is in.
      let place = try #require(found["sequence"]?.number)
      #expect(place >= Double(sequence), "found at \(place), planted at \(sequence)")
      let page = try Self.audit(path)
      #expect(page.status == 1)
      #expect(page.output.contains("NOT SOUND: event "))
      #expect(page.output.contains("invariant "))
    }
  }

  /// Writes the fault into the journal as its own build would have: with links, head and all.
  ///
  /// - Returns: the event; nil where the history gives no chance.
  private static func plant(_ plant: Plant, in path: String) throws -> UInt64? {
    let store = try LedgerStore(opening: path, access: .readOnly)
    var cursor = try store.events()
    var ledger = Ledger()
    var before = ledger
    var cause = ""
    var sequence: UInt64?
    var rows: [(sequence: UInt64, fact: [UInt8]?, hash: [UInt8])] = []
    var link: [UInt8] = []
    while let stored = try cursor.next() {
      var event = stored.event
      if event.cause.key != cause { (before, cause) = (ledger, event.cause.key) }
      var bytes: [UInt8]?
      if sequence == nil, let fact = plant.planted(in: event.fact, before: before) {
        event = Event(
          sequence: event.sequence, cause: event.cause, at: event.at, fact: fact)
        sequence = event.sequence
        bytes = fact.bytes
        link = stored.previousHash.bytes
      }
      ledger.apply(stored.event)
      guard sequence != nil else { continue }
      link = Digest256(of: link + event.chainBytes).bytes
      rows.append((event.sequence, bytes, link))
    }
    try store.close()
    guard sequence != nil else { return nil }
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      let triggers = try Row.fetchAll(
        database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      for row in triggers { try database.execute(sql: "DROP TRIGGER \(row["name"] as String)") }
      for row in rows {
        try database.execute(
          sql: "UPDATE event SET hash = ?, fact = coalesce(?, fact) WHERE sequence = ?",
          arguments: [
            Data(row.hash), row.fact.map { Data($0) }, Int64(row.sequence),
          ])
      }
      try database.execute(sql: "UPDATE head SET hash = ?", arguments: [Data(link)])
      try database.execute(sql: "DELETE FROM snapshot")
      for row in triggers { try database.execute(sql: row["sql"]) }
    }
    try queue.close()
    return sequence
  }
}
