import FulcrumModel

extension Draft {
  /// Looks at every pool, tells what has changed, and liquidates what is short, worst first.
  mutating func evaluate() {
    var short: [RiskRank] = []
    for place in ledger.pools.indices {
      let pool = ledger.pools[place]
      if pool.isClosed { continue }
      if pool.legs.isEmpty {
        if pool.collateral < 0 {
          // What its pledges are worth must be known before anybody else pays.
          if let fault = pledgeFault(of: pool) {
            if pool.freeze == nil { emit(.frozen(pool.id, fault.freezeReason)) }
            continue
          }
          let health = Health(equity: pool.collateral, initial: 0, maintenance: 0)
          short.append(RiskRank(pool: pool.id, health: health))
        } else {
          rest(pool)
        }
        continue
      }
      guard pool.freeze?.reason != .ordered else { continue }
      do {
        let health = try ledger.health(of: ledger.pools[place], on: board)
        if pool.freeze != nil { emit(.thawed(pool.id)) }
        if look(at: pool, health) { short.append(RiskRank(pool: pool.id, health: health)) }
      } catch {
        if pool.freeze == nil { emit(.frozen(pool.id, error.freezeReason)) }
      }
    }
    for rank in short.sorted() { liquidate(rank.pool) }
  }

  private func pledgeFault(of pool: Pool) -> ValuationFault? {
    do {
      _ = try pool.credit(on: board)
      return nil
    } catch {
      return error
    }
  }

  /// A flat pool with its cash is calm whatever it was.
  private mutating func rest(_ pool: Pool) {
    let health = Health(equity: pool.collateral, initial: 0, maintenance: 0)
    if pool.freeze != nil, pool.freeze?.reason != .ordered { emit(.thawed(pool.id)) }
    switch pool.phase {
    case .warning: emit(.calmed(pool.id, health))
    case .liquidating: emit(.liquidationEnded(pool.id, health))
    case .empty, .open, .bankrupt, .closed: break
    }
  }

  /// - Returns: whether the pool is to be liquidated. Equity equal to maintenance is safe.
  private mutating func look(at pool: Pool, _ health: Health) -> Bool {
    if health.excess < 0 { return true }
    if pool.isLiquidating {
      if let fact = ledger.recovery(of: pool, health) {
        emit(fact)
        return false
      }
      return true
    }
    let warned = ledger.rules.warning.of(health.maintenance, rounding: .up)
    switch pool.phase {
    case .warning:
      if let fact = ledger.recovery(of: pool, health) { emit(fact) }
    case .empty, .open:
      if health.equity < warned { emit(.warned(pool.id, health)) }
    case .liquidating, .bankrupt, .closed: break
    }
    return false
  }
}

/// Worst first: by equity over maintenance, compared without division, ties by number. Total and
/// transitive.
struct RiskRank: Comparable {
  let pool: PoolID
  let health: Health

  static func < (a: RiskRank, b: RiskRank) -> Bool {
    let (x, y) = (a.health, b.health)
    // Less than nothing against no requirement is worse than any ratio.
    if x.maintenance == 0 || y.maintenance == 0 {
      let (first, second) = (x.maintenance == 0, y.maintenance == 0)
      if first != second { return first ? x.equity < 0 : y.equity >= 0 }
      return (x.equity, a.pool) < (y.equity, b.pool)
    }
    let left = x.equity.multipliedFullWidth(by: y.maintenance)
    let right = y.equity.multipliedFullWidth(by: x.maintenance)
    if left.high != right.high { return left.high < right.high }
    if left.low != right.low { return left.low < right.low }
    return a.pool < b.pool
  }
}
