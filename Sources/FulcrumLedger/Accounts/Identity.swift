/// Owners, pools, contracts and markets are numbered in the order in which they appear; a number is
/// never used again. Names are for people and live in the ledger.
public struct OwnerID: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

public struct PoolID: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  var place: Int { Int(number) }
}

public struct ContractID: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  public var place: Int { Int(number) }
}

/// A coin against what its contracts settle in: what an insurance fund stands behind.
public struct MarketID: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
  var place: Int { Int(number) }
}

/// The client's own key of a command: the same key twice is one command, refused or not.
public struct CommandID: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let key: String

  /// - Parameter key: 1 to 64 printable ASCII characters without spaces; nil otherwise.
  public init?(_ key: some StringProtocol) {
    guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    self.key = String(key)
  }

  /// A key made of a checked part and a number, for commands that the program itself issues.
  public init(_ prefix: StaticString, _ number: UInt64) {
    precondition(prefix.utf8CodeUnitCount <= 32, "prefix of \(prefix.utf8CodeUnitCount) characters")
    key = "\(prefix)\(number)"
  }

  public var description: String { key }
  public static func < (a: Self, b: Self) -> Bool { a.key < b.key }
}
