import RealModule

/// Contracts that take the delta out of a pool (leverage-math 7.1).
public enum DeltaHedge {
  /// Inverse futures of face A against a coin pool.
  public struct Inverse: Hashable, Sendable {
    /// N = −F·(Σ n m δ + Σ nA/F)/A: the pool's coins no longer move with the price.
    public let coinNeutral: Double
    /// N = −F·(E_coin + Σ…)/A: nor do its dollars (L_usd = 0).
    public let usdNeutral: Double

    /// - Parameters:
    ///   - coinDelta: Σ n m δ + Σ nA/F, coins, with the premium-adjusted δ; the Black delta would be
    ///     wrong by the premium of each option.
    ///   - equity: E in coins.
    ///   - forward: F > 0, USD per coin.
    ///   - face: A > 0, USD.
    public init(coinDelta: Double, equity: Double, forward: Double, face: Double) {
      coinNeutral = -forward * coinDelta / face
      usdNeutral = -forward * (equity + coinDelta) / face
    }
  }

  /// Linear perpetuals of m coins that bring |D| to `leverage` times equity (7.3):
  /// x = (sL E − D)/(mF), s = −1 where D < 0.
  ///
  /// - Parameters: D and E in USD; `unitCash` = mF > 0.
  public static func perpetuals(
    deltaCash: Double, equity: Double, leverage: Double, unitCash: Double
  ) -> Double {
    let side = deltaCash < 0 ? -1.0 : 1
    return (side * leverage * equity - deltaCash) / unitCash
  }

  /// Whole contracts nearest to a number of them, of two equally near the one closer to 0.
  public static func nearestWhole(_ contracts: Double) -> Double {
    let down = contracts.rounded(.towardZero)
    return (contracts - down).magnitude > 0.5 ? contracts.rounded() : down
  }
}
