import Foundation
import Testing

@testable import FulcrumWire

/// The reference vectors and pages of the repository, found from where this file stands.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  static func vectors(_ family: String) throws -> JSONObject {
    let value = try JSONReader.read(bytes("Tests/Vectors/\(family).json"))
    return try #require(value.object)
  }
}

extension JSONObject {
  /// Reads an object out of JSON text.
  init(text: String) throws {
    self = try #require(try JSONReader.read(Array(text.utf8)).object)
  }

  var text: String { String(decoding: JSONWriter.bytes(.object(self)), as: UTF8.self) }
}
