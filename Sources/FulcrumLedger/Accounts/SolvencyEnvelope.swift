public import FulcrumModel

/// What a market may do between two ticks, and the proof that maintenance carries it: a parameter set
/// that fails it lets a pool that is safe at one tick be worth less than nothing at the next
/// (margin-onchain 13.1, invariant 17).
///
///     maintenance ≥ move + funding + fee, each of the notional
///
/// A statement about futures and perpetuals, whose loss is linear in the move; an option's is not, and
/// is bounded by scenarios instead.
public struct SolvencyEnvelope: Hashable, Sendable {
  /// Largest adverse change of value between two ticks, a part of the notional.
  public let move: Ratio
  /// Largest funding charged at one tick, a part of the notional.
  public let funding: Ratio

  public init(move: Ratio, funding: Ratio) {
    self.move = move
    self.funding = funding
  }

  /// The first reason why the schedules of a contract do not carry it; nil where they do.
  ///
  /// Both sides, at the smallest size: the rate never falls with size, so that all other sizes follow.
  public func fault(of mark: ContractMark, rules: LedgerRules) -> RuleFault? {
    let least = min(mark.long.maintenanceRate, mark.short.maintenanceRate)
    let need = [move, funding, rules.liquidationFee].reduce(Int128(0)) {
      $0 + $1.of(mark.exposure, rounding: .up)
    }
    guard least < need else { return nil }
    return RuleFault(
      name: "maintenance", seen: "\(least) nanounits a lot",
      allowed: "\(need) or more: the largest move, funding and fee together")
  }
}

extension Ledger {
  /// The first contract that a rule set could not carry at this board; nil where no move is promised.
  func envelopeFault(of rules: LedgerRules, on board: MarkBoard) -> RuleFault? {
    guard rules.envelopeMove.numerator > 0 else { return nil }
    let envelope = SolvencyEnvelope(move: rules.envelopeMove, funding: Ratio(0, 1))
    for contract in contracts where !contract.isOption {
      guard let mark = try? board.mark(contract.id),
        let fault = envelope.fault(of: mark, rules: rules)
      else { continue }
      return RuleFault(
        name: "envelopeMove with liquidationFee, \(contract.instrument.id)", seen: fault.seen,
        allowed: fault.allowed)
    }
    return nil
  }
}
