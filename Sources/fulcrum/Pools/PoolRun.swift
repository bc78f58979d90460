import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

/// One command of a user on one store, with whatever must go before it.
struct PoolRun {
  let options: WriteOptions
  let store: LedgerStore
  let market: MarketInput?
  let builder: MarketTickBuilder
  let instant: Timestamp
  let id: CommandID
  /// Whether the command itself is a mark.
  let isMark: Bool

  /// Opens the store, for reading alone where nothing is to change.
  ///
  /// - Parameter marks: of a command that marks.
  init(_ options: WriteOptions, marks: MarkOptions? = nil) throws {
    self.options = options
    isMark = marks != nil
    id = try options.commandID()
    market = try options.market.read()
    var builder = try options.market.judge.builder()
    builder.interest = try marks?.checked() ?? []
    self.builder = builder
    let stated = try options.instant(market)
    store = try options.store.open(options.dryRun ? .readOnly : .readWrite)
    market?.sayIssues()
    let checks = MarketChecks(store: store, builder: builder)
    if let market {
      try checks.order(market)
      if marks == nil { try checks.rule(market) }
      if let marks, !marks.replay { try checks.clock(market) }
      // It would be marked first.
      if marks == nil, options.at == nil { try checks.clock(market, unless: "--at market") }
    }
    // A repeat is an answer, however old; a mark happens at its market's instant.
    if let stated {
      instant = stated
      if try store.record(of: id) == nil {
        try checks.instant(stated, market: market, isMarkets: options.at == "market")
      }
    } else {
      instant =
        try isMark || store.record(of: id) != nil ? WriteOptions.now : checks.now()
    }
  }

  var ledger: Ledger { store.ledger }

  // MARK: Names

  func owner(_ name: String) throws -> OwnerID {
    if let id = ledger.owner(named: name) { return id }
    throw Self.unknown("owner", name, among: ledger.owners.map(\.name))
  }

  func pool(_ name: String) throws -> PoolID { try Self.pool(name, in: ledger) }

  static func pool(_ name: String, in ledger: Ledger) throws -> PoolID {
    if let id = ledger.pool(named: name) { return id }
    throw unknown("pool", name, among: ledger.pools.map(\.terms.name))
  }

  static func unknown(
    _ what: String, _ name: String, among known: [String]
  ) -> CommandRefusal {
    CommandRefusal(
      "refused (\(what)-unknown): saw \(what) \"\(name)\"; allowed is "
        + "\(UnknownName.allowed(known, what)); \(UnknownName.fix(name, among: known, what))")
  }

