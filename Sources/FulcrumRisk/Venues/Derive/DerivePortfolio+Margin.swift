import FulcrumNumerics

extension DerivePortfolio {
  /// The margin of a whole account.
  ///
  ///     MM = worst·maintenanceLoss − MMcont + MtM + cash
  ///     IM = worst·(initialLoss + peg) − IMcont − MMcont + MtM + cash
  ///
  /// and of the first generation
  ///
  ///     MM = worst − static + MtM + cash
  ///     IM = (worst − static)·(initialLoss + peg) − doubt + MtM + cash
  ///
  /// worst ≤ 0 is the least profit over the scenarios and the basis move.
  ///
  /// - Throws: `.parameter` for a number outside its domain; `.notKnown` for an expiry so far off
  ///   that the cap of a skew falls below 0.
  public func margin(of account: Account) throws(VenueRuleError) -> Margin {
    try validate(account)
    let slices = account.expiries.map(slice)
    let (worst, loss) = worstLoss(account, slices)
    let added = contingencies(account)
    let options = sum(slices.map(\.mark))
    let collateral = sum(account.collaterals.map { value($0, account) })
    let held = sum([
      options, collateral, account.perpetual.unrealised, account.perpetual.funding, account.cash,
    ])
    let peg =
      max(0, self.contingency.pegThreshold - account.stablePrice) * self.contingency.pegFactor
    let factor = factors.initialLoss + peg
    let charge = DeriveStandard.Net(
      initial: loss * factor,
      maintenance: generation == .first ? loss : loss * factors.maintenanceLoss)
    let contingency = DeriveStandard.Net(
      initial: added.initial + (generation == .first ? factor : 1) * added.maintenance,
      maintenance: added.maintenance)
    let everything = DeriveStandard.Net(initial: held, maintenance: held)
    return Margin(
      net: charge + contingency + everything, worst: worst, worstLoss: loss, scenarioCharge: charge,
      contingency: contingency, optionValue: options, collateralValue: collateral,
      markToMarket: held)
  }

  private func sum(_ terms: [Double]) -> Double {
    var sum = NeumaierSum()
    for term in terms { sum.add(term) }
    return sum.value
  }

  private func value(_ collateral: Collateral, _ account: Account) -> Double {
    collateral.amount * collateral.price / account.stablePrice
  }

  /// The least profit over scenarios and basis, and what it was; the first of equals.
  private func worstLoss(_ account: Account, _ slices: [Slice]) -> (Worst, Double) {
    let moving = sum(
      account.collaterals.filter(\.isRiskCancelling).map { value($0, account) })
    let perpetual = account.perpetual.position * account.perpetual.price
    var worst = Worst.none
    var least = 0.0
    for scenario in scenarios {
      var profit = sum(slices.map { self.profit($0, scenario) })
      if !scenario.volatility.isSkew {
        profit += (perpetual + moving) * (scenario.spot - 1) * scenario.damp
      }
      if profit < least { (worst, least) = (.scenario(scenario), profit) }
    }
    let basis = sum(slices.map(basisLoss))
    if basis < least { (worst, least) = (.basis, basis) }
    return (worst, least)
  }

  private func basisLoss(_ slice: Slice) -> Double {
    let moves = [basis.up, basis.down].map { move in
      value(slice, spot: move) { $0.volatility } - slice.mark
    }
    return moves.reduce(0, min) * (basis.add + basis.multiple * slice.years)
  }

  /// Charges on notional, ≤ 0; `initial` is what comes on top of `maintenance`.
  private func contingencies(_ account: Account) -> DeriveStandard.Net {
    let size = account.perpetual.position.magnitude * account.spot
    var maintenance = [size * contingency.perpetualMaintenance]
    var initial = [size * contingency.perpetualInitial]
    let perpetualConfidence = min(account.spotConfidence, account.perpetual.confidence)
    initial.append(doubt(perpetualConfidence, contingency.confidenceThreshold) * size)
    for expiry in account.expiries {
      let naked = nakedShorts(expiry) * account.spot
      maintenance.append(naked * contingency.optionMaintenance)
      initial.append(naked * contingency.optionInitial)
      var confidence = min(
        account.spotConfidence, expiry.forwardConfidence, expiry.rateConfidence,
        expiry.volatilityConfidence)
      if account.perpetual.position != 0 {
        confidence = min(confidence, account.perpetual.confidence)
      }
      let gross = sum(expiry.options.map(\.amount.magnitude)) * account.spot
      initial.append(doubt(confidence, contingency.confidenceThreshold) * gross)
    }
    for collateral in account.collaterals {
      let value = value(collateral, account)
      maintenance.append(value * collateral.maintenanceHaircut)
      initial.append(value * collateral.initialHaircut)
      let confidence = min(collateral.confidence, account.spotConfidence)
      initial.append(doubt(confidence, collateral.confidenceThreshold) * value)
    }
    return DeriveStandard.Net(initial: -sum(initial), maintenance: -sum(maintenance))
  }

  private func doubt(_ confidence: Double, _ threshold: Double) -> Double {
    confidence < threshold ? (1 - confidence) * contingency.confidenceFactor : 0
  }

  /// Coins short at each strike, calls and puts together, longs at that strike taken off.
  private func nakedShorts(_ expiry: Expiry) -> Double {
    var strikes: [Double] = []
    for option in expiry.options where !strikes.contains(option.strike) {
      strikes.append(option.strike)
    }
    return sum(
      strikes.map { strike in
        max(-sum(expiry.options.filter { $0.strike == strike }.map(\.amount)), 0)
      })
  }
}
