public import FulcrumAuditor
public import FulcrumLedger

/// What a run has done, counted, and the digest of everything it came to.
public struct Certificate: Hashable, Sendable {
  public var seeds: [UInt64] = []
  public var steps: UInt64 = 0
  public var events: UInt64 = 0
  public var accepted: UInt64 = 0
  public var repeats: UInt64 = 0
  public var refusals: [String: UInt64] = [:]
  /// By the name of the fact.
  public var facts: [String: UInt64] = [:]
  public var partialLiquidations: UInt64 = 0
  public var fullLiquidations: UInt64 = 0
  public var faults: UInt64 = 0
  public var replays: UInt64 = 0
  public var checks = [UInt64](repeating: 0, count: Invariant.allCases.count + 1)
  /// FNV-1a of 64 bits over the bytes of every event, run after run.
  public var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public var refused: UInt64 { refusals.values.reduce(0, +) }

  mutating func fold(_ bytes: [UInt8]) {
    for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }

  mutating func note(_ outcome: Engine.Outcome) {
    steps += 1
    events += UInt64(outcome.events.count)
    if outcome.receipt.isRepeat { repeats += 1 }
    if let refusal = outcome.receipt.refusal {
      refusals[refusal.code, default: 0] += 1
    } else {
      accepted += 1
    }
    var closing: [PoolID: Bool] = [:]
    for event in outcome.events {
      fold(event.chainBytes)
      facts[event.fact.name, default: 0] += 1
      switch event.fact {
      case .liquidated(let id, _): closing[id] = false
      case .closed(let id): if closing[id] != nil { closing[id] = true }
      default: break
      }
    }
    fullLiquidations += UInt64(closing.values.count { $0 })
    partialLiquidations += UInt64(closing.values.count { !$0 })
  }

  public mutating func add(_ other: Certificate) {
    seeds += other.seeds
    steps += other.steps
    events += other.events
    accepted += other.accepted
    repeats += other.repeats
    refusals.merge(other.refusals, uniquingKeysWith: +)
    facts.merge(other.facts, uniquingKeysWith: +)
    partialLiquidations += other.partialLiquidations
    fullLiquidations += other.fullLiquidations
    faults += other.faults
    replays += other.replays
    for place in checks.indices { checks[place] += other.checks[place] }
    fold((0..<8).map { UInt8(truncatingIfNeeded: other.digest >> (8 * $0)) })
  }
}

extension Certificate {
  /// The page that a run ends with.
  public var text: String {
    func line(_ name: String, _ value: some CustomStringConvertible) -> String {
      name + String(repeating: " ", count: max(1, 50 - name.count)) + "\(value)\n"
    }
    func count(_ fact: String) -> UInt64 { facts[fact] ?? 0 }
    var page = "fulcrum-sim certificate\n"
    if let first = seeds.first, let last = seeds.last {
      page += line("seeds", first == last ? "\(first)" : "\(first)..\(last) (\(seeds.count))")
    }
    page += line("steps", steps) + line("events", events)
    page += line("commands accepted", accepted) + line("commands refused", refused)
    page += line("commands repeated", repeats)
    page += line("liquidations begun", count("liquidationBegan"))
    page += line("  partial steps", partialLiquidations)
    page += line("  closed in full", fullLiquidations)
    page += line("backstop takeovers", count("backstopped"))
    page += line("bankruptcies", count("bankrupted"))
    page += line("insurance draws", count("insuranceDrawn"))
    page += line("common fund draws", count("commonDrawn"))
    page += line("deleveragings", count("deleveraged")) + line("haircuts", count("haircut"))
    page += line("shortfalls", count("shortfall"))
    page += line("market faults injected", faults)
    page += line("replays, all equal", replays)
    page += "invariants checked\n"
    for invariant in Invariant.allCases {
      let count =
        invariant.isJudgedInRuns
        ? "\(checks[invariant.number])" : "not in runs: \(invariant.judgedElsewhere ?? "")"
      page += line("  \(invariant.number). \(invariant.name)", count)
      if invariant.isJudgedInRuns, let elsewhere = invariant.judgedElsewhere {
        page += "     and elsewhere: \(elsewhere)\n"
      }
    }
    page += line("violations", 0)
    page += line("digest", Self.hexadecimal(digest))
    return page
  }

  static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Invariant {
  /// Whether a simulated history can break it.
  public var isJudgedInRuns: Bool { self != .scenarioMonotone }

  /// Where else it is judged: it is about margin rules that no simulated venue uses.
  public var judgedElsewhere: String? {
    switch self {
    case .expiryMarginCovers:
      "margin of bounded option sets, DeriveTests (FulcrumRiskTests)"
    case .scenarioMonotone: "ScenarioMonotoneTests (FulcrumRiskTests)"
    default: nil
    }
  }
}

extension Fact {
  /// The name of its case.
  public var name: String {
    switch self {
    case .ownerOpened: "ownerOpened"
    case .contractListed: "contractListed"
    case .rulesSet: "rulesSet"
    case .deposited: "deposited"
    case .withdrawn: "withdrawn"
    case .endowed: "endowed"
    case .poolOpened: "poolOpened"
    case .funded: "funded"
    case .released: "released"
    case .pledged: "pledged"
    case .unpledged: "unpledged"
    case .converted: "converted"
    case .leverageCapped: "leverageCapped"
    case .filled: "filled"
    case .charged: "charged"
    case .ticked: "ticked"
    case .accrued: "accrued"
    case .sampled: "sampled"
    case .priced: "priced"
    case .settled: "settled"
    case .frozen: "frozen"
    case .thawed: "thawed"
    case .warned: "warned"
    case .calmed: "calmed"
    case .liquidationBegan: "liquidationBegan"
    case .liquidationEnded: "liquidationEnded"
    case .liquidated: "liquidated"
    case .backstopped: "backstopped"
    case .bankrupted: "bankrupted"
    case .insuranceDrawn: "insuranceDrawn"
    case .commonDrawn: "commonDrawn"
    case .deleveraged: "deleveraged"
    case .haircut: "haircut"
    case .shortfall: "shortfall"
    case .closed: "closed"
    case .refused: "refused"
    }
  }
}
