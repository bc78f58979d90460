import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct PoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "Isolated margin pools in one file: open, fund, trade, mark.",
    discussion: """
      Each pool has collateral and legs of its own; nothing that happens to one reaches another. A \
      store is one file with its whole history; one writer at a time, any number of readers.

        export FULCRUM_STORE=pools.fulcrum
        fulcrum pool init
        fulcrum pool owner anna
        fulcrum pool deposit anna '1 BTC'
        fulcrum pool open calls --owner anna --asset BTC
        fulcrum pool fund calls '0.2 BTC'
        fulcrum pool trade calls BTC-27NOV26-102000-C --size 40 --price 0.0019 --market market.json
        fulcrum pool show calls --market market.json

      Every command takes --key (the same key twice is one command) and --dry-run. Commands, stream \
      format and files: docs/reference/pools.md; refusals: docs/reference/ledger-refusals.md.
      """,
    subcommands: [
      PoolInit.self, PoolOwner.self, PoolDeposit.self, PoolWithdraw.self, PoolOpen.self,
      PoolFund.self, PoolRelease.self, PoolTrade.self, PoolCap.self, PoolCharge.self,
      PoolFreeze.self, PoolThaw.self, PoolMark.self, PoolDeliver.self, PoolClose.self,
      PoolList.self, PoolShow.self, PoolHistory.self, PoolEndow.self, PoolRules.self,
      PoolWatch.self, PoolImport.self,
    ])
}

struct PoolInit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a store.")
  @OptionGroup var store: StoreOptions

  func run() throws {
    try store.checkWritable()
    let path = try store.path()
    let made = try LedgerStore(creating: path)
    let digest = made.digest()
    try made.close()
    switch store.format {
    case .json:
      var object = JSONObject()
      object["store"] = .string(path)
      object["digest"] = .string("\(digest)")
      try StandardOutput.say(object)
    case .table: try StandardOutput.say("made \(path)")
    }
  }
}

struct PoolOwner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "owner", abstract: "Open an owner, with a wallet.")
  @Argument(help: "Name: letters, digits, dots, dashes, underscores.") var name: String
  @OptionGroup var options: WriteOptions

  func run() throws { try PoolRun(options).run(.openOwner(name: name)) }
}

struct PoolDeposit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deposit", abstract: "Money from outside into an owner's wallet.")
  @Argument(help: "Owner.") var owner: String
  @Argument(help: "Amount with its currency: '1.5 BTC'.", transform: PoolRun.money) var amount:
    Money
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.deposit(run.owner(owner), amount))
  }
}

struct PoolWithdraw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Money out of an owner's wallet.")
  @Argument(help: "Owner.") var owner: String
  @Argument(help: "Amount with its currency: '1.5 BTC'.", transform: PoolRun.money) var amount:
    Money
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.withdraw(run.owner(owner), amount))
  }
}

struct PoolOpen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open a pool.",
    discussion: """
        fulcrum pool open calls --owner anna --asset BTC --cap 20
        fulcrum pool open reserve --owner house --asset BTC --role backstop --loss-cap '5 BTC'
        fulcrum pool open mixed --owner anna --asset USDC --accept USDE:haircut=10%,peg=0.99,factor=4
      """)

  enum Role: String, CaseIterable, ExpressibleByArgument { case position, hedge, backstop }

  @Argument(help: "Name, never used again: letters, digits, dots, dashes, underscores.")
  var name: String
  @Option(help: "Owner.") var owner: String
  @Option(help: "Currency that everything in it settles in.", transform: PoolOpen.currency)
  var asset: Asset
  @Option(help: "Leverage cap: 5, 2.5 or 5/2.", transform: PoolRun.ratio) var cap: Ratio?
  @Option(
    help:
      "position, hedge (not deleveraged while its legs offset) or backstop (takes over the others)."
  )
  var role: Role = .position
  @Option(
    help: "The most that a backstop may lose in all, and so that may be in it: '5 BTC'.",
    transform: PoolRun.money)
  var lossCap: Money?
  @Option(
    help: ArgumentHelp(
      """
      Another asset that counts as collateral: its haircut, the peg below which the haircut grows, \
      by what factor, and the most that counts. Repeat for more.
      """, valueName: "asset:haircut=…,peg=…,factor=…,cap=…"), transform: PoolOpen.accepted)
  var accept: [CollateralRule] = []
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    let terms = PoolTerms(
      name: name, owner: try run.owner(owner), asset: asset, leverageCap: cap, role: try poolRole(),
      accepted: try rules())
    try run.run(.openPool(terms))
  }

  /// Each asset once, and never the pool's own.
  private func rules() throws -> [CollateralRule] {
    for (place, rule) in accept.enumerated() {
      guard rule.asset != asset else {
        throw ValidationError("--accept \(rule.asset): it is the pool's own currency; leave it out")
      }
      guard !accept[..<place].contains(where: { $0.asset == rule.asset }) else {
        throw ValidationError("--accept \(rule.asset): given twice; give it once")
      }
    }
    return accept
  }

  static func accepted(_ text: String) throws -> CollateralRule {
    do throws(ScalarText.Refusal) {
      return try CollateralText.rule(text)
    } catch {
      throw ValidationError("saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
    }
  }

  private func poolRole() throws -> PoolRole {
    guard role == .backstop else {
      guard lossCap == nil else { throw ValidationError("--loss-cap is for --role backstop") }
      return role == .hedge ? .hedge : .position
    }
    guard let lossCap else {
      throw ValidationError("--role backstop needs --loss-cap AMOUNT, the most that it may lose")
    }
    guard lossCap.asset == asset else {
      throw ValidationError("--loss-cap \(lossCap): give it in \(asset), the pool's currency")
    }
    return .backstop(lossCap: lossCap.minorUnits)
  }

  static func currency(_ text: String) throws -> Asset {
    guard let asset = Asset(text) else {
      throw ValidationError("\"\(text)\" is no currency; write BTC, ETH or USDC")
    }
    return asset
  }
}

