import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumWire

struct PoolTrade: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trade", abstract: "Put a fill into a pool.",
    discussion: """
      Names are those of Deribit, OKX, Derive or unified symbols. A fill is judged by --market: its \
      price must lie within a band of the mark, and what adds risk is refused where the pool could \
      not carry it. What has happened at a venue is taken as it is with --recorded, and needs no \
      market. A contract that the ledger does not know is listed first, from an instrument list in --market or \
      the standard terms of its venue.

        fulcrum pool trade calls BTC-27NOV26-102000-C --size 40 --price 0.0019 --market market.json
        fulcrum pool trade short SOL_USDC-PERPETUAL --size -120 --price 138.4 --recorded
      """)

  enum Unit: String, CaseIterable, ExpressibleByArgument { case contracts, face }

  @Argument(help: "Pool.") var pool: String
  @Argument(help: "Instrument.") var instrument: String
  @Option(
    parsing: .unconditional, help: "Signed size: + buys, - sells.",
    transform: PoolTrade.size)
  var size: ExactDecimal
  @Option(help: "contracts, or face: coins (US dollars of inverse futures).")
  var unit: Unit = .contracts
  @Option(
    parsing: .unconditional, help: "Price in the contract's own quotation.",
    transform: PoolRun.price)
  var price: Price
  @Option(
    parsing: .unconditional,
    help: "Fee in the settlement currency; a rebate is negative (default 0).")
  var fee: String?
  @Flag(help: "It has happened at the venue already: recorded whatever the margin says.")
  var recorded = false
  @Flag(help: "Refused unless it makes the leg smaller.") var reduceOnly = false
  @OptionGroup var options: WriteOptions

  func run() throws {
    if recorded, reduceOnly {
      throw ValidationError("--recorded and --reduce-only exclude each other; give one")
    }
    let run = try PoolRun(options)
    let pool = try run.pool(pool)
    let parsed = TradeText.position(
      instrument, size: size, inFace: unit == .face, ledger: run.ledger,
      market: run.market?.snapshot)
    guard let position = parsed.value else {
      throw CommandRefusal(parsed.issues.map(\.description))
    }
    let known = run.ledger.contract(position.instrument.id) != nil
    let fee = try Self.fee(fee, in: position.instrument.settlementAsset)
    let admission: Trade.Admission =
      recorded ? .recorded : (reduceOnly ? .reduceOnly : .checked)
    try run.run(known ? [] : [.list(position.instrument)]) { ledger in
      guard let contract = ledger.contract(position.instrument.id) else {
        preconditionFailure("\(position.instrument.id) was listed and is not there")
      }
      return .trade(
        pool,
        Trade(
          contract: contract, lots: position.size.count, price: price, fee: fee,
          admission: admission))
    }
  }

  /// `0.0001` in the settlement currency, or an amount with its currency.
  private static func fee(_ text: String?, in asset: Asset) throws -> Money {
    guard let text else { return .zero(asset) }
    return try PoolRun.money(ExactDecimal(text) == nil ? text : "\(text) \(AmountText.text(asset))")
  }

  static func size(_ text: String) throws -> ExactDecimal {
    guard let size = ExactDecimal(text) else {
      throw ValidationError("\"\(text)\" is no size; write a signed decimal number, such as -2.5")
    }
    return size
  }
}

struct PoolMark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark", abstract: "Mark the ledger with a market: funding, expiries, liquidation.",
    discussion: """
      The same market twice is once: its key is made from the digest of its bytes. \
      `fulcrum pool watch` marks with a whole stream.

        fulcrum pool mark --market market.json
        fulcrum pool mark --market market.json --prices prices.json --interest USDC=8%/yr
      """)
  @OptionGroup var marks: MarkOptions
  @OptionGroup var options: WriteOptions

  func run() throws {
    var options = options
    guard let market = try options.market.read() else {
      throw ValidationError("give the market with --market FILE")
    }
    let source = try options.market.judge.builder().source(of: market.source)
    options.key = options.key ?? Self.key(source).key
    let run = try PoolRun(options, marks: marks)
    try run.run { ledger in
      .mark(run.builder.tick(market.snapshot, source: market.source, for: ledger))
    }
  }

  /// `mark:` and the first 40 digits of the digest of the market's bytes.
  static func key(_ source: [UInt8]) -> CommandID {
    let text = "mark:" + Hexadecimal.text(Array(source.prefix(20)))
    guard let id = CommandID(text) else { preconditionFailure("\(text) is not a key") }
    return id
  }
}

struct PoolRules: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Show or set the rules of the state machine.",
    discussion: """
        fulcrum pool rules
        fulcrum pool rules --set warning=1.5 --set commonDraw=25%
      """)
  @Option(name: .customLong("set"), help: "name=value; repeat for more.") var changes: [String] = []
  @OptionGroup var options: WriteOptions

  func run() throws {
    guard changes.isEmpty else { return try set() }
    let rules = try options.store.open(.readOnly).ledger.rules
    if options.store.format == .json {
      var object = JSONObject()
      for field in LedgerRulesField.allCases {
        object[field.rawValue] = .string(field.text(in: rules))
      }
      return try StandardOutput.say(object)
    }
    var page = options.store.page()
    page.values(
      LedgerRulesField.allCases.map { ($0.rawValue, $0.text(in: rules), $0.meaning) })
    try StandardOutput.write(Array(page.text().utf8))
  }

  private func set() throws {
    let names = LedgerRulesField.allCases.map(\.rawValue)
    let pairs = try changes.map { change in
      let sides = change.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, let field = LedgerRulesField(rawValue: sides[0]) else {
        let near = NearestName.of(sides.first ?? "", among: names).map { "; did you mean \($0)?" }
        throw ValidationError(
          "--set \(change): write name=value with one of \(names.joined(separator: ", "))"
            + (near ?? ""))
      }
      return (field, sides[1])
    }
    let run = try PoolRun(options)
    var rules = run.ledger.rules
    for (field, text) in pairs {
      do throws(ScalarText.Refusal) {
        try field.set(text, in: &rules)
      } catch {
        throw ValidationError(
          "--set \(field.rawValue): saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
      }
    }
    try run.run(.setRules(rules))
  }
}
