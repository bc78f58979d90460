import FulcrumModel
import FulcrumRisk

/// Liquidation of a pool along one underlying, in the JSON report.
struct LiquidationJSON {
  let side: UnderlyingLiquidation
  let pool: PoolReport

  init(_ side: UnderlyingLiquidation, pool: PoolReport) {
    self.side = side
    self.pool = pool
  }

  private var touch: MeasureFrame { .init(basis: "indexTouch", numeraire: "USD") }

  func write(to json: inout JSONLayout) {
    let today = side.today
    json.object { json in
      json.text("underlying", side.underlying.description)
      json.number("index", today.index)
      json.flag("healthy", today.healthy)
      json.text("equity", ReportAmount.text(today.equity, pool.currency, .down))
      json.text("maintenance", ReportAmount.text(today.maintenance, pool.currency, .up))
      json.text("excess", ReportAmount.text(today.excess, pool.currency, .down))
      json.number("liquidationBelow", today.below)
      json.number("liquidationAbove", today.above)
      json.number("distanceDown", today.distanceDown)
      json.number("distanceUp", today.distanceUp)
      json.number("sigmaDaysDown", side.sigmasDown)
      json.number("sigmaDaysUp", side.sigmasUp)
      json.measure("probability1Day", side.probability1Day, touch, definition: "probability")
      json.measure("probability7Days", side.probability7Days, touch, definition: "probability")
      json.numbers("liquidationPrices", today.liquidationPrices)
      json.numbers("bankruptcyPrices", today.bankruptcyPrices)
      json.numbers("tangencies", today.tangencies)
      json.array("liquidable", inline: true) { json in
        for interval in today.liquidable {
          json.object { json in
            json.number("lower", interval.lower)
            json.number("upper", interval.upper)
          }
        }
      }
      volatility(&json)
      surface(&json)
    }
  }

  private func volatility(_ json: inout JSONLayout) {
    guard let reference = pool.referenceVolatility[side.underlying] else {
      return json.text("referenceVolatility", nil)
    }
    json.object("referenceVolatility", inline: true) { json in
      json.number("annual", reference.annual)
      json.number("daily", reference.daily)
      json.text("source", reference.source.rawValue)
    }
  }

  private func surface(_ json: inout JSONLayout) {
    guard let surface = side.surface else { return json.text("surface", nil) }
    json.object("surface") { json in
      nearest("below", surface.below, &json)
      nearest("above", surface.above, &json)
      json.text("liquidableAtIndex", surface.liquidableAtIndex)
      json.array("nodes") { json in
        for node in surface.nodes {
          json.object(inline: true) { json in
            json.text("label", node.label)
            json.number("years", node.years)
            json.number("volShift", node.volShift)
            json.flag("healthy", node.region.healthy)
            json.number("liquidationBelow", node.region.below)
            json.number("liquidationAbove", node.region.above)
            json.numbers("liquidationPrices", node.region.liquidationPrices)
          }
        }
      }
    }
  }

  private func nearest(
    _ name: String, _ nearest: LiquidationSurface.Nearest?, _ json: inout JSONLayout
  ) {
    guard let nearest else { return json.text(name, nil) }
    json.object(name, inline: true) { json in
      json.number("price", nearest.price)
      json.number("distance", nearest.distance)
      json.text("node", nearest.node)
    }
  }
}
