public import FulcrumAuditor
public import FulcrumLedger
import FulcrumModel

/// Faults put between the ledger and the auditor, one for each invariant that a history can break: what
/// never fails proves nothing.
public enum Plant: String, CaseIterable, Sendable {
  case unitMore, otherPoolTouched, closedBelowZero, withdrawnTooMuch, reductionRefused
  case liquidatedMore, feeTooHigh, creditRoundedUp, repeatedTwice, sequenceSkipped
  case capMovesMaintenance, healthyBankrupt, insuranceAfterDeleveraging
  case insuranceElsewhere, deleveragedSameSide, safestFirst, refusalChangesState
  case expiryOverpaid, chargedBeyondEquity, foreignMarket, pledgeSentHome, averageMoved
  case reducedFarOff, reducedBlind, feeOnReduction, frozenClosed, backstopOverfunded

  /// The invariant that must catch it.
  public var invariant: Invariant {
    switch self {
    case .unitMore: .conservation
    case .otherPoolTouched: .noContagion
    case .closedBelowZero: .lossBoundedByCollateral
    case .withdrawnTooMuch: .withdrawalRule
    case .reductionRefused: .reductionsFree
    case .liquidatedMore: .liquidationMonotonic
    case .feeTooHigh: .feeNeverBankrupts
    case .creditRoundedUp: .rounding
    case .repeatedTwice: .idempotent
    case .sequenceSkipped: .deterministic
    case .capMovesMaintenance: .capTouchesInitialOnly
    case .healthyBankrupt: .maintenanceContinuous
    case .insuranceAfterDeleveraging: .waterfallOrder
    case .insuranceElsewhere: .insuranceStaysHome
    case .deleveragedSameSide: .deleveragingFair
    case .safestFirst: .riskOrder
    case .refusalChangesState: .refusalLeavesState
    case .expiryOverpaid: .expiryMarginCovers
    case .chargedBeyondEquity: .feeNeverBankrupts
    case .foreignMarket: .withdrawalRule
    case .pledgeSentHome: .waterfallOrder
    case .averageMoved: .rounding
    case .reducedFarOff, .reducedBlind: .noContagion
    case .feeOnReduction: .feeNeverBankrupts
    case .frozenClosed: .withdrawalRule
    case .backstopOverfunded: .lossBoundedByCollateral
    }
  }

  /// Runs worlds until the fault can be planted, and what the auditor then says.
  ///
  /// - Returns: the violations; nil where no chance came up.
  public func run(seeds: ClosedRange<UInt64>, steps: Int) -> [Violation]? {
    for seed in seeds {
      var world = World(seed: seed)
      world.plant = self
      var certificate = Certificate()
      for _ in 0..<steps {
        let found = world.step(&certificate)
        if world.isPlanted { return found }
        if !found.isEmpty { return found }
      }
    }
    return nil
  }

  /// - Returns: whether the step gave a chance.
  func tamper(_ step: inout Observation) -> Bool {
    switch self {
    case .repeatedTwice:
      guard step.earlier != nil, step.receipt.isRepeat, let event = Self.sample(step) else {
        return false
      }
      step.events = [event]
      return true
    case .reductionRefused: return refuse(&step)
    case .refusalChangesState:
      guard step.receipt.refusal != nil, step.earlier == nil, !step.before.pools.isEmpty else {
        return false
      }
      step.after = Ledger()
      return true
    case .otherPoolTouched:
      guard case .fund(let id, _) = step.command.action, step.receipt.refusal == nil,
        let other = step.before.pools.first(where: { $0.id != id && $0.collateral > 10 })
      else { return false }
      step.events.append(
        Event(
          sequence: step.after.sequence + 1, cause: step.command.id, at: step.command.issuedAt,
          fact: .charged(other.id, 1, .fee)))
      return true
    case .safestFirst: return swapPools(&step)
    case .foreignMarket: return lookElsewhere(&step)
    case .pledgeSentHome: return keepPledge(&step)
    case .frozenClosed: return freezeFirst(&step)
    case .reducedFarOff, .reducedBlind, .feeOnReduction: return reduceBadly(&step)
    case .insuranceAfterDeleveraging: return drawLate(&step)
    default:
      for place in step.events.indices {
        let seen = step.events[place].fact
        if self == .capMovesMaintenance, !checked(step) { continue }
        // A price by the operator's word is no average.
        if self == .averageMoved, case .deliver = step.command.action { return false }
        guard let fact = planted(in: seen, before: step.before) else { continue }
        let event = step.events[place]
        step.events[place] = Event(
          sequence: event.sequence + (self == .sequenceSkipped ? 1 : 0), cause: event.cause,
          at: event.at, fact: fact)
        return true
      }
      return false
    }
  }

