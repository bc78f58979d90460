package import FulcrumLedger
import FulcrumModel

/// One thing of a ledger that is not a pool's, before a command and after it: a rule, a wallet, a fund,
/// an owner, a contract, the last market.
package struct LedgerChange: Hashable, Sendable {
  package let name: String
  /// Nil where it was not there.
  package let before: String?
  package let after: String?

  /// What differs between two states of one ledger, those of pools left out.
  ///
  /// - Parameter pools: shown for themselves, with the wallets that they are funded from.
  package static func all(
    from before: Ledger, to after: Ledger, besides pools: [PoolID] = []
  ) -> [LedgerChange] {
    let changes =
      rules(before, after) + market(before, after) + owners(before, after)
      + wallets(before, after, besides: pools) + funds(before, after) + contracts(before, after)
    return changes.filter { $0.before != $0.after }
  }

  package var json: JSONObject {
    var object = JSONObject()
    object["name"] = .string(name)
    object["before"] = before.map { .string($0) } ?? .null
    object["after"] = after.map { .string($0) } ?? .null
    return object
  }

  private static func rules(_ before: Ledger, _ after: Ledger) -> [LedgerChange] {
    LedgerRulesField.allCases.map {
      LedgerChange(
        name: "rule \($0.rawValue)", before: $0.text(in: before.rules),
        after: $0.text(in: after.rules))
    }
  }

  private static func market(_ before: Ledger, _ after: Ledger) -> [LedgerChange] {
    [
      LedgerChange(
        name: "last market", before: before.marketAsOf?.description,
        after: after.marketAsOf?.description)
    ]
  }

  private static func owners(_ before: Ledger, _ after: Ledger) -> [LedgerChange] {
    after.owners.dropFirst(before.owners.count).map {
      LedgerChange(name: "owner \($0.name)", before: nil, after: "open")
    }
  }

  private static func wallets(
    _ before: Ledger, _ after: Ledger, besides pools: [PoolID]
  ) -> [LedgerChange] {
    let terms = pools.compactMap { after.pool($0)?.terms }
    return after.owners.flatMap { owner in
      owner.wallets.compactMap { money in
        let isShown = terms.contains { $0.owner == owner.id && $0.asset == money.asset }
        if isShown { return nil }
        return amount(
          "wallet \(owner.name)", before.wallet(owner.id, money.asset), money.minorUnits,
          money.asset)
      }
    }
  }

  private static func funds(_ before: Ledger, _ after: Ledger) -> [LedgerChange] {
    after.markets.map { market in
      amount(
        after.name(Fund.insurance(market.id)), before.market(market.id)?.insurance ?? 0,
        market.insurance, market.asset)
    }
      + after.books.map { book in
        amount(
          after.name(Fund.common), before.book(book.asset)?.common ?? 0, book.common, book.asset)
      }
  }

  private static func contracts(_ before: Ledger, _ after: Ledger) -> [LedgerChange] {
    after.contracts.map { contract in
      func words(_ ledger: Ledger) -> String? {
        ledger.contract(contract.id).map { listed in
          listed.delivery.map { "delivered at \($0)" } ?? "listed"
        }
      }
      return LedgerChange(
        name: "contract \(contract.instrument.id.name)", before: words(before), after: words(after))
    }
  }

  private static func amount(
    _ name: String, _ before: Int128, _ after: Int128, _ asset: Asset
  ) -> LedgerChange {
    LedgerChange(
      name: name, before: AmountText.text(before, asset), after: AmountText.text(after, asset))
  }
}
