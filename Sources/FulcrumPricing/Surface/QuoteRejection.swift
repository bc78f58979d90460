public import FulcrumModel

/// Why a quote has no part in a fit. The order is that of the checks: the first that applies stands.
public enum QuoteRejection: String, Hashable, Sendable, CaseIterable {
  /// The expiry is past at the instant of valuation.
  case expired
  /// Neither side is quoted.
  case unquoted
  /// Only the other side is.
  case noBid, noAsk
  /// A side stands at zero or below.
  case zeroBid, zeroAsk
  /// The bid is above the ask.
  case crossed
  /// Older than the limit, or later than the instant of valuation by more than it.
  case stale
  /// Another contract of the same strike and right has the narrower quote.
  case duplicate
  /// In the money: the other right of that strike speaks for it.
  case inTheMoney
  /// Not worth a volatility: below intrinsic value, or at least what the option can never exceed.
  case outOfBounds
  /// A side implies more than 1,000 % a year.
  case absurdVolatility
  /// Wider than three times the median of the expiry, and than four ticks.
  case wideSpread
  /// Far from the smile that the others agree on.
  case outlier

  public var explanation: String {
    switch self {
    case .expired: "the expiry is past"
    case .unquoted: "neither bid nor ask"
    case .noBid: "no bid"
    case .noAsk: "no ask"
    case .zeroBid: "a bid of zero"
    case .zeroAsk: "an ask of zero"
    case .crossed: "bid above ask"
    case .stale: "older than the limit"
    case .duplicate: "a second quote of that strike and right, and wider"
    case .inTheMoney: "in the money: the other right speaks for the strike"
    case .outOfBounds: "a price that no volatility gives"
    case .absurdVolatility: "above 1,000 % a year"
    case .wideSpread: "wider than three times the median of the expiry"
    case .outlier: "far from the smile that the other strikes agree on"
    }
  }
}

/// One quote that was left out.
public struct RejectedQuote: Hashable, Sendable {
  public let id: InstrumentID
  public let strike: Double
  public let reason: QuoteRejection
}

/// One quote that a smile is fitted to: the out-of-the-money option of its strike.
public struct SmileQuote: Hashable, Sendable {
  public let id: InstrumentID
  public let right: OptionRight
  /// USD.
  public let strike: Double
  /// k = ln(K/F).
  public let moneyness: Double
  /// Volatilities of bid and ask, 1 = 100 % a year, bid ≤ ask.
  public let bid, ask: Double
  /// What a tick of the price is worth in volatility at this strike: half of it is the error bar.
  public let tick: Double

  /// The middle of the two volatilities.
  public var middle: Double { 0.5 * (bid + ask) }
  /// Half the spread, in volatility; not less than half a tick.
  public var halfSpread: Double { max(0.5 * (ask - bid), 0.5 * tick) }
}

/// What is cleaned and how strictly.
public struct SurfaceSettings: Hashable, Sendable {
  /// Quotes further than this from the instant of valuation have no part.
  public var staleAfterMilliseconds: Int64 = 15 * 60 * 1000
  /// Of the median spread of the expiry.
  public var widestSpread = 3.0
  /// Fewer clean strikes than this, and an expiry takes its shape from the others.
  public var fewestStrikes = 5

  public init() {}
}
