import FulcrumModel

extension Rejection {
  /// Where, what was seen, what is allowed, what to do: with the names that a reader knows.
  public func text(in ledger: Ledger) -> String {
    switch self {
    case .keyReused(let id): "key \(id) stands for another command already; use a new key"
    case .nameInvalid(let name):
      "name \"\(name)\": give 1 to 64 letters, digits, dots, dashes or underscores"
    case .amountNotPositive(let amount): "amount \(amount) smallest units: give more than 0"
    case .amountTooLarge(let amount, let limit):
      "amount \(amount) smallest units is over the limit of \(limit)"
    case .lotsZero: "a trade of 0 lots; give a signed number of lots, + to buy"
    case .lotsTooMany(let lots, let limit): "\(lots) lots are over the limit of \(limit)"
    case .priceInvalid(let price): "price \(price): give a price above 0"
    case .capInvalid(let cap):
      "leverage cap \(cap.numerator)/\(cap.denominator): give a thousandth or more"
    case .rateInvalid(let rate):
      "rate \(rate.numerator)/\(rate.denominator): give at most 1, of interest at least 0, of "
        + "funding at least −1"
    case .rulesInvalid(let fault): "rule \(fault.name) is \(fault.seen); allowed: \(fault.allowed)"
    case .contractInvalid(let id): "\(id): lot times contract size takes more than 38 digits"
    case .ownerUnknown(let id): "no owner number \(id.number); open it first"
    case .poolUnknown(let id): "no pool number \(id.number); open it first"
    case .contractUnknown(let id): "no contract number \(id.number); list it first"
    case .marketUnknown(let id): "no market number \(id.number); list a contract of it first"
    case .nameTaken(let name): "the name \(name) is taken or was; names are not used again"
    case .contractListed(let id): "\(id) is listed already"
    case .assetMismatch(let seen, let allowed): "saw \(seen); this takes \(allowed) alone"
    default: stateText(in: ledger)
    }
  }

  private func stateText(in ledger: Ledger) -> String {
    switch self {
    case .timeBackwards(let seen, let last):
      "market of \(seen) after that of \(last); give markets in the order of their time"
    case .poolClosed(let id): "pool \(ledger.name(id)) is closed for ever; open one of another name"
    case .poolBankrupt(let id): "pool \(ledger.name(id)) is bankrupt and on its way to be closed"
    case .poolLiquidating(let id):
      "pool \(ledger.name(id)) is being liquidated; top it up or reduce it"
    case .poolFrozen(let id):
      "pool \(ledger.name(id)) is frozen: its prices cannot be trusted; top it up, reduce it, or "
        + "give a good market"
    case .poolNotFrozen(let id): "pool \(ledger.name(id)) is not frozen"
    case .poolNotFlat(let id, let legs):
      "pool \(ledger.name(id)) has \(legs) legs; close them, or let them expire"
    case .contractExpired(let id, let at): "\(ledger.name(id)) expired at \(at)"
    case .contractNotExpired(let id): "\(ledger.name(id)) has not expired by the last market"
    case .contractDelivered(let id): "\(ledger.name(id)) has its delivery price already"
    case .notReducing(let held, let lots):
      "\(lots) lots do not reduce a leg of \(held); reduce-only may not add or turn around"
    default: balanceText(in: ledger)
    }
  }

  private func balanceText(in ledger: Ledger) -> String {
    switch self {
    case .walletShort(let needed, let held):
      "the wallet holds \(held) smallest units of the \(needed) asked for; deposit first"
    case .beyondLossCap(let asked, let room):
      "\(asked) smallest units into a backstop that may lose \(room) more in all; fund less, or open one "
        + "of a higher cap"
    case .collateralShort(let needed, let held):
      "the pool holds \(held) smallest units of the \(needed) that this takes in cash; top it up"
    case .marketUnknownYet:
      "no market that judges it; mark the ledger or give the market it was marked with; a fill that "
        + "has happened at a venue may be recorded"
    case .marketStale(let age, let limit):
      "the last market is \(age) ms old, allowed are \(limit); mark the ledger first; a fill that has "
        + "happened at a venue may be recorded"
    case .marketNotAccepted(let seen, let rule, let accepted, let acceptedRule):
      "a market of \(seen) under \(rule); the ledger was last marked with that of \(accepted) under "
        + "\(acceptedRule): mark it first, or give that one"
    case .priceOutOfBand(let off, let allowed):
      "the fill is \(off) smallest units off the mark, allowed are \(allowed); what has happened at a "
        + "venue may be recorded"
    case .rebateTooLarge(let rebate, let limit):
      "a rebate of \(rebate) smallest units; a trade of this value earns \(limit) at most"
    case .feeBeyondEquity(let fee, let equity):
      "a fee or charge of \(fee) smallest units on equity of \(equity); top up first"
    case .outflowGated(let asset):
      "a pool in \(asset) is flat below zero; mark the ledger, so that its loss is borne, and try again"
    case .valuation(let fault): fault.text(in: ledger)
    case .initialMarginShort(let required, let equity):
      "equity would be \(equity) smallest units against an initial margin of \(required); top up by "
        + "\(required - equity), or trade less"
    case .withdrawalShort(let asked, let free):
      "asked for \(asked) smallest units; free are \(free)"
    case .sizeOutOfRange(let id): "\(ledger.name(id)): the size or value does not fit 128 bits"
    default: code
    }
  }
}

extension ValuationFault {
  public func text(in ledger: Ledger) -> String {
    switch self {
    case .markMissing(let id): "\(ledger.name(id)) has no mark; give a market that has"
    case .markStale(let id, let age): "the mark of \(ledger.name(id)) is \(age) ms old"
    case .markDivergent(let id): "the sources of \(ledger.name(id)) differ by more than allowed"
    case .undelivered(let id): "\(ledger.name(id)) has expired and awaits its delivery price"
    case .tooLarge(let id): "the value of \(ledger.name(id)) does not fit 128 bits"
    case .priceMissing(let asset): "no price of pledged \(asset); give at least three sources"
    case .priceStale(let asset, let age): "the price of pledged \(asset) is \(age) ms old"
    case .priceDivergent(let asset):
      "the sources of pledged \(asset) differ by more than allowed"
    case .rule(let error): "the margin rule has no answer: \(error)"
    }
  }
}

extension Ledger {
  public func name(_ id: PoolID) -> String { pool(id)?.terms.name ?? "number \(id.number)" }
  public func name(_ id: ContractID) -> String {
    contract(id)?.instrument.id.name ?? "contract number \(id.number)"
  }
}
