import FulcrumModel
import FulcrumRisk

/// What the charts of one pool are drawn from.
struct PoolPicture {
  let pool: PoolReport
  let charts: PoolCharts
  /// Liquidation along the underlying that the charts move.
  let liquidation: UnderlyingLiquidation?
  /// Unique in the page: ids of the pictures start with it.
  let id: String

  var currency: String { pool.currency.code }
  var underlying: Underlying? {
    pool.underlyings.indices.contains(charts.underlying) ? pool.underlyings[charts.underlying] : nil
  }
  var xTitle: String { "\(underlying?.description ?? "") index, USD" }

  var liquidable: [LiquidableStretch] {
    (liquidation?.today.liquidable ?? []).map {
      LiquidableStretch(lower: $0.lower ?? 0, upper: $0.upper ?? .infinity)
    }
  }

  /// Builds the curves; nil where the pool was not valued, the error's text where it is refused.
  static func make(_ pool: PoolReport, place: Int) -> Result<PoolPicture, RiskError>? {
    guard let risk = pool.riskPool, pool.measures != nil else { return nil }
    let underlying = mostExposed(pool)
    let name = pool.underlyings.indices.contains(underlying) ? pool.underlyings[underlying] : nil
    let side = pool.liquidation.first { $0.underlying == name }
    var settings = PoolChartSettings()
    settings.volatility = name.flatMap { pool.referenceVolatility[$0]?.annual } ?? 0.6
    settings.pricesToShow =
      [side?.today.below, side?.today.above].compactMap(\.self)
      + (side?.today.bankruptcyPrices ?? [])
    // Hundreds of legs bend in more places than a picture can show: fewer points, same cost.
    if risk.legs.count > 200 { settings.spotCount = 49 }
    do throws(RiskError) {
      let charts = try PoolCharts.build(risk, underlying: underlying, settings: settings)
      return .success(
        PoolPicture(pool: pool, charts: charts, liquidation: side, id: "p\(place)"))
    } catch {
      return .failure(error)
    }
  }

  /// The underlying with the largest gross notional.
  private static func mostExposed(_ pool: PoolReport) -> Int {
    let exposures = pool.measures?.exposures ?? []
    return exposures.max { $0.grossNotional < $1.grossNotional }?.underlying ?? 0
  }
}
