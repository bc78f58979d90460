import FulcrumModel

extension RiskPool {
  /// Checks every number and the rule of one settlement style a pool; the first fault is thrown.
  ///
  /// - Throws: `RiskError` naming the leg and field, what was seen and what is allowed.
  public func validate() throws(RiskError) {
    guard !indices.isEmpty else { throw .noUnderlying }
    if currency == .coin, indices.count != 1 { throw .coinPoolUnderlyings(count: indices.count) }
    for (place, index) in indices.enumerated() where !(index > 0 && index.isFinite) {
      throw .indexNotPositive(underlying: place, seen: index)
    }
    guard cash.isFinite else { throw .cashNotFinite(seen: cash) }
    for place in legs.indices { try validate(leg: place) }
  }

  private func validate(leg place: Int) throws(RiskError) {
    let leg = legs[place]
    guard indices.indices.contains(leg.underlying) else {
      throw .unknownUnderlying(leg: place, seen: leg.underlying, count: indices.count)
    }
    guard leg.settlement == currency.settlement else {
      throw .mixedSettlement(leg: place, seen: leg.settlement, allowed: currency.settlement)
    }
    try require(leg.forward > 0 && leg.forward.isFinite, place, .forward, leg.forward)
    try require(leg.quantity.isFinite, place, .quantity, leg.quantity)
    try require(leg.size > 0 && leg.size.isFinite, place, .size, leg.size)
    switch leg.contract {
    case .option(_, let strike, let years, let volatility):
      try require(strike >= 0 && strike.isFinite, place, .strike, strike)
      try require(years >= 0 && years.isFinite, place, .years, years)
      try require(volatility >= 0 && volatility.isFinite, place, .volatility, volatility)
    case .future(let entry, let years):
      try require(entry > 0 && entry.isFinite, place, .entry, entry)
      if let years { try require(years >= 0 && years.isFinite, place, .years, years) }
    }
  }

  private func require(
    _ holds: Bool, _ leg: Int, _ field: RiskError.LegField, _ seen: Double
  ) throws(RiskError) {
    guard holds else { throw .legOutOfDomain(leg: leg, field: field, seen: seen) }
  }
}
