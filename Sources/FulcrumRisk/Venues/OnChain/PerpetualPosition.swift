import FulcrumNumerics

/// The perpetuals of one coin in a pool, netted as a venue nets them.
struct PerpetualPosition {
  let underlying: Int
  /// Signed coins.
  var coins: Double
  /// USD per coin.
  let mark: Double
  /// Of the coin's index, which the on-chain venues value at where they have no mark of their own.
  let index: Double
  /// Σ coins·entry, USD: what was paid, signed.
  var cost: Double

  var profitAtMark: Double { coins * mark - cost }
  var profitAtIndex: Double { coins * index - cost }
}

extension RiskPool {
  /// Refuses what none of the on-chain venues margins: contracts that settle in coin.
  func settledInDollars(_ venue: String) throws(VenueRuleError) {
    guard currency == .usd else {
      throw .notCovered(
        what: "a coin-margined pool", fix: "\(venue) settles in a dollar stablecoin")
    }
  }

  /// One position a coin, in the order of the indices.
  ///
  /// - Throws: `.notCovered` for a dated future, `.parameter` where one coin's perpetuals have two
  ///   marks.
  func perpetuals(_ venue: String) throws(VenueRuleError) -> [PerpetualPosition] {
    var positions: [PerpetualPosition] = []
    for leg in legs {
      guard case .future(let entry, let years) = leg.contract else { continue }
      if let years {
        throw .notCovered(
          what: "a future of \(years) years on \(venue), which lists perpetuals only",
          fix: "keep it in a pool of another venue's rule")
      }
      let cost = leg.signedSize * entry
      guard let found = positions.firstIndex(where: { $0.underlying == leg.underlying }) else {
        positions.append(
          PerpetualPosition(
            underlying: leg.underlying, coins: leg.signedSize, mark: leg.forward,
            index: indices[leg.underlying], cost: cost))
        continue
      }
      try VenueInput.hold(
        positions[found].mark == leg.forward, leg.forward, "forward",
        "one mark for the perpetual of a coin")
      positions[found].coins += leg.signedSize
      positions[found].cost += cost
    }
    return positions.sorted { $0.underlying < $1.underlying }
  }

  /// Perpetuals of a venue that lists nothing else.
  func perpetualsOnly(_ venue: String) throws(VenueRuleError) -> [PerpetualPosition] {
    guard !hasOptions else {
      throw .notCovered(
        what: "options on \(venue), which lists perpetuals only",
        fix: "keep them in a pool of another venue's rule")
    }
    return try perpetuals(venue)
  }
}

extension [PerpetualPosition] {
  func sum(_ term: (PerpetualPosition) -> Double) -> Double {
    var sum = NeumaierSum()
    for position in self { sum.add(term(position)) }
    return sum.value
  }
}

/// Options of one coin and one expiry as the rules of Derive take them.
struct OptionGroup {
  let underlying: Int
  let years: Double
  let forward: Double
  var options: [DeriveStandard.Option]
}

extension RiskPool {
  /// Options by coin and time to expiry, in the order in which they first occur.
  ///
  /// - Throws: `.parameter` where one expiry has two forwards.
  func optionGroups() throws(VenueRuleError) -> [OptionGroup] {
    var groups: [OptionGroup] = []
    for leg in legs {
      guard case .option(let right, let strike, let years, let volatility) = leg.contract else {
        continue
      }
      let option = DeriveStandard.Option(
        right: right, strike: strike, amount: leg.signedSize, volatility: volatility)
      let place = groups.firstIndex { $0.underlying == leg.underlying && $0.years == years }
      guard let place else {
        groups.append(
          OptionGroup(
            underlying: leg.underlying, years: years, forward: leg.forward, options: [option]))
        continue
      }
      try VenueInput.hold(
        groups[place].forward == leg.forward, leg.forward, "forward", "one forward an expiry")
      groups[place].options.append(option)
    }
    return groups
  }
}
