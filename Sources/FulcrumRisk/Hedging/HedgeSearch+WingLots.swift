import FulcrumModel

extension HedgeSearch {
  // MARK: Wings in whole lots

  /// Programs that the search for the cheapest whole lots takes, and each that looks for lots nearer to
  /// the bound where none hold it.
  private static let mostWingNodes = 1000
  private static let mostNearer = 200
  /// Times that the bound at which whole lots hold is halved toward the one that was asked for.
  private static let halvings = 6

  private struct Lots {
    let trades: [HedgeTrade]
    let isHeld: Bool
    /// Whether the search ended before it knew that there are none, and none cheaper.
    let isUnknown: Bool
    let isCut: Bool
    let seen: Int
  }

  /// The cheapest whole lots with which the maximum loss is within its bound; where none are, those
  /// that come nearest to it.
  func wholeWings(_ wings: WingProgram, _ solver: any LinearProgramSolver) -> Outcome {
    guard let found = lots(wings, solver, most: Self.mostWingNodes) else {
      // Over the budget: the orders are shown with what is missing.
      var free = wings
      free.budget = nil
      return wings.budget == nil || lots(free, solver, most: 1) == nil
        ? unreachable(wings, solver) : wholeWings(free, solver)
    }
    guard found.isHeld else { return nearest(wings, found, solver) }
    let outcome = proposal(.wing, found.trades).map { told($0, of: found) }
    guard case .failure(let refusal) = outcome, refusal.closesAll else { return outcome }
    let parts = keepingSome(wings).map { wholeWings($0, solver) }
      .filter { (try? $0.get()) != nil }
    return butClosing(Self.best(parts, countingPremium: true) ?? outcome)
  }

  private func told(_ proposal: HedgeProposal, of found: Lots) -> HedgeProposal {
    guard found.isCut else { return proposal }
    var told = proposal
    told.worsened.append(
      "the search for lots ended after \(found.seen) programs: cheaper ones may exist")
    return told
  }

  /// With something kept of every short option, and of each alone; those that this narrows.
  private func keepingSome(_ wings: WingProgram) -> [WingProgram] {
    let short = planner.listings.filter { $0.quantity < 0 }
    let parts = [short] + (short.count > 1 ? short.map { [$0] } : [])
    return parts.map { kept in
      var part = wings
      for held in kept {
        for place in part.instruments.indices
        where part.instruments[place].leg.isSameListing(as: held) {
          part.instruments[place].depth.buy = min(
            part.instruments[place].depth.buy, Self.mostClosed * held.quantity.magnitude)
        }
      }
      return part
    }.filter { $0.instruments != wings.instruments }
  }

  /// Nil where no contracts do in any numbers.
  private func lots(
    _ wings: WingProgram, _ solver: any LinearProgramSolver, most: Int
  ) -> Lots? {
    let program = wings.whole(wings.instruments.map { cap($0.depth.buy, $0) })
    guard program.isSound, let optimum = program.optimum(solver)?.contracts else { return nil }
    let steps = wings.instruments.map(\.lot)
    var branching = HedgeBranching(
      program, lots: steps, start: HedgeRounding(program, lots: steps).rounded(optimum),
      solver: solver)
    branching.most = most
    let trades = zip(wings.instruments, branching.cheapest()).map { HedgeTrade($0, $1) }
    return Lots(
      trades: trades, isHeld: branching.isHeld, isUnknown: branching.isUnknown,
      isCut: branching.isCut, seen: branching.seen)
  }

  /// Of lots that do not hold the bound those with the least loss, and that lots are why.
  private func nearest(
    _ wings: WingProgram, _ found: Lots, _ solver: any LinearProgramSolver
  ) -> Outcome {
    func loss(_ trades: [HedgeTrade]) -> Double { state(trades)?.maxLoss.finite ?? .infinity }
    var (best, least, seen) = (found.trades, loss(found.trades), found.seen)
    if let optimum = contracts(wings, solver) {
      let up = upward(wings, optimum)
      if loss(up) < least { (best, least) = (up, loss(up)) }
    }
    var low = wings.maxLoss
    for _ in 0..<Self.halvings where least.isFinite {
      var wider = wings
      wider.maxLoss = 0.5 * (low + least)
      guard let next = lots(wider, solver, most: Self.mostNearer) else { break }
      seen += next.seen
      if next.isHeld, loss(next.trades) < least {
        (best, least) = (next.trades, loss(next.trades))
      } else {
        low = wider.maxLoss
      }
    }
    // Over the bound for lots alone, or as far as was looked.
    let outcome = proposal(.wing, best)
    guard found.isUnknown else {
      return Self.restated(outcome, as: .lots) { "in whole lots \($0)" }
    }
    let tried = seen
    return Self.restated(outcome, as: .search) {
      "\($0), in the best whole lots of \(tried) programs tried"
    }
  }
}
