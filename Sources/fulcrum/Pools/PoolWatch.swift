import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct PoolWatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Follow a stream of markets: mark, warn, liquidate, settle.",
    discussion: """
      A folder of market files, in the order of their names (or --by time, of the instants in them), \
      or one market document a line on standard input. Time is the market's own. The next market is \
      read when the last one is durable; nothing is queued. A market that cannot be read is reported \
      and passed over, as is one older than the last or ahead of this machine's clock (but for \
      --replay); exit code 2 says that there were some. A price document among the markets holds for \
      those after it. A stream given again changes nothing: the same market twice is once. Ctrl-C \
      ends after the present market.

        fulcrum pool watch --folder markets --once
        tail -f markets.jsonl | fulcrum pool watch --format json
      """)

  enum Order: String, CaseIterable, ExpressibleByArgument { case name, time }

  @Option(help: "A folder of market files (default: standard input).", completion: .directory)
  var folder: String?
  @Option(help: "Order of a folder's files: name, or time of the market in them.")
  var by: Order = .name
  @Flag(help: "Of several files that wait, use the newest alone.") var latest = false
  @Flag(help: "End when nothing more is there.") var once = false
  @Option(help: "How often a folder is looked at, milliseconds.") var interval: UInt32 = 500
  @OptionGroup var judge: JudgeOptions
  @OptionGroup var marks: MarkOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    guard interval > 0 else { throw ValidationError("--interval 0: give 1 or more") }
    guard folder != nil || !latest else { throw ValidationError("--latest needs --folder") }
    var builder = try judge.builder()
    builder.interest = try marks.checked()
    var watch = Watch(
      store: try store.open(.readWrite), builder: builder, format: store.format,
      isReplay: marks.replay)
    StopSignal.watch()
    if let folder {
      var stream = try FolderStream(folder: folder, byTime: by == .time, latestOnly: latest)
      try follow(&stream, &watch)
      if stream.passedOver > 0 {
        StandardError.say("fulcrum: --latest passed over \(stream.passedOver) files")
      }
    } else {
      var stream = LineStream()
      try follow(&stream, &watch)
    }
    try watch.store.close()
    StandardError.say("fulcrum: watch: \(watch.summary)")
    if watch.bad + watch.late > 0 { throw ExitStatus.partial.exit }
  }

  private func follow(_ stream: inout some MarketStream, _ watch: inout Watch) throws {
    while !StopSignal.isAsked {
      if let next = try stream.next() {
        try watch.take(next)
      } else if once || stream.hasEnded {
        return
      } else {
        StopSignal.sleep(milliseconds: interval)
      }
    }
  }
}

/// What a watch does with one market after another.
struct Watch {
  let store: LedgerStore
  /// Its prices are those of the last price document.
  private(set) var builder: MarketTickBuilder
  let format: PoolFormat
  /// Whether the machine's clock is left out of it.
  let isReplay: Bool
  private(set) var marked = 0
  private(set) var known = 0
  private(set) var late = 0
  private(set) var bad = 0

  init(store: LedgerStore, builder: MarketTickBuilder, format: PoolFormat, isReplay: Bool) {
    self.store = store
    self.builder = builder
    self.format = format
    self.isReplay = isReplay
  }

  var summary: String {
    "\(marked) markets marked, \(known) known already, \(late) older than the last, \(bad) not "
      + "readable or refused; the ledger is at event \(store.ledger.sequence)"
  }

  mutating func take(_ input: StreamedMarket) throws {
    switch input.content {
    case .market(let market): try take(market, name: input.name)
    case .prices(let sheet):
      builder.prices = sheet
      try say(
        input.name, "prices", reason: sheet.pairs.map(\.text).joined(separator: ", "))
    case .unusable(let faults):
      bad += 1
      for fault in faults.prefix(3) { StandardError.say("fulcrum: \(fault)") }
      try say(input.name, "bad", reason: faults.first ?? "not a market")
    }
  }

