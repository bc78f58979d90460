public import FulcrumModel

extension MarketView {
  /// Model-free implied variance of one expiry, or why there is none.
  public struct ExpiryVariance: Sendable {
    public let expiry: Timestamp
    public let settlement: Settlement
    public let years: Double
    public let forward: Double
    public let strip: Result<ImpliedVariance, SeriesError>
  }

  /// Every expiry of a coin, in time order; inverse before linear.
  ///
  /// From the venue's marks, or the middle of two-sided quotes, of out-of-the-money options; not
  /// extended beyond the strikes listed (`ImpliedVariance.endShare` says what that may have lost).
  public func impliedVariances(of underlying: Underlying) -> [ExpiryVariance] {
    slices.values.filter { $0.key.underlying == underlying }.sorted {
      ($0.key.expiry, $0.key.settlement == .inverse ? 0 : 1)
        < ($1.key.expiry, $1.key.settlement == .inverse ? 0 : 1)
    }.compactMap { slice in
      let years = instant.years(to: slice.key.expiry)
      guard years > 0, let forward = forwards[slice.key]?.0 else { return nil }
      let strip = Result { () throws(SeriesError) in
        try ImpliedVariance(
          forward: forward, years: years, quotes: slice.outOfTheMoney(forward: forward))
      }
      return ExpiryVariance(
        expiry: slice.key.expiry, settlement: slice.key.settlement, years: years,
        forward: forward, strip: strip)
    }
  }

  /// The index at `days`: 100√variance between the expiries around it, from one kind of settlement.
  public func impliedIndex(of underlying: Underlying, days: Double = 30) -> Double? {
    let all = impliedVariances(of: underlying)
    for settlement in [Settlement.inverse, .linear] {
      let nodes = all.compactMap { expiry -> (years: Double, variance: Double)? in
        guard expiry.settlement == settlement, case .success(let strip) = expiry.strip,
          strip.variance > 0
        else { return nil }
        return (expiry.years, strip.variance)
      }
      let target = days / 365
      guard let after = nodes.firstIndex(where: { $0.years >= target }), after > 0 else { continue }
      let variance = ImpliedVariance.interpolate(
        to: target, near: nodes[after - 1], far: nodes[after])
      if variance > 0 { return 100 * variance.squareRoot() }
    }
    return nil
  }
}

extension ExpirySlice {
  /// Strikes with a price of the option that is out of the money there, USD undiscounted; at the
  /// highest strike ≤ F that of the put.
  func outOfTheMoney(forward: Double) -> [ImpliedVariance.Quote] {
    let unit = key.settlement == .inverse ? forward : 1
    func value(_ quote: Quote?) -> Double? {
      guard let quote, let price = Self.price(quote) else { return nil }
      return price * unit
    }
    return strikes.compactMap { strike in
      guard strike.strike > 0 else { return nil }
      if strike.strike <= forward {
        // Without a put its price follows from the call by parity.
        let put = value(strike.put) ?? value(strike.call).map { $0 - (forward - strike.strike) }
        guard let put, put > 0 else { return nil }
        return ImpliedVariance.Quote(strike: strike.strike, price: put)
      }
      let call = value(strike.call) ?? value(strike.put).map { $0 - (strike.strike - forward) }
      guard let call, call > 0 else { return nil }
      return ImpliedVariance.Quote(strike: strike.strike, price: call)
    }
  }
}
