public import FulcrumModel

/// Derive's standard manager (SRM): every option alone or an expiry at its worst, whichever is less.
///
/// Margins are *net*, in USD: what is left after the requirement, so that an account may trade while
/// `initial` ≥ 0 and is liquidated once `maintenance` < 0.
///
/// - Source: derivexyz/v2-core, `StandardManager.sol` and `SRMPortfolioViewer.sol` at 7736900d
///   (2026-01-21), restated; reproduced on 70 of its portfolios.
public enum DeriveStandard {
  /// What short options need, as shares of spot unless the name says otherwise.
  public struct OptionRates: Hashable, Sendable {
    /// Of an option at the money, and the least that moneyness leaves; IM.
    public var maxSpot: Double
    public var minSpot: Double
    public var maintenanceCall: Double
    public var maintenancePut: Double
    /// Share of a put's mark, an alternative to its share of spot.
    public var maintenancePutMark: Double
    /// Times forward and net short calls, on top of the worst payoff; ≥ 1.
    public var unpairedInitial: Double
    public var unpairedMaintenance: Double
    /// A put's IM is never above this many of its MM; ≥ 1.
    public var putOffset: Double

    public init(
      maxSpot: Double, minSpot: Double, maintenanceCall: Double, maintenancePut: Double,
      maintenancePutMark: Double, unpairedInitial: Double = 1, unpairedMaintenance: Double = 1,
      putOffset: Double
    ) {
      self.maxSpot = maxSpot
      self.minSpot = minSpot
      self.maintenanceCall = maintenanceCall
      self.maintenancePut = maintenancePut
      self.maintenancePutMark = maintenancePutMark
      self.unpairedInitial = unpairedInitial
      self.unpairedMaintenance = unpairedMaintenance
      self.putOffset = putOffset
    }
  }

  /// What a market's prices are trusted for and its perpetual needs.
  public struct Rates: Hashable, Sendable {
    public var options: OptionRates
    /// Of the perpetual's notional.
    public var perpetualInitial: Double
    public var perpetualMaintenance: Double
    /// Confidence below this costs (1 − confidence)·`confidenceFactor` of notional, IM only.
    public var confidenceThreshold: Double
    public var confidenceFactor: Double

    public init(
      options: OptionRates, perpetualInitial: Double, perpetualMaintenance: Double,
      confidenceThreshold: Double, confidenceFactor: Double
    ) {
      self.options = options
      self.perpetualInitial = perpetualInitial
      self.perpetualMaintenance = perpetualMaintenance
      self.confidenceThreshold = confidenceThreshold
      self.confidenceFactor = confidenceFactor
    }
  }

  public struct Option: Hashable, Sendable {
    public var right: OptionRight
    /// USD per coin, ≥ 0.
    public var strike: Double
    /// Coins, negative for a short.
    public var amount: Double
    /// σ ≥ 0; 0 is intrinsic value on the forward.
    public var volatility: Double

    public init(right: OptionRight, strike: Double, amount: Double, volatility: Double) {
      self.right = right
      self.strike = strike
      self.amount = amount
      self.volatility = volatility
    }
  }

  public struct Expiry: Hashable, Sendable {
    /// USD per coin, > 0.
    public var forward: Double
    /// T ≥ 0 of 365 days.
    public var years: Double
    public var forwardConfidence: Double
    public var volatilityConfidence: Double
    public var options: [Option]

    public init(
      forward: Double, years: Double, forwardConfidence: Double = 1,
      volatilityConfidence: Double = 1, options: [Option]
    ) {
      self.forward = forward
      self.years = years
      self.forwardConfidence = forwardConfidence
      self.volatilityConfidence = volatilityConfidence
      self.options = options
    }
  }

  public struct Perpetual: Hashable, Sendable {
    /// Coins, negative for a short.
    public var position: Double
    /// USD per coin.
    public var mark: Double
    public var confidence: Double
    /// Profit not yet settled into cash, USD.
    public var unrealised: Double

    public init(position: Double, mark: Double, confidence: Double = 1, unrealised: Double) {
      self.position = position
      self.mark = mark
      self.confidence = confidence
      self.unrealised = unrealised
    }
  }

  /// Coins held as collateral.
  public struct Base: Hashable, Sendable {
    public var amount: Double
    /// Share of the value that counts, and what is left of that for IM.
    public var marginFactor: Double
    public var initialScale: Double

    public init(amount: Double, marginFactor: Double, initialScale: Double) {
      self.amount = amount
      self.marginFactor = marginFactor
      self.initialScale = initialScale
    }
  }

  public struct Market: Hashable, Sendable {
    public var name: String
    public var rates: Rates
    /// USD per coin, > 0.
    public var spot: Double
    public var spotConfidence: Double
    public var perpetual: Perpetual?
    public var base: Base?
    /// Not netted against each other.
    public var expiries: [Expiry]

    public init(
      name: String, rates: Rates, spot: Double, spotConfidence: Double = 1,
      perpetual: Perpetual? = nil, base: Base? = nil, expiries: [Expiry]
    ) {
      self.name = name
      self.rates = rates
      self.spot = spot
      self.spotConfidence = spotConfidence
      self.perpetual = perpetual
      self.base = base
      self.expiries = expiries
    }
  }

  public struct Account: Hashable, Sendable {
    public var cash: Double
    /// USD per unit of the settlement stablecoin, > 0.
    public var stablePrice: Double
    /// Below this price IM grows by (threshold − price)·factor of short and perpetual notional.
    public var depegThreshold: Double
    public var depegFactor: Double
    public var markets: [Market]

    public init(
      cash: Double, stablePrice: Double = 1, depegThreshold: Double, depegFactor: Double,
      markets: [Market]
    ) {
      self.cash = cash
      self.stablePrice = stablePrice
      self.depegThreshold = depegThreshold
      self.depegFactor = depegFactor
      self.markets = markets
    }
  }

  /// A pair of amounts in USD, each ≤ 0 where it is a charge.
  public struct Net: Hashable, Sendable {
    public var initial: Double
    public var maintenance: Double

    public init(initial: Double, maintenance: Double) {
      self.initial = initial
      self.maintenance = maintenance
    }

    static let zero = Net(initial: 0, maintenance: 0)

    static func + (a: Net, b: Net) -> Net {
      Net(initial: a.initial + b.initial, maintenance: a.maintenance + b.maintenance)
    }
  }
}
