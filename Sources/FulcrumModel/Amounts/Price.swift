/// A price as the venue wrote it, exact: quote currency per unit of base (USD per coin for futures
/// and indices, coin per coin for inverse options, USD per coin for linear options).
public struct Price: Hashable, Sendable, Comparable {
  public let value: ExactDecimal

  public init(_ value: ExactDecimal) { self.value = value }

  public init?(_ text: some StringProtocol) {
    guard let value = ExactDecimal(text) else { return nil }
    self.value = value
  }

  public var doubleValue: Double { value.doubleValue }
  public static func < (a: Price, b: Price) -> Bool { a.value < b.value }
}

extension Price: CustomStringConvertible {
  public var description: String { value.description }
}

/// A signed whole number of lots: + long, − short. The lot is the instrument's.
public struct SignedLots: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let count: Int64

  public init(_ count: Int64) { self.count = count }
  public static func < (a: SignedLots, b: SignedLots) -> Bool { a.count < b.count }
}
