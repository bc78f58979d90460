import FulcrumLedger
import FulcrumModel
import Testing

@testable import FulcrumWire

/// Damaged lines of commands and events: read or refused with a reason; what is read is decided, and
/// the ledger still adds up.
@Suite struct CommandMutationTests {
  private static let lines = [
    #"{"key":"1","action":"openOwner","owner":"anna"}"#,
    #"{"key":"2","action":"deposit","owner":"anna","amount":"5 BTC"}"#,
    #"{"key":"3","action":"openPool","pool":"p","owner":"anna","asset":"BTC","leverageCap":"5","#
      + #""accepted":[{"asset":"USDC","haircut":"1/10","cap":"500 USDC"}]}"#,
    #"{"key":"4","action":"list","contract":"BTC-PERPETUAL"}"#,
    #"{"key":"5","action":"list","contract":"X","type":"call","strike":"60000","expiry":"#
      + #""2026-11-20T08:00:00Z","settlement":"inverse","base":"BTC","quote":"USD","#
      + #""contractCoins":"1","lot":"0.1"}"#,
    #"{"key":"6","action":"fund","pool":"p","amount":"1 BTC"}"#,
    #"{"key":"7","action":"trade","pool":"p","contract":"BTC-PERPETUAL","size":"-1000","#
      + #""price":"90000","fee":"0.0001 BTC","admission":"recorded"}"#,
    #"{"key":"8","action":"trade","pool":"p","contract":"X","lots":25,"price":"0.02"}"#,
    #"{"key":"9","action":"setRules","rules":{"warning":"3/2","withdrawalFloor":"7"}}"#,
    #"{"key":"10","action":"capLeverage","pool":"p","leverageCap":"5/2"}"#,
    #"{"key":"11","action":"charge","pool":"p","amount":"0.001 BTC","charge":"fee"}"#,
    #"{"key":"12","action":"endow","fund":"insurance:BTC/BTC","amount":"0.5 BTC"}"#,
    #"{"key":"13","action":"release","pool":"p","amount":"0.1 BTC"}"#,
    #"{"key":"14","action":"withdraw","owner":"anna","amount":"1 BTC"}"#,
  ]

  /// Characters that numbers, names and structure are made of: most changes stay near the grammar.
  private static let alphabet = Array(#"0123456789-+.eE/:, "{}[]BTCUSDanp"#.utf8)

  /// Counts of one seed, so that a test that reads nothing is seen.
  private struct Tally {
    var read = 0
    var refused = 0
    var accepted = 0
  }

  /// Each line damaged and then as it is, so that the lines after it have something to speak of.
  @Test(arguments: [UInt64(1), 2, 3])
  func damagedCommandsNeverHarmALedger(_ seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    var tally = Tally()
    for round in 0..<20 {
      var engine = Engine()
      for (place, line) in Self.lines.enumerated() {
        for (half, bytes) in [Self.damaged(line, &random), Array(line.utf8)].enumerated() {
          let number = UInt64(round * 1000 + place * 2 + half)
          Self.execute(bytes, as: CommandID("r", number), on: &engine, &tally)
        }
      }
      for book in engine.ledger.books { #expect(book.sum == 0) }
    }
    print("seed \(seed): \(tally)")
    // The lines as they are alone make 280 read.
    #expect(tally.read > 280 && tally.refused > 20 && tally.accepted > 200)
  }

  private static func damaged(_ line: String, _ random: inout SplitMix64) -> [UInt8] {
    var bytes = Array(line.utf8)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let letter = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      if Bool.random(using: &random) {
        bytes[place] = letter
      } else {
        bytes.insert(letter, at: place)
      }
    }
    return bytes
  }

  private static func execute(
    _ bytes: [UInt8], as id: CommandID, on engine: inout Engine, _ tally: inout Tally
  ) {
    guard let object = (try? JSONReader.read(bytes))?.object else { return }
    do throws(LedgerDocumentFault) {
      let command = try CommandJSON.command(
        object, in: engine.ledger, at: Timestamp(milliseconds: 1_795_000_000_000))
      tally.read += 1
      let before = engine.ledger
      let outcome = engine.execute(
        Command(id: id, issuedAt: command.issuedAt, action: command.action), prior: nil)
      if outcome.receipt.refusal == nil { tally.accepted += 1 }
      try goThere(outcome.events, from: before)
    } catch {
      tally.refused += 1
      #expect(!error.seen.isEmpty && !error.allowed.isEmpty && !error.fix.isEmpty)
    }
  }

  /// Events as text and back, and a line for a person.
  private static func goThere(_ events: [Event], from ledger: Ledger) throws(LedgerDocumentFault) {
    var ledger = ledger
    for event in events {
      let bytes = JSONWriter.bytes(.object(EventJSON.object(event, in: ledger)))
      guard let object = (try? JSONReader.read(bytes))?.object else {
        Issue.record("a line that cannot be read back: \(String(decoding: bytes, as: UTF8.self))")
        return
      }
      let back = try EventJSON.event(object, in: ledger)
      #expect(back == event)
      #expect(!EventText.text(event.fact, in: ledger).isEmpty)
      ledger.apply(event)
    }
  }
}
