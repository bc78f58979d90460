import FulcrumModel
import FulcrumPricing

extension PoolValuation {
  /// Why a ratio on equity does not exist; nil where E > 0.
  private var equityAbsence: Absence? {
    if capital.equity < 0 { return .negativeEquity }
    return capital.equity == 0 ? .noCapital : nil
  }

  func onEquity(_ usd: Double) -> Measure {
    if let equityAbsence { return .absent(equityAbsence) }
    return Measure(usd / equityUsd, orAbsent: .notRepresentable)
  }

  /// aifmdGross, commitment; L_E and its slope of a USD pool; L_coin and L_usd of a coin pool.
  ///
  /// With several underlyings L_E and its slope are absent: they are numbers of one price.
  func addRatiosOnEquity(to measures: inout PoolMeasures) {
    measures.aifmdGross = onEquity(base.total(\.absDelta))
    measures.commitment = onEquity(deltaMagnitude)
    switch pool.currency {
    case .usd where pool.indices.count > 1:
      measures.equityLeverageSigned = .absent(.severalUnderlyings)
      measures.leverageSlopeLnS = .absent(.severalUnderlyings)
    case .usd:
      measures.equityLeverageSigned = onEquity(delta)
      measures.leverageSlopeLnS = onEquity(delta)
      if let leverage = measures.equityLeverageSigned.finite {
        measures.leverageSlopeLnS = Measure(
          leverage * (1 - leverage) + base.total(\.gamma) / equityUsd, orAbsent: .notRepresentable)
      }
    case .coin:
      let coins = base.total(\.coinDelta)
      measures.coinDelta = .value(coins)
      if let equityAbsence {
        measures.coinLeverage = .absent(equityAbsence)
        measures.usdEquityLeverage = .absent(equityAbsence)
      } else {
        let leverage = coins / capital.equity
        measures.coinLeverage = Measure(leverage, orAbsent: .notRepresentable)
        measures.usdEquityLeverage = Measure(1 + leverage, orAbsent: .notRepresentable)
      }
    }
  }

  /// The same exposure over the whole account: what account leverage would have shown.
  func addAccount(_ accountEquityUsd: Double?, to measures: inout PoolMeasures) {
    guard let accountEquityUsd, accountEquityUsd > 0 else { return }
    measures.accountDeltaLeverage = Measure(
      deltaMagnitude / accountEquityUsd, orAbsent: .notRepresentable)
    measures.accountGrossLeverage = Measure(gross / accountEquityUsd, orAbsent: .notRepresentable)
  }
}

extension Revaluation.Line {
  /// λ = Δ F / B of an option.
  var elasticity: Measure {
    let greeks = Black76.valueAndFirstOrder(
      OptionInput(
        right: right, forward: forward, strike: strike, years: years, volatility: volatility,
        rate: 0))
    guard greeks.undiscounted != 0 else { return .absent(.noPremium) }
    return Measure(greeks.delta * forward / greeks.undiscounted, orAbsent: .notRepresentable)
  }
}
