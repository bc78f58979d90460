import FulcrumModel
import FulcrumRisk

/// A rule on a pool as every format says it.
struct MarginLine {
  let row: VenueOutcome
  let pool: PoolReport

  var answer: VenueAnswer? { try? row.answer.get() }

  /// Why there is no answer; nil where there is one.
  var refusal: String? {
    if case .failure(let error) = row.answer { return error.description }
    return nil
  }

  /// Of the result where there is one, else of the rule set.
  var confidence: RuleConfidence? { answer?.requirement.confidence ?? row.ruleSet?.confidence }

  var collateralIsKnown: Bool { pool.collateralBasis != .unknown }

  /// Everything a reader must know, the bounds of what is known among it.
  var caveats: [String] {
    guard let answer else { return [] }
    return answer.requirement.caveats
      + answer.sides.compactMap { side in
        switch side.region {
        case .failure(let error): return "\(side.underlying): \(error)"
        case .success(let region): return region.bound
        }
      }
  }
}

extension VenueRegion {
  /// The stretch beyond which the rule is not known, as a sentence.
  fileprivate var bound: String? {
    guard let limit else { return nil }
    let from = knownFrom.map { "from \(NumberText.price($0, .up))" }
    let to = knownTo.map { "to \(NumberText.price($0, .down))" }
    let stretch = [from, to].compactMap { $0 }.joined(separator: " ")
    return "liquidation looked for \(stretch) USD only; beyond that \(limit)"
  }
}

extension RuleConfidence {
  /// The word that files and tables use.
  var word: String {
    switch self {
    case .reproduced: "reproduced"
    case .documented: "documented"
    case .secondary: "secondary"
    case .inferred: "inferred"
    case .outdated: "outdated"
    }
  }

  var meaning: String {
    switch self {
    case .reproduced: "numbers that the venue itself produced come out"
    case .documented: "the venue's own documentation states it"
    case .secondary: "a third party states it of the venue"
    case .inferred: "read out of names, examples or another contract: not certain"
    case .outdated: "it was so once; the venue has changed since"
    }
  }
}