  static func money(_ text: String) throws -> Money {
    do throws(ScalarText.Refusal) {
      return try AmountText.money(text)
    } catch {
      throw ValidationError("saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
    }
  }

  static func ratio(_ text: String) throws -> Ratio {
    do throws(ScalarText.Refusal) {
      return try AmountText.ratio(text)
    } catch {
      throw ValidationError("saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
    }
  }

  static func price(_ text: String) throws -> Price {
    guard let price = Price(text) else {
      throw ValidationError("\"\(text)\" is no price; write a decimal number, such as 0.0019")
    }
    return price
  }

  // MARK: Running

  /// A command and those that must be accepted before it, each under a key of its own.
  ///
  /// - Parameter command: made from the ledger that the commands before it leave.
  func run(
    _ first: [Command.Action] = [], then command: (Ledger) throws -> Command.Action
  ) throws {
    if options.key == nil, !options.dryRun {
      StandardError.say("fulcrum: key \(id); give it with --key to repeat this command safely")
    }
    try options.dryRun ? preview(first, command) : execute(first, command)
  }

  func run(_ action: Command.Action) throws { try run { _ in action } }

  private func execute(
    _ first: [Command.Action], _ command: (Ledger) throws -> Command.Action
  ) throws {
    let mark = newMarket(ledger)
    look()
    // What goes before a command that would be refused is not done either.
    if mark != nil || !first.isEmpty { _ = try rehearse(first, command) }
    if let mark {
      try perform(mark)
      look()
    }
    for (place, action) in first.enumerated() {
      try perform(Command(id: part(place), issuedAt: instant, action: action))
      look()
    }
    try perform(Command(id: id, issuedAt: instant, action: command(ledger)))
  }

  /// The ledger is judged by the market that it was marked with: a newer one that is given with a command
  /// is marked first, under the key that `pool mark` gives it.
  private func newMarket(_ ledger: Ledger) -> Command? {
    guard let market, !isMark else { return nil }
    let source = builder.source(of: market.source)
    let asOf = market.snapshot.asOf
    if let last = ledger.marketAsOf, asOf < last || asOf == last && source == ledger.marketSource {
      return nil
    }
    let tick = builder.tick(market.snapshot, source: market.source, for: ledger)
    return Command(id: PoolMark.key(source), issuedAt: asOf, action: .mark(tick))
  }

  private func look() {
    guard let market else { return }
    store.look(at: builder.board(market.snapshot, source: market.source, for: ledger))
  }

  private func perform(_ command: Command) throws {
    let before = ledger
    let receipts = try store.execute([command])
    guard let receipt = receipts.first else {
      preconditionFailure("no receipt for one command")
    }
    try say(receipt, command, before: before)
  }

  /// `KEY.1`, `KEY.2`: what goes before the command under KEY.
  private func part(_ place: Int) -> CommandID {
    let suffix = ".\(place + 1)"
    guard let id = CommandID(id.key.prefix(64 - suffix.utf8.count) + suffix) else {
      preconditionFailure("key \(id.key) with \(suffix) is not a key")
    }
    return id
  }

  // MARK: Answers

  private func say(_ receipt: Receipt, _ command: Command, before: Ledger) throws {
    if let refusal = receipt.refusal {
      if options.store.format == .json { try StandardOutput.say(ReceiptJSON.object(receipt)) }
      throw refused(receipt, refusal, command, by: store.engine)
    }
    let events = try receipt.isRepeat ? [] : happened(receipt, before)
    switch options.store.format {
    case .json:
      var object = ReceiptJSON.object(receipt)
      var ledger = before
      object["facts"] = .array(
        events.map { event in
          defer { ledger.apply(event) }
          return .object(json(event, in: ledger))
        })
      if !verdicts.isEmpty { object["prices"] = .array(verdicts.map(\.json)) }
      try StandardOutput.say(object)
    case .table:
      try StandardOutput.say(Self.headline(receipt))
      for verdict in verdicts { try StandardOutput.say("  price: \(verdict.line)") }
      var ledger = before
      for event in events {
        try StandardOutput.say("  \(text(event, in: ledger))")
        ledger.apply(event)
      }
    }
  }

  private var verdicts: [PriceVerdict] {
    market.map { builder.verdicts(at: $0.snapshot.asOf) } ?? []
  }

  private func text(_ event: Event, in ledger: Ledger) -> String {
    let why = why(event, in: ledger).map { ": \($0)" } ?? ""
    return "\(FactKind(event.fact).rawValue): \(EventText.text(event.fact, in: ledger))\(why)"
  }

  private func json(_ event: Event, in ledger: Ledger) -> JSONObject {
    var object = EventJSON.object(event, in: ledger)
    if let why = why(event, in: ledger) { object["why"] = .string(why) }
    return object
  }

  /// What a frozen pool lacks.
  private func why(_ event: Event, in ledger: Ledger) -> String? {
    guard let market, case .frozen = event.fact else { return nil }
    let board = builder.board(market.snapshot, source: market.source, for: ledger)
    return EventText.why(
      event.fact, in: ledger, on: board, verdicts, lack: { lack(of: $0, in: ledger) })
  }

  private func lack(of id: ContractID, in ledger: Ledger) -> String? {
    market.flatMap { builder.lack(of: id, in: $0.snapshot, for: ledger) }
  }

  private func happened(_ receipt: Receipt, _ before: Ledger) throws -> [Event] {
    guard let range = receipt.events else { return [] }
    var events: [Event] = []
    var cursor = try store.events(from: range.lowerBound, through: range.upperBound)
    while let stored = try cursor.next() { events.append(stored.event) }
    return events
  }

  private static func headline(_ receipt: Receipt) -> String {
    let events =
      receipt.events.map {
        $0.count == 1 ? "event \($0.lowerBound)" : "events \($0.lowerBound) to \($0.upperBound)"
      } ?? "no event: nothing changed"
    return receipt.isRepeat
      ? "answered before: \(events), key \(receipt.command)"
      : "accepted: \(events), key \(receipt.command)"
  }

  /// The refusal with what was seen, what is allowed and what to do.
  private func refused(
    _ receipt: Receipt, _ refusal: Receipt.Refusal, _ command: Command, by engine: Engine
  ) -> CommandRefusal {
    if let clash = MarketChecks(store: store, builder: builder).clash(command, refusal) {
      return clash
    }
    let again =
      receipt.isRepeat ? "; key \(command.id) was answered so before, use a new key" : ""
    do throws(Rejection) {
      _ = try engine.ledger.decide(command, on: engine.board)
    } catch {
      let ledger = engine.ledger
      let text = RejectionText(
        error, in: ledger, asset: command.asset(in: ledger), lack: { lack(of: $0, in: ledger) })
      if text.code == refusal.code { return CommandRefusal(text.line + again) }
    }
    return CommandRefusal("refused (\(refusal.code)): \(refusal.detail)\(again)")
  }

  // MARK: Before it is done

  private func preview(
    _ first: [Command.Action], _ command: (Ledger) throws -> Command.Action
  ) throws {
    let (events, after) = try rehearse(first, command)
    try say(events, from: ledger, to: after)
  }

  /// All commands on a copy of the state.
  ///
  /// - Throws: the first refusal, in full.
  private func rehearse(
    _ first: [Command.Action], _ command: (Ledger) throws -> Command.Action
  ) throws -> (events: [Event], after: Ledger) {
    var engine = store.engine
    func look() {
      guard let market else { return }
      engine.look(at: builder.board(market.snapshot, source: market.source, for: engine.ledger))
    }
    look()
    var commands = newMarket(engine.ledger).map { [$0] } ?? []
    commands += first.enumerated().map {
      Command(id: part($0), issuedAt: instant, action: $1)
    }
    var events: [Event] = []
    for place in 0...commands.count {
      if place == commands.count {
        commands.append(
          Command(id: id, issuedAt: instant, action: try command(engine.ledger)))
      }
      let outcome = engine.execute(
        commands[place], prior: try store.record(of: commands[place].id))
      if let refusal = outcome.receipt.refusal {
        throw refused(outcome.receipt, refusal, commands[place], by: engine)
      }
      events += outcome.events
      look()
    }
    return (events, engine.ledger)
  }

  private func say(_ events: [Event], from before: Ledger, to after: Ledger) throws {
    func scene(_ ledger: Ledger) -> LedgerScene {
      LedgerScene(
        ledger, snapshot: market?.snapshot, source: market?.source ?? [], builder: builder)
    }
    var touched: [PoolID] = []
    for id in events.flatMap(\.fact.pools) where !touched.contains(id) { touched.append(id) }
    let (old, new) = (scene(before), scene(after))
    let changes = LedgerChange.all(from: before, to: after, besides: touched)
    guard options.store.format == .table else {
      var object = JSONObject()
      object["format"] = .string("fulcrum.preview")
      object["version"] = .number(1)
      object["dryRun"] = .bool(true)
      object["before"] = .object(PoolStateJSON.document(old.states(of: touched), of: old))
      object["after"] = .object(PoolStateJSON.document(new.states(of: touched), of: new))
      object["changes"] = .array(changes.map { .object($0.json) })
      return try StandardOutput.say(object)
    }
    var page = options.store.page()
    page.say("DRY RUN: nothing was changed")
    var ledger = before
    for event in events {
      page.say("  \(text(event, in: ledger))")
      ledger.apply(event)
    }
    if events.isEmpty { page.say("  nothing would change") }
    page.changes(changes)
    for id in touched.prefix(10) {
      guard let state = new.state(of: id) else { continue }
      if let past = old.state(of: id) {
        page.change(from: past, to: state)
      } else {
        page.pool(state)
      }
    }
    if touched.count > 10 { page.say("and \(touched.count - 10) more pools") }
    try StandardOutput.write(Array(page.text().utf8))
  }
}
