import Foundation

/// The shared data folder: `FULCRUM_SHARED`, or `shared` beside the repository.
enum SharedData {
  static let root: URL? = {
    let named = ProcessInfo.processInfo.environment["FULCRUM_SHARED"].map { URL(filePath: $0) }
    var repository = URL(filePath: #filePath)
    for _ in 0..<4 { repository.deleteLastPathComponent() }
    let beside = repository.deletingLastPathComponent().appending(path: "shared")
    return [named, beside].compactMap { $0 }.first { folder in
      FileManager.default.fileExists(atPath: folder.appending(path: "data/chains").path)
    }
  }()

  static var isPresent: Bool { root != nil }
  static func path(_ name: String) -> String {
    root?.appending(path: "data/\(name)").path ?? name
  }
}
