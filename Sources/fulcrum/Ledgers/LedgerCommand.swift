import ArgumentParser
import Foundation
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "The history behind the pools: audit, export, replay, backup.",
    discussion: """
        fulcrum ledger audit
        fulcrum ledger export --format csv -o postings.csv
        fulcrum ledger backup pools-2026-11-20.fulcrum
      """,
    subcommands: [
      LedgerAudit.self, LedgerExport.self, LedgerReplay.self, LedgerDigest.self,
      LedgerBackup.self, LedgerImport.self,
    ])
}

/// A line that replaces itself, for a person who waits; nothing in a log.
struct ProgressLine {
  let what: String

  func callAsFunction(_ done: UInt64, _ all: UInt64) {
    guard StandardError.isTerminal, all > 0 else { return }
    let share = min(1, Double(done) / Double(all))
    let filled = Int(share * 30)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    let end = done >= all ? "\r\u{1B}[2K" : ""
    StandardError.write("\r\u{1B}[2K\(what) [\(bar)] \(done) of \(all)" + end)
  }
}

struct LedgerExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the events as JSON Lines, or their postings as CSV.",
    discussion: """
      JSON Lines hold every event with the links of its hash chain; CSV one row a posting, whose \
      debits less credits add up to zero in every currency. Layouts: docs/reference/ledger-events.md.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument { case jsonl, csv }

  @Option(help: "The store (default: environment variable FULCRUM_STORE).", completion: .file())
  var store: String?
  @Option(help: "jsonl or csv.") var format: Format = .jsonl
  @Flag(help: "It reads the store alone, with this flag or without.") var readOnly = false
  @Option(help: "First event.") var from: UInt64 = 1
  @Option(help: "Last event.") var through: UInt64?
  @Option(
    name: [.short, .customLong("output")], help: "Write to a file instead of the terminal.",
    completion: .file())
  var output: String?

  func run() throws {
    var options = StoreOptions()
    options.store = store
    options.format = .table
    let opened = try options.open(.readOnly)
    let sink = try Sink(output)
    var ledger = Ledger()
    var csv = LedgerCSV()
    if format == .csv { csv.header() }
    let progress = ProgressLine(what: "export")
    let end = through ?? opened.ledger.sequence
    var cursor = try opened.events(from: 1, through: through)
    var bytes: [UInt8] = []
    while let stored = try cursor.next() {
      if stored.event.sequence >= from {
        switch format {
        case .csv:
          csv.add(stored.event, in: ledger)
          bytes += csv.take()
        case .jsonl: bytes += Self.line(stored, ledger)
        }
      }
      ledger.apply(stored.event)
      if bytes.count > 1 << 16 {
        try sink.write(bytes)
        bytes = []
        progress(stored.event.sequence, end)
      }
    }
    try sink.write(bytes + csv.take())
    progress(end, end)
    try sink.finish()
  }

  private static func line(_ stored: StoredEvent, _ ledger: Ledger) -> [UInt8] {
    var object = EventJSON.object(stored.event, in: ledger)
    object["hash"] = .string("\(stored.hash)")
    object["previousHash"] = .string("\(stored.previousHash)")
    return JSONWriter.bytes(.object(object)) + [0x0A]
  }
}

/// Standard output, or a file that gets its name when it is whole.
struct Sink {
  private let path: String?
  private let handle: FileHandle?

  init(_ path: String?) throws {
    guard let path, path != "-" else {
      (self.path, handle) = (nil, nil)
      return
    }
    let partial = path + ".partial"
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let handle = FileHandle(forWritingAtPath: partial)
    else {
      throw CommandRefusal(
        "\(path): cannot be written; name a file in a folder that exists and is yours")
    }
    self.path = path
    self.handle = handle
  }

  func write(_ bytes: [UInt8]) throws {
    guard let handle else { return try StandardOutput.write(bytes) }
    try handle.write(contentsOf: Data(bytes))
  }

  func finish() throws {
    guard let path, let handle else { return }
    try handle.close()
    guard rename(path + ".partial", path) == 0 else {
      throw CommandRefusal("\(path): \(String(cString: strerror(errno))); name another file")
    }
  }
}

struct LedgerReplay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Rebuild the state from the events and compare its digest.",
    discussion: """
      From the store's own journal; or with --events from exported JSON Lines, through the text and \
      back, each event compared with the store's. Exit code 1 where they differ.
      """)
  @Option(help: "Exported events, JSON Lines.", completion: .file()) var events: String?
  @OptionGroup var store: StoreOptions

  func run() throws {
    let opened = try store.open(.readOnly)
    let live = opened.digest()
    let rebuilt = try events.map { try Self.read($0, beside: opened) } ?? opened.replay()
    let same = rebuilt.digest == live
    switch store.format {
    case .json:
      var object = JSONObject()
      object["format"] = .string("fulcrum.replay")
      object["version"] = .number(1)
      object["same"] = .bool(same)
      object["events"] = .number(Double(rebuilt.ledger.sequence))
      object["digest"] = .string("\(rebuilt.digest)")
      object["live"] = .string("\(live)")
      try StandardOutput.say(object)
    case .table:
      try StandardOutput.say("\(rebuilt.ledger.sequence) events rebuilt: \(rebuilt.digest)")
      try StandardOutput.say("the store at event \(opened.ledger.sequence): \(live)")
      try StandardOutput.say(same ? "the same" : "DIFFERENT")
    }
    if !same { throw ExitStatus.refused.exit }
  }

  /// Only what equals the store's own event is applied: a history that never was may not be one that
  /// a ledger can follow.
  ///
  /// - Throws: the first line that cannot be read or differs.
  private static func read(
    _ path: String, beside store: LedgerStore
  ) throws -> (ledger: Ledger, digest: Digest256) {
    var ledger = Ledger()
    var cursor = try store.events()
    try JSONLines.forEach(in: path) { number, object in
      let event: Event
      do throws(LedgerDocumentFault) {
        event = try EventJSON.event(object, in: ledger)
      } catch {
        throw CommandRefusal(error.issue(source: path, line: number).description)
      }
      guard let own = try cursor.next() else {
        throw CommandRefusal(
          "\(path):\(number): saw event \(event.sequence); allowed is the store's last, "
            + "\(ledger.sequence); export from this store")
      }
      guard own.event == event else {
        throw CommandRefusal(
          "\(path):\(number): saw another event \(event.sequence) than the store has; allowed is "
            + "\(EventText.text(own.event.fact, in: ledger)); export the events again")
      }
      ledger.apply(event)
    }
    return (ledger, Digest256(of: ledger.bytes))
  }
}

/// The objects of a JSON Lines file, one after another.
enum JSONLines {
  /// - Throws: where a line is not a JSON object, or what `take` throws.
  static func forEach(in path: String, _ take: (Int, JSONObject) throws -> Void) throws {
    try forEachLine(in: path) { number, read in
      switch read {
      case .success(let object): try take(number, object)
      case .failure(let issue): throw CommandRefusal(issue.description)
      }
    }
  }

  /// Every line that is not blank, by its number: its object, or why it is none.
  ///
  /// - Throws: where the file cannot be read, or what `take` throws.
  static func forEachLine(
    in path: String, _ take: (Int, Result<JSONObject, FulcrumWire.Issue>) throws -> Void
  ) throws {
    let input: InputBytes
    do throws(FulcrumWire.Issue) {
      input = try InputFile.read(path)
    } catch {
      throw CommandRefusal(error.description)
    }
    for (place, line) in input.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated() where line.contains(where: { $0 > 0x20 })
    {
      try take(
        place + 1,
        Result { () throws(FulcrumWire.Issue) in
          try object([UInt8](line), source: path, line: place + 1)
        })
    }
  }

  private static func object(
    _ bytes: [UInt8], source: String, line: Int
  ) throws(FulcrumWire.Issue) -> JSONObject {
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONReader.read(bytes)
    } catch {
      throw FulcrumWire.Issue(
        source: source, line: line, seen: error.seen, allowed: error.allowed, fix: error.fix)
    }
    guard let object = value.object else {
      throw FulcrumWire.Issue(
        source: source, line: line, seen: value.brief, allowed: "one JSON object a line",
        fix: "write {…}")
    }
    return object
  }
}

struct LedgerDigest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest", abstract: "The digest of the state: equal for equal ledgers, anywhere.")
  @OptionGroup var store: StoreOptions

  func run() throws {
    let opened = try store.open(.readOnly)
    switch store.format {
    case .json:
      var object = JSONObject()
      object["event"] = .number(Double(opened.ledger.sequence))
      object["digest"] = .string("\(opened.digest())")
      try StandardOutput.say(object)
    case .table:
      try StandardOutput.say("\(opened.digest())  event \(opened.ledger.sequence)")
    }
  }
}

struct LedgerBackup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Take a checked copy while a writer works, or check one.",
    discussion: """
        fulcrum ledger backup pools-2026-11-20.fulcrum
        fulcrum ledger backup --verify pools-2026-11-20.fulcrum
      """)
  @Argument(help: "The copy.", completion: .file()) var copy: String
  @Flag(help: "Check a copy that is there.") var verify = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    if !verify {
      let opened = try store.open(.readOnly)
      try opened.backup(to: copy)
    }
    let report = try LedgerStore.verifyBackup(
      copy, progress: ProgressLine(what: "verify").callAsFunction)
    switch store.format {
    case .json:
      var object = JSONObject()
      object["backup"] = .string(copy)
      object["sound"] = .bool(report.isSound)
      object["events"] = .number(Double(report.events))
      object["digest"] = .string("\(report.digest)")
      try StandardOutput.say(object)
    case .table: try StandardOutput.say("\(copy): \(report)")
    }
    if !report.isSound { throw ExitStatus.refused.exit }
  }
}
