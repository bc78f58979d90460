/// The curves that a pool is drawn by, along one of its underlyings with the others held.
///
/// Everything is a full revaluation: forwards move in proportion to the index, volatilities stay as
/// they are unless a shift is named. At the first expiry the basis is gone from whatever ends there:
/// the forward of options that expire by then is the index itself, as is the price of every future
/// and perpetual, whatever its own date (the convention of maximum loss, leverage-math 2.2); options
/// of later expiries keep their own ratio F/S. Profit is in the pool's currency and counts from the report's
/// instant: what the pool would be worth less what it is worth now, so no entry price is needed.
/// Points without a number are measures that say so; they are gaps in a line, never zeros.
public struct PoolCharts: Hashable, Sendable {
  /// Profit and leverage over shocks of the index and of all volatilities.
  public struct Matrix: Hashable, Sendable {
    /// Relative moves of the index, ascending, 0 among them.
    public var spotShocks: [Double]
    /// Relative shifts of every volatility, ascending, 0 among them.
    public var volShifts: [Double]
    /// E(u, v) − E: a row a spot shock, a column a volatility shift; pool currency.
    public var profit: [[Double]]
    /// L at (u, v) on capital at risk there.
    public var leverage: [[Measure]]
  }

  /// The underlying that moves, as a place in `RiskPool.indices`.
  public var underlying: Int
  /// Its price now, USD.
  public var index: Double
  /// Prices of the charts, USD, ascending; the index and the strikes are among them.
  public var spots: [Double]
  /// Profit at once, at each of `spots`.
  public var profitToday: [Double]
  /// Profit at the first expiry among the options, where F = S for all but later options, which are
  /// revalued at unchanged F/S and volatility; nil for a pool without options.
  public var profitAtExpiry: [Double]?
  /// Years to that expiry.
  public var expiryYears: Double?
  /// Prices where the profit at expiry changes sign, ascending, within `spots`.
  public var breakevens: [Double]
  /// L_Δ on capital at risk at each of `spots`.
  public var leverage: [Measure]
  /// USD, at each of `spots`.
  public var deltaCash: [Double]
  public var gammaCash1pct: [Double]
  public var vegaCashPerPoint: [Double]
  public var thetaCashPerDay: [Double]
  public var matrix: Matrix
  /// Days left to the first expiry, descending to 0; empty for a pool without options.
  public var daysLeft: [Double]
  /// L_Δ at today's index with that many days left.
  public var leverageByDays: [Measure]
}

/// How wide and how fine the curves are.
public struct PoolChartSettings: Hashable, Sendable {
  /// Scales the width of the price axis, 1 = 100 % a year.
  public var volatility: Double
  /// Prices that the axis should show where they are near enough: liquidation and bankruptcy.
  public var pricesToShow: [Double]
  /// Points along the price axis before strikes are added.
  public var spotCount: Int
  /// Points along the time axis.
  public var dayCount: Int
  public var spotShocks: [Double]
  public var volShifts: [Double]

  public init(
    volatility: Double = 0.6, pricesToShow: [Double] = [], spotCount: Int = 97, dayCount: Int = 33,
    spotShocks: [Double] = [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.3],
    volShifts: [Double] = [-0.2, 0, 0.3]
  ) {
    self.volatility = volatility
    self.pricesToShow = pricesToShow
    self.spotCount = spotCount
    self.dayCount = dayCount
    self.spotShocks = spotShocks
    self.volShifts = volShifts
  }
}
