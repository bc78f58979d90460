public import FulcrumModel

/// Where money can be. All accounts of an asset add up to zero, always.
public enum LedgerAccount: Hashable, Sendable {
  /// The world: − deposits + withdrawals.
  case outside
  case wallet(OwnerID)
  case pool(PoolID)
  case insurance(MarketID)
  /// The fund behind all markets of an asset.
  case common
  /// Fees and interest taken.
  case fees
  /// What rounding left over.
  case rounding
  /// The counterparty of everything settled: premium, profit, funding. Zero when all are flat and
  /// every trade had both its sides here.
  case clearing
  /// Losses that nothing was left to pay, below zero.
  case shortfall
}

/// One posting: an amount out of one account into another. A negative amount goes the other way.
public struct Transfer: Hashable, Sendable {
  public let from: LedgerAccount
  public let to: LedgerAccount
  public let amount: Int128
  public let asset: Asset

  public init(from: LedgerAccount, to: LedgerAccount, amount: Int128, asset: Asset) {
    self.from = from
    self.to = to
    self.amount = amount
    self.asset = asset
  }
}
