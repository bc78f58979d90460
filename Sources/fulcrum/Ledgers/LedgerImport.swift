import ArgumentParser
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct LedgerImport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Execute commands from JSON Lines, each with its key.",
    discussion: """
      One command a line (docs/reference/pools.md), each answered by one line. Lines executed before \
      are repeats, so that a file that was cut short is finished by giving it again. A refusal or a \
      line that cannot be read does not end the run; exit code 2 says that there were some.
      """)
  @Option(help: "Commands, JSON Lines; - for standard input.", completion: .file())
  var commands: String
  @Flag(help: "Recorded commands: take instants and a market ahead of this machine's clock too.")
  var replay = false
  @OptionGroup var market: MarketOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let market = try market.read()
    let builder = try self.market.judge.builder()
    let opened = try store.open(.readWrite)
    let checks = MarketChecks(store: opened, builder: builder)
    if let market {
      market.sayIssues()
      try checks.order(market)
      try checks.rule(market)
      if !replay { try checks.clock(market) }
    }
    var contracts = -1
    var failed = 0
    try JSONLines.forEachLine(in: commands) { number, read in
      if let market, contracts != opened.ledger.contracts.count {
        contracts = opened.ledger.contracts.count
        opened.look(
          at: builder.board(market.snapshot, source: market.source, for: opened.ledger))
      }
      do {
        let command = try command(read, line: number, checks, market)
        if try !execute(command, on: opened) { failed += 1 }
      } catch let fault as LineFault {
        failed += 1
        try say(fault, line: number)
      }
    }
    if failed > 0 { throw ExitStatus.partial.exit }
  }

  /// Why a line was not given to the ledger.
  private struct LineFault: Error {
    let code: String
    let issue: FulcrumWire.Issue
  }

  /// The command of a line, at an instant that history can go on with.
  private func command(
    _ read: Result<JSONObject, FulcrumWire.Issue>, line: Int, _ checks: MarketChecks,
    _ market: MarketInput?
  ) throws -> Command {
    let object: JSONObject
    let command: Command
    do {
      object = try read.get()
      command = try CommandJSON.command(
        object, in: checks.store.ledger,
        at: try market?.snapshot.asOf ?? checks.latest(WriteOptions.now))
    } catch let fault as LedgerDocumentFault {
      throw LineFault(code: "not-a-command", issue: fault.issue(source: commands, line: line))
    } catch let issue as FulcrumWire.Issue {
      throw LineFault(code: "not-a-command", issue: issue)
    }
    // A repeat is an answer, however old.
    guard try checks.store.record(of: command.id) == nil else { return command }
    let isStated = object["at"] != nil && object["at"] != .null
    // The market's own is held against the last market instead.
    guard isStated || market == nil,
      let objection = try checks.objection(to: command.issuedAt, market: market, replay: replay)
    else { return command }
    throw LineFault(
      code: "instant-refused",
      issue: FulcrumWire.Issue(
        source: commands, line: line, path: "$.at",
        seen: "\(command.issuedAt), \(objection.seen)", allowed: objection.allowed,
        fix: objection.fix))
  }

  private func execute(_ command: Command, on store: LedgerStore) throws -> Bool {
    for receipt in try store.execute([command]) {
      switch self.store.format {
      case .json: try StandardOutput.say(ReceiptJSON.object(receipt))
      case .table:
        let events = receipt.events.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
        let verdict = receipt.refusal.map { "refused (\($0.code)): \($0.detail)" } ?? "accepted"
        try StandardOutput.say(
          "\(receipt.command)  \(events)  \(verdict)\(receipt.isRepeat ? " (repeat)" : "")")
      }
      return receipt.refusal == nil
    }
    return false
  }

  private func say(_ fault: LineFault, line: Int) throws {
    guard store.format == .json else {
      return try StandardOutput.say("line \(line)  -  \(fault.code): \(fault.issue)")
    }
    var object = JSONObject()
    object["format"] = .string(ReceiptJSON.format)
    object["version"] = .number(1)
    object["line"] = .number(Double(line))
    object["accepted"] = .bool(false)
    object["code"] = .string(fault.code)
    object["detail"] = .string(fault.issue.description)
    try StandardOutput.say(object)
  }
}
