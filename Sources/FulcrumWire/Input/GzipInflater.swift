import CZlib
import Foundation

/// Unfolds gzip members one after another through the system's zlib.
struct GzipInflater: ~Copyable {
  enum Fault: Error, Hashable, Sendable {
    case corrupt(String)
    case tooLarge
  }

  static let magic: [UInt8] = [0x1F, 0x8B]

  /// On the heap because zlib remembers its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var scratch = [UInt8](repeating: 0, count: 1 << 18)
  /// Whether a member has begun and not ended.
  private(set) var isMidway = true

  init() throws(Issue) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window, and 16 more to ask for the gzip wrapper with its checksum.
    let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else {
      throw Issue(
        source: "zlib", seen: "code \(code) on start", allowed: "a working zlib",
        fix: "install a current zlib")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Appends what `chunk` unfolds to. Zero bytes between and after members are padding.
  mutating func inflate(
    _ chunk: [UInt8], into content: inout Data, limit: Int
  ) throws(Fault) {
    var rest = chunk[...]
    while !rest.isEmpty {
      if !isMidway {
        rest = rest.drop { $0 == 0 }
        guard !rest.isEmpty else { return }
        inflateReset(stream)
        isMidway = true
      }
      let used = try member(rest, into: &content, limit: limit)
      rest = rest.dropFirst(used)
    }
  }

  /// Feeds one member until it ends or the input is used up; returns the bytes used.
  private mutating func member(
    _ input: ArraySlice<UInt8>, into content: inout Data, limit: Int
  ) throws(Fault) -> Int {
    var used = 0
    while true {
      let (code, consumed, produced) = step(input.dropFirst(used))
      used += consumed
      guard content.count + produced <= limit else { throw .tooLarge }
      content.append(contentsOf: scratch[..<produced])
      switch code {
      case Z_STREAM_END:
        isMidway = false
        return used
      case Z_OK where produced == scratch.count || used < input.count: continue
      case Z_OK, Z_BUF_ERROR: return input.count
      default: throw .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)")
      }
    }
  }

  private mutating func step(
    _ input: ArraySlice<UInt8>
  ) -> (code: Int32, consumed: Int, produced: Int) {
    var source = Array(input)
    let (offered, room) = (source.count, scratch.count)
    return source.withUnsafeMutableBufferPointer { source in
      scratch.withUnsafeMutableBufferPointer { scratch in
        stream.pointee.next_in = source.baseAddress
        stream.pointee.avail_in = UInt32(offered)
        stream.pointee.next_out = scratch.baseAddress
        stream.pointee.avail_out = UInt32(room)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        return (
          code, offered - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out)
        )
      }
    }
  }
}
