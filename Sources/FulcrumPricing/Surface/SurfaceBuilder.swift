import FulcrumModel
internal import RealModule

/// From cleaned expiries to a surface: each expiry by itself, then from the last to the first, each at
/// or below the one after it, falling back model by model.
///
/// - Source: leverage-math 8.3; the order of the expiries: decision 0032, of the fallbacks: 0033.
struct SurfaceBuilder {
  let settings: SurfaceSettings
  var slices: [SurfaceSlice]
  private var trials: [RawSVI?] = []
  private var shape: SSVIShape?
  private var hasSharedShape = false

  /// - Parameter slices: ascending in expiry, cleaned, without smiles.
  init(_ slices: [SurfaceSlice], settings: SurfaceSettings) {
    self.slices = slices
    self.settings = settings
  }

  mutating func build() -> ([SurfaceSlice], SSVIShape?) {
    trials = slices.indices.map { trial($0) }
    for _ in 0..<2 where !harmonise() { break }
    var later: RawSVI?
    for place in slices.indices.reversed() {
      fit(place, below: later)
      later = slices[place].smile ?? later
    }
    fillGaps()
    recheck()
    return (slices, shape)
  }

  /// Each expiry by itself, its outliers removed.
  private mutating func trial(_ place: Int) -> RawSVI? {
    guard slices[place].years > 0 else { return nil }
    var fit = SmileFit(quotes: slices[place].quotes, years: slices[place].years)
    guard let first = fit.free(fewest: settings.fewestStrikes) else { return nil }
    let removed = fit.removeOutliers(from: first)
    guard !removed.isEmpty else { return first }
    slices[place].quotes = fit.quotes
    slices[place].rejected += removed
    return fit.free(fewest: settings.fewestStrikes)
  }

  // MARK: One expiry

  private struct Candidate {
    let model: SmileModel
    let smile: RawSVI
    let error: FitError
  }

  private mutating func fit(_ place: Int, below later: RawSVI?) {
    let slice = slices[place]
    guard slice.years > 0 else { return refuse(place, .svi, .expired) }
    guard !slice.quotes.isEmpty else { return refuse(place, .svi, .noCleanQuote) }
    let fit = SmileFit(quotes: slice.quotes, years: slice.years)
    var spare: [Candidate] = []
    if let own = own(place, fit, below: later) {
      if take(place, own, in: fit, below: later, &spare) { return }
    } else {
      refuse(
        place, .svi,
        .tooFewStrikes(count: slice.quotes.count, needed: settings.fewestStrikes))
    }
    if let shared = shared(place, fit, below: later) {
      if take(place, shared, in: fit, below: later, &spare) { return }
    } else {
      refuse(place, .ssvi, .noSharedShape)
    }
    // Nothing within the bound: what is free of arbitrage and nearest the quotes, and says so.
    guard
      let best = spare.min(by: { $0.error.rootMeanSquare < $1.error.rootMeanSquare })
    else { return }
    settle(place, best)
    slices[place].flags.append(.aboveBound)
  }

  /// Brings trials that cross their neighbours nearer to order, both sides giving way where their
  /// quotes care least. Far from its quotes a slice knows little, and whichever were fixed first
  /// would else impose that little on the other.
  /// - Returns: whether any crossed.
  private mutating func harmonise() -> Bool {
    let fitted = trials.indices.filter { trials[$0] != nil }
    var crossed: Set<Int> = []
    for (left, right) in zip(fitted, fitted.dropFirst()) {
      guard let early = trials[left], let late = trials[right] else { continue }
      if !SmileCheck(late, after: early).isCalendarFree { crossed.formUnion([left, right]) }
    }
    for (order, place) in fitted.enumerated() where crossed.contains(place) {
      guard let trial = trials[place] else { continue }
      let fit = SmileFit(quotes: slices[place].quotes, years: slices[place].years)
      trials[place] = fit.softened(
        from: trial, below: order + 1 < fitted.count ? trials[fitted[order + 1]] : nil,
        above: order > 0 ? trials[fitted[order - 1]] : nil)
    }
    return !crossed.isEmpty
  }

  /// The trial where it is in order and near its quotes already; else fits between the neighbours,
  /// weighted by spreads, then with all strikes alike, then without regard to the earlier expiry.
  private func own(_ place: Int, _ fit: SmileFit, below later: RawSVI?) -> RawSVI? {
    guard let trial = trials[place], let bound = FitError.bound(fit.quotes) else { return nil }
    let floors = floors(under: place)
    var even = fit
    even.isEven = true
    let tries: [() -> RawSVI?] = [
      { floors.allSatisfy { trial.totalVariance(at: $0.k) >= $0.w } ? trial : nil },
      { fit.bounded(around: trial, below: later, above: floors) },
      { even.bounded(around: trial, below: later, above: floors) },
      { even.bounded(around: trial, below: later, above: []) },
    ]
    var best: (smile: RawSVI, error: Double)?
    for make in tries {
      guard let smile = make(), Self.arbitrage(smile, below: later) == nil,
        let error = fit.error(smile)?.rootMeanSquare
      else { continue }
      if error <= bound { return smile }
      if error < best?.error ?? .infinity { best = (smile, error) }
    }
    return best?.smile ?? trial
  }

