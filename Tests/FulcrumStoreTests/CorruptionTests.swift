import Foundation
import FulcrumLedger
import FulcrumStore
import FulcrumTestKit
import GRDB
import Testing

/// A damaged store is found out, with the place, and never repaired.
@Suite("Damage")
struct CorruptionTests {
  let shop = Workshop()

  /// 60 commands with a snapshot in the middle; closed, so that one file holds all.
  private func make(_ name: String = "ledger.fulcrum") throws -> LedgerStore {
    let store = try LedgerStore(creating: shop.path(name))
    _ = try store.execute(Sample.opening + Sample.traffic(5..<35))
    try store.snapshot()
    _ = try store.execute(Sample.traffic(35..<61))
    return store
  }

  /// Another program's hand: our triggers are in its way until it removes them.
  private func tamper(_ sql: String, keepTriggers: Bool = false) throws {
    let queue = try DatabaseQueue(path: shop.path())
    try queue.write { database in
      if keepTriggers { return try database.execute(sql: sql) }
      let triggers = try Row.fetchAll(
        database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
      for row in triggers { try database.execute(sql: "DROP TRIGGER \(row["name"] as String)") }
      try database.execute(sql: sql)
      for row in triggers { try database.execute(sql: row["sql"]) }
    }
    try queue.close()
  }

  struct Wound: Sendable, CustomStringConvertible {
    let sql: String
    /// First event at fault; nil where it is no event.
    let sequence: UInt64?
    let place: String
    var description: String { sql }
  }

  static let wounds: [Wound] = [
    Wound(
      sql: "UPDATE event SET fact = CAST(fact || x'00' AS BLOB) WHERE sequence = 7",
      sequence: 7, place: "event"),
    Wound(
      sql: "UPDATE event SET at = at + 1 WHERE sequence = 40", sequence: 40, place: "event"),
    Wound(
      sql: "UPDATE event SET cause = 'c9' WHERE sequence = 41", sequence: 41, place: "event"),
    Wound(sql: "UPDATE event SET cause = '' WHERE sequence = 41", sequence: 41, place: "event"),
    Wound(sql: "UPDATE event SET pool = 3 WHERE sequence = 3", sequence: 3, place: "event"),
    Wound(
      sql: "UPDATE event SET hash = zeroblob(32) WHERE sequence = 20", sequence: 20,
      place: "event"),
    Wound(sql: "DELETE FROM event WHERE sequence = 12", sequence: 12, place: "event"),
    Wound(
      sql: "DELETE FROM event WHERE sequence >= (SELECT max(sequence) FROM event)",
      sequence: nil, place: "event"),
    Wound(
      sql: """
        INSERT INTO event SELECT sequence + 1, cause, at, pool, fact, hash FROM event
        ORDER BY sequence DESC LIMIT 1
        """, sequence: nil, place: "event"),
    Wound(
      sql: "UPDATE command SET fingerprint = x'00' WHERE key = 'c8'", sequence: nil,
      place: "command c8"),
    Wound(
      sql: "UPDATE command SET first = 5, last = 5 WHERE key = 'c7'", sequence: nil,
      place: "command c7"),
    Wound(
      sql: "UPDATE command SET last = NULL WHERE key = 'c7'", sequence: nil, place: "command c7"),
    Wound(
      sql: "UPDATE command SET detail = 'x' WHERE key = 'c7'", sequence: nil, place: "command c7"),
    // A refused command without an event: only the seal knows of it.
    Wound(sql: "DELETE FROM command WHERE key = 'c58'", sequence: nil, place: "command c59"),
    Wound(sql: "DELETE FROM command WHERE key = 'c60'", sequence: nil, place: "head"),
    Wound(sql: "UPDATE head SET commands = commands - 1", sequence: nil, place: "head"),
    Wound(sql: "UPDATE head SET hash = zeroblob(32)", sequence: nil, place: "head"),
    Wound(sql: "UPDATE head SET sequence = sequence - 1", sequence: nil, place: "event"),
    Wound(sql: "DELETE FROM head", sequence: nil, place: "head"),
    Wound(
      sql: "UPDATE snapshot SET ledger = substr(ledger, 1, 40)", sequence: nil, place: "snapshot"),
    Wound(
      sql: "UPDATE snapshot SET hash = zeroblob(32)", sequence: nil, place: "snapshot"),
    Wound(sql: "DROP TABLE snapshot", sequence: nil, place: "schema"),
    Wound(sql: "CREATE INDEX extra ON event (cause)", sequence: nil, place: ""),
  ]

  @Test("An audit names the first thing that is wrong", arguments: wounds)
  func wound(_ wound: Wound) throws {
    let store = try make()
    let whole = store.digest()
    try store.close()
    try tamper(wound.sql)
    let report = try LedgerStore.audit(path: shop.path())
    if wound.place.isEmpty {
      #expect(report.isSound && report.digest == whole)
      return
    }
    let fault = try #require(report.fault, "\(wound.sql) was not seen")
    #expect(fault.place.hasPrefix(wound.place), "\(fault)")
    if let sequence = wound.sequence { #expect(fault.sequence == sequence, "\(fault)") }
    // What was wrong stays wrong: nothing is repaired by looking or by opening.
    if let opened = try? LedgerStore(opening: shop.path()) {
      #expect(try opened.audit().fault == fault)
      #expect(opened.digest() == whole)
    }
    #expect(try LedgerStore.audit(path: shop.path()).fault == fault)
  }

  @Test("Opening refuses a damaged event after the snapshot and passes over a damaged snapshot")
  func opening() throws {
    let store = try make()
    let whole = store.digest()
    try store.close()
    try tamper("UPDATE snapshot SET ledger = substr(ledger, 1, 40)")
    let opened = try LedgerStore(opening: shop.path())
    #expect(opened.digest() == whole)
    #expect(opened.warnings.count == 1)
    try opened.close()
    try tamper("UPDATE event SET at = at + 1 WHERE sequence = 45")
    let seen = refusal { () throws(StoreError) in try LedgerStore(opening: shop.path()) }
    guard case .corrupt(let fault) = seen else { throw Unexpected(seen) }
    #expect(fault.sequence == 45)
    #expect(fault.place == "event")
  }

  @Test("History can be neither changed nor removed")
  func triggers() throws {
    try make().close()
    for sql in [
      "UPDATE event SET at = 0 WHERE sequence = 1", "DELETE FROM event WHERE sequence = 5",
      "UPDATE command SET first = 9 WHERE key = 'c3'", "DELETE FROM command WHERE key = 'c3'",
    ] {
      let error = #expect(throws: DatabaseError.self) { try tamper(sql, keepTriggers: true) }
      #expect(error?.message?.contains("is history") == true)
    }
    #expect(try LedgerStore.audit(path: shop.path()).isSound)
    try tamper("SELECT 1")
    let queue = try DatabaseQueue(path: shop.path())
    try queue.write { try $0.execute(sql: "DROP TRIGGER event_lasts") }
    try queue.close()
    #expect(try LedgerStore.audit(path: shop.path()).fault?.place == "schema")
  }

  @Test("One flipped bit anywhere is found, or changes nothing", arguments: 0..<UInt64(8))
  func flips(seed: UInt64) throws {
    let store = try make()
    let truth = try contents(store)
    try store.close()
    let url = URL(fileURLWithPath: shop.path())
    let sound = try Data(contentsOf: url)
    var draws = SplitMix(seed: seed)
    var found = 0
    for _ in 0..<25 {
      let bit = Int.random(in: 0..<sound.count * 8, using: &draws)
      var damaged = sound
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      try damaged.write(to: url)
      do {
        let report = try LedgerStore.audit(path: shop.path())
        guard report.isSound else {
          found += 1
          continue
        }
        let opened = try LedgerStore(opening: shop.path())
        #expect(try contents(opened) == truth, "seed \(seed): bit \(bit) was accepted")
        try opened.close()
      } catch {
        found += 1
      }
    }
    print("flipped bits, seed \(seed): \(found) of 25 found, the rest changed nothing")
  }

  /// All that a store says of its history.
  private func contents(_ store: LedgerStore) throws -> [String] {
    var lines = ["\(store.digest())"]
    var events = try store.events()
    while let event = try events.next() { lines.append("\(event.event) \(event.hash)") }
    for command in Sample.opening + Sample.traffic(5..<61) {
      lines.append("\(String(describing: try store.record(of: command.id)))")
    }
    return lines
  }

  @Test("A file cut anywhere is refused", arguments: [0, 1, 99, 100, 4095, 4096, 8192, 20000, 28672])
  func cut(length: Int) throws {
    try make().close()
    let url = URL(fileURLWithPath: shop.path())
    let sound = try Data(contentsOf: url)
    try #require(length < sound.count)
    try sound.prefix(length).write(to: url)
    #expect(throws: StoreError.self) {
      let report = try LedgerStore.audit(path: shop.path())
      if let fault = report.fault { throw StoreError.corrupt(fault) }
    }
    #expect(throws: StoreError.self) { try LedgerStore(opening: shop.path()) }
    #expect(throws: StoreError.self) {
      try LedgerStore(opening: shop.path(), access: .readOnly)
    }
  }

  @Test("Other files are not stores")
  func foreign() throws {
    let text = URL(fileURLWithPath: shop.path("notes.txt"))
    try Data(String(repeating: "not a database\n", count: 500).utf8).write(to: text)
    let other = try DatabaseQueue(path: shop.path("other.db"))
    try other.write { try $0.execute(sql: "CREATE TABLE event (sequence INTEGER)") }
    try other.close()
    for name in ["notes.txt", "other.db"] {
      let before = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
      for access in [LedgerStore.Access.readWrite, .readOnly] {
        let seen = refusal { () throws(StoreError) in
          try LedgerStore(opening: shop.path(name), access: access)
        }
        guard case .foreign = seen else { throw Unexpected(seen) }
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: shop.path(name))) == before)
    }
  }

  @Test("A later schema is refused with both numbers")
  func newer() throws {
    try make().close()
    try tamper("PRAGMA user_version = 99")
    let seen = refusal { () throws(StoreError) in try LedgerStore(opening: shop.path()) }
    guard case .newer(_, seen: 99, known: 1) = seen else { throw Unexpected(seen) }
  }
}
