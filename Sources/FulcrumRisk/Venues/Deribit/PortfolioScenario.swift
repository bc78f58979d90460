import RealModule

/// A cell of Deribit's risk matrix: a move of the price and a shock of the volatility.
struct PortfolioScenario: Hashable {
  enum Vol: String, Hashable { case up, unchanged, down }

  let move: Double
  let vol: Vol
  /// Cells of the extended table are scaled, dampened and lose their gains.
  let isExtended: Bool

  /// "price −16 %, vol up", for a reader.
  var words: String {
    let tenths = (move * 1000).rounded().magnitude
    let sign = move < 0 ? "−" : "+"
    let price: String
    if tenths == 0 {
      price = "price unchanged"
    } else if tenths < 1e9 {
      let (whole, rest) = Int(tenths).quotientAndRemainder(dividingBy: 10)
      price = "price \(sign)\(whole)\(rest == 0 ? "" : ".\(rest)") %"
    } else {
      price = "price \(sign)\(move.magnitude) times"
    }
    return "\(price), vol \(vol.rawValue)\(isExtended ? " (extended table)" : "")"
  }
}

extension DeribitPortfolioParameters {
  /// Bucket −range first; inside a bucket the volatility cases together. Their order inside a bucket
  /// cannot be read from the venue's samples: up, unchanged, down here.
  var standardScenarios: [PortfolioScenario] {
    let vols: [PortfolioScenario.Vol] = volScenarios == 1 ? [.unchanged] : [.up, .unchanged, .down]
    return (-bucketsEachSide...bucketsEachSide).flatMap { step in
      let move = priceRange * Double(step) / Double(bucketsEachSide)
      return vols.map { PortfolioScenario(move: move, vol: $0, isExtended: false) }
    }
  }

  /// The table knows volatility up only.
  var extendedScenarios: [PortfolioScenario] {
    extendedMoves.map { PortfolioScenario(move: $0, vol: .up, isExtended: true) }
  }

  /// Volatility after a shock, ≥ 0.
  ///
  ///     up    max(σ(1 + r↑(30/days)^p), floor)        down  max(σ(1 − r↓(30/days)^p), 0)
  ///
  /// - Parameters: years T ≥ 0; an expired option keeps its volatility, which values nothing.
  /// - Source: a third party's description of the engine; where the floor applies is open, so both
  ///   readings are here and the default floors the result.
  func shocked(_ volatility: Double, years: Double, _ vol: PortfolioScenario.Vol) -> Double {
    let days = years * 365
    guard days > 0, vol != .unchanged else { return volatility }
    let power = days < 30 ? shortTermVegaPower : longTermVegaPower
    let scale = Double.pow(30 / days, power)
    if vol == .down { return max(volatility * (1 - volRangeDown * scale), 0) }
    let rise = 1 + volRangeUp * scale
    return floorsBeforeShock
      ? max(volatility, minVolUp) * rise : max(volatility * rise, minVolUp)
  }

  /// What turns the coin P/L at a far move into the extended cell.
  ///
  ///     factor·range/|move| · (1 + move)/(1 ± range)    coin;   factor·range/|move|   linear
  ///
  /// That is the USD P/L, scaled down to the edge of the normal range and valued in coin there, so
  /// that a plain future never passes its own loss at that edge.
  func extendedScale(_ move: Double, isLinear: Bool) -> Double {
    let scale = extendedTableFactor * priceRange / move.magnitude
    return isLinear ? scale : scale * (1 + move) / (1 + edge(move))
  }

  /// ±range, with the sign of the move.
  func edge(_ move: Double) -> Double { move < 0 ? -priceRange : priceRange }

  /// What is added back to a losing cell of the extended table, in the pool's currency.
  func dampener(_ move: Double, index: Double, isLinear: Bool) -> Double {
    let usd = (max(move.magnitude / priceRange, 1) - 1) * extendedDampenerUsd
    return isLinear ? usd : usd / (index * (1 + edge(move)))
  }
}
