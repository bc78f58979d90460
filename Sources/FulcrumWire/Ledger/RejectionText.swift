package import FulcrumLedger
package import FulcrumModel

/// A refusal for a screen: what was seen, what is allowed, what to do, with amounts in their currency.
package struct RejectionText: Hashable, Sendable {
  package let code: String
  package let seen: String
  package let allowed: String
  package let fix: String

  package var line: String { "refused (\(code)): saw \(seen); allowed is \(allowed); \(fix)" }

  /// - Parameters:
  ///   - asset: the currency that the command's amounts are in.
  ///   - lack: what the market at hand lacks to mark a contract.
  package init(
    _ rejection: Rejection, in ledger: Ledger, asset: Asset?,
    lack: (ContractID) -> String? = { _ in nil }
  ) {
    code = rejection.code
    let parts =
      Self.balance(rejection, asset) ?? Self.valuation(rejection, ledger, lack)
      ?? Self.state(rejection, ledger)
      ?? Self.form(rejection, ledger)
    (seen, allowed, fix) = parts
  }

  private typealias Parts = (seen: String, allowed: String, fix: String)

  /// What balances and the market allow; nil for other causes.
  private static func balance(_ rejection: Rejection, _ asset: Asset?) -> Parts? {
    func money(_ units: Int128) -> String {
      guard let asset else { return "\(units) smallest units" }
      return AmountText.text(units, asset)
    }
    switch rejection {
    case .amountNotPositive(let amount):
      return ("an amount of \(money(amount))", "more than 0", "give a positive amount")
    case .amountTooLarge(let amount, let limit):
      return (money(amount), "at most \(money(limit))", "split it")
    case .walletShort(let needed, let held):
      return (
        "\(money(needed)) asked of a wallet that holds \(money(held))", "at most \(money(held))",
        "deposit \(money(needed - held)) first"
      )
    case .beyondLossCap(let asked, let room):
      return (
        "\(money(asked)) into a backstop", "at most \(money(room)), what its loss cap leaves",
        "fund less, or open one of a higher cap"
      )
    case .collateralShort(let needed, let held):
      return (
        "\(money(needed)) of cash needed in a pool that holds \(money(held))",
        "cash that is in the pool", "top it up by \(money(needed - held))"
      )
    case .initialMarginShort(let required, let equity):
      return (
        "equity of \(money(equity)) after it", "\(money(required)) of initial margin or more",
        "top up by \(money(required - equity)), or trade less"
      )
    case .withdrawalShort(let asked, let free):
      return (money(asked), "the free collateral, \(money(free))", "take out less, or reduce first")
    case .priceOutOfBand(let off, let allowed):
      return (
        "a fill \(money(off)) off the mark", "at most \(money(allowed)) for its size",
        "correct the price, or record what has happened at a venue with --recorded"
      )
    case .rebateTooLarge(let rebate, let limit):
      return (
        "a rebate of \(money(rebate))", "at most \(money(limit)) for its value", "correct the fee"
      )
    case .feeBeyondEquity(let fee, let equity):
      return (
        "a fee or charge of \(money(fee)) on equity of \(money(equity))", "what the pool is worth",
        "top it up first"
      )
    case .outflowGated(let asset):
      return (
        "a pool in \(asset) that is flat below zero", "outflows when its loss has been borne",
        "mark the ledger and try again"
      )
    default: return market(rejection)
    }
  }

  /// What judges it.
  private static func market(_ rejection: Rejection) -> Parts? {
    switch rejection {
    case .marketUnknownYet:
      return (
        "no market", "a market that judges it",
        "add --market FILE; a fill that has happened at a venue may be recorded (--recorded)"
      )
    case .marketNotAccepted(let seen, let rule, let accepted, let acceptedRule):
      return (
        "a market of \(seen) under \(rule)",
        "that of \(accepted) under \(acceptedRule), which the ledger was marked with",
        "give that one, or mark the ledger with the new one first"
      )
    case .marketStale(let age, let limit):
      return (
        "a market \(NumberText.age(milliseconds: age)) old",
        "at most \(NumberText.age(milliseconds: limit))",
        "give a newer --market, or the instant with --at; a fill that has happened at a venue may be "
          + "recorded (--recorded)"
      )
    default: return nil
    }
  }

  /// What cannot be valued; nil for other causes.
  private static func valuation(
    _ rejection: Rejection, _ ledger: Ledger, _ lack: (ContractID) -> String?
  ) -> Parts? {
    guard case .valuation(let fault) = rejection else { return nil }
    return (
      fault.text(in: ledger, [], lack: lack), "a market that values every leg",
      "give one with --market"
    )
  }

  /// What may be done now; nil for other causes.
  private static func state(_ rejection: Rejection, _ ledger: Ledger) -> Parts? {
    switch rejection {
    case .timeBackwards(let seen, let last):
      return ("a market of \(seen)", "\(last) or later", "give markets in the order of their time")
    case .poolClosed(let id):
      return (
        "pool \(ledger.name(id)), which is closed", "a pool that lives",
        "open one of another name"
      )
    case .poolBankrupt(let id):
      return ("pool \(ledger.name(id)), which is bankrupt", "a pool that lives", "wait for its end")
    case .poolLiquidating(let id):
      return (
        "pool \(ledger.name(id)) in liquidation", "a top-up or a reduction",
        "top it up or reduce it"
      )
    case .poolFrozen(let id):
      return (
        "pool \(ledger.name(id)), which is frozen", "a top-up or a reduction",
        "give a good market, or thaw it where its freeze was ordered"
      )
    case .poolNotFrozen(let id):
      return ("pool \(ledger.name(id)), which is not frozen", "a frozen pool", "leave it as it is")
    case .poolNotFlat(let id, let legs):
      return (
        "pool \(ledger.name(id)) with \(legs) legs", "a pool without legs",
        "close them, or let them expire"
      )
    case .contractExpired(let id, let at):
      return (
        "\(ledger.name(id)), which expired at \(at)", "a contract that lives",
        "trade another one, or give the instant with --at"
      )
    case .contractNotExpired(let id):
      return (
        "\(ledger.name(id)), which has not expired by the last market", "an expired contract",
        "mark the ledger with a market after its expiry"
      )
    case .contractDelivered(let id):
      return (
        "\(ledger.name(id)), which has its delivery price", "a contract without one",
        "leave it as it is"
      )
    case .notReducing(let held, let lots):
      return (
        "\(lots) lots on a leg of \(held)", "what makes the leg smaller without turning it",
        "correct the size, or leave out --reduce-only"
      )
    case .sizeOutOfRange(let id):
      return (
        "a size or value of \(ledger.name(id)) over 128 bits", "one that fits", "trade less"
      )
    default: return nil
    }
  }

  /// What the command says of itself and speaks of.
  private static func form(_ rejection: Rejection, _ ledger: Ledger) -> Parts {
    switch rejection {
    case .keyReused(let id):
      return ("key \(id), which stands for another command", "a key of its own", "use a new key")
    case .nameInvalid(let name):
      return (
        ScalarText.quoted(name), "1 to 64 letters, digits, dots, dashes or underscores",
        "choose such a name"
      )
    case .lotsZero: return ("0 lots", "a signed number of lots", "give + to buy, - to sell")
    case .lotsTooMany(let lots, let limit):
      return ("\(lots) lots", "at most \(limit)", "trade less")
    case .priceInvalid(let price): return ("price \(price)", "a price above 0", "correct it")
    case .capInvalid(let cap):
      return ("cap \(AmountText.text(cap))", "1/1000 or more", "correct it, or lift it with none")
    case .rateInvalid(let rate):
      return (
        "a rate of \(AmountText.text(rate))", "interest 0 to 1, funding -1 to 1",
        "correct the market"
      )
    case .rulesInvalid(let fault):
      return ("rule \(fault.name) of \(fault.seen)", fault.allowed, "correct it")
    case .contractInvalid(let id):
      return ("\(id), whose lot times contract size takes more than 38 digits", "38", "correct it")
    case .nameTaken(let name):
      return ("the name \(name)", "a name that was never used", "choose another name")
    case .contractListed(let id):
      return ("\(id)", "a contract that is not listed yet", "trade it")
    case .assetMismatch(let given, let wanted):
      return ("\(given)", "\(wanted) alone", "give it in \(wanted)")
    default:
      return (rejection.text(in: ledger), "what the ledger knows", "open or list it first")
    }
  }
}

extension Command {
  /// The currency of the command's amounts, where it has one.
  package func asset(in ledger: Ledger) -> Asset? {
    switch action {
    case .deposit(_, let money), .withdraw(_, let money), .endow(_, let money): money.asset
    case .fund(let id, _), .release(let id, _), .trade(let id, _), .capLeverage(let id, _),
      .charge(let id, _, _), .freeze(let id), .thaw(let id), .close(let id):
      ledger.pool(id)?.terms.asset
    case .openPool(let terms): terms.asset
    case .openOwner, .list, .setRules, .deliver, .mark: nil
    }
  }
}
