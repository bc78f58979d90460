public import FulcrumModel
import RealModule

/// A market snapshot at one instant of valuation, with what is missing filled by stated rules.
///
/// Every answer names the rule that gave it. Nothing here knows of positions or pools.
public struct MarketView: Sendable {
  public let snapshot: MarketSnapshot
  /// The instant that times to expiry run from.
  public let instant: Timestamp
  let slices: [ExpirySlice.Key: ExpirySlice]
  let forwards: [ExpirySlice.Key: (Double, ForwardSource)]
  private let smiles: [ExpirySlice.Key: Smile]
  private let curves: [Underlying: [CurveNode]]

  private struct CurveNode {
    let years: Double
    /// ln(F/S).
    let basis: Double
  }

  public init(_ snapshot: MarketSnapshot, at instant: Timestamp) {
    self.snapshot = snapshot
    self.instant = instant
    var grouped: [ExpirySlice.Key: [Quote]] = [:]
    for quote in snapshot.quotes.values {
      guard quote.instrument.isOption, let expiry = quote.instrument.expiry else { continue }
      let key = ExpirySlice.Key(
        underlying: quote.instrument.underlying, settlement: quote.instrument.settlement,
        expiry: expiry)
      grouped[key, default: []].append(quote)
    }
    var slices: [ExpirySlice.Key: ExpirySlice] = [:]
    for (key, quotes) in grouped { slices[key] = ExpirySlice(key: key, quotes: quotes) }
    let listed = Self.listedFutures(snapshot)
    var forwards: [ExpirySlice.Key: (Double, ForwardSource)] = [:]
    for (key, slice) in slices {
      forwards[key] = Self.forward(of: slice, listed: listed[key.underlying]?[key.expiry])
    }
    var smiles: [ExpirySlice.Key: Smile] = [:]
    for (key, slice) in slices {
      let years = instant.years(to: key.expiry)
      guard let forward = forwards[key]?.0, years > 0 else { continue }
      smiles[key] = Smile(slice: slice, forward: forward, years: years)
    }
    self.slices = slices
    self.forwards = forwards
    self.smiles = smiles
    curves = Self.curves(snapshot, at: instant, forwards: forwards, listed: listed)
  }

  /// The index of a coin, USD per coin.
  public func index(of underlying: Underlying) -> Double? {
    guard let price = snapshot.indices[underlying]?.price.doubleValue, price > 0 else { return nil }
    return price
  }

  public func quote(_ id: InstrumentID) -> Quote? { snapshot.quotes[id] }

  // MARK: Forwards

  /// The forward of an option's expiry, or the mark of a future or perpetual, USD per coin.
  public func forward(of instrument: Instrument) -> (Double, ForwardSource)? {
    let quote = snapshot.quotes[instrument.id]
    switch instrument.kind {
    case .perpetual, .future:
      if let expiry = instrument.expiry, expiry <= instant {
        return index(of: instrument.underlying).map { ($0, .index) }
      }
      if let mark = quote?.mark?.doubleValue, mark > 0 { return (mark, .mark) }
      if let middle = quote.flatMap(ExpirySlice.middle) { return (middle, .middle) }
      guard let expiry = instrument.expiry else { return nil }
      return curveForward(instrument.underlying, expiry: expiry)
    case .option(_, _, let expiry):
      if expiry <= instant { return index(of: instrument.underlying).map { ($0, .index) } }
      if let own = quote?.forward?.doubleValue, own > 0 { return (own, .venue) }
      let key = ExpirySlice.Key(
        underlying: instrument.underlying, settlement: instrument.settlement, expiry: expiry)
      if let shared = forwards[key] { return shared }
      return forwards[key.twin] ?? curveForward(instrument.underlying, expiry: expiry)
    }
  }

  private static func forward(
    of slice: ExpirySlice, listed: Double?
  ) -> (Double, ForwardSource)? {
    if let printed = slice.printedForward { return (printed, .sameExpiry) }
    if let listed { return (listed, .listedFuture) }
    return slice.parityForward().map { ($0, .parity) }
  }

  private static func listedFutures(
    _ snapshot: MarketSnapshot
  ) -> [Underlying: [Timestamp: Double]] {
    var listed: [Underlying: [Timestamp: Double]] = [:]
    // In name order, so that of an inverse and a linear future of one day the same one always stands.
    for quote in snapshot.quotes.values.sorted(by: { $0.instrument.id < $1.instrument.id }) {
      guard case .future(let expiry) = quote.instrument.kind,
        let mark = ExpirySlice.price(quote)
      else { continue }
      if listed[quote.instrument.underlying]?[expiry] == nil {
        listed[quote.instrument.underlying, default: [:]][expiry] = mark
      }
    }
    return listed
  }

