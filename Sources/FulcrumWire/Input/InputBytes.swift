import Crypto
package import Foundation

/// The content of one input, with the name that its issues carry and the digest that reports keep.
package struct InputBytes: Sendable {
  /// Decompressed content without a byte order mark.
  package let bytes: Data
  /// The file as the user named it, or `standard input`.
  package let source: String
  /// SHA-256 of the decompressed content as found (byte order mark included), 64 hex digits: a
  /// file and its gzip twin have the same digest.
  package let digest: String

  package init(_ content: Data, source: String) {
    var hash = SHA256()
    hash.update(data: content)
    self.init(content, source: source, digest: hash.finalize())
  }

  init(_ content: Data, source: String, digest: SHA256.Digest) {
    bytes = content.starts(with: Self.byteOrderMark) ? Data(content.dropFirst(3)) : content
    self.source = source
    self.digest = digest.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The first place that is not UTF-8, by byte offset and line; nil where all of it is text.
  package func textFault() -> Issue? {
    let offset: Int? = bytes.withUnsafeBytes { raw in
      do throws(UTF8.ValidationError) {
        _ = try UTF8Span(validating: raw.bindMemory(to: UInt8.self).span)
        return nil
      } catch {
        return error.byteOffsets.lowerBound
      }
    }
    guard let offset, offset < bytes.count else { return nil }
    let byte = bytes[bytes.startIndex + offset]
    let wide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    return Issue(
      source: source, line: line(at: offset),
      seen: "byte 0x\(String(byte, radix: 16)) at offset \(offset)"
        + (wide ? ", a UTF-16 byte order mark" : ""),
      allowed: "UTF-8 text", fix: "save the file as UTF-8")
  }

  /// The 1-based line of a byte offset.
  func line(at offset: Int) -> Int {
    bytes.prefix(offset).reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
  }
}
