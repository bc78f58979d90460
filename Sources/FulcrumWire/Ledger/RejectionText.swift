package import FulcrumLedger
package import FulcrumModel

/// A refusal for a screen: what was seen, what is allowed, what to do, with amounts in their currency.
package struct RejectionText: Hashable, Sendable {
  package let code: String
  package let seen: String
  package let allowed: String
  package let fix: String

  package var line: String { "refused (\(code)): saw \(seen); allowed is \(allowed); \(fix)" }

  /// - Parameter asset: the currency that the command's amounts are in.
  package init(_ rejection: Rejection, in ledger: Ledger, asset: Asset?) {
    code = rejection.code
    func money(_ units: Int128) -> String {
      guard let asset else { return "\(units) smallest units" }
      return AmountText.text(units, asset)
    }
    (seen, allowed, fix) =
      switch rejection {
      case .amountNotPositive(let amount):
        ("an amount of \(money(amount))", "more than 0", "give a positive amount")
      case .amountTooLarge(let amount, let limit):
        (money(amount), "at most \(money(limit))", "split it")
      case .walletShort(let needed, let held):
        (
          "\(money(needed)) asked of a wallet that holds \(money(held))", "at most \(money(held))",
          "deposit \(money(needed - held)) first"
        )
      case .collateralShort(let needed, let held):
        (
          "\(money(needed)) of cash needed in a pool that holds \(money(held))",
          "cash that is in the pool", "top it up by \(money(needed - held))"
        )
      case .initialMarginShort(let required, let equity):
        (
          "equity of \(money(equity)) after it", "\(money(required)) of initial margin",
          "top up by \(money(required - equity)), or trade less"
        )
      case .withdrawalShort(let asked, let free):
        (money(asked), "the free collateral, \(money(free))", "take out less, or reduce first")
      case .assetMismatch(let given, let wanted):
        ("\(given)", "\(wanted) alone", "give it in \(wanted)")
      case .marketUnknownYet:
        ("no market", "a market that judges it", "add --market FILE, or mark the ledger first")
      case .marketStale(let age, let limit):
        (
          "a market \(NumberText.age(milliseconds: age)) old",
          "at most \(NumberText.age(milliseconds: limit))",
          "give a newer --market, or the instant with --at"
        )
      case .nameTaken(let name):
        ("the name \(name)", "a name that was never used", "choose another name")
      default: Self.parts(of: rejection.text(in: ledger))
      }
  }

  /// The ledger's own words: `what is wrong; what to do`.
  private static func parts(of text: String) -> (String, String, String) {
    let halves = text.split(separator: ";", maxSplits: 1)
    let fix = halves.count > 1 ? halves[1].drop { $0 == " " } : "see docs/reference/ledger-refusals.md"
    return (String(halves.first ?? ""), "what the ledger's state permits", String(fix))
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
