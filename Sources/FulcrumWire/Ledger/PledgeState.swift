package import FulcrumLedger
package import FulcrumModel

/// A pledged asset of a pool as it counts: amount, price, haircut, credit.
package struct PledgeState: Hashable, Sendable {
  package let money: Money
  package let rule: CollateralRule
  package let price: Price?
  /// Of the value at the price that does not count; grows below the peg.
  package let haircut: Ratio?
  /// Smallest units of the pool's asset.
  package let credit: Int128?
  /// Why it has no price, in words.
  package let fault: String?
}

extension LedgerScene {
  /// In the order in which they came; those of nothing left out.
  package func pledges(of pool: Pool) -> [PledgeState] {
    pool.pledged.filter { $0.minorUnits != 0 }.compactMap { money in
      guard let rule = pool.terms.accepted.first(where: { $0.asset == money.asset }) else {
        return nil
      }
      let pair = PriceSheet.Pair(asset: money.asset, quote: pool.terms.asset)
      let verdict = prices.first { $0.pair == pair }
      let price = verdict?.price
      let parts = price.map { PledgeArithmetic.countedPartsPerMillion(rule, at: $0) }
      return PledgeState(
        money: money, rule: rule, price: price,
        haircut: parts.map { Ratio(Int64(1_000_000 - $0), 1_000_000) },
        credit: price.flatMap {
          PledgeArithmetic.credit(of: money, rule, at: $0, pool.terms.asset)
        },
        fault: price != nil ? nil : verdict?.fault ?? noPrice(of: pair))
    }
  }

  private func noPrice(of pair: PriceSheet.Pair) -> String {
    board == nil
      ? "no market was given; add --market FILE and --prices FILE"
      : "no price of \(pair.text) was given; add --prices FILE"
  }

}

extension ValuationFault {
  /// The ledger's own words, and what a mark or the sources of a price lack.
  ///
  /// - Parameter lack: what the market at hand lacks of a contract.
  package func text(
    in ledger: Ledger, _ prices: [PriceVerdict], lack: (ContractID) -> String?
  ) -> String {
    let more: [String]
    switch self {
    case .markMissing(let id):
      guard let lack = lack(id) else { return text(in: ledger) }
      return "\(ledger.name(id)) has no mark: \(lack)"
    case .priceMissing(let asset), .priceStale(let asset, _), .priceDivergent(let asset):
      more = prices.filter { $0.pair.asset == asset }.compactMap(\.fault)
    default: more = []
    }
    return ([text(in: ledger)] + more).joined(separator: ": ")
  }
}

extension EventText {
  /// Which leg or pledge of a pool lacks what, for the event that says it is frozen; nil for others.
  ///
  /// - Parameter ledger: as it was just before the event.
  package static func why(
    _ fact: Fact, in ledger: Ledger, on board: MarkBoard, _ prices: [PriceVerdict],
    lack: (ContractID) -> String?
  ) -> String? {
    guard case .frozen(let id, let reason) = fact, reason != .ordered,
      let pool = ledger.pool(id)
    else { return nil }
    do {
      _ = try ledger.health(of: pool, on: board)
      return nil
    } catch {
      return error.text(in: ledger, prices, lack: lack)
    }
  }
}

/// The credit of a pledge for a reader, by the formula of `CollateralRule`; a test holds it to the
/// ledger's own sum.
enum PledgeArithmetic {
  private static let million: Int128 = 1_000_000

  static func countedPartsPerMillion(_ rule: CollateralRule, at price: Price) -> Int128 {
    var cut = rule.haircut.part(of: million, .up)
    if let peg = rule.depegBelow, let units = price.value.units(decimals: 6, rounding: .down) {
      let missing = max(0, peg.part(of: million, .up) - units)
      cut += rule.depegFactor.part(of: missing, .up)
    }
    return max(0, million - cut)
  }

  static func credit(
    of money: Money, _ rule: CollateralRule, at price: Price, _ asset: Asset
  ) -> Int128? {
    let counted = min(money.minorUnits, rule.cap ?? money.minorUnits)
    let amount = ExactDecimal(significand: counted, scale: money.asset.decimals)
    guard
      let value = amount.multiplied(by: price.value)?.units(
        decimals: asset.decimals, rounding: .down)
    else { return nil }
    let parts = countedPartsPerMillion(rule, at: price)
    return Ratio(Int64(parts), Int64(million)).part(of: value, .down)
  }
}
