import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

/// What a market and an instant must be before a ledger hears of them.
struct MarketChecks {
  let store: LedgerStore
  let builder: MarketTickBuilder

  private var limit: Int64 { store.ledger.rules.staleAfterMilliseconds }

  /// A market that the ledger has left behind judges nothing.
  func order(_ market: MarketInput) throws {
    guard let last = store.ledger.marketAsOf, market.snapshot.asOf < last else { return }
    throw CommandRefusal(
      "\(market.label): saw a market of \(market.snapshot.asOf); allowed is one of \(last) or later, "
        + "which the ledger was marked with; give the newest market")
  }

  /// Why a market that is ahead of this machine's clock is not taken; nil where it is not.
  ///
  /// - Parameter unless: what takes it all the same.
  func ahead(_ market: MarketInput, unless: String = "--replay") -> String? {
    let now = WriteOptions.now
    let lead = market.snapshot.asOf.milliseconds - now.milliseconds
    guard lead > limit else { return nil }
    return "saw a market of \(market.snapshot.asOf), ahead of this machine's clock, \(now), by "
      + "\(DurationText.text(milliseconds: lead)); allowed is at most "
      + "\(DurationText.text(milliseconds: limit)); correct the clock or the market, or give "
      + "\(unless) for recorded ones"
  }

  func clock(_ market: MarketInput, unless: String = "--replay") throws {
    guard let reason = ahead(market, unless: unless) else { return }
    throw CommandRefusal("\(market.label): \(reason)")
  }

  /// Why an instant cannot be a command's.
  struct Objection {
    let seen: String
    let allowed: String
    let fix: String
    var text: String { "saw \(seen); allowed is \(allowed); \(fix)" }
  }

  /// An instant that was given: not before the last event, and near the market, or without one not
  /// ahead of what this machine's clock or the last market says.
  func instant(_ instant: Timestamp, market: MarketInput?, isMarkets: Bool) throws {
    // The market's own is held against the last market instead.
    guard !isMarkets else { return }
    guard let objection = try objection(to: instant, market: market) else { return }
    throw CommandRefusal("--at \(instant): \(objection.text)")
  }

  /// What stands against an instant that was given; nil where nothing does.
  ///
  /// - Parameter replay: recorded commands, which the machine's clock says nothing about.
  func objection(
    to instant: Timestamp, market: MarketInput?, replay: Bool = false
  ) throws -> Objection? {
    if let last = try lastEvent(), instant < last.at {
      return Self.order(last)
    }
    let most = DurationText.text(milliseconds: limit)
    guard let market else { return replay ? nil : early(instant, most) }
    let distance = (instant.milliseconds - market.snapshot.asOf.milliseconds).magnitude
    guard distance > limit.magnitude else { return nil }
    return Objection(
      seen: "an instant \(DurationText.text(milliseconds: Int64(clamping: distance))) "
        + "from the market, \(market.snapshot.asOf)",
      allowed: "at most \(most)", fix: "write --at market, or give the market of then")
  }

  /// One that would shut out every command until then.
  private func early(_ instant: Timestamp, _ most: String) -> Objection? {
    let now = WriteOptions.now
    let known = max(now, store.ledger.marketAsOf ?? now)
    let lead = instant.milliseconds - known.milliseconds
    guard lead > limit else { return nil }
    return Objection(
      seen: "an instant ahead of this machine's clock, \(now), by "
        + DurationText.text(milliseconds: instant.milliseconds - now.milliseconds),
      allowed: "at most \(most), ahead of it or of the last market",
      fix: "correct it, or give the market of then")
  }

  /// The instant of a command that states none: now.
  ///
  /// - Throws: where that is before the last event, by more than clocks may differ.
  func now() throws -> Timestamp {
    let now = try latest(WriteOptions.now)
    guard let last = try lastEvent(), now < last.at else { return now }
    throw CommandRefusal(
      "now, \(now): \(Self.order(last).text): correct this machine's clock, or give --at")
  }

  /// This machine's time, or the last event's where the clock is behind it by no more than a market
  /// may be ahead of it.
  func latest(_ now: Timestamp) throws -> Timestamp {
    guard let last = try lastEvent(), now < last.at,
      last.at.milliseconds - now.milliseconds <= limit
    else { return now }
    return last.at
  }

  private static func order(_ last: Event) -> Objection {
    Objection(
      seen: "an instant before the last event, number \(last.sequence) at \(last.at)",
      allowed: "that or later", fix: "history is written in the order of its time")
  }

  private func lastEvent() throws -> Event? {
    guard store.ledger.sequence > 0 else { return nil }
    var cursor = try store.events(from: store.ledger.sequence)
    return try cursor.next()?.event
  }

  // MARK: The same rule

  /// The rule set that a market was marked under, where it was marked under its own key.
  private func ruleSet(of key: CommandID) throws -> String? {
    guard let first = try store.record(of: key)?.receipt.events?.lowerBound else { return nil }
    var cursor = try store.events(from: first, through: first)
    guard case .ticked(_, let ruleSet, _) = try cursor.next()?.event.fact else { return nil }
    return ruleSet
  }

  /// What is wrong with the rule that is given now for a market that was marked under another one.
  func otherRule(_ market: MarketInput) throws -> String? {
    let key = PoolMark.key(builder.source(of: market.source))
    let own = builder.ruleSet(at: market.snapshot.asOf)
    guard let marked = try ruleSet(of: key), marked != own else { return nil }
    return Self.words(own: own, marked: marked)
  }

  /// A command is judged by the rule that its market was marked under.
  func rule(_ market: MarketInput) throws {
    guard let words = try otherRule(market) else { return }
    throw CommandRefusal("\(market.label): \(words)")
  }

  /// A mark whose key stands for the same market under another rule; nil for other refusals.
  func clash(_ command: Command, _ refusal: Receipt.Refusal) -> CommandRefusal? {
    guard refusal.code == "key-reused", case .mark(let tick) = command.action,
      let marked = try? ruleSet(of: command.id), marked != tick.board.ruleSet
    else { return nil }
    return CommandRefusal(
      "refused (key-reused): " + Self.words(own: tick.board.ruleSet, marked: marked))
  }

  private static func words(own: String, marked: String) -> String {
    "saw rule \(own); allowed is \(marked), which this market was marked under: the rates (--margin) "
      + "or the rule (--rule) differ; give the same ones, or the next market"
  }
}

extension MarketInput {
  /// The files it was read from.
  var label: String { names.joined(separator: ", ") }
}
