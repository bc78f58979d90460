import ArgumentParser
import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumRisk
import FulcrumStore
import FulcrumWire

struct PoolImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Open a pool for every pool of a book file, funded and traded.",
    discussion: """
      Deposits what the pools need, opens and funds each with the collateral that the book (or \
      --collateral) states, and records its trades at their entry price, or at the mark. Keys are \
      made from the digests of the files, so that a run that was cut short is finished by running it \
      again. Nothing is marked: the next `fulcrum pool mark` or `watch` judges the pools.

        fulcrum pool import --book book.json --market market.json --owner anna
      """)

  @Option(help: "Positions: any layout of docs/reference/book-files.md.", completion: .file())
  var book: String
  @Option(help: "Owner of the pools; opened where it is new.") var owner: String
  @Option(
    help: "Collateral that the book does not carry: an amount, a table, an account summary.",
    completion: .file())
  var collateral: String?
  @Option(help: "How legs without a pool are grouped: each, expiry, underlying, or a file.")
  var pools: String = "each"
  @OptionGroup var options: WriteOptions

  func run() throws {
    guard let market = try options.market.read() else {
      throw ValidationError("give the market with --market FILE")
    }
    var issues: [FulcrumWire.Issue] = []
    let (parsed, digest) = try readBook(market, &issues)
    let plan = BookImport(
      parsed, in: market.snapshot, margin: try options.market.judge.standard(), source: book)
    issues += plan.issues
    for issue in issues { StandardError.say("fulcrum: \(issue)") }
    guard !plan.pools.isEmpty else {
      throw CommandRefusal("\(book): saw no pool that can be imported; each says why above")
    }
    if options.dryRun { return try preview(plan) }
    let store = try options.store.open(.readWrite)
    var work = ImportWork(
      store: store, owner: owner, instant: try instant(market), prefix: "import:\(digest)")
    try work.perform(plan)
    try say(work, market)
    let faulty = issues.contains { $0.severity == .error } || !work.refusals.isEmpty
    for refusal in work.refusals { StandardError.say("fulcrum: \(refusal)") }
    if faulty { throw ExitStatus.partial.exit }
  }

  /// Commands happen at the market's instant, so that an old market can be imported.
  private func instant(_ market: MarketInput) throws -> Timestamp {
    try options.instant(market) ?? market.snapshot.asOf
  }

  private func readBook(
    _ market: MarketInput, _ issues: inout [FulcrumWire.Issue]
  ) throws -> (Book, String) {
    let input: InputBytes
    var digests: [InputBytes]
    let rows: Parsed<BookRows>
    do throws(FulcrumWire.Issue) {
      input = try InputFile.read(book)
      digests = [input]
      let instruments = TradeText.instruments(Ledger(), market.snapshot)
      rows = BookDocument.parse(input, instruments: instruments)
    } catch {
      throw CommandRefusal(error.description)
    }
    issues += rows.issues
    let pooling = try grouping(&digests, &issues)
    let stated = try statedCollateral(&digests, &issues)
    let assembled = BookAssembly.book(rows.value, pooling: pooling, collateral: stated)
    issues += assembled.issues
    let digest = Hexadecimal.text(
      Array(MarketTickBuilder.source(of: digests).prefix(6)) + market.source.prefix(4))
    return (assembled.value, digest)
  }

  private func grouping(
    _ digests: inout [InputBytes], _ issues: inout [FulcrumWire.Issue]
  ) throws -> Pooling {
    switch pools {
    case "each": return .eachLeg
    case "expiry": return .byExpiry
    case "underlying": return .byUnderlying
    default:
      let input = try read(pools)
      digests.append(input)
      let parsed = PoolsDocument.parse(input)
      issues += parsed.issues
      return .file(parsed.value)
    }
  }

  private func statedCollateral(
    _ digests: inout [InputBytes], _ issues: inout [FulcrumWire.Issue]
  ) throws -> CollateralDocument? {
    guard let collateral else { return nil }
    if let amount = CollateralDocument.amount(collateral) {
      digests.append(InputBytes(Data(collateral.utf8), source: "--collateral"))
      issues += amount.issues
      return amount.value
    }
    let input = try read(collateral)
    digests.append(input)
    let parsed = CollateralDocument.parse(input)
    issues += parsed.issues
    return parsed.value
  }

  private func read(_ path: String) throws -> InputBytes {
    do throws(FulcrumWire.Issue) { return try InputFile.read(path) } catch {
      throw CommandRefusal(error.description)
    }
  }

  // MARK: Answers

  private func preview(_ plan: BookImport) throws {
    var page = options.store.page()
    page.say("DRY RUN: nothing was changed")
    for pool in plan.pools {
      page.say(
        "pool \(pool.name): fund \(AmountText.text(pool.fund, pool.asset)), "
          + "\(pool.trades.count) trades")
      for trade in pool.trades {
        let size = trade.instrument.contractsText(trade.lots) ?? "\(trade.lots) lots"
        page.say("  \(trade.lots > 0 ? "+" : "")\(size) \(trade.instrument.id) at \(trade.price)")
      }
    }
    try StandardOutput.write(Array(page.text().utf8))
  }

  private func say(_ work: ImportWork, _ market: MarketInput) throws {
    let scene = LedgerScene(
      work.store.ledger, snapshot: market.snapshot, source: market.source,
      builder: try options.market.judge.builder())
    let states = scene.states(of: work.imported)
    switch options.store.format {
    case .json: try StandardOutput.say(PoolStateJSON.document(states, of: scene))
    case .table:
      var page = options.store.page()
      page.say("\(work.imported.count) pools of \(owner), keys import:…")
      page.header(scene)
      page.pools(states)
      try StandardOutput.write(Array(page.text().utf8))
    }
  }
}

