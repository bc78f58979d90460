public import FulcrumLedger
import FulcrumModel

/// A second, slow and plain judge of a ledger: own books in dictionaries, own exact arithmetic, fed
/// the same commands and facts. It calls nothing of the ledger but what a reader may read.
public struct Auditor: Sendable {
  package internal(set) var books = PlainBooks()
  /// The last accepted market.
  package private(set) var board: MarkBoard?
  /// What was found in the step at hand.
  package var found: [Violation] = []
  /// How often each invariant was looked at, by its number.
  public private(set) var checks = [UInt64](repeating: 0, count: Invariant.allCases.count + 1)
  var lastSequence: UInt64 = 0
  /// Of the command of a history that is being judged.
  var historyScope = Scope(history: [])

  public init() {}

  /// The pools that a fact names.
  package static func pools(of fact: Fact) -> [PoolID] { Scope.pools(of: fact) }

  /// A judge who takes a ledger's history up to now as given.
  public init(following history: [Event], board: MarkBoard? = nil) {
    for event in history { books.take(event.fact, at: event.at) }
    lastSequence = history.last?.sequence ?? 0
    self.board = board
  }

  package mutating func check(
    _ invariant: Invariant, _ holds: Bool, _ seen: @autoclosure () -> String
  ) {
    checks[invariant.number] += 1
    if !holds, found.count < 50 { found.append(Violation(invariant, seen())) }
  }

  /// - Returns: every invariant that the step breaks; empty where all hold.
  public mutating func judge(_ step: Observation) -> [Violation] {
    found = []
    judgeAnswer(step)
    var scope = Scope(step)
    for event in step.events {
      check(
        .idempotent, event.cause == step.command.id,
        "event \(event.sequence) names \(event.cause) as its cause")
      judge(event, &scope)
    }
    settleRun(&scope, next: nil)
    if case .mark(let tick) = step.command.action, step.receipt.refusal == nil, step.earlier == nil
    {
      board = tick.board
      judgeOrder(of: scope)
    }
    compareBooks(with: step.after)
    compareFrame(step, scope)
    return found
  }

  mutating func judge(_ event: Event, _ scope: inout Scope) {
    let expected = lastSequence + 1
    check(
      .deterministic, event.sequence == expected,
      "event \(event.sequence) instead of \(expected)")
    lastSequence = event.sequence
    settleRun(&scope, next: event.fact)
    scope.touch(event.fact, books)
    judgeOrder(of: event.fact, &scope)
    judgeMoney(of: event.fact, scope)
    judgeCommand(event.fact, scope)
    judgeWaterfall(event.fact, &scope)
    // Without a market nobody is valued, so that the pools of the fact are enough.
    let before = scope.isHistory ? books.only(Scope.pools(of: event.fact)) : books
    books.take(event.fact, at: event.at)
    judgeAfter(event.fact, before: before, &scope)
  }

  // MARK: Answers

  private mutating func judgeAnswer(_ step: Observation) {
    if let earlier = step.earlier {
      let isSame = Self.isSame(earlier.command.action, step.command.action)
      check(
        .idempotent, step.events.isEmpty && step.before == step.after,
        "key \(step.command.id) again made \(step.events.count) events")
      if isSame {
        check(
          .idempotent,
          step.receipt.isRepeat && step.receipt.events == earlier.receipt.events
            && step.receipt.refusal == earlier.receipt.refusal,
          "key \(step.command.id) again was answered differently")
      } else {
        check(
          .idempotent, step.receipt.refusal?.code == "key-reused",
          "key \(step.command.id) carries another command and was not refused")
      }
      return
    }
    guard let refusal = step.receipt.refusal else { return }
    let isTrace = step.events.allSatisfy {
      if case .refused(let code, _) = $0.fact { return code == refusal.code }
      return false
    }
    check(
      .refusalLeavesState, isTrace && step.events.count <= 1,
      "refused with \(refusal.code) and made \(step.events.count) events")
    check(
      .refusalLeavesState, Self.isUnchanged(step.before, step.after),
      "refused with \(refusal.code) and the state is another")
    judgeReduction(step, refusal)
  }

  /// Two markets are one where instant, rule and source agree.
  static func isSame(_ a: Command.Action, _ b: Command.Action) -> Bool {
    guard case .mark(let one) = a, case .mark(let other) = b else { return a == b }
    return one.board.asOf == other.board.asOf && one.board.source == other.board.source
      && one.board.ruleSet == other.board.ruleSet && one.accruals == other.accruals
      && one.indices == other.indices
  }

  /// All but the sequence.
  static func isUnchanged(_ a: Ledger, _ b: Ledger) -> Bool {
    a.owners == b.owners && a.contracts == b.contracts && a.markets == b.markets
      && a.pools == b.pools && a.books == b.books && a.samples == b.samples && a.rules == b.rules
      && a.marketAsOf == b.marketAsOf && a.marketSource == b.marketSource
  }
}

