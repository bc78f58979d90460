import FulcrumModel
import FulcrumPricing
import FulcrumRisk

/// Volatility surfaces as JSON, format `fulcrum.surface` version 2: docs/reference/surface.md.
package enum SurfaceJSON {
  package static let format = "fulcrum.surface"
  package static let version = 2

  /// UTF-8, ends with a newline.
  package static func render(_ contents: SurfaceContents) -> [UInt8] {
    var json = JSONLayout(capacity: 60_000 * contents.surfaces.count)
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("asOf", contents.asOf.description)
      json.text("marketAsOf", contents.marketAsOf.description)
      json.text("engineVersion", contents.provenance.engineVersion)
      json.flag("whole", contents.isWhole)
      json.array("inputs") { json in
        for input in contents.provenance.inputs {
          json.object(inline: true) { json in
            json.text("role", input.role)
            json.text("name", input.name)
            json.text("sha256", input.digest)
          }
        }
      }
      json.array("surfaces") { json in
        for surface in contents.surfaces { write(surface, &json) }
      }
      json.issues(contents.issues)
    }
    return json.finished()
  }

  private static func write(_ surface: VolatilitySurface, _ json: inout JSONLayout) {
    json.object { json in
      json.text("underlying", surface.underlying.description)
      json.text("settlement", surface.settlement.rawValue)
      if let shape = surface.shape {
        json.object("sharedShape", inline: true) { json in
          json.number("rho", shape.rho)
          json.number("eta", shape.eta)
          json.number("gamma", shape.gamma)
        }
      }
      json.array("expiries") { json in
        for slice in surface.slices { write(SurfaceLine(slice, in: surface), &json) }
      }
    }
  }

  private static func write(_ line: SurfaceLine, _ json: inout JSONLayout) {
    let slice = line.slice
    json.object { json in
      json.text("expiry", slice.expiry.description)
      json.number("years", slice.years)
      json.number("forward", slice.forward > 0 ? slice.forward : nil)
      json.text("forwardSource", slice.forward > 0 ? slice.forwardSource.rawValue : nil)
      write(slice.parity, &json)
      json.number("atmVol", line.atTheMoney?.volatility)
      json.number("atmSkew", line.atTheMoney?.skew)
      json.text("model", slice.model?.rawValue)
      write(slice.smile, years: slice.years, &json)
      json.number("fitError", slice.error?.rootMeanSquare)
      json.number("fitErrorLargest", slice.error?.largest)
      json.number("fitBound", slice.bound)
      json.number("withinSpread", slice.error?.withinSpread)
      json.number("densityMinimum", slice.check?.densityMinimum)
      json.number("calendarGap", slice.check?.calendarGap)
      json.number("leeSlope", slice.check?.leeSlope)
      json.text("arbitrage", slice.check == nil ? nil : line.arbitrage)
      json.array("passedOver") { json in
        for attempt in slice.attempts {
          json.object(inline: true) { json in
            json.text("model", attempt.model.rawValue)
            json.text("why", attempt.refusal.explanation)
          }
        }
      }
      json.texts("flags", slice.flags.map(SurfaceLine.name))
      writeQuotes(slice, &json)
    }
  }

  private static func write(_ parity: ParityForward?, _ json: inout JSONLayout) {
    guard let parity else { return json.text("parity", nil) }
    json.object("parity", inline: true) { json in
      json.number("forward", parity.unit)
      json.number("forwardError", parity.unitError)
      json.number("forwardFree", parity.free)
      json.number("intercept", parity.intercept)
      json.number("slope", parity.slope)
      json.integer("strikes", Int64(parity.strikes))
    }
  }

  private static func write(_ smile: RawSVI?, years: Double, _ json: inout JSONLayout) {
    guard let smile else {
      json.text("parameters", nil)
      return json.text("jumpWings", nil)
    }
    json.object("parameters", inline: true) { json in
      json.number("a", smile.a)
      json.number("b", smile.b)
      json.number("rho", smile.rho)
      json.number("m", smile.m)
      json.number("sigma", smile.sigma)
    }
    guard let wings = smile.jumpWings(years: years) else { return json.text("jumpWings", nil) }
    json.object("jumpWings", inline: true) { json in
      json.number("v", wings.v)
      json.number("psi", wings.psi)
      json.number("p", wings.p)
      json.number("c", wings.c)
      json.number("vMin", wings.vMin)
    }
  }

  private static func writeQuotes(_ slice: SurfaceSlice, _ json: inout JSONLayout) {
    json.array("quotes") { json in
      for quote in slice.quotes {
        json.object(inline: true) { json in
          json.text("symbol", quote.id.name)
          json.number("strike", quote.strike)
          json.number("k", quote.moneyness)
          json.number("bidVol", quote.bid)
          json.number("askVol", quote.ask)
        }
      }
    }
    json.array("rejected") { json in
      for quote in slice.rejected {
        json.object(inline: true) { json in
          json.text("symbol", quote.id.name)
          json.text("reason", quote.reason.rawValue)
        }
      }
    }
  }
}