/// The commands of an import, phase by phase: each phase is one transaction, and each command has a
/// key of its own, so that a second run repeats what is done and does what is not.
struct ImportWork {
  let store: LedgerStore
  let owner: String
  let instant: Timestamp
  let prefix: String
  private(set) var imported: [PoolID] = []
  private(set) var refusals: [String] = []

  init(store: LedgerStore, owner: String, instant: Timestamp, prefix: String) {
    self.store = store
    self.owner = owner
    self.instant = instant
    self.prefix = prefix
  }

  mutating func perform(_ plan: BookImport) throws {
    try openOwner()
    guard let owner = store.ledger.owner(named: owner) else { return }
    try list(plan)
    try open(plan, owner)
    let live = plan.pools.enumerated().compactMap { place, pool in
      id(of: pool, place).map { (place: place, plan: pool, id: $0) }
    }
    imported = live.map(\.id)
    try fund(live, owner)
    try trade(live)
  }

  private mutating func openOwner() throws {
    guard store.ledger.owner(named: owner) == nil else { return }
    try execute([command("owner", .openOwner(name: owner))])
  }

  private mutating func list(_ plan: BookImport) throws {
    var listed: Set<InstrumentID> = []
    let instruments = plan.pools.flatMap(\.trades).map(\.instrument).filter {
      listed.insert($0.id).inserted && store.ledger.contract($0.id) == nil
    }
    try execute(
      instruments.enumerated().map { command("list.\($0.offset)", .list($0.element)) })
  }

  private mutating func open(_ plan: BookImport, _ owner: OwnerID) throws {
    try execute(
      plan.pools.enumerated().map { place, pool in
        command(
          "open.\(place)", .openPool(PoolTerms(name: pool.name, owner: owner, asset: pool.asset)))
      })
  }

  /// The pool that this import opened, not another one of its name.
  private func id(of pool: BookImport.PlannedPool, _ place: Int) -> PoolID? {
    guard let id = store.ledger.pool(named: pool.name),
      let record = try? store.record(of: key("open.\(place)")), record.receipt.refusal == nil
    else { return nil }
    return id
  }

  private typealias Live = (place: Int, plan: BookImport.PlannedPool, id: PoolID)

  private mutating func fund(_ live: [Live], _ owner: OwnerID) throws {
    var commands: [Command] = []
    for pool in live where pool.plan.fund > 0 {
      let money = Money(minorUnits: pool.plan.fund, asset: pool.plan.asset)
      commands.append(command("deposit.\(pool.place)", .deposit(owner, money)))
      commands.append(command("fund.\(pool.place)", .fund(pool.id, money)))
    }
    try execute(commands)
  }

  private mutating func trade(_ live: [Live]) throws {
    var commands: [Command] = []
    for pool in live {
      for (place, trade) in pool.plan.trades.enumerated() {
        guard let contract = store.ledger.contract(trade.instrument.id) else { continue }
        let fill = Trade(
          contract: contract, lots: trade.lots, price: trade.price, fee: .zero(pool.plan.asset),
          admission: .recorded)
        commands.append(command("trade.\(pool.place).\(place)", .trade(pool.id, fill)))
      }
    }
    try execute(commands)
  }

  // MARK: Pieces

  private func key(_ part: String) -> CommandID {
    guard let id = CommandID("\(prefix):\(part)") else {
      preconditionFailure("key \(prefix):\(part) is not a key")
    }
    return id
  }

  private func command(_ part: String, _ action: Command.Action) -> Command {
    Command(id: key(part), issuedAt: instant, action: action)
  }

  private mutating func execute(_ commands: [Command]) throws {
    guard !commands.isEmpty else { return }
    for (command, receipt) in zip(commands, try store.execute(commands)) {
      if let refusal = receipt.refusal {
        refusals.append("refused (\(refusal.code)): \(refusal.detail), key \(command.id)")
      }
    }
  }
}
