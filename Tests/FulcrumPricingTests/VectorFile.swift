import Foundation
import Testing

/// Any JSON value. Read through `JSONDecoder`, whose numbers are the nearest doubles;
/// `JSONSerialization` may be an ulp off, which the tolerances of these files see.
enum Json: Decodable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([Json])
  case object([String: Json])

  init(from decoder: any Decoder) throws {
    let box = try decoder.singleValueContainer()
    if box.decodeNil() {
      self = .null
    } else if let flag = try? box.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? box.decode(Double.self) {
      self = .number(number)
    } else if let text = try? box.decode(String.self) {
      self = .text(text)
    } else if let list = try? box.decode([Json].self) {
      self = .list(list)
    } else {
      self = .object(try box.decode([String: Json].self))
    }
  }

  var number: Double? { if case .number(let value) = self { value } else { nil } }
  var text: String? { if case .text(let value) = self { value } else { nil } }
  var list: [Json]? { if case .list(let value) = self { value } else { nil } }
  subscript(key: String) -> Json? { if case .object(let value) = self { value[key] } else { nil } }
}

/// A number or another leaf that a kernel answers for one expected key.
enum Answer {
  case number(Double)
  case text(String)
  case flag(Bool)
  case absent
}

/// One reference case: what goes in, what must come out, and how closely.
struct VectorCase: Decodable {
  let id: String
  let inputs: [String: Json]
  let expected: [String: Json]
  let tolerance: Json

  func number(_ key: String) throws -> Double {
    try #require(inputs[key]?.number, "\(id): input \(key) is no number")
  }

  func text(_ key: String) throws -> String {
    try #require(inputs[key]?.text, "\(id): input \(key) is no text")
  }

  /// |got − expected| over abs + rel·|expected|, with the tolerance of the key or else the case's.
  func fraction(_ got: Double, of expected: Double, _ key: String) -> Double {
    let rule = tolerance["perKey"]?[key] ?? tolerance
    let relative = rule["rel"]?.number ?? 0
    let absolute = rule["abs"]?.number ?? 0
    let error = abs(got - expected)
    if error == 0 { return 0 }
    return error.isFinite ? error / (absolute + relative * abs(expected)) : .infinity
  }
}

/// A file of reference vectors under Tests/Vectors, read as leverage-math 10 says.
struct VectorFile: Decodable {
  let format: Int
  let count: Int
  let cases: [VectorCase]

  init(_ name: String, source: String = #filePath) throws {
    let url = URL(fileURLWithPath: source).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/\(name).json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    #expect(format == 1 && cases.count == count)
  }
}

/// Compares answers with expected values and remembers the worst error of each key, as a fraction
/// of its own tolerance.
struct VectorComparison {
  private var worst: [String: (fraction: Double, id: String, count: Int)] = [:]
  private(set) var compared = 0

  /// Compares every expected key of the case; a key without an answer is a failure.
  mutating func check(_ item: VectorCase, _ answers: [String: Answer]) {
    for (key, expected) in item.expected {
      guard let answer = answers[key] else {
        Issue.record("\(item.id): no answer for \(key)")
        continue
      }
      let fraction = Self.fraction(answer, expected, item, key)
      compared += 1
      let before = worst[key] ?? (0, item.id, 0)
      worst[key] = (
        max(before.fraction, fraction), fraction >= before.fraction ? item.id : before.id,
        before.count + 1
      )
      #expect(
        fraction <= 1,
        "\(item.id) \(key): got \(answer), expected \(expected), error/tolerance \(fraction)")
    }
  }

  /// Error over tolerance; 0 where a leaf that must match exactly does, ∞ where it does not.
  private static func fraction(
    _ answer: Answer, _ expected: Json, _ item: VectorCase, _ key: String
  ) -> Double {
    switch (answer, expected) {
    case (_, .text("skip")), (.absent, .null): return 0
    case (.text(let got), .text(let text)): return got == text ? 0 : .infinity
    case (.number(let got), .text("inf")): return got == .infinity ? 0 : .infinity
    case (.number(let got), .text("-inf")): return got == -.infinity ? 0 : .infinity
    case (.flag(let got), .flag(let flag)): return got == flag ? 0 : .infinity
    case (.number(let got), .number(let number)): return item.fraction(got, of: number, key)
    default: return .infinity
    }
  }

  /// Prints, for each key, how many values were compared and the worst error over its tolerance.
  func report(_ title: String) {
    for (key, row) in worst.sorted(by: { $0.key < $1.key }) {
      let percent = (row.fraction * 1000).rounded() / 1000
      print("vectors \(title).\(key): \(row.count) values, worst error/tolerance", terminator: " ")
      print("\(percent) in \(row.id)")
    }
  }
}
