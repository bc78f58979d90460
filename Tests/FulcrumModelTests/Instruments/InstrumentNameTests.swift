import FulcrumModel
import Testing

/// Expected terms are the venues' own descriptions of these instruments, written out by hand.
@Suite struct InstrumentNameTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let dialect: InstrumentDialect
    let kind: String
    let settlement: Settlement
    let pair: String
    var testDescription: String { text }

    init(
      _ text: String, _ dialect: InstrumentDialect, _ kind: String, _ settlement: Settlement,
      _ pair: String
    ) {
      self.text = text
      self.dialect = dialect
      self.kind = kind
      self.settlement = settlement
      self.pair = pair
    }
  }

  static let understood: [Case] = [
    Case("BTC-27SEP24-40000-C", .deribit, "call 40000 2024-09-27T08:00:00Z", .inverse, "BTC USD"),
    Case("BTC-5AUG16-580-P", .deribit, "put 580 2016-08-05T08:00:00Z", .inverse, "BTC USD"),
    Case("SOL_USDC-30AUG24-125-C", .deribit, "call 125 2024-08-30T08:00:00Z", .linear, "SOL USDC"),
    Case(
      "XRP_USDC-30AUG24-0d625-C", .deribit, "call 0.625 2024-08-30T08:00:00Z", .linear,
      "XRP USDC"),
    Case("BTC-PERPETUAL", .deribit, "perpetual", .inverse, "BTC USD"),
    Case("SOL_USDC-PERPETUAL", .deribit, "perpetual", .linear, "SOL USDC"),
    Case("BTC-27SEP24", .deribit, "future 2024-09-27T08:00:00Z", .inverse, "BTC USD"),
    Case("BTC_USDC-27SEP24", .deribit, "future 2024-09-27T08:00:00Z", .linear, "BTC USDC"),
    Case("BTC-USD-270326-90000-C", .okx, "call 90000 2027-03-26T08:00:00Z", .inverse, "BTC USD"),
    Case("BTC-USD-SWAP", .okx, "perpetual", .inverse, "BTC USD"),
    Case("BTC-USDT-SWAP", .okx, "perpetual", .linear, "BTC USDT"),
    Case("BTC-USD-270326", .okx, "future 2027-03-26T08:00:00Z", .inverse, "BTC USD"),
    Case(
      "BTC/USD:BTC-240927-40000-C", .ccxt, "call 40000 2024-09-27T08:00:00Z", .inverse, "BTC USD"),
    Case("BTC/USD:BTC", .ccxt, "perpetual", .inverse, "BTC USD"),
    Case("BTC/USDT:USDT", .ccxt, "perpetual", .linear, "BTC USDT"),
    Case("BTC/USD:BTC-240927", .ccxt, "future 2024-09-27T08:00:00Z", .inverse, "BTC USD"),
    Case(
      "XRP/USDC:USDC-240830-0.625-P", .ccxt, "put 0.625 2024-08-30T08:00:00Z", .linear,
      "XRP USDC"),
    Case("ETH-20240914-2400-C", .derive, "call 2400 2024-09-14T08:00:00Z", .linear, "ETH USDC"),
    Case("ETH-20240914-2400_5-P", .derive, "put 2400.5 2024-09-14T08:00:00Z", .linear, "ETH USDC"),
    Case("ETH-PERP", .derive, "perpetual", .linear, "ETH USDC"),
  ]

  @Test(arguments: understood)
  func readsAndPrints(_ known: Case) throws {
    let name = try InstrumentName(known.text)
    let instrument = name.instrument
    #expect(name.dialect == known.dialect)
    #expect(describe(instrument.kind) == known.kind)
    #expect(instrument.settlement == known.settlement)
    #expect("\(instrument.base) \(instrument.quote)" == known.pair)
    #expect(instrument.id.name == known.text)
    #expect(instrument.name(in: known.dialect) == known.text)
  }

  @Test func oldStylesTakeTheirCanonicalName() throws {
    let old = try InstrumentName("ETH/ETH:ETH-220109:3200:call").instrument
    #expect(old.id.name == "ETH/USD:ETH-220109-3200-C")
    #expect(old.settlement == .inverse)
    #expect(old.name(in: .deribit) == "ETH-9JAN22-3200-C")
    #expect(try InstrumentName("BTC-05AUG16-580-P").instrument.id.name == "BTC-5AUG16-580-P")
    #expect(try InstrumentName("BTC-5AUG16-580d0-P").instrument.id.name == "BTC-5AUG16-580-P")
  }

  @Test func restatesAUnifiedSymbolAsTheVenueContract() throws {
    let unified = try InstrumentName("BTC/USD:BTC-240927-40000-C").instrument
    let venue = try #require(unified.restated(in: .deribit))
    #expect(venue == (try InstrumentName("BTC-27SEP24-40000-C").instrument))
    #expect(unified.restated(in: .derive) == nil)
  }

  /// Sizes of the venues' documentation and instrument lists (`ContractTerms`).
  @Test(arguments: [
    ("BTC-27SEP24-40000-C", "coins 1", "0.1"),
    ("ETH-27SEP24-3000-P", "coins 1", "1"),
    ("BTC-PERPETUAL", "usdFace 1", "10"),
    ("ETH-27SEP24", "usdFace 1", "1"),
    ("SOL_USDC-30AUG24-125-C", "coins 1", "10"),
    ("XRP_USDC-30AUG24-0d625-C", "coins 1", "1000"),
    ("BTC-USD-270326-90000-C", "coins 0.01", "1"),
    ("ETH-USD-270326-2500-C", "coins 0.1", "1"),
    ("BTC-USD-SWAP", "usdFace 100", "0.00000001"),
    ("ETH-USD-SWAP", "usdFace 10", "0.00000001"),
    ("DOGE_USDC-PERPETUAL", "coins 1", "0.00000001"),
  ])
  func standardContracts(_ text: String, _ contract: String, _ lot: String) throws {
    let instrument = try InstrumentName(text).instrument
    switch instrument.contract {
    case .coins(let size): #expect("coins \(size)" == contract)
    case .usdFace(let size): #expect("usdFace \(size)" == contract)
    }
    #expect(instrument.lot == ExactDecimal(lot))
  }

  @Test(arguments: [
    ("", "an empty instrument name"),
    ("BTC", "no known form"),
    ("BTC_USDC", "a spot pair"),
    ("BTC/USDC", "a spot pair"),
    ("BTC-USDT", "a spot pair"),
    ("BTC-CS-27SEP24-40000_50000", "a combination"),
    ("BTC-31SEP24-40000-C", "\"31SEP24\" is not a day"),
    ("BTC-27XXX24-40000-C", "\"27XXX24\" is not a day"),
    ("BTC-270SEP24-40000-C", "\"270SEP24\" is not a day"),
    ("BTC-27SEP24--40000-C", "is not a strike and a right"),
    ("BTC-27SEP24-0-C", "\"0\" is not a positive strike"),
    ("BTC-27SEP24-d5-C", "\"d5\" is not a positive strike"),
    ("BTC-27SEP24-1e5-C", "\"1e5\" is not a positive strike"),
    ("BTC-27SEP24-1d2d3-C", "\"1d2d3\" is not a positive strike"),
    ("BTC-27SEP24-40000-X", "\"X\" is not C or P"),
    ("BTC-27SEP24-40000", "is not a strike and a right"),
    ("btc-27SEP24-40000-C", "\"btc\" is not an asset code"),
    ("BTC_ETH-27SEP24-40000-C", "\"ETH\" is not a dollar"),
    ("BTC_USDC_X-27SEP24", "is not a coin or a pair"),
    ("BTC-USD-270332-90000-C", "\"270332\" is not a day"),
    ("BTC/USD:ETH-240927", "\"ETH\" is not the base or the quote"),
    ("ETH-20240931-2400-C", "\"20240931\" is not a day"),
    ("BTC-ÿ-1", "no known form"),
    ("-27SEP24", "\"\" is not an asset code"),
    (String(repeating: "A", count: 65), "65 bytes"),
  ])
  func refusesByPart(_ text: String, _ expected: String) {
    let error = #expect(throws: InstrumentNameError.self) { try InstrumentName(text) }
    #expect(error?.description.contains(expected) == true, "said: \(error?.description ?? "-")")
  }

  /// Law: reading what was printed gives the same instrument back.
  @Test(arguments: InstrumentDialect.allCases)
  func roundTrip(_ dialect: InstrumentDialect) throws {
    var random = SplitMix(state: 20_261_122)
    var printed = 0
    for _ in 0..<4000 {
      let instrument = try Self.drawn(&random)
      guard let named = instrument.restated(in: dialect) else { continue }
      let again = try InstrumentName(named.id.name)
      #expect(again.instrument == named)
      #expect(again.dialect == dialect, "\(named.id)")
      printed += 1
    }
    #expect(printed > 500)
  }

  /// No text makes the reader trap, and what it accepts prints back to itself.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func garbledNames(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let seeds = Self.understood.map { Array($0.text.utf8) }
    var accepted = 0
    for _ in 0..<2000 {
      var bytes = seeds[Int(random.next() % UInt64(seeds.count))]
      for _ in 0...(random.next() % 3) {
        let at = Int(random.next() % UInt64(bytes.count))
        bytes[at] = UInt8(truncatingIfNeeded: random.next() % 96 + 32)
      }
      guard let name = try? InstrumentName(String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(try InstrumentName(name.instrument.id.name) == name)
      accepted += 1
    }
    #expect(accepted > 0, "seed \(seed)")
  }

  private static func drawn(_ random: inout SplitMix) throws -> Instrument {
    let bases = ["BTC", "ETH", "SOL", "XRP", "1INCH", "BTCDVOL"]
    let base = bases[Int(random.next() % 6)]
    let quote = ["USD", "USDC", "USDT"][Int(random.next() % 3)]
    let settle = quote == "USD" ? base : quote
    var text = "\(base)/\(quote):\(settle)"
    let kind = random.next() % 4
    if kind > 0 {
      let (year, month, day) = (
        10 + random.next() % 90, 1 + random.next() % 12, 1 + random.next() % 28
      )
      text += "-\(year)" + (month < 10 ? "0" : "") + "\(month)" + (day < 10 ? "0" : "") + "\(day)"
    }
    if kind > 1 {
      let strike = ExactDecimal(
        significand: Int128(1 + random.next() % 1_000_000), scale: UInt8(random.next() % 7))
      text += "-\(strike)-" + (kind == 2 ? "C" : "P")
    }
    return try InstrumentName(text).instrument
  }

  private func describe(_ kind: Instrument.Kind) -> String {
    switch kind {
    case .perpetual: return "perpetual"
    case .future(let expiry): return "future \(expiry)"
    case .option(let right, let strike, let expiry): return "\(right) \(strike) \(expiry)"
    }
  }

  /// A mark that combines with the separator before it makes one character of the two.
  @Test(arguments: [
    "E,/\u{059B}\u{04AA}*2", "BTC/\u{0301}USD:BTC", "BTC-\u{0301}PERPETUAL", "BTC PERPETUAL",
  ])
  func separatorsInsideCharacters(_ text: String) {
    #expect(throws: InstrumentNameError.unknownForm(text)) { try InstrumentName(text) }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, seeded, the same on every machine.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
