import FulcrumModel
import FulcrumPricing

/// Volatility surfaces as CSV: one row an expiry; the header never changes within a version. An empty
/// field is absent; `passedOver` says why.
package enum SurfaceCSV {
  package static let version = 1

  package static let header = [
    "underlying", "settlement", "expiry", "years", "forward", "forwardSource", "parityForward",
    "atmVol", "atmSkew", "model", "a", "b", "rho", "m", "sigma", "strikes", "fitError",
    "fitErrorLargest", "fitBound", "withinSpread", "densityMinimum", "calendarGap", "leeSlope",
    "arbitrage", "rejected", "passedOver", "flags",
  ]

  /// UTF-8 with CRLF line ends.
  package static func render(_ contents: SurfaceContents) -> [UInt8] {
    var csv = CSVText()
    for name in header { csv.plain(name) }
    csv.endLine()
    for surface in contents.surfaces {
      for slice in surface.slices { write(SurfaceLine(slice, in: surface), surface, &csv) }
    }
    return csv.bytes
  }

  private static func write(
    _ line: SurfaceLine, _ surface: VolatilitySurface, _ csv: inout CSVText
  ) {
    let slice = line.slice
    func number(_ value: Double?) { csv.plain(value.map { "\($0)" }) }
    let known = slice.forward > 0
    csv.plain(surface.underlying.description)
    csv.plain(surface.settlement.rawValue)
    csv.plain(slice.expiry.description)
    number(slice.years)
    number(known ? slice.forward : nil)
    csv.plain(known ? slice.forwardSource.rawValue : nil)
    number(slice.parity?.unit)
    number(line.atTheMoney?.volatility)
    number(line.atTheMoney?.skew)
    csv.plain(slice.model?.rawValue)
    for value in [slice.smile?.a, slice.smile?.b, slice.smile?.rho, slice.smile?.m] {
      number(value)
    }
    number(slice.smile?.sigma)
    csv.plain("\(slice.quotes.count)")
    number(slice.error?.rootMeanSquare)
    number(slice.error?.largest)
    number(slice.bound)
    number(slice.error?.withinSpread)
    number(slice.check?.densityMinimum)
    number(slice.check?.calendarGap)
    number(slice.check?.leeSlope)
    csv.plain(line.arbitrage)
    csv.text(line.rejections)
    csv.text(
      slice.attempts.map { "\($0.model.rawValue): \($0.refusal.explanation)" }
        .joined(separator: "; "))
    csv.plain(slice.flags.map(SurfaceLine.name).joined(separator: " "))
    csv.endLine()
  }
}
