import Foundation
import FulcrumPricing
import Testing

/// Kou's jump diffusion where other laws know the answer.
struct KouTests {
  private func probability(
    _ logBarrier: Double, drift: Double = -0.1, volatility: Double = 0.5, years: Double = 0.3,
    jumps: FirstPassage.Jumps
  ) throws -> Double {
    try #require(
      FirstPassage.probability(
        try FirstPassage.Kou(
          logBarrier: logBarrier, logDrift: drift, volatility: volatility, jumps: jumps,
          years: years)))
  }

  /// λ = 0, through the transform all the same, is the one-barrier law of geometric Brownian motion.
  @Test func withoutJumpsItIsGeometricBrownianMotion() throws {
    let none = try FirstPassage.Jumps(
      perYear: 0, upProbability: 0.4, upRate: 20, downRate: 30)
    var worst = 0.0
    for logBarrier in [0.01, 0.1, 0.3, 0.6, 1, 2] {
      for drift in [-1.0, -0.125, 0, 0.4, 2] {
        for years in [0.01, 0.3, 4] {
          let jumpy = try probability(logBarrier, drift: drift, years: years, jumps: none)
          let plain = FirstPassage.probability(
            try FirstPassage.OneBarrier(
              spot: 1, barrier: exp(logBarrier), drift: drift + 0.125, volatility: 0.5,
              years: years))
          worst = max(worst, abs(jumpy - plain))
        }
      }
    }
    print("kou without jumps against the closed form: worst absolute error \(worst)")
    #expect(worst < 1e-10)
  }

  @Test func moreJumpsUpTouchMoreOften() throws {
    let found = try [0.0, 1, 5, 20, 100].map { perYear in
      try probability(
        0.3,
        jumps: FirstPassage.Jumps(
          perYear: perYear, upProbability: 1, upRate: 20, downRate: 30))
    }
    #expect(found == found.sorted() && found[4] > 0.9)
  }

  @Test func edges() throws {
    let jumps = try FirstPassage.Jumps(
      perYear: 5, upProbability: 0.4, upRate: 20, downRate: 30)
    #expect(try probability(0, jumps: jumps) == 1)
    #expect(try probability(0.2, years: 0, jumps: jumps) == 0)
    #expect(jumps.mirrored.mirrored == jumps)
    #expect(jumps.mirrored.upRate == 30)
    #expect(throws: PricingError.self) {
      try FirstPassage.Jumps(perYear: 5, upProbability: 1.1, upRate: 20, downRate: 30)
    }
    #expect(throws: PricingError.self) {
      try FirstPassage.Kou(
        logBarrier: 0.2, logDrift: 0, volatility: 0, jumps: jumps, years: 1)
    }
  }
}
