/// Finds known spreads among legs that each stand in a pool of their own.
///
/// Only legs of one coin that settle in one currency are combined. A pool that already holds
/// several legs is the owner's own decision and is left alone. A leg belongs to one offer at most;
/// structures are tried in a fixed order, those of four legs first, then three, then two, and
/// within one structure the nearest strikes and the earliest expiry go first, so that one book
/// always gives one answer, in whatever order its pools came.
///
/// Sizes are compared in coins. Options and linear futures must agree exactly; an inverse future
/// has a face in dollars, and its coins (at the index, mark or entry that its position carries) may
/// differ from the options' by 2 %, about what rounding to whole contracts and one day's move leave.
public enum StrategyRecognition {
  /// Every spread found, in the order in which they were found.
  public static func offers(in pools: [IsolatedPool]) -> [SpreadOffer] {
    var groups: [SpreadGroupKey: [SpreadLeg]] = [:]
    for pool in pools where pool.positions.count == 1 {
      guard let leg = SpreadLeg(pool.positions[0], pool: pool.id) else { continue }
      groups[SpreadGroupKey(leg), default: []].append(leg)
    }
    var offers: [SpreadOffer] = []
    var taken: Set<String> = Set(pools.map(\.id))
    for key in groups.keys.sorted() {
      var search = SpreadSearch(groups[key] ?? [])
      for found in search.run() {
        offers.append(found.offer(avoiding: &taken))
      }
    }
    return offers
  }

  /// The structure that `positions` form as a whole; nil where they form none of those known.
  public static func structure(of positions: [Position]) -> SpreadStructure? {
    let apart = positions.enumerated().map { index, position in
      IsolatedPool(
        id: "\(index)", strategy: nil, currency: position.instrument.settlementAsset,
        collateral: .unknown, positions: [position])
    }
    let offers = offers(in: apart)
    return offers.first { $0.positions.count == positions.count }?.structure
  }
}
