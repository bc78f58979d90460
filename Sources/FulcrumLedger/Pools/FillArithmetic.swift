import FulcrumModel

extension ListedContract {
  /// What a trade does to a leg, exactly (margin-onchain 13, invariants 1 and 8).
  ///
  /// Of an option the premium moves at once: cash = −value(lots, price), rounded down. Of a future only
  /// the part that closes moves money: its proceeds less its share of the cost. Cost is kept to the
  /// nearest unit, so that both sides of one trade enter at one amount; cash to the pool is rounded
  /// down and the rest goes to the sink.
  ///
  /// - Returns: nil where 128 bits do not hold it.
  func fill(
    _ leg: Leg?, lots: Int64, price: Price, fee: Int128 = 0
  ) -> Fill? {
    guard let value = arithmetic.value(lots: lots, at: price, rounding: .toNearestEven),
      let valueUp = arithmetic.value(lots: lots, at: price, rounding: .up)
    else { return nil }
    return fill(leg, lots: lots, price: price, value: value, valueUp: valueUp, fee: fee)
  }

  /// The same for a value that was agreed on instead of a price.
  func fill(
    _ leg: Leg?, lots: Int64, price: Price, value: Int128, valueUp: Int128, fee: Int128 = 0
  ) -> Fill? {
    let held = leg?.lots ?? 0
    let (after, overflow) = held.addingReportingOverflow(lots)
    guard !overflow, after.magnitude <= UInt64(Ledger.lotsLimit),
      value.magnitude <= Int128.Magnitude(Ledger.amountLimit)
    else { return nil }
    let closes = held != 0 && (held > 0) != (lots > 0)
    let closing = closes ? min(held.magnitude, lots.magnitude) : 0
    let cost = leg?.cost ?? 0
    // The share of the cost that leaves with the closing lots, against the owner.
    let released =
      closing == 0
      ? 0 : Self.share(cost, closing, of: held.magnitude, rounding: .up)
    // The share of the trade's own value that closes, proceeds against the owner; the rest opens.
    let closed = closing == 0 ? 0 : Self.share(value, closing, of: lots.magnitude, rounding: .up)
    let opened = value - closed
    let proceeds = -closed
    if isOption {
      return Fill(
        contract: id, lots: lots, price: price, cash: -valueUp, dust: valueUp - value,
        cost: opened - released, realised: proceeds - released, fee: fee)
    }
    let dust = closing == 0 ? 0 : valueUp - value
    let cash = proceeds - released - dust
    return Fill(
      contract: id, lots: lots, price: price, cash: cash, dust: dust, cost: opened - released,
      realised: cash, fee: fee)
  }

  /// amount · part / whole; 128 bits hold the product since lots are below 2⁵⁰ and amounts below 10²⁷
  /// times them would not: whole and rest are taken apart.
  static func share(
    _ amount: Int128, _ part: UInt64, of whole: UInt64, rounding: Rounding
  ) -> Int128 {
    guard part != whole else { return amount }
    let (quotient, remainder) = amount.quotientAndRemainder(dividingBy: Int128(whole))
    return quotient * Int128(part)
      + rounding.quotient(remainder * Int128(part), by: Int128(whole))
  }

  /// Expiry into cash: the payoff of an option, the profit of a future, at the delivery price.
  ///
  ///     linear call  lots · lot · m · max(D − K, 0)       inverse call  … · max(D − K, 0) / D
  func settlement(of leg: Leg, delivery: Price, rules: LedgerRules) -> Fill? {
    guard isOption else { return fill(leg, lots: -leg.lots, price: delivery) }
    guard let nearest = payoff(lots: leg.lots, delivery: delivery, rounding: .toNearestEven),
      let down = payoff(lots: leg.lots, delivery: delivery, rounding: .down),
      let unitValue = underlyingValue(lots: leg.lots, delivery: delivery),
      nearest.magnitude <= Int128.Magnitude(Ledger.amountLimit),
      unitValue.magnitude <= Int128.Magnitude(Ledger.amountLimit)
    else { return nil }
    let fee = max(
      0,
      min(
        rules.deliveryFee.of(unitValue, rounding: .up),
        rules.deliveryFeeCap.of(down < 0 ? -down : down, rounding: .up)))
    return Fill(
      contract: id, lots: -leg.lots, price: delivery, cash: down, dust: nearest - down,
      cost: -leg.cost, realised: nearest - leg.cost, fee: leg.lots > 0 ? min(fee, down) : fee)
  }

  private func payoff(lots: Int64, delivery: Price, rounding: Rounding) -> Int128? {
    guard case .option(let right, let strike, _) = instrument.kind else { return nil }
    let difference =
      right == .call
      ? delivery.value.adding(-strike.value) : strike.value.adding(-delivery.value)
    guard let difference else { return nil }
    guard difference > .zero else { return 0 }
    return instrument.settlement == .linear
      ? arithmetic.value(lots: lots, at: Price(difference), rounding: rounding)
      : arithmetic.value(
        lots: lots, at: Price(difference), over: delivery, rounding: rounding)
  }

  /// One unit of the underlying in the settlement asset times the size: dollars, or the coins
  /// themselves.
  private func underlyingValue(lots: Int64, delivery: Price) -> Int128? {
    let price = instrument.settlement == .linear ? delivery : Price(ExactDecimal(1))
    return arithmetic.value(lots: lots, at: price, rounding: .up).map { $0 < 0 ? -$0 : $0 }
  }
}
