import Foundation

/// The lock of one writer on one store, in a side file that also bears witness of what was last
/// acknowledged.
///
/// The lock is the kernel's (`flock`) and dies with its process, however it dies. The witness is
/// written after each commit and before anyone is told; it is not synced, so that it outlives the
/// process but not always the machine. It can only lag behind the journal: a journal that lags behind
/// it has lost what was acknowledged.
final class WriterLock {
  struct Witness: Hashable {
    let sequence: UInt64
    let hash: Digest256
  }

  private let descriptor: Int32
  let path: String

  static func path(of store: String) -> String { store + ".lock" }

  /// - Throws: `locked` with the holder's process number where another writer has it.
  init(store: String) throws(StoreError) {
    path = Self.path(of: store)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .unreachable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = Self.read(descriptor)?.holder
      close(descriptor)
      guard reason == EWOULDBLOCK else {
        throw .unreachable(path: path, reason: String(cString: strerror(reason)))
      }
      throw .locked(path: store, holder: holder)
    }
  }

  deinit { close(descriptor) }

  /// What the last writer acknowledged; nil where the file is new or says nothing readable.
  var witness: Witness? { Self.read(descriptor)?.witness }

  /// - Throws: where the line cannot be written whole.
  func bear(_ witness: Witness) throws(StoreError) {
    let line =
      Array(
        "pid \(Self.digits(UInt64(getpid()), 10)) sequence \(Self.digits(witness.sequence, 20)) "
          .utf8) + Array("hash \(witness.hash)\n".utf8)
    let written = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == line.count else {
      throw .unreachable(path: path, reason: "the witness cannot be written")
    }
  }

  /// For readers, who take no lock. A line that is being written may be torn: then there is none.
  static func witness(of store: String) -> Witness? {
    let descriptor = open(path(of: store), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return read(descriptor)?.witness
  }

  private static func read(_ descriptor: Int32) -> (holder: Int32, witness: Witness)? {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let words = String(decoding: bytes[..<count], as: UTF8.self).split(
      whereSeparator: \.isWhitespace)
    guard words.count == 6, words[0] == "pid", words[2] == "sequence", words[4] == "hash",
      let holder = Int32(words[1]), let sequence = UInt64(words[3]),
      let hash = Digest256(hexadecimal: words[5])
    else { return nil }
    return (holder, Witness(sequence: sequence, hash: hash))
  }

  /// Of a fixed width, so that each line covers the one before.
  private static func digits(_ value: UInt64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

extension Digest256 {
  /// - Returns: nil unless there are 64 hexadecimal digits.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    self.init(bytes: stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}
