internal import FulcrumNumerics
internal import RealModule

/// Normal jumps of a log price: ln(S'/S) ~ N(mean, deviation²), `perYear` times a year (Merton 1976).
public struct NormalJumps: Hashable, Sendable {
  public var perYear: Double
  public var mean: Double
  public var deviation: Double

  public init(perYear: Double, mean: Double, deviation: Double) {
    self.perYear = perYear
    self.mean = mean
    self.deviation = deviation
  }
}

/// The law that an index follows in simulation. Volatilities are of the diffusion alone, per √year.
public enum PathModel: Hashable, Sendable {
  /// dS = μS dt + σS dW; σ > 0.
  case gbm(volatility: Double)
  /// The same with normal jumps.
  case merton(volatility: Double, jumps: NormalJumps)
  /// The same with double-exponential jumps.
  case kou(volatility: Double, jumps: FirstPassage.Jumps)
  /// Stochastic variance from `start` ≥ 0.
  case heston(HestonStep.Parameters, start: Double)
  /// Heston with normal jumps.
  case bates(HestonStep.Parameters, start: Double, jumps: NormalJumps)
  /// Blocks of given log returns, one a step; `restart` is the probability of a new block.
  case bootstrap(returns: [Double], restart: Double)

  /// As in files and on the command line.
  public var name: String {
    switch self {
    case .gbm: "gbm"
    case .merton: "merton"
    case .kou: "kou"
    case .heston: "heston"
    case .bates: "bates"
    case .bootstrap: "bootstrap"
    }
  }
}

extension PathModel {
  /// Checks every number of the law; the first fault is thrown.
  public func validate() throws(PricingError) {
    switch self {
    case .gbm(let volatility): try requirePositive(volatility, "volatility")
    case .merton(let volatility, let jumps):
      try requirePositive(volatility, "volatility")
      try jumps.validate()
    case .kou(let volatility, let jumps):
      try requirePositive(volatility, "volatility")
      guard jumps.upRate > 1 else {
        throw .outOfDomain(
          field: "up rate", seen: jumps.upRate, allowed: "a number above 1 (the mean is infinite)")
      }
    case .heston(let parameters, let start): try Self.validate(parameters, start)
    case .bates(let parameters, let start, let jumps):
      try Self.validate(parameters, start)
      try jumps.validate()
    case .bootstrap(let returns, let restart):
      guard returns.count >= 2 else {
        throw .outOfDomain(
          field: "returns", seen: Double(returns.count), allowed: "at least 2 to draw from")
      }
      for one in returns { try requireFinite(one, "return") }
      guard restart > 0, restart <= 1 else {
        throw .outOfDomain(
          field: "restart probability", seen: restart, allowed: "a number above 0, at most 1")
      }
    }
  }

  /// σ of the diffusion; 0 where it has none or a variance of its own.
  var constantVolatility: Double {
    switch self {
    case .gbm(let volatility), .merton(let volatility, _), .kou(let volatility, _): volatility
    case .heston, .bates, .bootstrap: 0
    }
  }

  var jumpsPerYear: Double {
    switch self {
    case .merton(_, let jumps), .bates(_, _, let jumps): jumps.perYear
    case .kou(_, let jumps): jumps.perYear
    case .gbm, .heston, .bootstrap: 0
    }
  }

  /// λ E(e^Y − 1): what jumps add to the drift, a year.
  var compensation: Double {
    switch self {
    case .merton(_, let jumps), .bates(_, _, let jumps):
      jumps.perYear * Double.expMinusOne(jumps.mean + 0.5 * jumps.deviation * jumps.deviation)
    case .kou(_, let jumps): jumps.perYear * jumps.meanJump
    case .gbm, .heston, .bootstrap: 0
    }
  }

  private static func validate(
    _ p: HestonStep.Parameters, _ start: Double
  ) throws(PricingError) {
    try requirePositive(p.reversion, "reversion")
    try requirePositive(p.volatilityOfVariance, "volatility of variance")
    for (value, field) in [(p.longVariance, "long variance"), (start, "variance")] {
      guard value >= 0, value.isFinite else {
        throw .outOfDomain(field: field, seen: value, allowed: "a finite number of 0 or more")
      }
    }
    guard p.correlation.magnitude <= 1 else {
      throw .outOfDomain(
        field: "correlation", seen: p.correlation, allowed: "a number from -1 to 1")
    }
  }

