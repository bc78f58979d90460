import Foundation

/// Nine measurements of one thing; the figure to quote is the median.
struct Samples {
  static let count = 9

  private let sorted: [Double]

  init(_ measure: () throws -> Double) rethrows {
    var values: [Double] = []
    for _ in 0..<Self.count { values.append(try measure()) }
    sorted = values.sorted()
  }

  /// Measured already.
  init(_ values: [Double]) {
    precondition(values.count == Self.count, "\(values.count) measurements")
    sorted = values.sorted()
  }

  var median: Double { sorted[sorted.count / 2] }
  var least: Double { sorted[0] }
  var greatest: Double { sorted[sorted.count - 1] }
}

/// One line of the result, with the load of the machine when it was taken.
struct Figure {
  let name: String
  let unit: String
  let samples: Samples
  var note = ""

  static let heading =
    pad("what", 46) + pad("median", 11, left: false) + pad("least", 11, left: false)
    + pad("greatest", 11, left: false) + "  unit" + pad("load", 10, left: false)

  func print() {
    let line =
      Self.pad(name, 46) + Self.number(samples.median) + Self.number(samples.least)
      + Self.number(samples.greatest) + "  " + Self.pad(unit, 4)
      + Self.pad(String(format: "%.2f", Self.load), 10, left: false)
    Swift.print(note.isEmpty ? line : line + "  " + note)
    fflush(nil)
  }

  /// Processes running or waiting, mean of the last minute.
  static var load: Double {
    var averages = [0.0]
    return getloadavg(&averages, 1) == 1 ? averages[0] : -1
  }

  private static func number(_ value: Double) -> String {
    let decimals = value >= 1000 ? 0 : value >= 10 ? 1 : 3
    return pad(String(format: "%.\(decimals)f", value), 11, left: false)
  }

  private static func pad(_ text: String, _ width: Int, left: Bool = true) -> String {
    let blank = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + blank : blank + text
  }
}

/// Seconds of one call, by the monotonic clock.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure { try body() }
  let (whole, part) = elapsed.components
  return Double(whole) + Double(part) * 1e-18
}
