/// An inverse perpetual or dated future: contracts of a fixed USD face, profit in coin.
///
///     profit = n A (1/F₀ − 1/F) coins
///
/// A long is concave in coin: losses accelerate on the way down, gains stop at nA/F₀.
/// Domain: entry and mark > 0. Source: leverage-math 1.2.
public struct InversePerpetual: Hashable, Sendable {
  /// n, signed contracts, + long.
  public var quantity: Double
  /// A, USD per contract.
  public var faceUsd: Double
  /// F₀, USD per coin.
  public var entry: Double
  /// F, USD per coin.
  public var mark: Double

  public init(quantity: Double, faceUsd: Double, entry: Double, mark: Double) {
    self.quantity = quantity
    self.faceUsd = faceUsd
    self.entry = entry
    self.mark = mark
  }

  private var face: Double { quantity * faceUsd }

  /// Profit since entry, coins: nA(F − F₀)/(F₀F), which does not cancel near entry.
  public var pnlCoin: Double { face * (mark - entry) / entry / mark }
  /// Profit in USD at the mark.
  public var pnlUsdAtMark: Double { face * (mark - entry) / entry }
  /// nA/F, coins of exposure, signed.
  public var coinDelta: Double { face / mark }
  /// |n|A, the contract's own size, USD.
  public var notionalUsd: Double { face.magnitude }
  /// ∂profit/∂F = nA/F², coins per USD.
  public var coinSlope: Double { face / mark / mark }
  /// ∂²profit/∂F² = −2nA/F³.
  public var coinConvexity: Double { -2 * face / mark / mark / mark }
}