  /// Standard deviation of the log price over `years`, for laying out grids; an upper figure.
  public func deviation(years: Double, steps: Int) -> Double {
    switch self {
    case .gbm(let volatility): volatility * years.squareRoot()
    case .merton(let volatility, let jumps):
      ((volatility * volatility + jumps.variance) * years).squareRoot()
    case .kou(let volatility, let jumps):
      ((volatility * volatility + jumps.variance) * years).squareRoot()
    case .heston(let parameters, let start):
      (max(parameters.longVariance, start) * years).squareRoot()
    case .bates(let parameters, let start, let jumps):
      ((max(parameters.longVariance, start) + jumps.variance) * years).squareRoot()
    case .bootstrap(let returns, _):
      (returns.reduce(0) { $0 + $1 * $1 } / Double(returns.count) * Double(steps)).squareRoot()
    }
  }
}

extension PathModel {
  /// Deviation of the log price without jumps over `years`, and how far jumps carry it, either way, but
  /// for one path in a billion.
  public func reach(years: Double) -> (diffusion: Double, jumps: Double) {
    switch self {
    case .merton(let volatility, let law):
      (volatility * years.squareRoot(), Self.reach(law, years))
    case .kou(let volatility, let law):
      // Sums of exponentials of the slower rate: P(Γ_n > y) = e^{−y} Σ_{k<n} yᵏ/k!.
      (
        volatility * years.squareRoot(),
        Self.reach(law.perYear * years) { count, size in
          let y = size * min(law.upRate, law.downRate)
          var (term, sum) = (1.0, 0.0)
          for k in 0..<count {
            sum += term
            term *= y / Double(k + 1)
          }
          return Double.exp(-y) * sum
        }
      )
    case .bates(let parameters, let start, let law):
      (
        (max(parameters.longVariance, start) * years).squareRoot(), Self.reach(law, years)
      )
    case .gbm, .heston, .bootstrap: (deviation(years: years, steps: 1), 0)
    }
  }

  private static func reach(_ law: NormalJumps, _ years: Double) -> Double {
    reach(law.perYear * years) { count, size in
      let (mean, deviation) = (
        Double(count) * law.mean.magnitude, Double(count).squareRoot() * law.deviation
      )
      guard deviation > 0 else { return size > mean ? 0 : 1 }
      return min(1, 2 * Normal.cdf((mean - size) / deviation))
    }
  }

  /// The size that jumps are beyond in one path in a billion; beyond 9.2, a factor of 10,000, it is that.
  ///
  /// - Parameter tail: P(n jumps come to more than a size).
  private static func reach(_ mean: Double, tail: (Int, Double) -> Double) -> Double {
    let (rare, longest) = (1e-9, 9.2)
    guard mean > 0 else { return 0 }
    // So many jumps carry as far as anything does.
    guard mean < 200 else { return longest }
    func isRare(_ size: Double) -> Bool {
      var (probability, sum, count) = (Double.exp(-mean), 0.0, 0)
      while count < 1000, Double(count) < mean || probability > 1e-3 * rare {
        count += 1
        probability *= mean / Double(count)
        sum += probability * tail(count, size)
      }
      return sum <= rare
    }
    var (low, high) = (0.0, longest)
    guard isRare(high) else { return high }
    for _ in 0..<16 {
      let middle = 0.5 * (low + high)
      if isRare(middle) { high = middle } else { low = middle }
    }
    return high
  }
}

extension NormalJumps {
  /// λ E Y² a year.
  public var variance: Double { perYear * (mean * mean + deviation * deviation) }

  func validate() throws(PricingError) {
    guard perYear >= 0, perYear <= 1e6 else {
      throw .outOfDomain(
        field: "jumps per year", seen: perYear, allowed: "a number from 0 to 1e6")
    }
    guard mean.magnitude <= 5 else {
      throw .outOfDomain(field: "jump mean", seen: mean, allowed: "a log size from -5 to 5")
    }
    guard deviation >= 0, deviation <= 5 else {
      throw .outOfDomain(field: "jump deviation", seen: deviation, allowed: "a number from 0 to 5")
    }
  }
}

extension FirstPassage.Jumps {
  /// λ E Y² a year.
  public var variance: Double {
    2 * perYear
      * (upProbability / (upRate * upRate) + (1 - upProbability) / (downRate * downRate))
  }

  /// E e^Y − 1 for an up rate above 1.
  public var meanJump: Double {
    upProbability * upRate / (upRate - 1) + (1 - upProbability) * downRate / (downRate + 1) - 1
  }
}
