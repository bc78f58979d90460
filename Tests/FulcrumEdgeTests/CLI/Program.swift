import Foundation
import Testing

@testable import FulcrumWire

/// The built program, run as a user runs it.
enum Program {
  struct Run {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// Beside the test bundle, where the package manager puts both.
  static func location() throws -> URL {
    let bundles = [Bundle.main.executableURL, Bundle.main.bundleURL].compactMap { $0 }
    for bundle in bundles {
      var folder = bundle.deletingLastPathComponent()
      for _ in 0..<4 {
        let program = folder.appendingPathComponent("fulcrum")
        if FileManager.default.isExecutableFile(atPath: program.path),
          !isFolder(program)
        {
          return program
        }
        folder = folder.deletingLastPathComponent()
      }
    }
    let place = bundles.map(\.path).joined(separator: ", ")
    throw CommandNotBuilt(message: "no program beside the tests at \(place); run swift build")
  }

  struct CommandNotBuilt: Error { let message: String }

  private static func isFolder(_ url: URL) -> Bool {
    var folder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &folder)
      && folder.boolValue
  }

  /// Streams are files, so that neither side can wait for the other.
  static func run(_ arguments: [String], input: [UInt8] = []) throws -> Run {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fulcrum-cli-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map(folder.appendingPathComponent)
    try Data(input).write(to: files[0])
    try Data().write(to: files[1])
    try Data().write(to: files[2])
    let process = Process()
    process.executableURL = try location()
    process.arguments = arguments
    process.currentDirectoryURL = Repository.root
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }

  static func run(_ arguments: [String], input: String) throws -> Run {
    try run(arguments, input: Array(input.utf8))
  }
}
