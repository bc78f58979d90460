import Foundation

/// A file to write to, or standard output where none is named.
enum OutputFile {
  static func write(_ bytes: [UInt8], to path: String?) throws {
    guard let path, path != "-" else { return try StandardOutput.write(bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandRefusal(
        "\(path): cannot be written (\(error.localizedDescription)); name a file in a folder that "
          + "exists and is yours")
    }
  }
}
