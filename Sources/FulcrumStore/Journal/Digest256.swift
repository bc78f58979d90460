internal import Crypto

/// A SHA-256 digest: of a ledger's bytes, or a link of the hash chain.
public struct Digest256: Hashable, Sendable, CustomStringConvertible {
  // Four words rather than an array: a link is made for every event.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  public static let byteCount = 32
  /// What the first link of a chain follows.
  public static let zero = Digest256(words: (0, 0, 0, 0))

  private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Of the bytes.
  public init(of bytes: some Sequence<UInt8>) {
    let all = Array(bytes)
    self = all.withUnsafeBytes { Digest256(of: $0) }
  }

  init(of bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    self = hash.finalize().withUnsafeBytes { Digest256(raw: $0) }
  }

  private init(raw: UnsafeRawBufferPointer) {
    words = (
      raw.loadUnaligned(as: UInt64.self),
      raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
      raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    )
  }

  /// - Returns: nil unless there are 32 bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self = Array(bytes).withUnsafeBytes { Digest256(raw: $0) }
  }

  public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try Swift.withUnsafeBytes(of: words) { try body($0) }
  }

  /// 64 small hexadecimal digits.
  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  public static func == (a: Digest256, b: Digest256) -> Bool { a.words == b.words }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.3)
  }
}
