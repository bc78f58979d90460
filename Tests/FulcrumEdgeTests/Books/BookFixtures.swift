import Foundation
import FulcrumModel

@testable import FulcrumWire

/// Files of Tests/Fixtures/books, and texts given in a test.
enum BookFixture {
  static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/books")
  }

  static func file(_ name: String) throws -> InputBytes {
    try InputBytes(Data(contentsOf: folder.appending(path: name)), source: name)
  }

  static func text(_ text: String, named source: String = "book") -> InputBytes {
    InputBytes(Data(text.utf8), source: source)
  }

  static func rows(_ name: String) throws -> Parsed<BookRows> {
    BookDocument.parse(try file(name))
  }

  /// A file of the shared data folder, for tests that run where it is present.
  static func shared(_ path: String) throws -> InputBytes {
    let file = URL(fileURLWithPath: SharedData.path(path))
    return InputBytes(try Data(contentsOf: file), source: file.lastPathComponent)
  }
}

/// A leg in words, for comparing with words: `-0.4 BTC-27SEP24-40000-C @ 0.215`.
func words(_ position: Position) -> String {
  "\(position.signedContracts) \(position.instrument.id)"
    + (position.entry.map { " @ \($0)" } ?? "")
}

func words(_ rows: [BookRow]) -> [String] {
  rows.map { ($0.pool.map { "\($0): " } ?? "") + words($0.position) }
}
