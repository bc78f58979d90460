/// What legs must share to be combined.
struct SpreadGroupKey: Hashable, Comparable {
  let base: Asset
  let settlement: Asset

  init(_ leg: SpreadLeg) {
    base = leg.position.instrument.base
    settlement = leg.position.instrument.settlementAsset
  }

  static func < (a: SpreadGroupKey, b: SpreadGroupKey) -> Bool {
    (a.base.code, a.settlement.code) < (b.base.code, b.settlement.code)
  }
}

/// One leg as the search for spreads sees it: an option, or a future without `right`.
struct SpreadLeg: Hashable {
  let position: Position
  let pool: String
  let right: OptionRight?
  /// USD per coin; 0 for a future.
  let strike: Double
  /// Nil for a perpetual.
  let expiry: Timestamp?
  let isLong: Bool
  /// |n·m| coins, or |n|·A/price for an inverse future.
  let coins: Double
  let isInverseFuture: Bool

  /// Nil for a flat leg, or one whose coins are not known.
  init?(_ position: Position, pool: String) {
    let instrument = position.instrument
    let lots = ExactDecimal(significand: Int128(position.size.count), scale: 0).magnitude
    guard !lots.isZero, let contracts = lots.multiplied(by: instrument.lot) else { return nil }
    switch instrument.contract {
    case .coins(let size):
      guard let exact = contracts.multiplied(by: size) else { return nil }
      coins = exact.doubleValue
      isInverseFuture = false
    case .usdFace(let face):
      let price = position.venue.index ?? position.venue.mark ?? position.entry
      guard let price, price.value > .zero, !instrument.isOption else { return nil }
      coins = contracts.doubleValue * face.doubleValue / price.doubleValue
      isInverseFuture = true
    }
    if case .option(let right, let strike, _) = instrument.kind {
      self.right = right
      self.strike = strike.doubleValue
    } else {
      right = nil
      strike = 0
    }
    expiry = instrument.expiry
    isLong = position.size.count > 0
    self.position = position
    self.pool = pool
  }

  /// Options before futures; by expiry, strike, call before put, long before short, pool id.
  static func precedes(_ a: SpreadLeg, _ b: SpreadLeg) -> Bool {
    if (a.right == nil) != (b.right == nil) { return a.right != nil }
    let never = Int64.max
    let left = a.expiry?.milliseconds ?? never
    let right = b.expiry?.milliseconds ?? never
    if left != right { return left < right }
    if a.strike != b.strike { return a.strike < b.strike }
    if a.right != b.right { return a.right == .call }
    if a.isLong != b.isLong { return a.isLong }
    return a.pool < b.pool
  }

  /// Whether the coins of a future agree with those of an option.
  func covers(_ option: SpreadLeg) -> Bool {
    if !isInverseFuture { return coins == option.coins }
    return (coins - option.coins).magnitude <= 0.02 * option.coins
  }
}
