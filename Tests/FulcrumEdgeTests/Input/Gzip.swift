import CZlib
import Foundation
import Testing

/// A gzip member made by zlib's own compressor.
func gzip(_ content: Data) throws -> Data {
  var stream = z_stream()
  try #require(
    deflateInit2_(
      &stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)) == Z_OK)
  defer { deflateEnd(&stream) }
  var source = [UInt8](content)
  var target = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(source.count))) + 64)
  let (offered, room) = (source.count, target.count)
  let code = source.withUnsafeMutableBufferPointer { source in
    target.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(offered)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(room)
      return deflate(&stream, Z_FINISH)
    }
  }
  try #require(code == Z_STREAM_END)
  return Data(target.prefix(room - Int(stream.avail_out)))
}