  private static func curves(
    _ snapshot: MarketSnapshot, at instant: Timestamp,
    forwards: [ExpirySlice.Key: (Double, ForwardSource)],
    listed: [Underlying: [Timestamp: Double]]
  ) -> [Underlying: [CurveNode]] {
    var known: [Underlying: [Timestamp: Double]] = listed
    for settlement in [Settlement.inverse, .linear] {
      for (key, forward) in forwards
      where key.settlement == settlement && known[key.underlying]?[key.expiry] == nil {
        known[key.underlying, default: [:]][key.expiry] = forward.0
      }
    }
    var curves: [Underlying: [CurveNode]] = [:]
    for (underlying, byExpiry) in known {
      guard let index = snapshot.indices[underlying]?.price.doubleValue, index > 0 else { continue }
      let nodes = byExpiry.compactMap { expiry, forward -> CurveNode? in
        let years = instant.years(to: expiry)
        return years > 0
          ? CurveNode(years: years, basis: Double.log(forward / index)) : nil
      }
      // At T = 0 the forward is the index.
      curves[underlying] = ([CurveNode(years: 0, basis: 0)] + nodes).sorted { $0.years < $1.years }
    }
    return curves
  }

  private func curveForward(
    _ underlying: Underlying, expiry: Timestamp
  ) -> (Double, ForwardSource)? {
    let years = instant.years(to: expiry)
    guard years > 0, let nodes = curves[underlying], let index = index(of: underlying),
      let after = nodes.firstIndex(where: { $0.years >= years }), after > 0
    else { return nil }
    let (left, right) = (nodes[after - 1], nodes[after])
    let share = (years - left.years) / (right.years - left.years)
    let basis = (1 - share) * left.basis + share * right.basis
    return (index * Double.exp(basis), .interpolated)
  }

  // MARK: Volatilities

  /// Implied volatility of an option under `forward`; nil where nothing says.
  ///
  /// Own quote first (mark volatility, mark, middle), then the smile of its expiry.
  public func volatility(
    of instrument: Instrument, forward: Double
  ) -> (Double, VolatilitySource)? {
    guard case .option(_, let strike, let expiry) = instrument.kind else { return nil }
    let years = instant.years(to: expiry)
    guard years > 0 else { return (0, .expired) }
    if let quote = snapshot.quotes[instrument.id],
      let own = OptionVolatility.own(of: quote, forward: forward, years: years)
    {
      return (own.volatility, own.source)
    }
    let key = ExpirySlice.Key(
      underlying: instrument.underlying, settlement: instrument.settlement, expiry: expiry)
    if let own = smiles[key]?.volatility(strike: strike.doubleValue, forward: forward) {
      return own
    }
    return smiles[key.twin]?.volatility(strike: strike.doubleValue, forward: forward)
  }

  /// Volatility solved from a price that did not come from the market files.
  public func volatility(
    of instrument: Instrument, price: Double, forward: Double
  ) -> Double? {
    guard let expiry = instrument.expiry else { return nil }
    return OptionVolatility.solve(
      instrument, price: price, forward: forward, years: instant.years(to: expiry))
  }

  /// At-the-money volatility at `days`, linear in total variance between the two expiries around it,
  /// or that of the nearest one where they do not reach around it (`spansDays` false).
  public func atTheMoneyVolatility(
    of underlying: Underlying, days: Double
  ) -> (volatility: Double, spansDays: Bool)? {
    let target = days / 365
    var nodes: [(years: Double, volatility: Double)] = []
    for settlement in [Settlement.inverse, .linear] where nodes.isEmpty {
      nodes = smiles.compactMap { key, smile in
        guard key.underlying == underlying, key.settlement == settlement,
          let volatility = smile.atTheMoney()
        else { return nil }
        return (instant.years(to: key.expiry), volatility)
      }
    }
    nodes.sort { $0.years < $1.years }
    guard let first = nodes.first, let last = nodes.last else { return nil }
    guard let after = nodes.firstIndex(where: { $0.years >= target }) else {
      return (last.volatility, false)
    }
    guard after > 0 else { return (first.volatility, first.years == target) }
    let (left, right) = (nodes[after - 1], nodes[after])
    let share = (target - left.years) / (right.years - left.years)
    let variance =
      (1 - share) * left.volatility * left.volatility * left.years
      + share * right.volatility * right.volatility * right.years
    return ((variance / target).squareRoot(), true)
  }
}
