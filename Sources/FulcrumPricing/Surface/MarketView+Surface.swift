public import FulcrumModel

extension MarketView {
  /// Coins and settlements with listed options, in the order of their names.
  public var surfaces: [(underlying: Underlying, settlement: Settlement)] {
    listedSurfaces.sorted {
      ($0.underlying, $0.settlement.rawValue) < ($1.underlying, $1.settlement.rawValue)
    }.map { ($0.underlying, $0.settlement) }
  }

  private var listedSurfaces: Set<SurfaceKey> {
    var found: Set<SurfaceKey> = []
    for quote in snapshot.quotes.values where quote.instrument.isOption {
      found.insert(
        SurfaceKey(
          underlying: quote.instrument.underlying, settlement: quote.instrument.settlement))
    }
    return found
  }

  /// The surfaces that `instruments` ask for: of the options without a volatility of their own.
  func fittedSurfaces(for instruments: [Instrument]?) -> [SurfaceKey: VolatilitySurface] {
    let listed = listedSurfaces
    var wanted = listed
    if let instruments {
      wanted = []
      for instrument in instruments where lacksVolatility(instrument) {
        let own = SurfaceKey(
          underlying: instrument.underlying, settlement: instrument.settlement)
        // The twin stands in where an expiry of its own is missing.
        wanted.formUnion([own, own.twin])
      }
      wanted.formIntersection(listed)
    }
    var fitted: [SurfaceKey: VolatilitySurface] = [:]
    for key in wanted {
      fitted[key] = surface(of: key.underlying, settlement: key.settlement)
    }
    return fitted
  }

  private func lacksVolatility(_ instrument: Instrument) -> Bool {
    guard instrument.isOption, let expiry = instrument.expiry, expiry > instant,
      let forward = forward(of: instrument)
    else { return false }
    let years = instant.years(to: expiry)
    return ownVolatility(of: instrument, forward: forward.0, years: years) == nil
  }

  /// The volatility surface of one coin and settlement, fitted to the two-sided quotes here.
  ///
  /// Every listed expiry is in it, those that cannot be fitted with their reason.
  /// - Cost: about a millisecond an expiry, released; nothing is kept, so hold on to the answer.
  public func surface(
    of underlying: Underlying, settlement: Settlement,
    settings: SurfaceSettings = SurfaceSettings()
  ) -> VolatilitySurface {
    var grouped: [Timestamp: [Quote]] = [:]
    for quote in snapshot.quotes.values {
      guard quote.instrument.isOption, quote.instrument.underlying == underlying,
        quote.instrument.settlement == settlement, let expiry = quote.instrument.expiry
      else { continue }
      grouped[expiry, default: []].append(quote)
    }
    let slices = grouped.keys.sorted().map { expiry in
      let key = ExpirySlice.Key(
        underlying: underlying, settlement: settlement, expiry: expiry)
      // In name order: nothing may depend on that of a dictionary.
      let quotes = (grouped[expiry] ?? []).sorted { $0.instrument.id < $1.instrument.id }
      return slice(key, quotes, settings)
    }
    var builder = SurfaceBuilder(slices, settings: settings)
    let (fitted, shape) = builder.build()
    return VolatilitySurface(
      underlying: underlying, settlement: settlement, instant: instant, slices: fitted,
      shape: shape)
  }

  private func slice(
    _ key: ExpirySlice.Key, _ quotes: [Quote], _ settings: SurfaceSettings
  ) -> SurfaceSlice {
    let cleaning = QuoteCleaning(key: key, instant: instant, settings: settings)
    var rejected: [RejectedQuote] = []
    let sound = cleaning.twoSided(quotes, &rejected)
    let parity = ParityForward(cleaning.pairs(sound), settlement: key.settlement)
    let (forward, source) = surfaceForward(key, parity: parity)
    let cleaned =
      forward > 0
      ? cleaning.cleaned(sound, forward: forward, rejected: rejected)
      : CleanedExpiry(key: key, years: cleaning.years, forward: 0, rejected: rejected)
    var slice = SurfaceSlice(
      expiry: key.expiry, years: cleaned.years, forward: forward, forwardSource: source,
      parity: parity, quotes: cleaned.quotes, rejected: cleaned.rejected)
    guard let parity, forward > 0 else { return slice }
    let gap = parity.unit / forward - 1
    if gap.magnitude > max(1e-3, 3 * parity.unitError / forward) {
      slice.flags.append(.forwardOffParity(gap))
    }
    if !parity.isConsistent(key.settlement) { slice.flags.append(.parityInconsistent) }
    return slice
  }

  /// The forward of the expiry by the rules of the view; 0 where nothing says.
  private func surfaceForward(
    _ key: ExpirySlice.Key, parity: ParityForward?
  ) -> (Double, ForwardSource) {
    if let known = forward(ofExpiry: key) { return known }
    if let parity { return (parity.unit, .parity) }
    return (0, .parity)
  }
}

/// What has a surface of its own: a coin in one settlement.
struct SurfaceKey: Hashable, Sendable {
  let underlying: Underlying
  let settlement: Settlement

  init(underlying: Underlying, settlement: Settlement) {
    self.underlying = underlying
    self.settlement = settlement
  }

  init(_ key: ExpirySlice.Key) {
    self.init(underlying: key.underlying, settlement: key.settlement)
  }

  var twin: SurfaceKey {
    SurfaceKey(underlying: underlying, settlement: settlement == .inverse ? .linear : .inverse)
  }
}
