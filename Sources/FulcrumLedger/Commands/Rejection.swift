public import FulcrumModel

/// Why a command changes nothing, in the order in which the causes are looked for.
///
/// The table of `docs/reference/ledger-refusals.md` has a row for each; a test holds the two together.
public enum Rejection: Error, Hashable, Sendable {
  // What the command says of itself.
  case keyReused(CommandID)
  case nameInvalid(String)
  case amountNotPositive(Int128)
  case amountTooLarge(Int128, limit: Int128)
  case lotsZero
  case lotsTooMany(Int64, limit: Int64)
  case priceInvalid(Price)
  case capInvalid(Ratio)
  case rateInvalid(Ratio)
  case rulesInvalid(RuleFault)
  case contractInvalid(InstrumentID)

  // What it speaks of.
  case ownerUnknown(OwnerID)
  case poolUnknown(PoolID)
  case contractUnknown(ContractID)
  case marketUnknown(MarketID)
  case nameTaken(String)
  case contractListed(InstrumentID)
  case assetMismatch(seen: Asset, allowed: Asset)

  // What it may do now.
  case timeBackwards(seen: Timestamp, last: Timestamp)
  case poolClosed(PoolID)
  case poolBankrupt(PoolID)
  case contractExpired(ContractID, at: Timestamp)
  case contractNotExpired(ContractID)
  case contractDelivered(ContractID)
  case notReducing(held: Int64, lots: Int64)
  case poolLiquidating(PoolID)
  case poolFrozen(PoolID)
  case poolNotFrozen(PoolID)
  case poolNotFlat(PoolID, legs: Int)

  // What sizes and balances allow.
  case sizeOutOfRange(ContractID)
  case walletShort(needed: Int128, held: Int128)
  /// More than a backstop may lose in all.
  case beyondLossCap(asked: Int128, room: Int128)
  /// A rebate that the trade could not earn.
  case rebateTooLarge(Int128, limit: Int128)
  case collateralShort(needed: Int128, held: Int128)
  /// Another pool in the asset is flat below zero and waits for the next mark.
  case outflowGated(Asset)

  // What the market allows.
  case marketUnknownYet
  case marketNotAccepted(
    seen: Timestamp, rule: String, accepted: Timestamp, acceptedRule: String)
  case marketStale(age: Int64, limit: Int64)
  case valuation(ValuationFault)
  /// A fill that is not recorded as a fact lies too far from the mark, smallest units for all its lots.
  case priceOutOfBand(off: Int128, allowed: Int128)
  /// A fee or charge that would leave less than nothing.
  case feeBeyondEquity(fee: Int128, equity: Int128)
  case initialMarginShort(required: Int128, equity: Int128)
  case withdrawalShort(asked: Int128, free: Int128)

  /// Stable name, for files and for people.
  public var code: String {
    switch self {
    case .keyReused: "key-reused"
    case .nameInvalid: "name-invalid"
    case .amountNotPositive: "amount-not-positive"
    case .amountTooLarge: "amount-too-large"
    case .lotsZero: "lots-zero"
    case .lotsTooMany: "lots-too-many"
    case .priceInvalid: "price-invalid"
    case .capInvalid: "cap-invalid"
    case .rateInvalid: "rate-invalid"
    case .rulesInvalid: "rules-invalid"
    case .contractInvalid: "contract-invalid"
    case .ownerUnknown: "owner-unknown"
    case .poolUnknown: "pool-unknown"
    case .contractUnknown: "contract-unknown"
    case .marketUnknown: "market-unknown"
    case .nameTaken: "name-taken"
    case .contractListed: "contract-listed"
    case .assetMismatch: "asset-mismatch"
    case .timeBackwards: "time-backwards"
    case .poolClosed: "pool-closed"
    case .poolBankrupt: "pool-bankrupt"
    case .contractExpired: "contract-expired"
    case .contractNotExpired: "contract-not-expired"
    case .contractDelivered: "contract-delivered"
    case .notReducing: "not-reducing"
    case .poolLiquidating: "pool-liquidating"
    case .poolFrozen: "pool-frozen"
    case .poolNotFrozen: "pool-not-frozen"
    case .poolNotFlat: "pool-not-flat"
    case .sizeOutOfRange: "size-out-of-range"
    case .walletShort: "wallet-short"
    case .beyondLossCap: "beyond-loss-cap"
    case .rebateTooLarge: "rebate-too-large"
    case .collateralShort: "collateral-short"
    case .outflowGated: "outflow-gated"
    case .marketUnknownYet: "market-unknown-yet"
    case .marketNotAccepted: "market-not-accepted"
    case .marketStale: "market-stale"
    case .valuation: "valuation"
    case .priceOutOfBand: "price-out-of-band"
    case .feeBeyondEquity: "fee-beyond-equity"
    case .initialMarginShort: "initial-margin-short"
    case .withdrawalShort: "withdrawal-short"
    }
  }

  /// Whether the same command could be accepted at another time: then its refusal is history.
  public var dependsOnState: Bool {
    switch self {
    case .keyReused, .nameInvalid, .amountNotPositive, .amountTooLarge, .lotsZero, .lotsTooMany,
      .priceInvalid, .capInvalid, .rateInvalid, .rulesInvalid, .contractInvalid:
      false
    case .ownerUnknown, .poolUnknown, .contractUnknown, .marketUnknown, .nameTaken,
      .contractListed, .assetMismatch, .timeBackwards, .poolClosed, .poolBankrupt,
      .poolLiquidating, .poolFrozen, .poolNotFrozen, .poolNotFlat, .contractExpired,
      .contractNotExpired, .contractDelivered, .notReducing, .walletShort, .beyondLossCap,
      .collateralShort,
      .marketUnknownYet, .marketNotAccepted, .marketStale, .priceOutOfBand, .rebateTooLarge,
      .feeBeyondEquity, .outflowGated, .valuation, .initialMarginShort, .withdrawalShort,
      .sizeOutOfRange:
      true
    }
  }
}

/// Why a pool cannot be valued.
public enum ValuationFault: Error, Hashable, Sendable {
  case markMissing(ContractID)
  case markStale(ContractID, age: Int64)
  case markDivergent(ContractID)
  /// Expired, and no delivery price yet.
  case undelivered(ContractID)
  /// 128 bits do not hold the value.
  case tooLarge(ContractID)
  /// Of a pledged asset.
  case priceMissing(Asset)
  case priceStale(Asset, age: Int64)
  case priceDivergent(Asset)
  /// A whole-pool margin rule has no answer.
  case rule(MarginError)

  var freezeReason: FreezeReason {
    switch self {
    case .markMissing, .tooLarge, .rule, .priceMissing: .missing
    case .markStale, .priceStale: .stale
    case .markDivergent, .priceDivergent: .divergent
    case .undelivered: .undelivered
    }
  }
}
