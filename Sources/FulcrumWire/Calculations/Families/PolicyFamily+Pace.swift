import FulcrumModel
import FulcrumRisk

/// How orders were paced and what was remembered, where a decision is replayed with them: known by
/// `forecast`, the volatility before smoothing. All instants are told as seconds before the decision.
struct PolicyPaceInputs {
  let forecast: Double
  let dwell: Int64
  let smoothing: Int64
  let confirmations: Int
  let memory: PolicyMemory
  let legs: [PolicyLeg]

  /// The instant of the decision; only spans of time matter.
  static let now = Timestamp(milliseconds: 0)

  /// Nil where the inputs do not ask for it.
  init?(_ fields: inout InputFields) {
    guard fields.has("forecast") else { return nil }
    forecast = fields.number(
      NumberField("forecast", .positive, "volatility a year before smoothing"))
    func milliseconds(_ name: String, _ meaning: String) -> Int64 {
      Self.milliseconds(
        fields.number(NumberField(name, .nonNegative, "\(meaning), seconds", fallback: 0)))
    }
    dwell = milliseconds("dwell", "time between increases")
    smoothing = milliseconds("smoothing", "half-life of the forecast")
    confirmations = Self.count(
      fields.number(
        NumberField("confirmations", .positive, "evaluations in a row", fallback: 1)))
    memory = fields.nested("memory", meaning: "what was remembered", read: Self.memory)
    legs = PolicyLeg.read(&fields)
  }

  private static func memory(_ fields: inout InputFields) -> PolicyMemory {
    func number(_ name: String, _ domain: NumberDomain, _ meaning: String) -> Double? {
      fields.optionalNumber(NumberField(name, domain, meaning))
    }
    func before(_ name: String, _ meaning: String) -> Timestamp? {
      number(name, .finite, "seconds since \(meaning)").map {
        now.adding(milliseconds: -milliseconds($0))
      }
    }
    return PolicyMemory(
      highWater: number("highWater", .positive, "high-water mark, USD"),
      lastIncrease: before("sinceIncrease", "the last increase was ordered"),
      sizeAtIncrease: number("sizeAtIncrease", .nonNegative, "contracts open then"),
      increasesAsked: count(
        number("increasesAsked", .nonNegative, "evaluations that asked for an increase") ?? 0),
      smoothedVolatility: number("smoothedVolatility", .positive, "volatility a year, smoothed"),
      lastEvaluation: before("sinceEvaluation", "the last evaluation"))
  }

  private static func milliseconds(_ seconds: Double) -> Int64 {
    Int64((max(-1e12, min(1e12, seconds)) * 1000).rounded())
  }

  private static func count(_ number: Double) -> Int { Int(min(1e6, number.rounded())) }

  func pace() throws(PolicyError) -> PolicyPlan.Pace {
    try PolicyPlan.Pace(dwell: dwell, confirmations: confirmations, smoothing: smoothing)
  }

  /// What is done about a resize, in the words of the log, and what is remembered of it.
  func answers(
    _ resize: Resize, openSize: Double, _ outputs: inout Outputs
  ) throws(PolicyError) {
    var memory = memory
    let action = try pace().action(
      for: resize, openSize: openSize, at: Self.now, memory: &memory)
    var units: Int64 = 0
    switch action {
    case .order(let quantity): units = Int64(quantity.rounded())
    case .none(let reason): outputs.set("pause", .string(reason.rawValue))
    }
    outputs.set("action", .string(PolicyLeg.action(legs, units: units)))
    outputs.set("orderUnits", Double(units))
    outputs.set("increasesAsked", Double(memory.increasesAsked))
    outputs.set("remembered", .string(Self.words(self.memory, at: Self.now)))
  }

  /// What was remembered, in words: a log whose memory was altered in one place contradicts itself,
  /// also where the decision does not depend on it.
  static func words(_ memory: PolicyMemory, at now: Timestamp) -> String {
    func ago(_ instant: Timestamp?) -> String {
      instant.map { "\(Double(now.milliseconds - $0.milliseconds) / 1000) s before" } ?? "never"
    }
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }
    return [
      "high water \(number(memory.highWater))", "last evaluation \(ago(memory.lastEvaluation))",
      "last increase \(ago(memory.lastIncrease)) from \(number(memory.sizeAtIncrease))",
      "increases asked \(memory.increasesAsked)",
      "smoothed volatility \(number(memory.smoothedVolatility))",
    ].joined(separator: "; ")
  }
}

/// One leg of what is ordered: its share of a unit, and how its orders are told.
struct PolicyLeg {
  let instrument: String
  /// Signed lots of a unit.
  let lots: Double
  /// Contracts of a lot.
  let lot: Double

  static func read(_ fields: inout InputFields) -> [PolicyLeg] {
    fields.each("legs", meaning: "what a unit is made of") { inner in
      let lots = inner.number(NumberField("lots", .finite, "signed lots of a unit"))
      let lot = inner.number(NumberField("lot", .positive, "contracts of a lot"))
      guard let name = inner.any("instrument")?.string else {
        inner.refuse(
          "instrument", seen: "nothing", allowed: "the name of an instrument", fix: "give it")
        return nil
      }
      return PolicyLeg(instrument: name, lots: lots, lot: lot)
    }
  }

  /// The order for so many units, in the words of `fulcrum target`.
  static func action(_ legs: [PolicyLeg], units: Int64) -> String {
    guard units != 0 else { return TargetWords.action([String]()) }
    return TargetWords.action(
      legs.map { leg in
        let lots = (leg.lots * Double(units)).rounded()
        return TargetWords.order(
          Int64(max(-1e15, min(1e15, lots))), of: leg.lot, leg.instrument, isReduceOnly: units < 0)
      })
  }
}
