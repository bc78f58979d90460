/// A named combination of legs.
public enum SpreadStructure: String, Hashable, Sendable, CaseIterable {
  case box
  case ironButterfly = "iron butterfly"
  case ironCondor = "iron condor"
  case condor
  case butterfly
  /// A butterfly whose wings lie at unequal distances from its body.
  case brokenWingButterfly = "broken-wing butterfly"
  /// Long future, long put, short call of one strike.
  case conversion
  /// Short future, short put, long call of one strike.
  case reversal
  /// Long future, long put, short call at a higher strike.
  case collar
  case straddle
  case verticalDebit = "debit vertical"
  case verticalCredit = "credit vertical"
  /// Call and put of one strike with opposite signs: a future made of options.
  case syntheticFuture = "synthetic future"
  case strangle
  case riskReversal = "risk reversal"
  /// More sold than bought.
  case ratio = "ratio spread"
  /// More bought than sold.
  case backspread
  case calendar = "calendar spread"
  case diagonal = "diagonal spread"
  /// Long future, short call.
  case coveredCall = "covered call"
  /// Short future, short put.
  case coveredPut = "covered put"
  /// Long future, long put.
  case protectivePut = "protective put"
  /// Short future, long call.
  case protectiveCall = "protective call"
}

/// A combination found among legs that stand in pools of their own: offered to the owner, who may
/// put them into one pool. Nothing is merged by finding it.
public struct SpreadOffer: Hashable, Sendable {
  public let structure: SpreadStructure
  /// Ids of the pools that the legs stand in now, in the order of `positions`.
  public let pools: [String]
  /// By expiry, strike, call before put; a future comes last.
  public let positions: [Position]
  /// An id for the pool that would hold them: `btc-2024-09-27-iron-condor`.
  public let suggestedPool: String
  /// One sentence on what makes them that structure.
  public let why: String
}
