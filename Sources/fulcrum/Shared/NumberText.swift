import ArgumentParser

/// Numbers as people write them on a command line.
enum NumberText {
  /// `60000`, `0.5`, `1e-3`.
  static func number(_ text: String) throws -> Double {
    guard let number = Double(text), number.isFinite else {
      throw ValidationError("write a plain number, such as 60000 or 0.5")
    }
    return number
  }

  /// `55%` or `0.55`.
  static func ratio(_ text: String) throws -> Double {
    guard text.hasSuffix("%") else {
      guard let ratio = Double(text), ratio.isFinite else {
        throw ValidationError("write a ratio or percent, such as 0.55 or 55%")
      }
      return ratio
    }
    // Through decimal text, so that 55% is the double nearest to 0.55.
    guard let ratio = Double(text.dropLast() + "e-2"), ratio.isFinite else {
      throw ValidationError("write a number before %, such as 55%")
    }
    return ratio
  }

  /// A volatility; a number that can only be meant in percent must say so.
  static func volatility(_ text: String) throws -> Double {
    let ratio = try ratio(text)
    guard text.hasSuffix("%") || ratio <= 10 else {
      throw ValidationError("\(text) is \(text)00 % a year; write \(text)% for \(text) percent")
    }
    return ratio
  }

  /// `-0.2,0,20%`.
  static func ratios(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { try ratio(String($0)) }
  }
}
