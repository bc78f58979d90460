import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct PoolList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Pools with leverage, equity, free collateral, liquidation.",
    discussion: "Reads beside a writer at work. Without --market: balances alone.")
  @Flag(help: "Closed pools too.") var all = false
  @OptionGroup var store: StoreOptions
  @OptionGroup var market: MarketOptions

  func run() throws {
    let scene = try LedgerScene.reading(store, market)
    let ids = scene.ledger.pools.filter { all || !$0.isClosed }.map(\.id)
    let states = scene.worstFirst(ids)
    switch store.format {
    case .json: try StandardOutput.say(PoolStateJSON.document(states, of: scene))
    case .table:
      var page = store.page()
      page.header(scene)
      if states.isEmpty { page.say("no pool; open one with `fulcrum pool open`") }
      page.pools(states)
      try StandardOutput.write(Array(page.text().utf8))
    }
    if !states.allSatisfy(\.isWhole) { throw ExitStatus.partial.exit }
  }
}

struct PoolShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One pool: health, leverage, liquidation on both sides, legs.",
    discussion: "Reads beside a writer at work. Without --market: balances and legs alone.")
  @Argument(help: "Pools.") var pools: [String]
  @OptionGroup var store: StoreOptions
  @OptionGroup var market: MarketOptions

  func run() throws {
    let scene = try LedgerScene.reading(store, market)
    let states = scene.states(of: try pools.map { try PoolRun.pool($0, in: scene.ledger) })
    switch store.format {
    case .json: try StandardOutput.say(PoolStateJSON.document(states, of: scene))
    case .table:
      var page = store.page()
      page.header(scene)
      for state in states { page.pool(state) }
      try StandardOutput.write(Array(page.text().utf8))
    }
    if !states.allSatisfy(\.isWhole) { throw ExitStatus.partial.exit }
  }
}

struct PoolHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "What happened, event by event, to a pool or to all.",
    discussion: "As JSON Lines with --format json: docs/reference/ledger-events.md.")
  @Argument(help: "Pool; all events where absent.") var pool: String?
  @Option(help: "First event.") var from: UInt64 = 1
  @Option(help: "The newest so many events.") var last: Int?
  @OptionGroup var store: StoreOptions

  func run() throws {
    if let last, last < 1 { throw ValidationError("--last \(last): give 1 or more") }
    let store = try store.open(.readOnly)
    let wanted = try pool.map { try PoolRun.pool($0, in: store.ledger) }
    var entries: [(entry: LedgerPage.Entry, json: JSONObject)] = []
    var ledger = Ledger()
    var cursor = try store.events()
    while let event = try cursor.next()?.event {
      defer { ledger.apply(event) }
      guard event.sequence >= from, wanted.map(event.fact.pools.contains) ?? true else { continue }
      let entry = LedgerPage.Entry(event: event, text: EventText.text(event.fact, in: ledger))
      entries.append(
        (entry, self.store.format == .json ? EventJSON.object(event, in: ledger) : JSONObject()))
      if let last, entries.count > last { entries.removeFirst() }
    }
    switch self.store.format {
    case .json: for entry in entries { try StandardOutput.say(entry.json) }
    case .table:
      var page = self.store.page()
      page.history(entries.map(\.entry))
      try StandardOutput.write(Array(page.text().utf8))
    }
  }
}

extension LedgerScene {
  /// A store opened for reading, seen through the market that was given.
  static func reading(_ store: StoreOptions, _ options: MarketOptions) throws -> LedgerScene {
    let market = try options.read()
    let ledger = try store.open(.readOnly).ledger
    market?.sayIssues()
    return LedgerScene(
      ledger, snapshot: market?.snapshot, source: market?.source ?? [],
      builder: try options.judge.builder())
  }
}
