import Testing

@testable import FulcrumWire

@Suite struct LineReaderTests {
  /// The lines of a text that arrives in pieces of at most `piece` bytes; nil for a long one.
  private func lines(
    _ text: String, piece: Int, limit: Int = 1000, chunk: Int = 8
  ) throws -> [String?] {
    var rest = Array(text.utf8)[...]
    var reader = LineReader(limit: limit, chunk: chunk) { buffer in
      let count = min(piece, buffer.count, rest.count)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    var lines: [String?] = []
    try reader.forEach { number, line in
      #expect(number == lines.count + 1)
      switch line {
      case .bytes(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
      case .tooLong: lines.append(nil)
      }
    }
    return lines
  }

  @Test(arguments: [1, 2, 3, 7, 8, 100])
  func linesAreTheSameHoweverTheyArrive(piece: Int) throws {
    #expect(try lines("", piece: piece).isEmpty)
    #expect(try lines("a", piece: piece) == ["a"])
    #expect(try lines("a\n", piece: piece) == ["a"])
    #expect(
      try lines("\n\na\r\nbb\n\nthe last", piece: piece) == ["", "", "a", "bb", "", "the last"])
    #expect(
      try lines("one line longer than the buffer\nx", piece: piece)
        == ["one line longer than the buffer", "x"])
  }

  @Test(arguments: [1, 3, 8, 100])
  func aLongLineIsPassedOverAndTheNextOneRead(piece: Int) throws {
    let long = String(repeating: "x", count: 5000)
    let fits = String(repeating: "y", count: 20)
    #expect(
      try lines("a\n\(long)\nb\n\(fits)\r\n\(long)", piece: piece, limit: 20)
        == ["a", nil, "b", fits, nil])
    #expect(try lines(fits + "y\n" + fits, piece: piece, limit: 20) == [nil, fits])
  }

  @Test func theBufferStaysAsLongAsTheLongestLine() throws {
    var given = 0
    var largest = 0
    var reader = LineReader(limit: 100, chunk: 64) { buffer in
      largest = max(largest, buffer.count)
      let count = min(buffer.count, 1_000_000 - given)
      for place in 0..<count { buffer[place] = (given + place) % 50 == 49 ? 0x0A : 0x61 }
      given += count
      return count
    }
    var count = 0
    try reader.forEach { _, _ in count += 1 }
    #expect(count == 20_000)
    #expect(largest <= 128)
  }

  @Test func whatIsDoneIsSaidBeforeWaiting() throws {
    var events: [String] = []
    var rest = ["a\nb", "\n", ""][...]
    var reader = LineReader { buffer in
      let text = rest.removeFirst()
      events.append("read")
      buffer.copyBytes(from: Array(text.utf8))
      return text.utf8.count
    }
    try reader.forEach(stall: { events.append("stall") }) { number, _ in
      events.append("line \(number)")
    }
    #expect(events == ["stall", "read", "line 1", "stall", "read", "line 2", "stall", "read"])
  }
}
