public import FulcrumAuditor
import FulcrumLedger
import FulcrumModel

/// One seeded run of the ledger under the auditor's eyes, world after world.
///
/// A world is small and short-lived, so that everything can be compared after every step; the next one
/// begins where it ends, from a seed of its own.
public struct Simulation: Sendable {
  public static let stepsPerWorld = 1500

  public let seed: UInt64
  public private(set) var certificate = Certificate()

  private var world: World
  private var worlds: UInt64 = 0

  public init(seed: UInt64) {
    self.seed = seed
    certificate.seeds = [seed]
    world = World(seed: Self.mixed(seed, 0))
  }

  static func mixed(_ seed: UInt64, _ number: UInt64) -> UInt64 {
    var draws = SeededDraws(seed: seed &* 0x2545_F491_4F6C_DD1D &+ number)
    return draws.next()
  }

  /// One command, judged.
  ///
  /// - Throws: the first broken invariants, with the step.
  public mutating func step() throws(SimulationFailure) {
    if world.steps == Self.stepsPerWorld { try turn() }
    let found = world.step(&certificate)
    if !found.isEmpty {
      throw SimulationFailure(seed: seed, step: certificate.steps, violations: found)
    }
  }

  public mutating func run(steps: UInt64) throws(SimulationFailure) {
    for _ in 0..<steps { try step() }
    try finish()
  }

  /// Counts what the last world has checked.
  public mutating func finish() throws(SimulationFailure) {
    let found = world.close(&certificate)
    if !found.isEmpty {
      throw SimulationFailure(seed: seed, step: certificate.steps, violations: found)
    }
  }

  private mutating func turn() throws(SimulationFailure) {
    try finish()
    worlds += 1
    world = World(seed: Self.mixed(seed, worlds))
  }
}

/// An invariant did not hold: where, what was seen, and how to see it again.
public struct SimulationFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public let seed: UInt64
  public let step: UInt64
  public let violations: [Violation]

  public var description: String {
    let seen = violations.prefix(5).map { "  \($0)" }.joined(separator: "\n")
    return "seed \(seed), step \(step):\n\(seen)\n"
      + "again: fulcrum-sim --seed \(seed) --steps \(step)"
  }
}

/// A ledger, those who use it, and its judge.
struct World: Sendable {
  private var source: CommandSource
  private(set) var engine = Engine()
  private(set) var auditor = Auditor()
  private var journal: [Event] = []
  private var answered: [CommandID: (command: Command, record: CommandRecord)] = [:]
  private(set) var steps = 0
  /// Digests of the ledger on the way, to be met again by the replay.
  private var marks: [(sequence: UInt64, bytes: [UInt8])] = []
  private var spotChecks: SeededDraws
  private var earlierBoards: [MarkBoard] = []
  /// A fault put between the ledger and its judge.
  var plant: Plant?
  private(set) var isPlanted = false

  init(seed: UInt64) {
    source = CommandSource(seed: seed)
    spotChecks = SeededDraws(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
  }

  mutating func step(_ certificate: inout Certificate) -> [Violation] {
    steps += 1
    let command = source.draw(for: engine.ledger)
    lookAround()
    let earlier = answered[command.id]
    let before = engine.ledger
    let board = engine.board
    let outcome = engine.execute(command, prior: earlier?.record)
    certificate.note(outcome)
    if let record = outcome.record { answered[command.id] = (command, record) }
    journal += outcome.events
    if spotChecks.chance(1, of: 200) {
      marks.append((engine.ledger.sequence, engine.ledger.bytes))
    }
    var step = Observation(
      before: before, boardBefore: board, command: command,
      earlier: earlier.map { ($0.command, $0.record.receipt) }, outcome: outcome,
      after: engine.ledger)
    if let plant {
      guard plant.tamper(&step) else { return auditor.judge(step) }
      isPlanted = true
    }
    var found = auditor.judge(step)
    if found.isEmpty, spotChecks.chance(1, of: 40) {
      found = auditor.judgeRules(of: engine, &spotChecks)
    }
    return found
  }

  /// Somebody gives the engine another market than the accepted one to judge by: an older or a newer
  /// one, or the same under another rule set; and the accepted one again.
  private mutating func lookAround() {
    guard spotChecks.chance(6), let accepted = auditor.board else { return }
    if accepted.asOf != engine.board?.asOf || accepted.ruleSet != engine.board?.ruleSet {
      return engine.look(at: accepted)
    }
    if earlierBoards.count > 8 { earlierBoards.removeFirst(4) }
    earlierBoards.append(accepted)
    var other = spotChecks.chance(50) ? spotChecks.pick(earlierBoards) : source.lastBoard
    if spotChecks.chance(30) {
      other = MarkBoard(
        asOf: accepted.asOf, ruleSet: "other/1", source: accepted.source,
        marks: accepted.marks.map { $0.map(Self.lenient) }, prices: accepted.prices)
    }
    if let other { engine.look(at: other) }
  }

  /// A mark that asks for nothing.
  private static func lenient(_ mark: ContractMark) -> ContractMark {
    ContractMark(
      price: mark.price, bid: mark.bid, ask: mark.ask, valueDown: mark.valueDown,
      valueUp: mark.valueUp, exposure: mark.exposure, long: .none, short: .none)
  }

  /// Replays the journal into an empty ledger and meets every mark on the way.
  mutating func close(_ certificate: inout Certificate) -> [Violation] {
    var ledger = Ledger()
    var marks = marks[...]
    marks.append((engine.ledger.sequence, engine.ledger.bytes))
    var found: [Violation] = []
    for event in journal {
      ledger.apply(event)
      while let mark = marks.first, mark.sequence == event.sequence {
        if mark.bytes != ledger.bytes {
          found.append(Violation(.deterministic, "replay differs at event \(event.sequence)"))
        }
        marks.removeFirst()
        certificate.replays += 1
      }
    }
    let copy = try? Ledger(bytes: engine.ledger.bytes)
    if copy != engine.ledger {
      found.append(Violation(.deterministic, "a snapshot read back is another ledger"))
    }
    certificate.faults += source.venue.injected
    for place in auditor.checks.indices { certificate.checks[place] += auditor.checks[place] }
    certificate.checks[Invariant.deterministic.number] += 1
    return found
  }
}
