public import FulcrumModel
public import FulcrumPricing
import RealModule

/// Why a contract cannot be marked from a market.
public enum MarkRefusal: Error, Hashable, Sendable {
  /// What the market lacks of it.
  case missing(MarkInput)
  case stale(ageMilliseconds: Int64)
}

/// What a mark and its requirements are made of, in the order in which it is looked for.
public enum MarkInput: Hashable, Sendable, CaseIterable {
  /// Of an option's expiry; of a future or perpetual its own price.
  case forward
  /// Of an option.
  case volatility
  /// A price and a requirement that whole units can hold.
  case amount
}

extension StandardMargin {
  /// One contract of a market as a ledger takes it: mark, executable prices, and what a lot must hold,
  /// each priced once in doubles and rounded against the holder.
  ///
  /// The mark is the venue's where it states one, else Black-76 on the view's forward and volatility.
  /// Requirements are the rule's of one lot; they are sums over lots, so that a ledger may multiply
  /// (tiered futures by their brackets).
  ///
  /// - Throws: `.missing` with the first input that the market lacks to price the contract; `.stale`
  ///   where its quote is older than allowed at the view's instant.
  public func mark(
    of instrument: Instrument, in view: MarketView, staleAfterMilliseconds: Int64
  ) throws(MarkRefusal) -> ContractMark {
    let quote = view.quote(instrument.id)
    if let quote {
      let age = view.instant.milliseconds - quote.asOf.milliseconds
      guard age <= staleAfterMilliseconds else { throw .stale(ageMilliseconds: age) }
    }
    guard let (forward, _) = view.forward(of: instrument), forward > 0 else {
      throw .missing(.forward)
    }
    guard let arithmetic = ContractArithmetic(instrument) else { throw .missing(.amount) }
    guard let leg = oneLot(of: instrument, forward: forward, in: view) else {
      throw .missing(.volatility)
    }
    let pricing = LotPricing(
      instrument: instrument, arithmetic: arithmetic, leg: leg, mark: quote?.mark)
    guard let mark = pricing.mark(margin: self, bid: quote?.bid, ask: quote?.ask) else {
      throw .missing(.amount)
    }
    return mark
  }

  private func oneLot(
    of instrument: Instrument, forward: Double, in view: MarketView
  ) -> RiskLeg? {
    let contract: RiskLeg.Contract
    switch instrument.kind {
    case .option(let right, let strike, let expiry):
      guard let (volatility, _) = view.volatility(of: instrument, forward: forward) else {
        return nil
      }
      contract = .option(
        right, strike: strike.doubleValue, years: max(0, view.instant.years(to: expiry)),
        volatility: volatility)
    case .perpetual, .future:
      contract = .future(
        entry: forward, years: instrument.expiry.map { max(0, view.instant.years(to: $0)) })
    }
    return RiskLeg(
      contract: contract, settlement: instrument.settlement, forward: forward,
      quantity: instrument.lot.doubleValue, size: instrument.contract.value.doubleValue)
  }
}

/// One lot in doubles, on its way to integers.
private struct LotPricing {
  let instrument: Instrument
  let arithmetic: ContractArithmetic
  let leg: RiskLeg
  /// The venue's.
  let mark: Price?

  private var isLinear: Bool { instrument.settlement == .linear }

  func mark(margin: StandardMargin, bid: Price?, ask: Price?) -> ContractMark? {
    guard let price = mark ?? modelled(.toNearestEven),
      let down = arithmetic.value(
        lots: 1, at: price, extraDecimals: ContractMark.extraDecimals, rounding: .down),
      let up = arithmetic.value(
        lots: 1, at: price, extraDecimals: ContractMark.extraDecimals, rounding: .up),
      let exposure = nanounits(exposure, .up),
      let long = schedule(margin, side: 1), let short = schedule(margin, side: -1)
    else { return nil }
    return ContractMark(
      price: price, bid: executable(bid), ask: executable(ask), valueDown: down, valueUp: up,
      exposure: exposure, long: long, short: short)
  }

  private func executable(_ price: Price?) -> Price? {
    guard let price, price.value > .zero else { return nil }
    return price
  }

  /// Black-76 on forward and volatility, to 12 decimals of the quotation.
  private func modelled(_ rounding: Rounding) -> Price? {
    guard case .option(let right, let strike, let years, let volatility) = leg.contract else {
      return Price("\(leg.forward)")
    }
    let value = Black76.undiscounted(
      OptionInput(
        right: right, forward: leg.forward, strike: strike, years: years, volatility: volatility))
    guard let unit = Asset("UNIT", decimals: 12),
      let money = try? Money(
        modelled: isLinear ? value : value / leg.forward, asset: unit, rounding: rounding)
    else { return nil }
    return Price(money.amount)
  }

  /// |δ| of a lot in the settlement asset: dollars of the underlying, or coins of it.
  private var exposure: Double {
    let size = leg.signedSize
    switch leg.contract {
    case .future: return isLinear ? size * leg.forward : size / leg.forward
    case .option(let right, let strike, let years, let volatility):
      let delta = Black76.valueAndFirstOrder(
        OptionInput(
          right: right, forward: leg.forward, strike: strike, years: years,
          volatility: volatility)
      ).delta.magnitude
      return isLinear ? size * delta * leg.forward : size * delta
    }
  }

  private func schedule(_ margin: StandardMargin, side: Double) -> LotSchedule? {
    if !leg.isOption { return futures(margin) }
    var leg = leg
    leg.quantity *= side
    let pool = RiskPool(
      index: leg.forward, currency: isLinear ? .usd : .coin, cash: 0, legs: [leg])
    guard let initial = try? margin.initial(of: pool),
      let maintenance = try? margin.maintenance(of: pool),
      let initialRate = nanounits(initial, .up),
      let maintenanceRate = nanounits(maintenance, .up)
    else { return nil }
    return LotSchedule(
      initialRate: max(initialRate, maintenanceRate), maintenanceRate: maintenanceRate)
  }

  /// Brackets of notional as brackets of lots.
  private func futures(_ margin: StandardMargin) -> LotSchedule? {
    let notional = exposure
    guard notional > 0, let first = margin.futuresBrackets.first,
      let rate = nanounits((first.rate + margin.liquidationFee) * notional, .up)
    else { return nil }
    var steps: [LotSchedule.Bracket] = []
    for bracket in margin.futuresBrackets.dropFirst() {
      let lots = (bracket.notionalFloor / notional).rounded(.up)
      guard lots < 0x1p50 else { break }
      guard let rate = nanounits((bracket.rate + margin.liquidationFee) * notional, .up),
        let deduction = nanounits(bracket.deduction, .down)
      else { return nil }
      steps.append(LotSchedule.Bracket(lots: Int64(lots), rate: rate, deduction: deduction))
    }
    return LotSchedule(
      initialRate: rate, maintenanceRate: rate, initialSteps: steps, maintenanceSteps: steps)
  }

  /// Through the one rounding door, with nine digits more than the asset has.
  private func nanounits(_ amount: Double, _ rounding: Rounding) -> Int128? {
    let asset = instrument.settlementAsset
    guard asset.decimals + ContractMark.extraDecimals <= 18,
      let fine = Asset(asset.code, decimals: asset.decimals + ContractMark.extraDecimals)
    else { return nil }
    return try? Money(modelled: amount, asset: fine, rounding: rounding).minorUnits
  }
}
