import FulcrumNumerics
import FulcrumPricing
import RealModule

extension Growth {
  /// A share f of wealth in an isolated pool run at leverage L, with lognormal jumps that cost no
  /// more than the pool (r = 0):
  ///
  ///     g = e(μ − λk̄) − ½e²σ² + λ E ln max(1 + e(e^Y − 1), 1 − f),   e = fL
  public struct IsolatedJumps: Hashable, Sendable {
    public let drift: Double
    public let volatility: Double
    public let jump: JumpLaw

    /// - Parameter drift: μ a year, total; the compensator λk̄ is taken off here.
    public init(drift: Double, volatility: Double, jump: JumpLaw) throws(RiskError) {
      guard drift.isFinite else { throw .settingOutOfDomain(.drift, seen: drift) }
      guard volatility >= 0, volatility.isFinite else {
        throw .settingOutOfDomain(.factorVol, seen: volatility)
      }
      guard jump.deviation > 0, jump.deviation.isFinite, jump.mean.isFinite else {
        throw .settingOutOfDomain(.jump, seen: jump.deviation)
      }
      guard jump.perYear >= 0, jump.perYear.isFinite else {
        throw .settingOutOfDomain(.jump, seen: jump.perYear)
      }
      self.drift = drift
      self.volatility = volatility
      self.jump = jump
    }

    /// k̄ = E e^Y − 1.
    public var meanJump: Double {
      Double.expMinusOne(jump.mean + 0.5 * jump.deviation * jump.deviation)
    }

    /// - Parameters: `fraction` f in (0, 1]; `leverage` L ≥ 0 of the pool.
    /// - Returns: growth a year; absent where the pool is all there is and a jump can take it.
    /// - Accuracy: 1e-9 relative (`growth.json`).
    public func rate(fraction: Double, leverage: Double) -> Measure {
      guard fraction < 1 || leverage <= 1 else { return .absent(.ruinPossible) }
      let exposure = fraction * leverage
      let spread = exposure * volatility
      let smooth = exposure * (drift - jump.perYear * meanJump) - 0.5 * spread * spread
      return .value(smooth + jump.perYear * meanLog(fraction: fraction, leverage: leverage))
    }

    private func meanLog(fraction: Double, leverage: Double) -> Double {
      ReturnLog(fraction: fraction, leverage: leverage).mean(
        centre: jump.mean, deviation: jump.deviation)
    }
  }

  /// One holding period of a long linear perpetual in an isolated pool, liquidated at its barrier
  /// (leverage-math 6.1).
  public struct IsolatedPeriod: Hashable, Sendable {
    public let drift: Double
    public let volatility: Double
    public let years: Double
    public let fraction: Double
    public let leverage: Double
    public let maintenanceRate: Double

    /// - Parameters: μ finite; σ > 0; h > 0 years; f in (0, 1); L > 1; κ in [0, 1).
    public init(
      drift: Double, volatility: Double, years: Double,
      pool: (fraction: Double, leverage: Double), maintenanceRate: Double
    ) throws(RiskError) {
      guard drift.isFinite else { throw .settingOutOfDomain(.drift, seen: drift) }
      guard volatility > 0, volatility.isFinite else {
        throw .settingOutOfDomain(.factorVol, seen: volatility)
      }
      guard years > 0, years.isFinite else { throw .settingOutOfDomain(.timeForward, seen: years) }
      guard pool.fraction > 0, pool.fraction < 1 else {
        throw .settingOutOfDomain(.poolFraction, seen: pool.fraction)
      }
      guard pool.leverage > 1, pool.leverage.isFinite else {
        throw .settingOutOfDomain(.leverage, seen: pool.leverage)
      }
      guard maintenanceRate >= 0, maintenanceRate < 1 else {
        throw .settingOutOfDomain(.futuresRate, seen: maintenanceRate)
      }
      self.drift = drift
      self.volatility = volatility
      self.years = years
      fraction = pool.fraction
      leverage = pool.leverage
      self.maintenanceRate = maintenanceRate
    }

    /// β = (1 − 1/L)/(1 − κ): the barrier as a share of the price now.
    public var liquidationRatio: Double { (1 - 1 / leverage) / (1 - maintenanceRate) }