  private mutating func take(_ market: MarketInput, name: String) throws {
    let ledger = store.ledger
    let checks = MarketChecks(store: store, builder: builder)
    let id = PoolMark.key(builder.source(of: market.source))
    if try store.record(of: id) != nil {
      if let reason = try checks.otherRule(market) { return try refuse(market, name, reason) }
      known += 1
      store.look(at: builder.board(market.snapshot, source: market.source, for: ledger))
      return try say(name, "known", market: market)
    }
    if let last = ledger.marketAsOf, market.snapshot.asOf < last {
      late += 1
      return try say(
        name, "late", market: market, reason: "the ledger was marked with \(last)")
    }
    if !isReplay, let reason = checks.ahead(market) { return try refuse(market, name, reason) }
    market.sayIssues()
    let tick = builder.tick(market.snapshot, source: market.source, for: ledger)
    let command = Command(id: id, issuedAt: market.snapshot.asOf, action: .mark(tick))
    guard let receipt = try store.execute([command]).first else {
      preconditionFailure("no receipt for one command")
    }
    if let refusal = receipt.refusal { return try refuse(market, name, refusal.detail) }
    marked += 1
    try say(name, "marked", market: market, receipt: receipt)
    try sayEvents(receipt, before: ledger, on: tick.board, market)
  }

  private mutating func refuse(_ market: MarketInput, _ name: String, _ reason: String) throws {
    bad += 1
    try say(name, "refused", market: market, reason: reason)
  }

  private func say(
    _ name: String, _ result: String, market: MarketInput? = nil, reason: String? = nil,
    receipt: Receipt? = nil
  ) throws {
    guard format == .json else {
      let instant = market?.snapshot.asOf.description ?? "no instant"
      let more = reason.map { ": \($0)" } ?? ""
      try StandardOutput.say("\(instant)  \(result)  \(name)\(more)")
      for verdict in verdicts(receipt, market) {
        try StandardOutput.say("  price: \(verdict.line)")
      }
      return
    }
    var object = JSONObject()
    object["format"] = .string("fulcrum.watch")
    object["version"] = .number(1)
    object["source"] = .string(name)
    object["result"] = .string(result)
    object["market"] = market.map { .string($0.snapshot.asOf.description) } ?? .null
    if let reason { object["reason"] = .string(reason) }
    let verdicts = verdicts(receipt, market)
    if !verdicts.isEmpty { object["prices"] = .array(verdicts.map(\.json)) }
    if let events = receipt?.events {
      object["events"] = .array([
        .number(Double(events.lowerBound)), .number(Double(events.upperBound)),
      ])
    }
    try StandardOutput.say(object)
  }

  /// Of a market that was marked.
  private func verdicts(_ receipt: Receipt?, _ market: MarketInput?) -> [PriceVerdict] {
    guard receipt != nil, let market else { return [] }
    return builder.verdicts(at: market.snapshot.asOf)
  }

  /// Everything that the market made happen, a line each; that it was accepted is said already.
  private func sayEvents(
    _ receipt: Receipt, before: Ledger, on board: MarkBoard, _ market: MarketInput
  ) throws {
    guard let range = receipt.events else { return }
    let verdicts = builder.verdicts(at: board.asOf)
    var ledger = before
    var cursor = try store.events(from: range.lowerBound, through: range.upperBound)
    while let event = try cursor.next()?.event {
      defer { ledger.apply(event) }
      let kind = FactKind(event.fact)
      guard kind != .ticked else { continue }
      let why = EventText.why(
        event.fact, in: ledger, on: board, verdicts,
        lack: { [ledger] in builder.lack(of: $0, in: market.snapshot, for: ledger) })
      switch format {
      case .json:
        var object = EventJSON.object(event, in: ledger)
        if let why { object["why"] = .string(why) }
        try StandardOutput.say(object)
      case .table:
        let more = why.map { ": \($0)" } ?? ""
        try StandardOutput.say(
          "  \(event.sequence)  \(kind.rawValue): \(EventText.text(event.fact, in: ledger))\(more)")
      }
    }
  }
}
