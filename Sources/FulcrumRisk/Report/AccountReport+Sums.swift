import FulcrumModel
import FulcrumNumerics

extension AccountReport {
  /// Sums over the pools in the order given (the book's), equity as a summary or the book states it,
  /// else from the pools whose capital is known.
  init(_ pools: [PoolReport], equityUsd given: Double?, of origin: AccountEquityOrigin) {
    let valued = pools.compactMap(\.measures)
    let capitalised = pools.filter(\.capitalIsKnown).compactMap(\.measures)
    func sum(_ value: (PoolMeasures) -> Double) -> Double { valued.map(value).neumaierSum }
    if let given {
      equityUsd = given
      equityBasis =
        switch origin {
        case .summary: .accountSummary
        case .book: .book
        }
    } else if !capitalised.isEmpty, capitalised.count == pools.count {
      // A pool under water owes nothing to its owner's other pools.
      equityUsd = Containment.lossLimit(capitalised).unconditional
      equityBasis = .sumOfPools
    } else {
      equityUsd = nil
      equityBasis = .unknown
    }
    grossNotional = sum(\.grossNotional)
    deltaCash = sum(\.deltaCash)
    absDeltaCash = sum(\.absDeltaCash)
    gammaCash1pct = sum(\.gammaCash1pct)
    vegaCashPerPoint = sum(\.vegaCashPerPoint)
    thetaCashPerDay = sum(\.thetaCashPerDay)
    containedLossUsd = Containment.lossLimit(capitalised).unconditional
    poolCount = pools.count
    poolsWithoutCapital = pools.filter { $0.measures != nil && !$0.capitalIsKnown }.count
    poolsNotValued = pools.filter { $0.measures == nil }.count
    let capital = equityUsd
    func ratio(_ exposure: Double) -> Measure {
      guard let capital, capital > 0 else { return .absent(.noAccountEquity) }
      return .value(exposure.magnitude / capital)
    }
    netDeltaLeverage = ratio(Self.netByUnderlying(pools).map(\.magnitude).neumaierSum)
    grossDeltaLeverage = ratio(absDeltaCash)
    grossNotionalLeverage = ratio(grossNotional)
  }

  /// ΣD of each coin, in the order of their codes: coins are not netted against each other.
  private static func netByUnderlying(_ pools: [PoolReport]) -> [Double] {
    var sums: [Underlying: NeumaierSum] = [:]
    for pool in pools {
      for exposure in pool.measures?.exposures ?? [] {
        sums[pool.underlyings[exposure.underlying], default: NeumaierSum()].add(exposure.deltaCash)
      }
    }
    return sums.sorted { $0.key < $1.key }.map(\.value.value)
  }
}
