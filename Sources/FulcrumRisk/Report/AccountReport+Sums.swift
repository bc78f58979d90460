import FulcrumNumerics

extension AccountReport {
  /// Sums over the pools in the order given (the book's), equity from the account summary where one
  /// was given, else from the pools whose capital is known.
  init(_ pools: [PoolReport], equityUsd given: Double?) {
    let valued = pools.compactMap(\.measures)
    let capitalised = pools.filter(\.capitalIsKnown).compactMap(\.measures)
    func sum(_ value: (PoolMeasures) -> Double) -> Double { valued.map(value).neumaierSum }
    if let given {
      equityUsd = given
      equityBasis = .accountSummary
    } else if !capitalised.isEmpty, capitalised.count == pools.count {
      equityUsd = capitalised.map(\.equityUsd).neumaierSum
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
    containedLossUsd = capitalised.map { max($0.equityUsd, 0) }.neumaierSum
    poolCount = pools.count
    poolsWithoutCapital = pools.filter { $0.measures != nil && !$0.capitalIsKnown }.count
    poolsNotValued = pools.filter { $0.measures == nil }.count
    let capital = equityUsd
    func ratio(_ exposure: Double) -> Measure {
      guard let capital, capital > 0 else { return .absent(.noAccountEquity) }
      return .value(exposure.magnitude / capital)
    }
    netDeltaLeverage = ratio(deltaCash)
    grossDeltaLeverage = ratio(absDeltaCash)
    grossNotionalLeverage = ratio(grossNotional)
  }
}
