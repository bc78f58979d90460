import FulcrumLedger
import FulcrumModel

/// Invariants about rules rather than histories, on drawn samples.
extension Auditor {
  mutating func judgeRules(of engine: Engine, _ draws: inout SeededDraws) -> [Violation] {
    found = []
    guard let board = engine.board else { return [] }
    if let place = board.marks.indices.randomElement(using: &draws),
      case .success(let mark) = board.marks[place]
    {
      judgeSchedule(mark.long)
      judgeSchedule(mark.short)
    }
    return found
  }

  /// Invariant 12: no jump at a bracket but for the rounding of one rate, and never less for more.
  mutating func judgeSchedule(_ schedule: LotSchedule) {
    judgeBrackets(schedule.initialRate, schedule.initialSteps)
    judgeBrackets(schedule.maintenanceRate, schedule.maintenanceSteps)
    for size in schedule.maintenanceSteps.map(\.lots) + [1, 7, 1000] {
      let lots = UInt64(size)
      guard let initial = schedule.initial(lots: lots), let need = schedule.maintenance(lots: lots)
      else { continue }
      check(
        .capTouchesInitialOnly, initial >= need && need >= 0,
        "initial \(initial) below maintenance \(need) at \(lots) lots")
    }
  }

  private mutating func judgeBrackets(_ rate: Int128, _ steps: [LotSchedule.Bracket]) {
    var last = LotSchedule.Bracket(lots: 0, rate: rate, deduction: 0)
    for step in steps {
      let below = last.rate * Int128(step.lots) - last.deduction
      let above = step.rate * Int128(step.lots) - step.deduction
      check(
        .maintenanceContinuous,
        step.lots > last.lots && step.rate >= last.rate && (above - below).magnitude
          <= step.rate.magnitude,
        "at \(step.lots) lots the requirement jumps from \(below) to \(above)")
      last = step
    }
  }
}
