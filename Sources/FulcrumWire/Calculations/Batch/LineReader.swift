/// One line of a stream.
package enum StreamLine {
  /// Without its line end; valid during the call only.
  case bytes(UnsafeBufferPointer<UInt8>)
  /// Longer than the limit; its bytes were passed over.
  case tooLong
}

/// Splits a stream into lines in constant memory: one buffer, as long as the longest line.
///
/// A line ends with a line feed, which a carriage return may precede; the last one needs no end.
package struct LineReader {
  /// Fills a part of the buffer and returns how many bytes it wrote; 0 at the end of the stream.
  package typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

  /// 16 MiB.
  package static let standardLimit = 16 << 20

  private let read: Source
  /// Bytes in one line.
  private let limit: Int
  private var buffer: [UInt8]
  /// The bytes read and not yet given out.
  private var filled: Range<Int> = 0..<0
  private var ended = false

  package init(
    limit: Int = LineReader.standardLimit, chunk: Int = 1 << 16, read: @escaping Source
  ) {
    precondition(limit > 0 && chunk > 0, "limit \(limit) and chunk \(chunk) must be above 0")
    self.limit = limit
    self.read = read
    buffer = [UInt8](repeating: 0, count: chunk)
  }

  /// Hands every line to `take`, with its number from 1; `stall` runs before each wait for input.
  package mutating func forEach(
    stall: () throws -> Void = {}, _ take: (Int, StreamLine) throws -> Void
  ) throws {
    var number = 0
    var searched = 0
    var skipping = false
    while true {
      if let end = lineFeed(from: filled.lowerBound + searched) {
        number += 1
        try give(filled.lowerBound..<end, number: number, tooLong: skipping, take)
        filled = end + 1..<filled.upperBound
        searched = 0
        skipping = false
        continue
      }
      if ended {
        if !filled.isEmpty || skipping {
          try give(filled, number: number + 1, tooLong: skipping, take)
        }
        return
      }
      searched = filled.count
      // One byte beyond the limit for a carriage return.
      if skipping || filled.count > limit + 1 {
        skipping = true
        filled = 0..<0
        searched = 0
      }
      try stall()
      try fill()
    }
  }

  private func give(
    _ range: Range<Int>, number: Int, tooLong: Bool,
    _ take: (Int, StreamLine) throws -> Void
  ) throws {
    var range = range
    if let last = range.last, buffer[last] == 0x0D { range.removeLast() }
    if tooLong || range.count > limit { return try take(number, .tooLong) }
    try buffer.withUnsafeBufferPointer { bytes in
      try take(number, .bytes(UnsafeBufferPointer(rebasing: bytes[range])))
    }
  }

  private func lineFeed(from start: Int) -> Int? {
    buffer.withUnsafeBufferPointer { bytes in
      var place = start
      while place < filled.upperBound {
        if bytes[place] == 0x0A { return place }
        place += 1
      }
      return nil
    }
  }

  private mutating func fill() throws {
    if filled.lowerBound > 0 {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[filled]))
      }
      filled = 0..<filled.count
    }
    if filled.upperBound == buffer.count {
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let free = filled.upperBound..<buffer.count
    let count = try buffer.withUnsafeMutableBytes { bytes in
      try read(UnsafeMutableRawBufferPointer(rebasing: bytes[free]))
    }
    ended = count == 0
    filled = filled.lowerBound..<filled.upperBound + count
  }
}
