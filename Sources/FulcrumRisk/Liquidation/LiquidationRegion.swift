/// A stretch of index prices where the pool can be liquidated (H < 0).
///
/// A nil bound means that the searched range ends there: below 1e−4 or above 1e4 times the index.
public struct LiquidableInterval: Hashable, Sendable {
  public var lower: Double?
  public var upper: Double?

  public init(lower: Double?, upper: Double?) {
    self.lower = lower
    self.upper = upper
  }
}

/// Where a pool lives and dies as one underlying's price moves, all forwards in proportion to it.
///
/// Prices are index prices in USD; money is in the pool's currency. Source: leverage-math 3.2.
public struct LiquidationRegion: Hashable, Sendable {
  /// Index price S from which distances are measured.
  public var index: Double
  /// E, M and H = E − M at S, after the time and volatility shift of the scenario.
  public var equity: Double
  public var maintenance: Double
  public var excess: Double
  /// H ≥ 0 at S.
  public var healthy: Bool
  /// Every zero of H in [1e−4, 1e4]·S, ascending; listed also when already liquidable.
  public var liquidationPrices: [Double]
  /// Every zero of E there, ascending.
  public var bankruptcyPrices: [Double]
  /// Nearest zero of H below and above S; nil when none, or when not healthy.
  public var below: Double?
  public var above: Double?
  /// 1 − below/S and above/S − 1.
  public var distanceDown: Double?
  public var distanceUp: Double?
  /// Prices where H touches zero without crossing it.
  public var tangencies: [Double]
  /// Where H < 0, ascending.
  public var liquidable: [LiquidableInterval]
}

/// A node of the time and volatility surface: everything revalued Δt later at σ(1 + v).
public struct LiquidationNode: Hashable, Sendable {
  public enum Time: Hashable, Sendable {
    case now
    case days(Double)
    /// The last expiry among the option legs.
    case expiry
  }

  public var time: Time
  /// Δt in years.
  public var years: Double
  /// Relative volatility shift v.
  public var volShift: Double
  public var region: LiquidationRegion

  public var label: String {
    let when =
      switch time {
      case .now: "now"
      case .days(let days): days == 1 ? "in 1 day" : "in \(brief(days)) days"
      case .expiry: "at expiry"
      }
    let points = (volShift * 100).rounded()
    let vol = points == 0 ? "vol unchanged" : "vol \(points > 0 ? "+" : "")\(brief(points)) %"
    return "\(when), \(vol)"
  }

  private func brief(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
  }
}

/// The liquidation region over time and volatility, with the nearest price of the whole cone.
public struct LiquidationSurface: Hashable, Sendable {
  public struct Nearest: Hashable, Sendable {
    /// Index price, USD.
    public var price: Double
    /// Distance from S as a fraction of S, ≥ 0.
    public var distance: Double
    /// The node it comes from, e.g. "in 3 days, vol +50 %".
    public var node: String
  }

  public var nodes: [LiquidationNode]
  /// The highest liquidation price below S over all nodes; nil when no node has one.
  public var below: Nearest?
  /// The lowest one above S.
  public var above: Nearest?
  /// The first node at which the pool is liquidable at today's price, if there is one.
  public var liquidableAtIndex: String?
}