struct PoolFund: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "From the owner's wallet into a pool: funding and top-up.")
  @Argument(help: "Pool.") var pool: String
  @Argument(help: "Amount with its currency: '0.2 BTC'.", transform: PoolRun.money) var amount:
    Money
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.fund(run.pool(pool), amount))
  }
}

struct PoolRelease: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "From a pool to its owner's wallet, as far as it is free.",
    discussion: "A pool with legs needs --market: free is what initial margin leaves.")
  @Argument(help: "Pool.") var pool: String
  @Argument(help: "Amount with its currency: '0.2 BTC'.", transform: PoolRun.money) var amount:
    Money
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.release(run.pool(pool), amount))
  }
}

struct PoolCap: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cap", abstract: "Set or lift a pool's leverage cap.",
    discussion: "A cap raises the initial margin and never touches the maintenance.")
  @Argument(help: "Pool.") var pool: String
  @Argument(help: "5, 2.5, 5/2 or none.") var cap: String
  @OptionGroup var options: WriteOptions

  func run() throws {
    let ratio = cap == "none" ? nil : try PoolRun.ratio(cap)
    let run = try PoolRun(options)
    try run.run(.capLeverage(run.pool(pool), ratio))
  }
}

struct PoolCharge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "charge", abstract: "Take a fee or interest from a pool.")

  enum Kind: String, CaseIterable, ExpressibleByArgument { case fee, interest }

  @Argument(help: "Pool.") var pool: String
  @Argument(help: "Amount with its currency.", transform: PoolRun.money) var amount: Money
  @Option(help: "fee or interest.") var kind: Kind = .fee
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.charge(run.pool(pool), amount, kind == .fee ? .fee : .interest))
  }
}

struct PoolFreeze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Freeze a pool: only top-up and reduction are left.")
  @Argument(help: "Pool.") var pool: String
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.freeze(run.pool(pool)))
  }
}

struct PoolThaw: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thaw", abstract: "End a freeze.")
  @Argument(help: "Pool.") var pool: String
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.thaw(run.pool(pool)))
  }
}

struct PoolClose: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close a flat pool for ever; what is in it goes to the owner.")
  @Argument(help: "Pool.") var pool: String
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    try run.run(.close(run.pool(pool)))
  }
}

struct PoolEndow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "endow", abstract: "Money from outside into a fund that stands behind pools.",
    discussion: """
        fulcrum pool endow insurance:BTC/BTC '2 BTC'
        fulcrum pool endow common '1000 USDC'
      """)
  @Argument(help: "insurance:COIN/CURRENCY or common.") var fund: String
  @Argument(help: "Amount with its currency.", transform: PoolRun.money) var amount: Money
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    if fund == "common" { return try run.run(.endow(.common, amount)) }
    let name = fund.hasPrefix("insurance:") ? String(fund.dropFirst(10)) : fund
    guard let market = run.ledger.market(named: name) else {
      throw PoolRun.unknown(
        "market", name, among: run.ledger.markets.map { run.ledger.name($0.id) })
    }
    try run.run(.endow(.insurance(market), amount))
  }
}

struct PoolDeliver: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deliver", abstract: "Give an expired contract its delivery price.",
    discussion: """
      Where index prints of the last half hour were marked, the ledger has it already. What holds \
      the contract settles at the next mark.
      """)
  @Argument(help: "Instrument.") var instrument: String
  @Argument(help: "Delivery price, USD per coin.", transform: PoolRun.price) var price: Price
  @OptionGroup var options: WriteOptions

  func run() throws {
    let run = try PoolRun(options)
    guard let contract = TradeText.contract(instrument, in: run.ledger) else {
      throw PoolRun.unknown(
        "contract", instrument, among: run.ledger.contracts.map(\.instrument.id.name))
    }
    try run.run(.deliver(contract, price))
  }
}