  /// The nearest earlier expiry by itself, at its quoted strikes.
  private func floors(under place: Int) -> [BoundedFit.Limit] {
    for earlier in trials.indices[..<place].reversed() {
      guard let smile = trials[earlier] else { continue }
      return slices[earlier].quotes.map {
        BoundedFit.Limit(k: $0.moneyness, w: smile.totalVariance(at: $0.moneyness))
      }
    }
    return []
  }

  private mutating func shared(
    _ place: Int, _ fit: SmileFit, below later: RawSVI?
  ) -> RawSVI? {
    if !hasSharedShape {
      hasSharedShape = true
      shape =
        SSVIFit(
          slices.indices.compactMap { place in
            guard let trial = trials[place] else { return nil }
            let slice = slices[place]
            return SSVIFit.Expiry(
              targets: SmileFit(quotes: slice.quotes, years: slice.years).targets,
              theta: trial.totalVariance(at: 0))
          })?.shape
    }
    guard let shape, let centre = nearestMoney(slices[place].quotes) else { return nil }
    let level = centre.middle * centre.middle * slices[place].years
    let shared = SSVIFit(shape: shape)
    return shared.slice(fit.targets, near: level, below: later)
  }

  private func nearestMoney(_ quotes: [SmileQuote]) -> SmileQuote? {
    quotes.min { $0.moneyness.magnitude < $1.moneyness.magnitude }
  }

  /// Takes a smile that is free of arbitrage and within the bound; keeps one that only misses the
  /// bound in spare.
  private mutating func take(
    _ place: Int, _ smile: RawSVI, in fit: SmileFit, below later: RawSVI?,
    _ spare: inout [Candidate]
  ) -> Bool {
    let model: SmileModel = slices[place].attempts.isEmpty ? .svi : .ssvi
    guard let error = fit.error(smile), let bound = FitError.bound(fit.quotes) else { return false }
    let candidate = Candidate(model: model, smile: smile, error: error)
    if let refusal = Self.arbitrage(smile, below: later) {
      refuse(place, model, refusal)
    } else if error.rootMeanSquare > bound {
      refuse(place, model, .aboveBound(error: error.rootMeanSquare, bound: bound))
      spare.append(candidate)
    } else {
      settle(place, candidate)
      return true
    }
    return false
  }

  private static func arbitrage(_ smile: RawSVI, below later: RawSVI?) -> FitRefusal? {
    let check = SmileCheck(smile, after: nil)
    if check.leeSlope > 2 { return .leeSlope(check.leeSlope) }
    if !check.isButterflyFree {
      return .butterfly(density: check.densityMinimum, moneyness: check.densityMinimumAt)
    }
    guard let later else { return nil }
    let order = SmileCheck(later, after: smile)
    if !order.isCalendarFree, let gap = order.calendarGap, let k = order.calendarGapAt {
      return .calendar(gap: gap, moneyness: k)
    }
    return nil
  }

  private mutating func settle(_ place: Int, _ candidate: Candidate) {
    slices[place].model = candidate.model
    slices[place].smile = candidate.smile
    slices[place].error = candidate.error
  }

  private mutating func refuse(_ place: Int, _ model: SmileModel, _ refusal: FitRefusal) {
    slices[place].attempts.append(FitAttempt(model: model, refusal: refusal))
  }

  /// Every smile once more, against the one that stands before it in the end.
  private mutating func recheck() {
    var earlier: RawSVI?
    for place in slices.indices {
      guard let smile = slices[place].smile else { continue }
      slices[place].check = SmileCheck(smile, after: earlier)
      earlier = smile
    }
  }

  // MARK: Expiries without a smile

  private mutating func fillGaps() {
    let nodes = VolatilitySurface.nodes(slices)
    var floor = 0.0
    for place in slices.indices where slices[place].model == nil && slices[place].years > 0 {
      let slice = slices[place]
      if nodes.isEmpty {
        refuse(place, .interpolated, .noNeighbour)
        guard let centre = nearestMoney(slice.quotes) else {
          refuse(place, .flat, .noCleanQuote)
          continue
        }
        // Not below the expiry before it: flat slices in order are free of arbitrage.
        floor = max(floor, centre.middle * centre.middle * slice.years)
        let smile = RawSVI.flat(floor)
        slices[place].model = .flat
        slices[place].smile = smile
        slices[place].error = SmileFit(quotes: slice.quotes, years: slice.years).error(smile)
        continue
      }
      slices[place].model = .interpolated
      if let found = VolatilitySurface.curve(nodes, at: 0, years: slice.years),
        found.place != .between
      {
        slices[place].flags.append(.extrapolatedInTime)
      }
      slices[place].error = FitError(slice.quotes) { k in
        let w = VolatilitySurface.curve(nodes, at: k, years: slice.years)?.curve.w ?? 0
        return (max(w, 0) / slice.years).squareRoot()
      }
    }
  }
}
