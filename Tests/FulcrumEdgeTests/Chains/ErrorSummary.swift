import Foundation

/// Median, 99th percentile and maximum of absolute errors, as the accuracy table states them.
struct ErrorSummary: CustomStringConvertible {
  let count: Int
  let median, percentile99, maximum: Double

  init(_ errors: [Double]) {
    let sorted = errors.map(\.magnitude).sorted()
    count = sorted.count
    median = Self.quantile(sorted, 0.5)
    percentile99 = Self.quantile(sorted, 0.99)
    maximum = sorted.last ?? .nan
  }

  /// Linear between order statistics, as numpy's default.
  private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = share * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
  }

  var description: String {
    func short(_ value: Double) -> String { String(format: "%.2g", value) }
    return "\(short(median)) / \(short(percentile99)) / \(short(maximum)) (n=\(count))"
  }
}

/// A cell of the accuracy table of the shared market data, as printed there: median / 99th percentile
/// / maximum. A dash is a number that the table does not give.
///
/// The table's numbers are rounded, so that ours may exceed the print by `slack` units of its last
/// digit: half a unit where both are taken over the same rows.
struct AccuracyLimit: CustomStringConvertible {
  let description: String
  private let limits: [Double?]

  init(_ printed: String, slack: Double = 0.5) {
    description = printed
    limits = printed.split(separator: "/").map { cell in
      let text = cell.trimmingCharacters(in: .whitespaces)
      guard let value = Double(text) else { return nil }
      let parts = text.split(separator: "e")
      let decimals = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
      let exponent = parts.count > 1 ? Double(parts[1]) ?? 0 : 0
      return value + slack * pow(10, exponent - Double(decimals)) * (1 + 1e-9)
    }
  }

  func holds(_ summary: ErrorSummary) -> Bool {
    limits.count == 3
      && zip([summary.median, summary.percentile99, summary.maximum], limits).allSatisfy {
        value, limit in limit.map { value <= $0 } ?? true
      }
  }
}
