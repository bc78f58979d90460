import FulcrumAuditor
import FulcrumLedger
import FulcrumModel

/// A ledger under its auditor, and what the waterfall has used so far.
struct HistoryDesk: Sendable {
  private(set) var engine = Engine()
  private var auditor = Auditor()
  private var report: CrashReport
  private var serial: UInt64 = 0
  private var deposits: [Place: Int128] = [:]

  init(_ name: String) { report = CrashReport(name: name) }

  mutating func send(
    _ action: Command.Action, at now: Timestamp
  ) throws(SimulationFailure) -> Engine.Outcome {
    serial += 1
    let command = Command(id: CommandID("h", serial), issuedAt: now, action: action)
    let (before, board) = (engine.ledger, engine.board)
    let outcome = engine.execute(command, prior: nil)
    let found = auditor.judge(
      Observation(
        before: before, boardBefore: board, command: command, earlier: nil, outcome: outcome,
        after: engine.ledger))
    if !found.isEmpty { throw SimulationFailure(seed: 0, step: serial, violations: found) }
    if case .mark = action { report.ticks += 1 }
    note(outcome.events)
    return outcome
  }

  private mutating func note(_ events: [Event]) {
    for event in events {
      switch event.fact {
      case .deposited(let owner, let money):
        deposits[Place(account: .wallet(owner), asset: money.asset), default: 0] +=
          money.minorUnits
      case .liquidationBegan: report.liquidations += 1
      case .bankrupted: report.bankruptcies += 1
      case .deleveraged: report.deleveragings += 1
      case .insuranceDrawn(let id, _, let amount): add(amount, id, \.insurance)
      case .backstopped(let id, _, let takeover):
        report.takeovers += 1
        add(takeover.equity, id, \.backstop)
      case .haircut(let cut): add(cut.amount, cut.bankrupt, \.haircut)
      case .shortfall(let id, let amount): add(amount, id, \.shortfall)
      default: break
      }
    }
  }

  private mutating func add(
    _ amount: Int128, _ id: PoolID, _ sums: WritableKeyPath<CrashReport, [String: Int128]>
  ) {
    let code = engine.ledger.pool(id)?.terms.asset.code ?? ""
    report[keyPath: sums][code, default: 0] += amount
  }

  /// Containment to the last unit: a wallet is what was deposited less what went into pools plus what
  /// came out of them, and no pool has cost more than went in.
  mutating func close(fall: Double) throws(SimulationFailure) -> CrashReport {
    report.fall = fall
    report.pools = engine.ledger.pools.count
    report.checks = auditor.checks.reduce(0, +)
    var found: [Violation] = []
    for owner in engine.ledger.owners {
      for money in owner.wallets {
        let place = Place(account: .wallet(owner.id), asset: money.asset)
        let own = engine.ledger.pools.filter {
          $0.terms.owner == owner.id && $0.terms.asset == money.asset
        }
        let expected = own.reduce(deposits[place] ?? 0) { $0 - $1.paidIn + $1.paidOut }
        if expected != money.minorUnits {
          found.append(
            Violation(.noContagion, "\(owner.name) holds \(money), moved leaves \(expected)"))
        }
        for pool in own where pool.paidOut < 0 || pool.paidIn - pool.paidOut > pool.paidIn {
          found.append(
            Violation(.lossBoundedByCollateral, "pool \(pool.terms.name) cost more than went in"))
        }
      }
    }
    if !found.isEmpty { throw SimulationFailure(seed: 0, step: serial, violations: found) }
    return report
  }
}
