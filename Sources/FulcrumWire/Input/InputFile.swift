import Crypto
import Foundation

/// Reads files and standard input, plain and gzip alike, never more than a limit.
package enum InputFile {
  /// Bytes after decompression: 512 MiB, two hundred times the largest whole chain.
  package static let defaultLimit = 512 << 20

  /// - Parameter path: a file, or `-` for standard input.
  /// - Parameter limit: the most bytes of content, > 0. A plain file beyond it is refused by its
  ///   size, a compressed one as soon as it has unfolded that far; neither is read whole.
  /// - Throws: one issue for a missing, unreadable, empty or too large file, a directory, or a
  ///   gzip stream that is damaged or ends early.
  package static func read(
    _ path: String, limit: Int = defaultLimit
  ) throws(Issue) -> InputBytes {
    let source = path == "-" ? "standard input" : path
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unopened(source, errno) }
    defer { if path != "-" { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unopened(source, errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Issue(
        source: source, seen: "a directory", allowed: "a file", fix: "name a file inside it")
    }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    var reader = ContentReader(
      source: source, limit: limit, fileSize: isRegular ? Int(status.st_size) : nil)
    while true {
      let chunk = try nextChunk(descriptor, source)
      if chunk.isEmpty { break }
      try reader.take(chunk)
    }
    return try reader.finish()
  }

  private static let chunkSize = 1 << 18

  private static func nextChunk(_ descriptor: Int32, _ source: String) throws(Issue) -> [UInt8] {
    var failure: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: chunkSize) { buffer, count in
      var got = Foundation.read(descriptor, buffer.baseAddress, chunkSize)
      while got < 0, errno == EINTR {
        got = Foundation.read(descriptor, buffer.baseAddress, chunkSize)
      }
      failure = got < 0 ? errno : 0
      count = max(0, got)
    }
    guard failure == 0 else { throw unopened(source, failure) }
    return chunk
  }

  private static func unopened(_ source: String, _ code: Int32) -> Issue {
    let (seen, fix): (String, String)
    switch code {
    case ENOENT, ENOTDIR: (seen, fix) = ("no such file", "check the name and the directory")
    case EACCES, EPERM: (seen, fix) = ("a file that may not be read", "check its permissions")
    case EISDIR: (seen, fix) = ("a directory", "name a file inside it")
    default:
      (seen, fix) = (String(cString: strerror(code)), "check that the file can be opened")
    }
    return Issue(source: source, seen: seen, allowed: "a readable file", fix: fix)
  }
}

/// Gathers chunks into content, through zlib where the first two bytes say gzip.
private struct ContentReader: ~Copyable {
  let source: String
  let limit: Int
  let fileSize: Int?
  var content = Data()
  var hash = SHA256()
  var inflater: GzipInflater?
  var bytesRead = 0

  init(source: String, limit: Int, fileSize: Int?) {
    self.source = source
    self.limit = limit
    self.fileSize = fileSize
  }

  mutating func take(_ chunk: [UInt8]) throws(Issue) {
    if bytesRead == 0 {
      if chunk.starts(with: GzipInflater.magic) {
        inflater = try GzipInflater()
      } else if let fileSize {
        guard fileSize <= limit else { throw tooLarge("\(fileSize) bytes") }
        content.reserveCapacity(fileSize)
      }
    }
    bytesRead += chunk.count
    let start = content.count
    if inflater == nil {
      guard start + chunk.count <= limit else { throw tooLarge("more than \(limit) bytes") }
      content.append(contentsOf: chunk)
    } else {
      try inflate(chunk)
    }
    hash.update(data: content[start...])
  }

  private mutating func inflate(_ chunk: [UInt8]) throws(Issue) {
    do throws(GzipInflater.Fault) {
      try inflater?.inflate(chunk, into: &content, limit: limit)
    } catch {
      switch error {
      case .tooLarge:
        throw tooLarge("more than \(limit) bytes unfolding from \(bytesRead) bytes of gzip")
      case .corrupt(let reason):
        throw Issue(
          source: source, seen: "a damaged gzip stream (\(reason)) after \(content.count) bytes",
          allowed: "whole gzip members", fix: "fetch or compress the file again")
      }
    }
  }

  consuming func finish() throws(Issue) -> InputBytes {
    if let midway = inflater?.isMidway, midway {
      throw Issue(
        source: source, seen: "a gzip stream that ends early, after \(content.count) bytes",
        allowed: "whole gzip members", fix: "fetch or compress the file again")
    }
    guard !content.isEmpty else {
      throw Issue(
        source: source, seen: bytesRead == 0 ? "an empty file" : "a gzip file of nothing",
        allowed: "a file with content", fix: "check how the file was made")
    }
    return InputBytes(content, source: source, digest: hash.finalize())
  }

  private func tooLarge(_ seen: String) -> Issue {
    Issue(
      source: source, seen: seen, allowed: "at most \(limit) bytes",
      fix: "split the file or keep only the rows that matter")
  }
}
