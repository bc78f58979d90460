internal import RealModule

extension FirstPassage {
  /// What a path does between two moments at which it is seen.
  ///
  /// Kernels for Monte Carlo (leverage-math 6.4): plain numbers, checked by the caller.
  public enum BrownianBridge {
    /// −ζ(½)/√(2π), the mean overshoot of a Gaussian walk.
    ///
    /// - Source: Broadie, Glasserman & Kou, Mathematical Finance 7 (1997) 325–349.
    public static let overshoot = 0.58259715793901

    /// P(the path touches the barrier between two moments | its prices at both).
    ///
    ///     P = exp(−2 ln(S₀/B) ln(S₁/B)/(σ²Δt))
    ///
    /// Exact for a constant barrier, and for one that moves exponentially when each price is
    /// divided by the barrier of its own moment.
    ///
    /// - Parameters:
    ///   - start: S₀ > 0.
    ///   - end: S₁ > 0, same unit.
    ///   - barrier: B > 0, same unit.
    ///   - deviation: σ√Δt ≥ 0, a pure number; **not** annual volatility.
    /// - Returns: a probability; 1 when an end is at or beyond the barrier.
    /// - Accuracy: within 1e-11 relative (Tests/Vectors/first_passage.json).
    public static func hitProbability(
      from start: Double, to end: Double, barrier: Double, side: Side, deviation: Double
    ) -> Double {
      let isBeyond =
        switch side {
        case .down: start <= barrier || end <= barrier
        case .up: start >= barrier || end >= barrier
        }
      if isBeyond { return 1 }
      let ways = (logRatio(start, barrier) / deviation) * (logRatio(end, barrier) / deviation)
      return Double.exp(-2 * ways)
    }

    /// When a path that touches the barrier between two moments does so first.
    ///
    /// With W(s) = (1 + s)·X(s/(1 + s)) a bridge from 0 that ends at d₀ − d₁ meets d₀ where Brownian motion
    /// of variance Σs meets the line d₀ + d₁s: s is inverse Gaussian of mean d₀/|d₁| and shape d₀²/Σ,
    /// drawn by the transformation with two roots.
    ///
    /// - Parameters:
    ///   - start: d₀, ln distance of the barrier from the start; at or below 0 it stands there.
    ///   - end: d₁, the same from the end, negative when the end is beyond the barrier.
    ///   - variance: Σ = σ²Δt ≥ 0, a pure number.
    ///   - normal: a draw of N(0, 1).
    ///   - uniform: an independent draw from (0, 1).
    /// - Returns: the share of Δt before the touch, from 0 to 1.
    /// - Source: Michael, Schucany & Haas, The American Statistician 30 (1976) 88–90, for the draw.
    public static func hitShare(
      start: Double, end: Double, variance: Double, normal: Double, uniform: Double
    ) -> Double {
      guard start > 0 else { return 0 }
      let mean = start / end.magnitude
      let square = normal * normal
      // ½μy/λ; without a drift the law is Lévy's, λ/y.
      let half = 0.5 * variance * square / (start * end.magnitude)
      guard half.isFinite else {
        return square > 0 ? share(start * start / (variance * square)) : 1
      }
      let root = mean / (1 + half + (half * (2 + half)).squareRoot())
      return share(uniform * (mean + root) <= mean ? root : mean * (mean / root))
    }

    private static func share(_ s: Double) -> Double { s.isFinite ? s / (1 + s) : 1 }

    /// Where a barrier below, watched only every Δt, must stand to be hit as often as one at B that
    /// is watched always: nearer to the spot.
    ///
    ///     B′ = B e^{+0.5826 σ√Δt}
    ///
    /// - Parameter deviation: σ√Δt ≥ 0, a pure number.
    public static func shiftedBarrierDown(_ barrier: Double, deviation: Double) -> Double {
      barrier * Double.exp(overshoot * deviation)
    }

    /// The same for a barrier above: B e^{−0.5826 σ√Δt}.
    public static func shiftedBarrierUp(_ barrier: Double, deviation: Double) -> Double {
      barrier * Double.exp(-overshoot * deviation)
    }
  }
}