  private static func sample(_ step: Observation) -> Event? {
    Event(
      sequence: step.before.sequence + 1, cause: step.command.id, at: step.command.issuedAt,
      fact: .refused(code: "x", detail: ""))
  }

  /// The fact with the fault in it; nil where it gives no chance.
  ///
  /// - Parameter before: what its command found.
  public func planted(in fact: Fact, before: Ledger) -> Fact? {
    switch (self, fact) {
    case (.unitMore, .funded(let id, let amount)): return .funded(id, amount + 1)
    case (.backstopOverfunded, .funded(let id, let amount)):
      guard case .backstop(let lossCap) = before.pool(id)?.terms.role else { return nil }
      return .funded(id, amount + lossCap)
    case (.sequenceSkipped, .deposited): return fact
    case (.closedBelowZero, .shortfall(let id, let amount)): return .shortfall(id, amount - 1)
    case (.withdrawnTooMuch, .released(let id, _)):
      let held = before.pool(id)?.collateral ?? 0
      return .released(id, held + 1)
    case (.liquidatedMore, .liquidated(let id, let fill)):
      return .liquidated(id, fill.with(lots: -fill.lots))
    case (.feeTooHigh, .liquidated(let id, let fill)):
      return .liquidated(id, fill.with(fee: fill.fee + Ledger.amountLimit / 1000))
    case (.creditRoundedUp, .filled(let id, let fill)) where fill.dust == 1:
      return .filled(id, fill.with(cash: fill.cash + 1, dust: 0))
    case (.healthyBankrupt, .warned(let id, _)): return .bankrupted(id, deficit: 0)
    case (.insuranceElsewhere, .insuranceDrawn(let id, let market, let amount)):
      let other = before.markets.first { $0.id != market && $0.insurance > amount }
      return other.map { .insuranceDrawn(id, $0.id, amount) }
    case (.deleveragedSameSide, .deleveraged(let one)):
      return .deleveraged(
        Deleveraging(
          bankrupt: one.bankrupt, counterparty: one.counterparty, closing: one.closing,
          reducing: one.reducing.with(lots: -one.reducing.lots),
          cap: (one.capLots, one.capEquity)))
    case (.capMovesMaintenance, .filled(let id, let fill)):
      return .filled(id, fill.with(cash: -Ledger.amountLimit / 1000))
    case (.chargedBeyondEquity, .charged(let id, let amount, .fee)):
      return .charged(id, amount + Ledger.amountLimit / 1000, .fee)
    case (.averageMoved, .priced(let id, let price)):
      return price.value.adding(ExactDecimal(significand: 1, scale: 8)).map {
        .priced(id, delivery: Price($0))
      }
    case (.expiryOverpaid, .settled(let id, let fill)): return overpaid(id, fill, before)
    default: return nil
    }
  }

  private func checked(_ step: Observation) -> Bool {
    guard case .trade(let id, let trade) = step.command.action, trade.admission == .checked,
      let leg = step.before.pool(id)?.leg(trade.contract)
    else { return false }
    return (leg.lots < 0) == (trade.lots < 0)
  }

  private func overpaid(_ id: PoolID, _ fill: Fill, _ before: Ledger) -> Fact? {
    guard let contract = before.contract(fill.contract), contract.isOption,
      let pool = before.pool(id), pool.legs.count == 1, fill.lots < 0
    else { return nil }
    // A long option costs nothing at expiry.
    return .settled(id, fill.with(cash: -1000))
  }

  private func refuse(_ step: inout Observation) -> Bool {
    guard case .trade(let id, let trade) = step.command.action, step.receipt.refusal == nil,
      step.earlier == nil, let leg = step.before.pool(id)?.leg(trade.contract),
      (leg.lots < 0) != (trade.lots < 0), trade.lots.magnitude <= leg.lots.magnitude
    else { return false }
    step.receipt = Receipt(
      command: step.command.id, events: nil,
      refusal: Receipt.Refusal(code: "initial-margin-short", detail: ""), isRepeat: false)
    step.events = []
    step.after = step.before
    return true
  }

  /// A pool that its owner closes had been frozen.
  private func freezeFirst(_ step: inout Observation) -> Bool {
    guard case .close(let id) = step.command.action, step.receipt.refusal == nil,
      step.earlier == nil, let closed = step.events.first
    else { return false }
    step.events = [Fact.frozen(id, .ordered), closed.fact].enumerated().map {
      Event(
        sequence: closed.sequence + UInt64($0), cause: closed.cause, at: closed.at, fact: $1)
    }
    return true
  }

