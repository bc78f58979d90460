import Foundation
package import FulcrumModel

/// An exact number that a file may hold as a JSON number or as a string; null and "" are absent.
///
/// Never throws: a value that is no number is absent, `isFaulty`, and noted with its path.
package struct FlexibleDecimal: Decodable, Hashable, Sendable {
  package let value: ExactDecimal?
  package let isFaulty: Bool

  package init(from decoder: any Decoder) throws {
    (value, isFaulty) = try FlexibleScalar.read(from: decoder) { container in
      guard let number = try? container.decode(Decimal.self) else { return nil }
      return Result { () throws(ScalarText.Refusal) in try Self.exact(number, container) }
    } text: { text throws(ScalarText.Refusal) in
      try ScalarText.decimal(text)
    }
  }

  /// Foundation's decimal drops digits beyond its 38 without a word: what comes that near to the
  /// edge is refused.
  private static func exact(
    _ number: Decimal, _ container: any SingleValueDecodingContainer
  ) throws(ScalarText.Refusal) -> ExactDecimal {
    let text = number.description
    let digits = text.utf8.filter { (48...57).contains($0) }.drop { $0 == 48 }
    guard digits.count < 38, let value = ExactDecimal(text) else {
      throw ScalarText.refusal(text)
    }
    return value
  }
}

/// A finite double that a file may hold as a JSON number or as a string; null and "" are absent.
package struct FlexibleDouble: Decodable, Hashable, Sendable {
  package let value: Double?
  package let isFaulty: Bool

  package init(from decoder: any Decoder) throws {
    (value, isFaulty) = try FlexibleScalar.read(from: decoder) { container in
      (try? container.decode(Double.self)).map { .success($0) }
    } text: { text throws(ScalarText.Refusal) in
      try ScalarText.double(text)
    }
  }
}

/// A text that a file may hold as a string or, for ids and times, as a whole number; "" is absent.
package struct FlexibleText: Decodable, Hashable, Sendable {
  package let value: String?
  package let isFaulty: Bool

  package init(from decoder: any Decoder) throws {
    (value, isFaulty) = try FlexibleScalar.read(from: decoder) { container in
      (try? container.decode(Int64.self)).map { .success(String($0)) }
    } text: { text throws(ScalarText.Refusal) in
      text.isEmpty ? nil : text
    }
  }
}

/// An instant as ISO 8601 text or as whole epoch seconds, milliseconds or microseconds, number or
/// string; null and "" are absent.
package struct FlexibleTimestamp: Decodable, Hashable, Sendable {
  package let value: Timestamp?
  package let isFaulty: Bool

  package init(from decoder: any Decoder) throws {
    (value, isFaulty) = try FlexibleScalar.read(from: decoder) { container in
      guard let number = try? container.decode(Int64.self) else { return nil }
      return Result { () throws(ScalarText.Refusal) in
        try ScalarText.timestamp(String(number)) ?? Timestamp(milliseconds: number)
      }
    } text: { text throws(ScalarText.Refusal) in
      try ScalarText.timestamp(text)
    }
  }
}

extension KeyedDecodingContainer {
  func decimal(_ key: Key) throws -> ExactDecimal? {
    try decodeIfPresent(FlexibleDecimal.self, forKey: key)?.value
  }

  func double(_ key: Key) throws -> Double? {
    try decodeIfPresent(FlexibleDouble.self, forKey: key)?.value
  }

  func text(_ key: Key) throws -> String? {
    try decodeIfPresent(FlexibleText.self, forKey: key)?.value
  }

  func timestamp(_ key: Key) throws -> Timestamp? {
    try decodeIfPresent(FlexibleTimestamp.self, forKey: key)?.value
  }
}

private enum FlexibleScalar {
  /// - Parameter number: nil where the value is no JSON number.
  static func read<Value>(
    from decoder: any Decoder,
    number: (any SingleValueDecodingContainer) -> Result<Value, ScalarText.Refusal>?,
    text: (String) throws(ScalarText.Refusal) -> Value?
  ) throws -> (Value?, isFaulty: Bool) {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() { return (nil, false) }
    do throws(ScalarText.Refusal) {
      if let found = number(container) { return (try found.get(), false) }
      if let string = try? container.decode(String.self) { return (try text(string), false) }
      throw ScalarText.Refusal(
        seen: seen(container), allowed: "a number, or a string that holds one",
        fix: "write the number itself, or null where there is none")
    } catch {
      decoder.note(error)
      return (nil, true)
    }
  }

  private static func seen(_ container: any SingleValueDecodingContainer) -> String {
    if let flag = try? container.decode(Bool.self) { return "\(flag)" }
    if let number = try? container.decode(Double.self) { return "\(number)" }
    return "a list, an object or no proper number"
  }
}
