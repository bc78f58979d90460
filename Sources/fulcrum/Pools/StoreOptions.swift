import ArgumentParser
import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumRisk
import FulcrumStore
import FulcrumWire

enum PoolFormat: String, CaseIterable, ExpressibleByArgument { case table, json }

/// Where the pools are kept, and how answers look.
struct StoreOptions: ParsableArguments {
  @Option(
    help: "The store, a file (default: environment variable FULCRUM_STORE).", completion: .file())
  var store: String?
  @Option(help: "table or json.") var format: PoolFormat = .table
  @Flag(help: "Refuse whatever would change the store; what reads opens it so anyway.")
  var readOnly = false

  func path() throws -> String {
    if let store { return store }
    let environment = ProcessInfo.processInfo.environment["FULCRUM_STORE", default: ""]
    guard !environment.isEmpty else {
      throw ValidationError("name the store with --store FILE, or in FULCRUM_STORE")
    }
    return environment
  }

  /// - Throws: the store's refusal in its own words, and how a store is made where there is none.
  func open(_ access: LedgerStore.Access) throws -> LedgerStore {
    if access == .readWrite { try checkWritable() }
    let path = try path()
    do throws(StoreError) {
      let store = try LedgerStore(opening: path, access: access)
      for warning in store.warnings { StandardError.say("fulcrum: warning: \(warning)") }
      return store
    } catch {
      guard case .missing = error else { throw error }
      throw CommandRefusal(
        "\(path): saw no store; allowed is a store made by `fulcrum pool init`; run "
          + "`fulcrum pool init --store \(path)`, or correct the path")
    }
  }

  /// - Throws: where the user has asked that nothing changes.
  func checkWritable() throws {
    guard readOnly else { return }
    throw CommandRefusal(
      "--read-only: saw a command that changes the store; allowed is one that reads it; leave the "
        + "flag out, or add --dry-run to see what would happen")
  }

  func page() -> LedgerPage {
    let environment = ProcessInfo.processInfo.environment
    return LedgerPage(
      unicode: ReportView.wantsUnicode(environment: environment),
      colour: ReportView.wantsColour(
        isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment))
  }
}

/// A market that judges: read from files, for this command alone.
struct MarketOptions: ParsableArguments {
  @Option(
    help: """
      Market that judges the command or values the pools. Repeat for more files (default: \
      FULCRUM_MARKET).
      """, completion: .file())
  var market: [String] = []
  @OptionGroup var judge: JudgeOptions

  func read() throws -> MarketInput? {
    var paths = market
    let environment = ProcessInfo.processInfo.environment["FULCRUM_MARKET", default: ""]
    if paths.isEmpty, !environment.isEmpty { paths = [environment] }
    guard !paths.isEmpty else { return nil }
    return try MarketInput(paths)
  }
}

/// A market as read, with the digest of its bytes.
struct MarketInput {
  let snapshot: MarketSnapshot
  let source: [UInt8]
  let names: [String]
  /// Rows that could not be used, and fields that nothing reads.
  let issues: [FulcrumWire.Issue]

  /// - Throws: where a file cannot be read, or none of them has an instant.
  init(_ paths: [String]) throws {
    var inputs: [InputBytes] = []
    for path in paths {
      do throws(FulcrumWire.Issue) {
        inputs.append(try InputFile.read(path))
      } catch {
        throw CommandRefusal(error.description)
      }
    }
    try self.init(inputs)
  }

  init(_ inputs: [InputBytes]) throws {
    var issues: [FulcrumWire.Issue] = []
    var merged: MarketSnapshot?
    for input in inputs {
      let parsed = MarketDocument.parse(input)
      issues += parsed.issues
      if merged == nil { merged = parsed.value } else { merged?.merge(parsed.value) }
    }
    guard let merged, !merged.quotes.isEmpty || !merged.indices.isEmpty else {
      let names = inputs.map(\.source).joined(separator: ", ")
      throw CommandRefusal(
        issues.prefix(10).map(\.description) + [
          "\(names): saw no quote and no index; allowed is a market with its instant; give one of "
            + "the layouts of docs/reference/market-files.md"
        ])
    }
    snapshot = merged
    source = MarketTickBuilder.source(of: inputs)
    names = inputs.map(\.source)
    self.issues = issues.filter { $0.severity == .error || $0.isUnknownField }
  }

  /// Faulty rows and unread fields, for the person at the terminal; the first ten.
  func sayIssues() {
    for issue in issues.prefix(10) { StandardError.say("fulcrum: \(issue)") }
    if issues.count > 10 { StandardError.say("fulcrum: and \(issues.count - 10) more faults") }
  }
}
