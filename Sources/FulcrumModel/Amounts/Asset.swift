/// A currency or coin: its code and the decimals that its amounts are counted in.
///
/// The code is packed into 16 bytes, so that an asset, and an amount in it, is a plain value with no
/// reference counting and no registry behind it.
public struct Asset: Hashable, Sendable, BitwiseCopyable {
  private let packedCode: UInt128
  /// Decimals of the smallest unit: 6 for USD, 8 for BTC.
  public let decimals: UInt8

  /// - Parameter code: 1 to 16 characters of A–Z, 0–9 and `.`; lower case is raised. Nil otherwise.
  /// - Parameter decimals: at most 18; where absent, 6 for dollars and dollar coins, else 8
  ///   (leverage-math 9.4).
  public init?(_ code: some StringProtocol, decimals: UInt8? = nil) {
    var packed: UInt128 = 0
    var count = 0
    for byte in code.utf8 {
      let upper = byte >= 97 && byte <= 122 ? byte - 32 : byte
      guard (65...90).contains(upper) || (48...57).contains(upper) || upper == 46 else {
        return nil
      }
      packed = packed << 8 | UInt128(upper)
      count += 1
    }
    guard (1...16).contains(count), decimals ?? 0 <= 18 else { return nil }
    packedCode = packed
    self.decimals = decimals ?? (Self.dollarCodes.contains(packed) ? 6 : 8)
  }

  private init(ascii code: StaticString) {
    var packed: UInt128 = 0
    code.withUTF8Buffer { for byte in $0 { packed = packed << 8 | UInt128(byte) } }
    packedCode = packed
    decimals = Self.dollarCodes.contains(packed) ? 6 : 8
  }

  public static let usd = Asset(ascii: "USD")
  public static let usdc = Asset(ascii: "USDC")
  public static let usdt = Asset(ascii: "USDT")
  public static let btc = Asset(ascii: "BTC")
  public static let eth = Asset(ascii: "ETH")

  /// "USD", "USDC", "USDT", "EURR" is not one of them: dollars and the coins that stand for one.
  private static let dollarCodes: Set<UInt128> = [
    0x555344, 0x5553_4443, 0x5553_4454, 0x5553_4445, 0x44_4149, 0x5059_5553_44,
  ]

  /// Whether one unit stands for one US dollar (USD, USDC, USDT, USDE, DAI, PYUSD).
  public var isDollar: Bool { Self.dollarCodes.contains(packedCode) }

  public var code: String {
    var bytes: [UInt8] = []
    forEachCodeByte { bytes.append($0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Characters of the code, 1 to 16.
  public var codeLength: Int { (135 - packedCode.leadingZeroBitCount) / 8 }

  /// The ASCII characters of the code in their order, without making a text of them.
  public func forEachCodeByte(_ body: (UInt8) -> Void) {
    var place = codeLength * 8
    while place > 0 {
      place -= 8
      body(UInt8(truncatingIfNeeded: packedCode >> UInt128(place)))
    }
  }
}

extension Asset: CustomStringConvertible {
  public var description: String { code }
}
