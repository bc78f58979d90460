import ArgumentParser
import FulcrumAuditor
import FulcrumLedger
import FulcrumModel
import FulcrumStore
import FulcrumWire

struct LedgerAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Check the whole history, event by event; changes nothing.",
    discussion: """
      Every event is read, linked to the one before, and judged by an auditor with books and \
      arithmetic of its own before it is applied with the ledger's own checks; every snapshot is \
      compared, every command's answer found. For each invariant it is said how often it was checked, \
      and what a history cannot tell, since it holds no markets. Where more of a currency was paid out \
      than was ever paid in, it says by how much: gains that no loser has brought yet, of recorded \
      fills or of prices within the band. The first fault is named; exit code 1.
      """)
  @OptionGroup var store: StoreOptions

  func run() throws {
    var judge = HistoryAuditor()
    var beyond: [Money] = []
    let report = try LedgerStore.audit(
      path: store.path(),
      inspect: { step in
        switch step {
        case .next(let event, let ledger): _ = judge.take(event, on: ledger)
        case .end(let ledger):
          judge.finish(ledger)
          beyond = ledger.books.filter { $0.outside > 0 }.map {
            Money(minorUnits: $0.outside, asset: $0.asset)
          }
        }
        return judge.findings.first.map {
          AuditFinding(sequence: $0.sequence, reason: "\($0.violation)")
        }
      }, progress: ProgressLine(what: "audit").callAsFunction)
    switch store.format {
    case .json: try StandardOutput.say(Self.object(report, judge, beyond))
    case .table: try StandardOutput.say(Self.page(report, judge, beyond))
    }
    if !report.isSound { throw ExitStatus.refused.exit }
  }

  // MARK: Words

  static func page(
    _ report: AuditReport, _ judge: HistoryAuditor, _ beyond: [Money]
  ) -> String {
    var lines = [report.description, "invariants, how often each was checked"]
    for invariant in Invariant.allCases {
      let number = padded("\(invariant.number).", 5, before: true)
      let name = padded(invariant.name, 48)
      let seen =
        switch invariant.reachOfHistory {
        case .whole: "\(judge.checks(of: invariant))"
        case .partly(let without): "\(judge.checks(of: invariant))  without \(without)"
        case .market: "-  not judged: it takes markets, which a history does not hold"
        }
      lines.append("\(number) \(name) \(seen)")
    }
    lines += beyond.map { "paid out beyond paid in: \(AmountText.text($0))" }
    lines += judge.findings.prefix(20).map { "violation: \($0)" }
    lines.append("violations \(judge.findings.count)")
    return lines.joined(separator: "\n")
  }

  private static func padded(_ text: String, _ width: Int, before: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return before ? spaces + text : text + spaces
  }

  static func object(
    _ report: AuditReport, _ judge: HistoryAuditor, _ beyond: [Money]
  ) -> JSONObject {
    var object = JSONObject()
    object["format"] = .string("fulcrum.audit")
    object["version"] = .number(1)
    object["sound"] = .bool(report.isSound)
    object["events"] = .number(Double(report.events))
    object["commands"] = .number(Double(report.commands))
    object["snapshots"] = .number(Double(report.snapshots))
    object["digest"] = .string("\(report.digest)")
    object["hash"] = .string("\(report.hash)")
    object["fault"] = report.fault.map { .string("\($0)") } ?? .null
    object["invariants"] = .array(
      Invariant.allCases.map { .object(self.object($0, judge)) })
    object["paidOutBeyondPaidIn"] = .array(beyond.map { .string(AmountText.text($0)) })
    object["violations"] = .array(
      judge.findings.prefix(20).map { finding in
        var object = JSONObject()
        object["sequence"] = .number(Double(finding.sequence))
        object["invariant"] = .number(Double(finding.violation.invariant.number))
        object["seen"] = .string(finding.violation.seen)
        return .object(object)
      })
    return object
  }

  private static func object(_ invariant: Invariant, _ judge: HistoryAuditor) -> JSONObject {
    var object = JSONObject()
    object["number"] = .number(Double(invariant.number))
    object["name"] = .string(invariant.name)
    let (judged, without): (String, JSONValue) =
      switch invariant.reachOfHistory {
      case .whole: ("whole", .null)
      case .partly(let without): ("partly", .string(without))
      case .market: ("no", .string("markets"))
      }
    object["judged"] = .string(judged)
    object["without"] = without
    object["checks"] = .number(Double(judge.checks(of: invariant)))
    return object
  }
}
