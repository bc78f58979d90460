/// Why a measure has no value. The raw value is the stable name in files.
public enum Absence: String, Hashable, Sendable, CaseIterable {
  /// The option is worth nothing, so its elasticity Δ·F/B divides by zero.
  case noPremium
  /// Defined for USD pools only.
  case notDefinedInCoinPool
  /// Defined for coin pools only.
  case notDefinedInUsdPool
  /// The pool owes more than it holds.
  case negativeEquity
  /// The pool holds nothing.
  case noCapital
  /// A scalar that has a meaning for one underlying only.
  case severalUnderlyings
  /// Options of several expiries have no common end to lose the most at; what they lose between takes
  /// a model.
  case severalExpiries
  /// A measure of pools that hold exactly one option.
  case notOneOption
  /// A short position whose collateral was not given.
  case unknownCollateral
  /// Price, volatility or forward of a leg is missing.
  case noMarket
  /// What the position cost was not given.
  case noEntryCost
  /// The account's equity was not given, or is not positive.
  case noAccountEquity
  /// No margin rule was given.
  case noMarginRule
  /// No zero of the excess on that side.
  case noLiquidation
  /// Equity is below maintenance already.
  case alreadyLiquidable
  /// The pool has no exposure to divide by.
  case noExposure
  /// The stress grid moves volatility only, so there is no linear equivalent.
  case noSpotShock
  /// Gamma and theta have the same sign, or one of them is 0: no move makes them cancel.
  case noBreakeven
  /// Nothing is lost in the tail, so there is no shortfall to divide by.
  case noShortfall
  /// Left out of this report for its cost; asking for all detail brings it.
  case notComputed
  /// No at-the-money volatility of the coin is known to scale by.
  case noReferenceVolatility
  /// The venue's row states no initial margin.
  case noVenueMargin
  /// The pool holds no cash beside its legs.
  case noCollateralGiven
  /// The series is shorter than the number needs.
  case tooFewObservations
  /// A fitted parameter on the edge of its domain, which has no error of the usual kind.
  case onItsBound
  /// More is taken off a variance than it holds.
  case negativeVariance
  /// A fit whose search did not end at a flat likelihood is not used.
  case notConverged
  /// The policy or the inputs do not ask for it.
  case notAsked
  /// Everything can be lost, and the logarithm of nothing has no mean.
  case ruinPossible
  /// No contracts hold every limit.
  case noHedge
  /// The number leaves the range of a double.
  case notRepresentable

  /// One sentence for a reader.
  public var explanation: String {
    switch self {
    case .noPremium: "the option is worth nothing, so leverage on its premium is undefined"
    case .notDefinedInCoinPool: "defined for USD pools only"
    case .notDefinedInUsdPool: "defined for coin pools only"
    case .negativeEquity: "the pool owes more than it holds"
    case .noCapital: "the pool has no capital"
    case .severalUnderlyings: "a number per underlying: this pool has several"
    case .severalExpiries:
      "options of several expiries end at no one time, so the most they can lose takes a model"
    case .notOneOption: "a number of single options: this pool is not exactly one option"
    case .unknownCollateral: "the collateral of this short position is unknown; give it"
    case .noMarket: "the market gives no price, volatility or forward for a leg"
    case .noEntryCost: "what the position cost is unknown; give the premium paid"
    case .noAccountEquity: "the account's equity is unknown or not positive"
    case .noMarginRule: "no margin rule was given"
    case .noLiquidation: "no liquidation price on this side"
    case .alreadyLiquidable: "equity is below maintenance margin already"
    case .noExposure: "the pool has no exposure"
    case .noSpotShock: "the stress grid moves no price, so there is no linear equivalent"
    case .noBreakeven: "gamma and theta do not oppose each other, so no move makes them cancel"
    case .noShortfall: "nothing is lost in the tail, so there is no shortfall to divide by"
    case .notComputed: "left out for pools beyond the worst; ask for the full report"
    case .noReferenceVolatility:
      "no at-the-money volatility of the coin is known; give --reference-vol"
    case .noVenueMargin: "the venue's rows state no initial margin"
    case .noCollateralGiven: "no cash was given: what the legs are worth is all there is"
    case .tooFewObservations: "the series is shorter than this number needs"
    case .onItsBound: "the fitted parameter lies on the edge of what it may be, so it has no error"
    case .negativeVariance: "more is taken off the variance than it holds"
    case .notConverged: "the fit did not converge and is not used"
    case .notAsked: "neither the policy nor the inputs ask for it"
    case .ruinPossible: "everything can be lost, so growth is not bounded below"
    case .noHedge: "no contracts hold every limit"
    case .notRepresentable: "the number is too large for a double"
    }
  }
}

/// What a pool's capital lets be said about it (leverage-math 2.2).
public enum PoolStatus: String, Hashable, Sendable, CaseIterable {
  /// E > 0 and something can be lost.
  case ok
  /// E > 0 and nothing can be lost any more (boxes, conversions, cash).
  case riskless
  /// E = 0.
  case noCapital
  /// E < 0: bad debt already.
  case negativeEquity
}
