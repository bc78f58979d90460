import FulcrumLedger
import FulcrumModel

/// Commands that must be refused, one for each reason that a client can cause.
enum Foolish {
  static func action(
    _ ledger: Ledger, _ pool: PoolID, _ draws: inout SeededDraws
  ) -> Command.Action {
    let usdc = Money(minorUnits: 1_000_000, asset: .usdc)
    let known = ContractID(UInt32(draws.below(max(1, ledger.contracts.count))))
    let fine = Trade(contract: known, lots: 1, price: Price(ExactDecimal(1)), fee: .zero(.usdc))
    let actions: [Command.Action] = [
      .openOwner(name: "no good"), .openOwner(name: "owner1"),
      .deposit(OwnerID(0), .zero(.usdc)),
      .deposit(OwnerID(0), Money(minorUnits: Ledger.amountLimit + 1, asset: .usdc)),
      .deposit(OwnerID(9999), usdc), .withdraw(OwnerID(9999), usdc),
      .withdraw(OwnerID(0), Money(minorUnits: Ledger.amountLimit, asset: .usdc)),
      .fund(PoolID(9999), usdc), .release(PoolID(9999), usdc), .charge(PoolID(9999), usdc, .fee),
      .fund(
        pool, Money(minorUnits: Ledger.amountLimit, asset: ledger.pool(pool)?.terms.asset ?? .usdc)),
      .endow(.insurance(MarketID(99)), usdc),
      .endow(.insurance(MarketID(0)), Money(minorUnits: 5, asset: .usdt)),
      .capLeverage(pool, Ratio(0, 1)), .capLeverage(pool, Ratio(-3, 1)),
      .capLeverage(pool, Ratio(1, .max)), .capLeverage(pool, Ratio(.max, 1)),
      .setRules(LedgerRules(warning: Ratio(1, 2))),
      .setRules(LedgerRules(liquidationFee: Ratio(3, 1))),
      .setRules(LedgerRules(withdrawalFloor: -1)),
      .list(PaperVenue.perpetual(.btc, inverse: false)), .list(unlistable),
      .trade(pool, fine.with(lots: 0)), .trade(pool, fine.with(lots: .max)),
      .trade(pool, fine.with(price: .zero)), .trade(pool, fine),
      .trade(pool, rebated(ledger, pool)),
      .trade(pool, Trade(contract: ContractID(9999), lots: 1, price: fine.price, fee: fine.fee)),
      .trade(PoolID(9999), fine), .deliver(known, Price(.zero)),
      .deliver(ContractID(9999), fine.price), .deliver(known, Price(ExactDecimal(50_000))),
      .openPool(PoolTerms(name: "x y", owner: OwnerID(0), asset: .usdc)),
      .openPool(PoolTerms(name: "nobody", owner: OwnerID(9999), asset: .usdc)),
      .openPool(
        PoolTerms(name: "cap", owner: OwnerID(0), asset: .usdc, leverageCap: Ratio(0, 1))),
      .openPool(
        PoolTerms(
          name: "stop", owner: OwnerID(0), asset: .usdc, role: .backstop(lossCap: 0))),
      huge(ledger, pool), .close(PoolID(9999)), .thaw(PoolID(9999)),
    ]
    return actions[draws.below(actions.count)]
  }

  /// One lot with a rebate of a million.
  private static func rebated(_ ledger: Ledger, _ pool: PoolID) -> Trade {
    let asset = ledger.pool(pool)?.terms.asset ?? .usdc
    let contract = ledger.contracts.last { $0.instrument.settlementAsset == asset && !$0.isOption }
    return Trade(
      contract: contract?.id ?? ContractID(0), lots: 1, price: Price(ExactDecimal(50_000)),
      fee: Money(minorUnits: -1_000_000_000_000, asset: asset))
  }

  /// Size and price that 10²⁷ units do not hold.
  private static func huge(_ ledger: Ledger, _ pool: PoolID) -> Command.Action {
    let asset = ledger.pool(pool)?.terms.asset ?? .usdc
    let contract = ledger.contracts.first { $0.instrument.settlementAsset == asset }
    let price = Price(ExactDecimal(significand: 1_000_000_000_000_000_000, scale: 0))
    return .trade(
      pool,
      Trade(
        contract: contract?.id ?? ContractID(0), lots: Ledger.lotsLimit,
        price: contract?.instrument.settlement == .inverse && contract?.isOption == false
          ? Price(ExactDecimal(significand: 1, scale: 20)) : price,
        fee: .zero(asset), admission: .recorded))
  }

  private static let unlistable = Instrument(
    id: InstrumentID("HUGE"), kind: .perpetual, settlement: .linear, base: .btc, quote: .usdc,
    contract: .coins(ExactDecimal(significand: 12_345_678_901_234_567_890_123_456_789, scale: 0)),
    lot: ExactDecimal(significand: 12_345_678_901_234_567_890_123_456_789, scale: 0))
}

extension Trade {
  fileprivate func with(lots: Int64) -> Trade {
    Trade(contract: contract, lots: lots, price: price, fee: fee, admission: admission)
  }
  fileprivate func with(price: ExactDecimal) -> Trade {
    Trade(contract: contract, lots: lots, price: Price(price), fee: fee, admission: admission)
  }
}
