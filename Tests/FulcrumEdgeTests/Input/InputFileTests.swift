import Foundation
import FulcrumWire
import Testing

@Suite struct InputFileTests {
  /// A directory of this test's own, removed with it.
  final class Scratch {
    let url: URL

    init() throws {
      url = FileManager.default.temporaryDirectory.appending(
        path: "fulcrum-input-\(ProcessInfo.processInfo.globallyUniqueString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String, _ content: Data) throws -> String {
      let path = url.appending(path: name)
      try content.write(to: path)
      return path.path
    }
  }

  let scratch = try? Scratch()

  private func path(_ name: String, _ content: Data) throws -> String {
    try #require(scratch).file(name, content)
  }

  /// FIPS 180-4 example: the digest of "abc".
  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test func plainAndGzipAreOne() throws {
    let plain = try InputFile.read(path("a.txt", Data("abc".utf8)))
    let packed = try InputFile.read(path("a.gz", gzip(Data("abc".utf8))))
    #expect(plain.digest == Self.abc)
    #expect(packed.digest == Self.abc)
    #expect(plain.bytes == packed.bytes)
  }

  @Test func membersArePutTogether() throws {
    let many =
      try gzip(Data("a".utf8)) + gzip(Data("b".utf8)) + Data(count: 512) + gzip(Data("c".utf8))
    #expect(try InputFile.read(path("many.gz", many)).digest == Self.abc)
  }

  @Test func largeContentCrossesChunks() throws {
    var random = SplitMix64(state: 7)
    let content = Data((0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: random.next() % 90) })
    let plain = try InputFile.read(path("big", content))
    let packed = try InputFile.read(path("big.gz", gzip(content) + gzip(content)))
    #expect(plain.bytes == content)
    #expect(packed.bytes == content + content)
    #expect(packed.digest == InputBytes(content + content, source: "").digest)
  }

  @Test func everyCutOfAGzipFileIsAFault() throws {
    let whole = try gzip(Data(String(repeating: "instrument,mark\n", count: 40).utf8))
    for length in 2..<whole.count {
      let cut = try path("cut.gz", whole.prefix(length))
      let issue = #expect(throws: Issue.self, "\(length) of \(whole.count) bytes") {
        try InputFile.read(cut)
      }
      #expect(issue?.seen.contains("ends early") == true)
    }
  }

  @Test func damagedGzipIsAFault() throws {
    let whole = try gzip(Data(String(repeating: "instrument,mark\n", count: 40).utf8))
    var checksum = whole
    checksum[whole.count - 6] ^= 1
    let trailing = whole + Data("trailing".utf8)
    for (name, bytes) in [("checksum", checksum), ("trailing", trailing)] {
      let damaged = try path(name, bytes)
      let issue = #expect(throws: Issue.self) { try InputFile.read(damaged) }
      #expect(issue?.seen.contains("damaged gzip") == true, "\(name): \(issue?.seen ?? "")")
    }
  }

  @Test func tooLargeIsRefusedByItsSize() throws {
    let file = try path("sparse", Data())
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.truncate(atOffset: 1_000_000_000)
    try handle.close()
    let issue = #expect(throws: Issue.self) { try InputFile.read(file) }
    #expect(issue?.seen == "1000000000 bytes")
    #expect(issue?.allowed == "at most 536870912 bytes")
  }

  @Test func gzipBombIsRefusedOnTheWay() throws {
    let bomb = try gzip(Data(count: 40_000_000))
    let file = try path("bomb.gz", bomb)
    let issue = #expect(throws: Issue.self) { try InputFile.read(file, limit: 1_000_000) }
    #expect(bomb.count < 100_000)
    #expect(issue?.seen.contains("unfolding from") == true)
    #expect(try InputFile.read(file, limit: 40_000_000).bytes.count == 40_000_000)
  }

  @Test func whatIsNoFileSaysSo() throws {
    let directory = try #require(scratch).url.path
    let cases = [
      (directory, "a directory"), (directory + "/none", "no such file"),
      (try path("empty", Data()), "an empty file"),
      (try path("hollow.gz", gzip(Data())), "a gzip file of nothing"),
    ]
    for (path, seen) in cases {
      let issue = #expect(throws: Issue.self) { try InputFile.read(path) }
      #expect(issue?.seen == seen)
      #expect(issue?.source == path)
    }
  }

  /// A pipe has no size to be refused by: what comes through it is counted.
  @Test func pipesAreBounded() throws {
    for (limit, isRead) in [(3, true), (2, false)] {
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data("abc".utf8))
      try pipe.fileHandleForWriting.close()
      let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
      let digest = try? InputFile.read(path, limit: limit).digest
      #expect(digest == (isRead ? Self.abc : nil))
    }
  }

  @Test func badTextIsPlaced() {
    let bad = InputBytes(Data("one\ntwo\nth".utf8) + [0xFF, 0x65], source: "x")
    let fault = bad.textFault()
    #expect(fault?.line == 3)
    #expect(fault?.seen == "byte 0xff at offset 10")
    #expect(InputBytes(Data("dès 5 €".utf8), source: "x").textFault() == nil)
    let cut = InputBytes(Data("€".utf8.prefix(2)), source: "x")
    #expect(cut.textFault()?.line == 1)
    let wide = InputBytes(Data([0xFF, 0xFE, 0x61, 0x00]), source: "x")
    #expect(wide.textFault()?.seen.contains("UTF-16") == true)
  }

  @Test func byteOrderMarkIsDropped() {
    let marked = InputBytes(Data([0xEF, 0xBB, 0xBF]) + Data("abc".utf8), source: "x")
    #expect(marked.bytes == Data("abc".utf8))
    #expect(marked.digest != Self.abc)
  }
}
