import FulcrumModel
import FulcrumRisk

/// A comparison of margin rules as JSON, format `fulcrum.margin-report` version 2: described in
/// docs/reference/margin.md.
///
/// Amounts are strings in the asset's smallest units, requirements rounded up and what is held down;
/// prices are numbers that read back as the same double.
package enum MarginJSON {
  package static let format = "fulcrum.margin-report"
  package static let version = 2

  /// UTF-8, ends with a newline.
  package static func render(_ contents: MarginContents) -> [UInt8] {
    var json = JSONLayout(capacity: 6000 * contents.pools.count)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("asOf", contents.asOf.description)
      json.text("engineVersion", contents.provenance.engineVersion)
      json.flag("whole", contents.isWhole)
      json.texts("models", contents.rules)
      json.array("inputs") { json in
        for input in contents.provenance.inputs {
          json.object(inline: true) { json in
            json.text("role", input.role)
            json.text("name", input.name)
            json.text("sha256", input.digest)
          }
        }
      }
      json.array("pools") { json in for pool in contents.pools { write(pool, &json) } }
      json.issues(contents.issues)
    }
    return json.finished()
  }

  private static func write(_ pool: VenuePool, _ json: inout JSONLayout) {
    let report = pool.report
    json.object { json in
      json.text("id", report.id)
      json.text("strategy", report.strategy)
      json.text("currency", report.currency.code)
      json.texts("underlyings", report.underlyings.map(\.description))
      json.numbers("indices", report.riskPool?.indices ?? [])
      json.flag("valued", report.riskPool != nil)
      json.text("collateral", report.collateralBasis.explanation)
      json.texts("problems", report.problems.map(\.explanation))
      json.array("rules") { json in
        for row in pool.rows { write(MarginLine(row: row, pool: report), &json) }
      }
    }
  }

  private static func write(_ line: MarginLine, _ json: inout JSONLayout) {
    let currency = line.pool.currency
    json.object { json in
      json.text("model", line.row.name)
      json.text("parametersOf", line.row.ruleSet?.dated.description)
      json.text("source", line.row.ruleSet?.source)
      json.text("confidence", line.confidence?.word)
      json.text("refused", line.refusal)
      guard let answer = line.answer else { return }
      let requirement = answer.requirement
      json.text("initial", ReportAmount.text(requirement.initial, currency, .up))
      json.text("maintenance", ReportAmount.text(requirement.maintenance, currency, .up))
      let known = line.collateralIsKnown
      json.text("held", known ? ReportAmount.text(requirement.balance, currency, .down) : nil)
      json.text("excess", known ? ReportAmount.text(requirement.excess, currency, .down) : nil)
      json.text("worst", requirement.worst)
      json.array("parts") { json in
        for part in requirement.parts {
          json.object(inline: true) { json in
            json.text("name", part.name)
            json.number("initial", part.initial)
            json.number("maintenance", part.maintenance)
          }
        }
      }
      json.texts("caveats", line.caveats)
      json.array("liquidation") { json in for side in answer.sides { write(side, &json) } }
    }
  }

  private static func write(_ side: VenueAnswer.Side, _ json: inout JSONLayout) {
    json.object { json in
      json.text("underlying", side.underlying.description)
      switch side.region {
      case .failure(let error): json.text("refused", error.description)
      case .success(let region):
        json.text("refused", nil)
        write(region, &json)
      }
    }
  }

  private static func write(_ region: VenueRegion, _ json: inout JSONLayout) {
    json.flag("healthy", region.healthy)
    json.number("liquidationBelow", region.below)
    json.number("liquidationAbove", region.above)
    json.number("distanceDown", region.distanceDown)
    json.number("distanceUp", region.distanceUp)
    json.numbers("liquidationPrices", region.liquidationPrices)
    json.numbers("tangencies", region.tangencies)
    json.array("liquidable", inline: true) { json in
      for interval in region.liquidable {
        json.object { json in
          json.number("lower", interval.lower)
          json.number("upper", interval.upper)
        }
      }
    }
    json.number("knownFrom", region.knownFrom)
    json.number("knownTo", region.knownTo)
    json.text("limit", region.limit)
  }
}
