import Foundation

/// One file of reference vectors in the format of leverage-math 10.
struct VectorFile: Decodable {
  struct Case: Decodable {
    let id: String
    let inputs: JSONValue
    let expected: [String: JSONValue]
    let tolerance: JSONValue
  }

  let family: String
  let count: Int
  let cases: [Case]

  /// Reads `Tests/Vectors/<family>.json`.
  static func read(_ family: String) throws -> VectorFile {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "Vectors/\(family).json")
    return try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: file))
  }
}

/// Compares answers with expected values and remembers the worst error of each key as a fraction of
/// its tolerance.
struct Comparison {
  private(set) var worst: [String: (fraction: Double, id: String)] = [:]
  private(set) var failures: [String] = []
  private(set) var compared = 0

  mutating func compare(_ answer: [String: JSONValue], with reference: VectorFile.Case) {
    for (key, expected) in reference.expected {
      guard let got = answer[key] else {
        failures.append("\(reference.id) \(key): no answer")
        continue
      }
      compare(got, expected, key: key, in: reference)
    }
  }

  private mutating func compare(
    _ got: JSONValue, _ expected: JSONValue, key: String, in reference: VectorFile.Case
  ) {
    if expected == .string("skip") { return }
    compared += 1
    switch (got, expected) {
    case (.number(let got), .number(let expected)):
      let tolerance = reference.tolerance["perKey"]?[key] ?? reference.tolerance
      let allowed =
        (tolerance["abs"]?.double ?? 0) + (tolerance["rel"]?.double ?? 0) * expected.magnitude
      let error = (got - expected).magnitude
      let fraction = error == 0 ? 0 : error / allowed
      if !(fraction <= worst[key]?.fraction ?? -1) { worst[key] = (fraction, reference.id) }
      if !(fraction <= 1) {
        failures.append("\(reference.id) \(key): got \(got), expected \(expected) ± \(allowed)")
      }
    case (.array(let got), .array(let expected)) where got.count == expected.count:
      for (got, expected) in zip(got, expected) {
        compare(got, expected, key: key, in: reference)
      }
    default:
      if got != expected { failures.append("\(reference.id) \(key): got \(got), not \(expected)") }
    }
  }

  /// The worst error of each key as a fraction of its tolerance, one line a key.
  func report(_ family: String) -> String {
    let lines = worst.sorted { $0.key < $1.key }.map { key, worst in
      "  \(key): \(worst.fraction) of tolerance (\(worst.id))"
    }
    return (["\(family): \(compared) values"] + lines).joined(separator: "\n")
  }
}
