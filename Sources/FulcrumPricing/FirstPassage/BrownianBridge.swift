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