/// What one command has touched so far.
struct Scope {
  /// Nil in a history, which keeps keys and not commands.
  let command: Command?
  /// Nil where no market is at hand: then what needs one is not judged.
  let tick: MarketTick?
  /// The instant of the tick that this is.
  var tickedAt: Timestamp?
  let isHistory: Bool
  /// What the engine was looking at.
  let seen: MarkBoard?
  var pools: Set<PoolID> = []
  var wallets: Set<Place> = []
  /// The place of the last fact in the order of a tick.
  var phase = TickPhase.accepted
  var stages: [PoolID: WaterfallStage] = [:]
  var bankruptcies: [PoolID: Bankruptcy] = [:]
  /// What the pools were worth when liquidation began, and who was taken in which order.
  var ranking: [PoolID: PlainHealth]?
  var taken: [PoolID] = []
  /// Healths of the facts that began a liquidation, of pools that no step had touched before.
  var begun: [(id: PoolID, health: PlainHealth)] = []
  var stepped: Set<PoolID> = []
  var isRanked = false
  /// A run of `liquidated` facts of one pool, and its health before.
  var run: (pool: PoolID, before: PlainHealth?, fees: Int128, fills: Int128)?
  /// Settlements by pool, market and expiry: cash so far, and lots that were there.
  var settled: [PoolID: [ContractID: PlainLeg]] = [:]
  var paid: [PoolID: [ContractID: Int128]] = [:]
  /// What haircuts have taken from profits that were settled in this step.
  var cuts: [PoolID: [ContractID: Int128]] = [:]

  var isTick: Bool { tickedAt != nil }

  init(_ step: Observation) {
    command = step.command
    isHistory = false
    seen = step.boardBefore
    if case .mark(let tick) = step.command.action { self.tick = tick } else { tick = nil }
    tickedAt = tick?.board.asOf
  }

  /// One command of a history, known by its events alone.
  init(history events: [Event]) {
    (command, tick, seen, isHistory) = (nil, nil, nil, true)
    if case .ticked(let at, _, _) = events.first?.fact { tickedAt = at }
  }

  mutating func merge(_ other: Scope) {
    pools.formUnion(other.pools)
    wallets.formUnion(other.wallets)
  }

  mutating func touch(_ fact: Fact, _ books: PlainBooks) {
    for id in Self.pools(of: fact) { pools.insert(id) }
    switch fact {
    case .deposited(let owner, let money), .withdrawn(let owner, let money):
      wallets.insert(Place(account: .wallet(owner), asset: money.asset))
    case .funded(let id, _), .released(let id, _), .closed(let id), .pledged(let id, _),
      .unpledged(let id, _):
      guard let terms = books.pools[id]?.terms else { return }
      for asset in [terms.asset] + terms.accepted.map(\.asset) {
        wallets.insert(Place(account: .wallet(terms.owner), asset: asset))
      }
    default: break
    }
  }

  static func pools(of fact: Fact) -> [PoolID] {
    switch fact {
    case .ownerOpened, .contractListed, .rulesSet, .deposited, .withdrawn, .endowed, .ticked,
      .sampled, .priced, .refused:
      []
    case .poolOpened(let id, _), .funded(let id, _), .released(let id, _),
      .leverageCapped(let id, _), .filled(let id, _), .charged(let id, _, _),
      .accrued(let id, _, _, _), .settled(let id, _), .frozen(let id, _), .thawed(let id),
      .warned(let id, _), .calmed(let id, _), .liquidationBegan(let id, _),
      .liquidationEnded(let id, _), .liquidated(let id, _), .bankrupted(let id, _),
      .insuranceDrawn(let id, _, _), .commonDrawn(let id, _), .shortfall(let id, _),
      .closed(let id), .pledged(let id, _), .unpledged(let id, _), .converted(let id, _, _):
      [id]
    case .backstopped(let id, let backstop, _): [id, backstop]
    case .deleveraged(let step): [step.bankrupt, step.counterparty]
    case .haircut(let cut): [cut.bankrupt, cut.winner]
    }
  }
}

/// The order within a tick (margin-onchain 13).
enum TickPhase: Int, Comparable {
  case accepted, accrued, sampled, priced, settled, looked, liquidated

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The order down the waterfall; none is passed back.
enum WaterfallStage: Int, Comparable {
  case began, liquidated, backstopped, bankrupt, insured, common, closing, cut, short, closed

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// One bankruptcy on its way.
struct Bankruptcy {
  let deficit: Int128
  let contracts: Set<ContractID>
  /// What each market of the pool has lost it, and what its fund could give when it began; no losses
  /// where open legs had no mark at hand.
  var losses: [MarketID: Int128]?
  var rooms: [MarketID: Int128]
  var commonRoom: Int128
  var drawn: [MarketID: Int128] = [:]
  var commonDrawn: Int128 = 0
  /// Whether anybody but its owner has paid.
  var isPaidFor = false
  /// Taken from each winner; of an option it does not show in the leg.
  var cuts: [PoolID: [ContractID: Int128]] = [:]
}
