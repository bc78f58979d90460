import ArgumentParser
import Foundation
import FulcrumModel
import FulcrumWire

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check this program against reference vectors.",
    discussion: """
      For each file: cases, failures, and the worst error as a fraction of its tolerance (1 is the \
      limit). The family is the file's "family" key, never its name. A file without one, an unknown \
      family, a key that this program cannot answer and a case that expects nothing are failures. \
      Files are plain or gzip; of a folder every *.json and *.json.gz in it. In a file of venue rules, cases of scope "reference" are counted as \
      not answered, and a case with "verified": false is answered and shown with its difference, \
      but fails nothing.

        fulcrum verify Tests/Vectors
        fulcrum verify Tests/Vectors/black76.json Tests/Vectors/leverage.json
        fulcrum verify --json Tests/Vectors/liquidation.json
      """)

  /// Failures of one file shown in the table; --json has all.
  private static let shown = 10

  @Argument(
    help: "Vector files, or folders of them.", completion: .file(extensions: ["json", "gz"]))
  var files: [String]
  @Flag(help: "Print JSON, with every failure.") var json = false

  func run() throws {
    var reports: [VerificationReport] = []
    let files = files.flatMap(Self.inFolder)
    for (place, file) in files.enumerated() {
      progress(place, of: files.count, file)
      reports.append(Self.report(on: file))
    }
    progress(files.count, of: files.count, "")
    try json ? sayJSON(reports) : sayTable(reports)
    if !reports.allSatisfy(\.passed) { throw ExitStatus.refused.exit }
  }

  /// The files of a folder in the order of their names; itself for anything else, and for a folder
  /// without any, whose report then says that it is no file.
  private static func inFolder(_ path: String) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
      let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    else { return [path] }
    let files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".json.gz") }.sorted()
    return files.isEmpty ? [path] : files.map { (path as NSString).appendingPathComponent($0) }
  }

  private static func report(on file: String) -> VerificationReport {
    do throws(Issue) {
      return VectorFile.verify([UInt8](try InputFile.read(file).bytes), named: file)
    } catch {
      return .unreadable(
        file, reason: "saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
    }
  }

  /// One line that replaces itself, for a person who waits; nothing in a log.
  private func progress(_ done: Int, of all: Int, _ file: String) {
    guard all > 3, StandardError.isTerminal else { return }
    let text = done < all ? "verifying \(done + 1) of \(all): \(file)" : ""
    StandardError.write("\r\u{1B}[2K" + text)
  }

  private func sayTable(_ reports: [VerificationReport]) throws {
    for report in reports {
      let verdict = report.passed ? "pass" : "FAIL"
      let worst =
        report.worst.map {
          String(format: "worst %.3g of its tolerance", $0.fraction) + " (\($0.caseID), \($0.key))"
        } ?? (report.compared > 0 ? "no error at all" : "nothing compared")
      let notAnswered =
        report.notAnswered > 0 ? ", \(report.notAnswered) reference cases not answered" : ""
      let unverified =
        report.unverifiedCases > 0 ? ", \(report.unverifiedCases) unverified" : ""
      try StandardOutput.say(
        "\(verdict)  \(report.family ?? "no family"): \(report.cases) cases, "
          + "\(report.failedCases) failed, \(report.compared) values\(notAnswered)"
          + "\(unverified); \(worst)"
          + "  \(report.file)")
      for note in report.unverified.prefix(Self.shown) {
        try StandardOutput.say("      unverified, no failure: \(note)")
      }
      for failure in report.failures.prefix(Self.shown) {
        try StandardOutput.say("      \(failure)")
      }
      let more = report.failures.count - Self.shown
      if more > 0 { try StandardOutput.say("      and \(more) more; --json lists them") }
    }
    let failed = reports.filter { !$0.passed }.count
    try StandardOutput.say(
      failed == 0 ? "all \(reports.count) files pass" : "\(failed) of \(reports.count) files fail")
  }

  private func sayJSON(_ reports: [VerificationReport]) throws {
    var object = JSONObject()
    object["schema"] = .string(VerificationReport.schema)
    object["schemaVersion"] = .number(Double(VerificationReport.schemaVersion))
    object["version"] = .string(ProductVersion.text)
    object["passed"] = .bool(reports.allSatisfy(\.passed))
    object["files"] = .array(reports.map { .object($0.json) })
    try StandardOutput.say(object)
  }
}
