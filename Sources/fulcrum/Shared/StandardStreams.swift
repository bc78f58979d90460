import Foundation
import FulcrumWire

/// The reader of our output went away, which ends the run quietly: `fulcrum price --batch | head`.
struct BrokenPipe: Error {}

/// Bytes to standard output, whole or not at all.
enum StandardOutput {
  /// - Throws: `BrokenPipe`, or the system's error in words.
  static func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EPIPE {
          throw BrokenPipe()
        } else if errno != EINTR {
          throw CommandRefusal("standard output: \(String(cString: strerror(errno)))")
        }
      }
    }
  }

  static func say(_ text: String) throws { try write(Array(text.utf8) + [0x0A]) }

  static func say(_ object: JSONObject) throws {
    try write(JSONWriter.bytes(.object(object)) + [0x0A])
  }
}

/// Standard input as a source of bytes.
enum StandardInput {
  /// - Throws: the system's error in words.
  static func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Foundation.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else {
        throw CommandRefusal("standard input: \(String(cString: strerror(errno)))")
      }
    }
  }
}

/// Remarks for the person at the terminal; never part of the answer.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func say(_ line: String) { write(line + "\n") }

  /// A failure here is passed over: there is no place left to report it.
  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
