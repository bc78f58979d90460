/// Bytes of facts and ledgers: little, fixed, the same on every machine, so that a digest of them means
/// something. Whole numbers are zigzag base-128, texts are length and UTF-8, lists are count and
/// items, cases are one byte that is never used again.
public struct LedgerWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  @inline(__always)
  mutating func put(_ byte: UInt8) { bytes.append(byte) }

  mutating func put(unsigned value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func put(_ value: Int64) {
    put(unsigned: UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  mutating func put(_ value: Int128) {
    if let small = Int64(exactly: value), small.magnitude < 1 << 62 {
      put(small)
      return
    }
    var rest = UInt128(bitPattern: (value << 1) ^ (value >> 127))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func put(_ text: String) {
    put(unsigned: UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ list: [UInt8]) {
    put(unsigned: UInt64(list.count))
    bytes.append(contentsOf: list)
  }

  mutating func put<Value: LedgerCoded>(_ value: Value) { value.encode(into: &self) }

  mutating func put<Value: LedgerCoded>(_ value: Value?) {
    if let value {
      put(1 as UInt8)
      put(value)
    } else {
      put(0 as UInt8)
    }
  }

  mutating func put<Value: LedgerCoded>(_ values: [Value]) {
    put(unsigned: UInt64(values.count))
    for value in values { put(value) }
  }
}

/// Why bytes are not what they should be, and where.
public enum LedgerBytesError: Error, Hashable, Sendable {
  case endsEarly(at: Int)
  case numberTooLong(at: Int)
  case unknownCase(UInt8, of: String, at: Int)
  case invalid(String, at: Int)
  case trailing(bytes: Int)
  case unknownVersion(UInt8)
}

public struct LedgerReader {
  let bytes: [UInt8]
  private(set) var place = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public func finish() throws(LedgerBytesError) {
    guard place == bytes.count else { throw .trailing(bytes: bytes.count - place) }
  }

  mutating func byte() throws(LedgerBytesError) -> UInt8 {
    guard place < bytes.count else { throw .endsEarly(at: place) }
    place += 1
    return bytes[place - 1]
  }

  mutating func unsigned() throws(LedgerBytesError) -> UInt64 {
    let wide = try wide()
    guard let value = UInt64(exactly: wide) else { throw .numberTooLong(at: place) }
    return value
  }

  mutating func int64() throws(LedgerBytesError) -> Int64 {
    guard let value = Int64(exactly: try int128()) else { throw .numberTooLong(at: place) }
    return value
  }

  mutating func int128() throws(LedgerBytesError) -> Int128 {
    let wide = try wide()
    return Int128(bitPattern: wide >> 1) ^ -Int128(bitPattern: wide & 1)
  }

  private mutating func wide() throws(LedgerBytesError) -> UInt128 {
    var value: UInt128 = 0
    var shift = 0
    while true {
      let next = try byte()
      guard shift < 126 || shift == 126 && next < 4 else { throw .numberTooLong(at: place) }
      value |= UInt128(next & 0x7F) << UInt128(shift)
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func list() throws(LedgerBytesError) -> [UInt8] {
    let count = try unsigned()
    guard count <= UInt64(bytes.count - place) else { throw .endsEarly(at: place) }
    place += Int(count)
    return Array(bytes[place - Int(count)..<place])
  }

  mutating func text() throws(LedgerBytesError) -> String {
    let start = place
    guard let text = String(validating: try list(), as: UTF8.self) else {
      throw .invalid("text", at: start)
    }
    return text
  }

  mutating func value<Value: LedgerCoded>() throws(LedgerBytesError) -> Value {
    try Value(from: &self)
  }

  mutating func optional<Value: LedgerCoded>() throws(LedgerBytesError) -> Value? {
    switch try byte() {
    case 0: return nil
    case 1: return try Value(from: &self)
    case let other: throw .unknownCase(other, of: "optional", at: place)
    }
  }

  mutating func values<Value: LedgerCoded>() throws(LedgerBytesError) -> [Value] {
    let count = try unsigned()
    // An item takes a byte at the least, so a count beyond the rest is a fault, not an allocation.
    guard count <= UInt64(bytes.count - place) else { throw .endsEarly(at: place) }
    var values: [Value] = []
    values.reserveCapacity(Int(count))
    for _ in 0..<count { values.append(try Value(from: &self)) }
    return values
  }
}

protocol LedgerCoded {
  func encode(into writer: inout LedgerWriter)
  init(from reader: inout LedgerReader) throws(LedgerBytesError)
}