    private var logDrift: Double { drift - 0.5 * volatility * volatility }
    private var deviation: Double { volatility * years.squareRoot() }
    private var ownLog: ReturnLog { ReturnLog(fraction: fraction, leverage: leverage) }

    /// P(the barrier is touched within the period), drift included; absent beyond doubles.
    public var liquidationProbability: Measure {
      do throws(PricingError) {
        return .value(
          FirstPassage.probability(
            try FirstPassage.OneBarrier(
              spot: 1, barrier: liquidationRatio, side: .down, drift: drift,
              volatility: volatility, years: years)))
      } catch {
        return .absent(.notRepresentable)
      }
    }

    /// Growth a year where a touch of the barrier loses the pool:
    ///
    ///     (1/h){∫_b^∞ ln(1 + fL(e^x − 1)) ψ(x) dx + P ln(1 − f)},   b = ln β
    ///     ψ(x) = [φ((x − νh)/s) − e^{2νb/σ²} φ((x − 2b − νh)/s)]/s
    public var growthWithLiquidation: Measure {
      guard let probability = liquidationProbability.finite else {
        return .absent(.notRepresentable)
      }
      let lost = probability * Double.log(onePlus: -fraction)
      let b = Double.log(liquidationRatio)
      guard b < 0 else { return .value(Double.log(onePlus: -fraction) / years) }
      let centre = logDrift * years
      let s = deviation
      let tilt = 2 * logDrift * b / (volatility * volatility)
      let log = ownLog
      let survived = log.integral(from: b, centre: centre, deviation: s) { x in
        let direct = Normal.pdf((x - centre) / s)
        let z = (x - 2 * b - centre) / s
        // The image as one exponential: e^{2νb/σ²} alone may overflow.
        return (direct - Normal.inverseRootTwoPi * Double.exp(tilt - 0.5 * z * z)) / s
      }
      return .value((survived + lost) / years)
    }

    /// Growth a year where only the end counts: (1/h) E ln max(1 + fL(S_h/S − 1), 1 − f).
    public var growthTerminalOnly: Double {
      ownLog.mean(centre: logDrift * years, deviation: deviation) / years
    }

    /// What being stopped out at the barrier costs: ≥ 0, because a pool that went on could not have
    /// ended below the factor 1 − f.
    public var liquidationDrag: Measure {
      guard let stopped = growthWithLiquidation.finite else { return .absent(.notRepresentable) }
      return .value(growthTerminalOnly - stopped)
    }
  }
}

/// ln max(1 + fL(e^x − 1), 1 − f) under a normal log return x.
private struct ReturnLog {
  let fraction: Double
  let leverage: Double
  /// Deviations beyond which a normal has no mass in doubles.
  static let reach = 38.0

  func callAsFunction(_ x: Double) -> Double {
    Double.log(onePlus: fraction * leverage * Double.expMinusOne(x))
  }

  /// Below this the floor 1 − f holds; −∞ where it never does.
  var floorAt: Double { leverage > 1 ? Double.log(onePlus: -1 / leverage) : -.infinity }

  func mean(centre: Double, deviation: Double) -> Double {
    let floor = floorAt
    let inner = integral(from: floor, centre: centre, deviation: deviation) {
      Normal.pdf(($0 - centre) / deviation) / deviation
    }
    guard floor > -.infinity else { return inner }
    return inner + Normal.cdf((floor - centre) / deviation) * Double.log(onePlus: -fraction)
  }

  /// ∫ from `start` of this function times a density that lives around `centre`.
  func integral(
    from start: Double, centre: Double, deviation: Double, _ density: (Double) -> Double
  ) -> Double {
    let lowest = max(start, centre - Self.reach * deviation)
    let highest = max(lowest, centre + Self.reach * deviation)
    var sum = 0.0
    var from = lowest
    // Cut where the density turns, so that no rule can look past all of it.
    for cut in [-8.0, -2, 0, 2, 8, Self.reach].map({ centre + $0 * deviation })
    where cut > from {
      let to = min(cut, highest)
      sum +=
        AdaptiveQuadrature.integral(from: from, to: to, relative: 1e-13) {
          self($0) * density($0)
        }.value
      from = to
    }
    return sum
  }
}