  /// A reduction that nobody recorded: at a price that no market knows, by no market, or at a fee that
  /// nobody could pay.
  private func reduceBadly(_ step: inout Observation) -> Bool {
    guard case .trade(let id, let trade) = step.command.action, trade.admission != .recorded,
      step.receipt.refusal == nil, step.earlier == nil, let event = step.events.first,
      case .filled(id, let fill) = event.fact,
      let leg = step.before.pool(id)?.leg(trade.contract), (leg.lots < 0) != (trade.lots < 0),
      trade.lots.magnitude <= leg.lots.magnitude
    else { return false }
    if self == .reducedBlind {
      step.boardBefore = nil
      return true
    }
    let isFar = self == .reducedFarOff
    let price = Price(
      ExactDecimal(
        significand: trade.price.value.significand * (isFar ? 10 : 1),
        scale: trade.price.value.scale))
    let fee = trade.fee.minorUnits + (isFar ? 0 : Ledger.amountLimit / 1000)
    step.command = Command(
      id: step.command.id, issuedAt: step.command.issuedAt,
      action: .trade(
        id,
        Trade(
          contract: trade.contract, lots: trade.lots, price: price,
          fee: Money(minorUnits: fee, asset: trade.fee.asset), admission: trade.admission)))
    step.events[0] = Event(
      sequence: event.sequence, cause: event.cause, at: event.at,
      fact: .filled(id, fill.with(price: price, fee: fee)))
    return true
  }

  /// Two pools that were taken in turn change places.
  private func swapPools(_ step: inout Observation) -> Bool {
    var groups: [(pool: PoolID, facts: [Fact])] = []
    var head: [Fact] = []
    for event in step.events {
      switch event.fact {
      case .liquidationBegan(let id, _): groups.append((id, [event.fact]))
      default:
        if groups.isEmpty {
          head.append(event.fact)
        } else {
          groups[groups.count - 1].facts.append(event.fact)
        }
      }
    }
    guard groups.count > 1 else { return false }
    groups.swapAt(0, groups.count - 1)
    let facts = head + groups.flatMap(\.facts)
    step.events = zip(step.events, facts).map {
      Event(sequence: $0.sequence, cause: $0.cause, at: $0.at, fact: $1)
    }
    return true
  }

  /// A withdrawal judged by the accepted marks under another rule set.
  private func lookElsewhere(_ step: inout Observation) -> Bool {
    guard case .release(let id, _) = step.command.action, step.receipt.refusal == nil,
      step.earlier == nil, let board = step.boardBefore,
      step.before.pool(id)?.legs.isEmpty == false
    else { return false }
    step.boardBefore = MarkBoard(
      asOf: board.asOf, ruleSet: "other", source: board.source, marks: board.marks,
      prices: board.prices)
    return true
  }

  /// A worthless pledge is not given up, and goes home with the close, while others pay.
  private func keepPledge(_ step: inout Observation) -> Bool {
    var bankrupt: Set<PoolID> = []
    for event in step.events {
      switch event.fact {
      case .insuranceDrawn(let id, _, _), .commonDrawn(let id, _), .shortfall(let id, _):
        bankrupt.insert(id)
      default: break
      }
    }
    let place = step.events.firstIndex {
      guard case .converted(let id, _, 0) = $0.fact else { return false }
      return bankrupt.contains(id)
    }
    guard let place else { return false }
    step.events.remove(at: place)
    for place in step.events[place...].indices {
      let event = step.events[place]
      step.events[place] = Event(
        sequence: event.sequence - 1, cause: event.cause, at: event.at, fact: event.fact)
    }
    return true
  }

  private func drawLate(_ step: inout Observation) -> Bool {
    let draw = step.events.firstIndex {
      if case .insuranceDrawn = $0.fact { return true }
      return false
    }
    guard let draw, draw + 1 < step.events.count, case .deleveraged = step.events[draw + 1].fact
    else { return false }
    let (one, other) = (step.events[draw], step.events[draw + 1])
    step.events[draw] = Event(
      sequence: one.sequence, cause: one.cause, at: one.at, fact: other.fact)
    step.events[draw + 1] = Event(
      sequence: other.sequence, cause: other.cause, at: other.at, fact: one.fact)
    return true
  }
}

extension Fill {
  fileprivate func with(
    lots: Int64? = nil, price: Price? = nil, cash: Int128? = nil, dust: Int128? = nil,
    fee: Int128? = nil
  ) -> Fill {
    Fill(
      contract: contract, lots: lots ?? self.lots, price: price ?? self.price,
      cash: cash ?? self.cash, dust: dust ?? self.dust, cost: cost, realised: realised,
      fee: fee ?? self.fee)
  }
}
