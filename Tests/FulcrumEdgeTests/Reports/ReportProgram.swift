import Foundation
import Testing

@testable import FulcrumWire

/// `fulcrum report` on files of a folder of its own.
struct ReportProgram {
  let folder: URL

  /// Runs `body` with a new folder, and removes it.
  static func with(_ body: (ReportProgram) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-report-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(ReportProgram(folder: folder))
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
    return path(name)
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try write(name, Array(text.utf8))
  }

  /// A Fulcrum book of the pools given as JSON.
  func book(_ pools: String, named name: String = "book.json") throws -> String {
    try write(name, #"{"format":"fulcrum.book","version":1,"pools":[\#(pools)]}"#)
  }

  static let demo = ["--book", "Demo/book.json", "--market", "Demo/market.json"]

  static func run(_ arguments: [String], input: [UInt8] = []) throws -> Program.Run {
    try Program.run(["report"] + arguments, input: input)
  }

  static func json(_ arguments: [String], input: [UInt8] = []) throws -> JSONObject {
    let run = try run(arguments + ["--format", "json"], input: input)
    #expect(run.status == 0 || run.status == 2, "\(run.errors)")
    return try JSONObject(text: run.output)
  }
}

extension JSONObject {
  var pools: [JSONObject] { (self["pools"]?.array ?? []).compactMap(\.object) }

  func pool(_ id: String) throws -> JSONObject {
    try #require(pools.first { $0["id"] == .string(id) }, "no pool \(id)")
  }

  var legs: [JSONObject] { (self["legs"]?.array ?? []).compactMap(\.object) }

  /// The number at a path of names, an amount read from its string.
  func double(_ path: String...) throws -> Double {
    var value: JSONValue? = .object(self)
    for name in path { value = value?.object?[name] }
    if let number = value?.number { return number }
    return try #require(value?.string.flatMap(Double.init), "\(path): \(value?.brief ?? "none")")
  }

  func texts(_ name: String) -> [String] { (self[name]?.array ?? []).compactMap(\.string) }
}
