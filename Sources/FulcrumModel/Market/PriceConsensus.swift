/// One price as one source states it.
public struct SourcedPrice: Hashable, Sendable {
  /// Who says so. Two prices of one name are one vote: the newest counts.
  public let source: String
  public let price: Price
  public let asOf: Timestamp

  public init(source: String, price: Price, asOf: Timestamp) {
    self.source = source
    self.price = price
    self.asOf = asOf
  }
}

/// What several independent sources must agree on before a price may move money.
///
/// Stale sources do not vote. The median of the rest is the price where enough of them lie within the
/// deviation of it; a source that lies outside is passed over, and named. One manipulated book cannot
/// move the median of three, and cannot freeze it either.
public struct PriceConsensus: Hashable, Sendable {
  /// Sources that must agree; 3 at the least for collateral.
  public let minimumSources: Int
  public let staleAfterMilliseconds: Int64
  /// Of the median, within which a source agrees.
  public let deviation: Ratio

  /// - Precondition: at least one source; staleness and deviation not negative.
  public init(
    minimumSources: Int = 3, staleAfterMilliseconds: Int64 = 60_000,
    deviation: Ratio = Ratio(2, 100)
  ) {
    precondition(minimumSources > 0, "a price of \(minimumSources) sources")
    precondition(staleAfterMilliseconds >= 0 && deviation.numerator >= 0, "a negative bound")
    self.minimumSources = minimumSources
    self.staleAfterMilliseconds = staleAfterMilliseconds
    self.deviation = deviation
  }

  public struct Agreed: Hashable, Sendable {
    /// The median of the sources that agree; of an even number the lower of the middle two.
    public let price: Price
    public let agreeing: Int
    public let outliers: [String]
    public let stale: [String]
  }

  /// - Throws: why the prices cannot be trusted.
  public func agree(
    on prices: [SourcedPrice], at instant: Timestamp
  ) throws(PriceDisagreement) -> Agreed {
    var newest: [String: SourcedPrice] = [:]
    for price in prices where price.price.value > .zero {
      if let held = newest[price.source], held.asOf >= price.asOf { continue }
      newest[price.source] = price
    }
    let ordered = newest.values.sorted { ($0.price, $0.source) < ($1.price, $1.source) }
    let fresh = ordered.filter { isFresh($0, at: instant) }
    let stale = ordered.filter { !isFresh($0, at: instant) }.map(\.source).sorted()
    guard fresh.count >= minimumSources else {
      throw .tooFew(fresh: fresh.count, stale: stale.count, needed: minimumSources)
    }
    let median = fresh[(fresh.count - 1) / 2].price
    let agreeing = fresh.filter { isNear($0.price, median) }
    guard agreeing.count >= minimumSources else {
      throw .divergent(
        lowest: fresh[0].price, median: median, highest: fresh[fresh.count - 1].price,
        agreeing: agreeing.count, needed: minimumSources)
    }
    return Agreed(
      price: agreeing[(agreeing.count - 1) / 2].price, agreeing: agreeing.count,
      outliers: fresh.filter { !isNear($0.price, median) }.map(\.source).sorted(), stale: stale)
  }

  private func isFresh(_ price: SourcedPrice, at instant: Timestamp) -> Bool {
    // A price from the future is as suspect as an old one.
    (instant.milliseconds - price.asOf.milliseconds).magnitude <= UInt64(staleAfterMilliseconds)
  }

  /// |p − m| · denominator ≤ m · numerator, exactly; a product that does not fit is not near.
  private func isNear(_ price: Price, _ median: Price) -> Bool {
    guard let distance = price.value.adding(-median.value)?.magnitude,
      let left = distance.multiplied(by: ExactDecimal(Int(deviation.denominator))),
      let right = median.value.multiplied(by: ExactDecimal(Int(deviation.numerator)))
    else { return false }
    return left <= right
  }
}

public enum PriceDisagreement: Error, Hashable, Sendable {
  case tooFew(fresh: Int, stale: Int, needed: Int)
  case divergent(lowest: Price, median: Price, highest: Price, agreeing: Int, needed: Int)
}
