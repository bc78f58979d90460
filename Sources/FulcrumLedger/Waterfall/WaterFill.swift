/// Who is deleveraged, and by how much: the most levered first, down to one common leverage
/// (margin-onchain 12; arXiv 2603.15963).
///
///     Σ max(0, |qᵢ| − L·Eᵢ/P) = Q
///
/// In whole lots: over the n most levered, L/P = (Σ|q| − Q)/ΣE with the least n whose L is at least the
/// leverage of the next; each is left with ⌊L·Eᵢ/P⌋ lots, and the lots that rounding leaves over go to
/// the largest remainders, ties by pool. No division decides an order.
public struct WaterFill: Hashable, Sendable {
  public struct Candidate: Hashable, Sendable {
    public let pool: PoolID
    /// |q| > 0.
    public let lots: UInt64
    /// > 0, smallest units.
    public let equity: Int128

    public init(pool: PoolID, lots: UInt64, equity: Int128) {
      self.pool = pool
      self.lots = lots
      self.equity = equity
    }
  }

  public struct Reduction: Hashable, Sendable {
    public let pool: PoolID
    public let lots: UInt64
  }

  /// In the order of leverage, highest first; none of zero lots.
  public let reductions: [Reduction]
  /// The common cap: |q| ≤ capLots · E / capEquity.
  public let capLots: Int128
  public let capEquity: Int128
  /// What no candidate could take.
  public let unplaced: UInt64

  /// - Parameter quantity: Q, lots.
  public init(quantity: UInt64, candidates: [Candidate]) {
    let ranked = candidates.filter { $0.lots > 0 && $0.equity > 0 }.sorted(by: Self.isMoreLevered)
    let available = ranked.reduce(Int128(0)) { $0 + Int128($1.lots) }
    let placed = min(Int128(quantity), available)
    unplaced = UInt64(Int128(quantity) - placed)
    guard placed > 0 else {
      (reductions, capLots, capEquity) = ([], 0, 1)
      return
    }
    var lots: Int128 = 0
    var equity: Int128 = 0
    var count = 0
    for candidate in ranked {
      // Enough where the cap over those before is at least the leverage of the next.
      if count > 0, lots - placed >= 0,
        !Self.isBelow(lots - placed, equity, Int128(candidate.lots), candidate.equity)
      {
        break
      }
      lots += Int128(candidate.lots)
      equity += candidate.equity
      count += 1
    }
    capLots = lots - placed
    capEquity = equity
    reductions = Self.shares(
      ranked.prefix(count), placed: placed, capLots: capLots, capEquity: capEquity)
  }

  /// a/b < c/d for b, d > 0.
  private static func isBelow(_ a: Int128, _ b: Int128, _ c: Int128, _ d: Int128) -> Bool {
    let (left, right) = (a.multipliedFullWidth(by: d), c.multipliedFullWidth(by: b))
    return left.high != right.high ? left.high < right.high : left.low < right.low
  }

  private static func isMoreLevered(_ a: Candidate, _ b: Candidate) -> Bool {
    if isBelow(Int128(b.lots), b.equity, Int128(a.lots), a.equity) { return true }
    if isBelow(Int128(a.lots), a.equity, Int128(b.lots), b.equity) { return false }
    return a.pool < b.pool
  }

  private static func shares(
    _ ranked: ArraySlice<Candidate>, placed: Int128, capLots: Int128, capEquity: Int128
  ) -> [Reduction] {
    var lots: [Int128] = []
    var remainders: [(place: Int, remainder: Int128, pool: PoolID)] = []
    for candidate in ranked {
      let product = candidate.equity.multipliedFullWidth(by: capLots)
      let (kept, remainder) = capEquity.dividingFullWidth(product)
      lots.append(Int128(candidate.lots) - kept)
      remainders.append((lots.count - 1, remainder, candidate.pool))
    }
    // Floors leave too few lots behind, so some reductions are a lot too large: the largest remainders
    // give one back.
    var surplus = lots.reduce(0, +) - placed
    remainders.sort { ($1.remainder, $0.pool) < ($0.remainder, $1.pool) }
    for entry in remainders where surplus > 0 && lots[entry.place] > 0 {
      lots[entry.place] -= 1
      surplus -= 1
    }
    return zip(ranked, lots).compactMap { candidate, lots in
      lots > 0 ? Reduction(pool: candidate.pool, lots: UInt64(lots)) : nil
    }
  }
}

/// The part of a loss that falls on profits, pro rata, when nobody is left to be deleveraged:
/// h = min(1, D/Σ) of each positive profit, principal untouched.
public struct ProfitHaircut: Hashable, Sendable {
  /// In the order given; they add up to min(deficit, Σ profits) exactly.
  public let amounts: [Int128]
  public let uncovered: Int128

  /// - Parameters:
  ///   - deficit: ≥ 0.
  ///   - profits: > 0 each.
  public init(deficit: Int128, profits: [Int128]) {
    let sum = profits.reduce(0, +)
    guard deficit < sum else {
      amounts = profits
      uncovered = deficit - sum
      return
    }
    var amounts: [Int128] = []
    var remainders: [(place: Int, remainder: Int128)] = []
    for (place, profit) in profits.enumerated() {
      let (share, remainder) = sum.dividingFullWidth(profit.multipliedFullWidth(by: deficit))
      amounts.append(share)
      remainders.append((place, remainder))
    }
    var missing = deficit - amounts.reduce(0, +)
    remainders.sort { ($1.remainder, $0.place) < ($0.remainder, $1.place) }
    for entry in remainders where missing > 0 {
      amounts[entry.place] += 1
      missing -= 1
    }
    self.amounts = amounts
    uncovered = 0
  }
}
