import Foundation
import FulcrumNumerics
import FulcrumPricing
import Testing

/// Laws of first passage that no table of values shows, and second routes to the same numbers.
struct FirstPassagePropertyTests {
  private func one(
    _ barrier: Double, drift: Double = 0, volatility: Double = 0.6, years: Double = 0.1
  ) throws -> FirstPassage.OneBarrier {
    try FirstPassage.OneBarrier(
      spot: 60_000, barrier: barrier, drift: drift, volatility: volatility, years: years)
  }

  @Test(arguments: [59_999.999_999, 60_000.000_001])
  func aBarrierAtTheSpotIsTouched(_ barrier: Double) throws {
    #expect(FirstPassage.probability(try one(60_000)) == 1)
    #expect(FirstPassage.survival(try one(60_000)) == 0)
    #expect(FirstPassage.expectedTime(try one(60_000)) == .years(0))
    let near = try one(barrier)
    #expect(abs(FirstPassage.probability(near) - 1) < 1e-10)
    #expect(FirstPassage.survival(near) > 0 && FirstPassage.survival(near) < 1e-10)
  }

  @Test func beyondTheBarrierIsTouchedAndNoTimeIsNot() throws {
    let beyond = try FirstPassage.OneBarrier(
      spot: 60_000, barrier: 61_000, side: .down, volatility: 0.6, years: 0)
    #expect(FirstPassage.probability(beyond) == 1)
    #expect(FirstPassage.expectedTimeCapped(beyond) == 0)
    let now = try one(50_000, years: 0)
    #expect(FirstPassage.probability(now) == 0 && FirstPassage.survival(now) == 1)
  }

  @Test func withoutVolatilityThePathIsItsDrift() throws {
    let slow = try one(66_000, drift: 0.5, volatility: 0, years: 0.1)
    let fast = try one(66_000, drift: 1.5, volatility: 0, years: 0.1)
    #expect(FirstPassage.probability(slow) == 0 && FirstPassage.survival(slow) == 1)
    #expect(FirstPassage.probability(fast) == 1 && FirstPassage.survival(fast) == 0)
    #expect(FirstPassage.eventualProbability(slow) == 1)
    #expect(FirstPassage.expectedTimeCapped(slow) == 0.1)
    #expect(FirstPassage.expectedTime(try one(66_000, volatility: 0)) == .unbounded)
  }

  /// Driftless P rises with σ and T and with nearness, at both ends and both ways together.
  @Test(arguments: [30_000.0, 55_000, 59_900, 60_100, 66_000, 120_000])
  func driftlessProbabilityRises(_ barrier: Double) throws {
    let grid = (1...60).map { 0.02 * Double($0) }
    let other = 60_000 * 60_000 / barrier * (barrier < 60_000 ? 1.03 : 0.97)
    func both(_ volatility: Double, _ years: Double) throws -> Double {
      FirstPassage.probability(
        try FirstPassage.TwoBarriers(
          spot: 60_000, lower: min(barrier, other), upper: max(barrier, other),
          volatility: volatility, years: years))
    }
    let rows = try [
      grid.map { FirstPassage.probability(try one(barrier, volatility: 2 * $0)) },
      grid.map { FirstPassage.probability(try one(barrier, years: $0)) },
      grid.map { try both(2 * $0, 0.1) },
      grid.map { try both(0.6, $0) },
      grid.map { FirstPassage.probability(try one(barrier + (60_000 - barrier) * 0.8 * $0)) },
    ]
    for row in rows {
      for (before, after) in zip(row, row.dropFirst()) {
        #expect(after >= before - 4e-16 * before, "\(barrier): \(before) then \(after)")
      }
      #expect(row[59] > row[0])
    }
  }

  @Test(arguments: [-0.5, 0, 0.18, 0.7])
  func aFarUpperBarrierLeavesTheLowerOne(_ drift: Double) throws {
    for barrier in [35_000.0, 50_000, 58_000, 59_990] {
      let single = try one(barrier, drift: drift)
      let two = try FirstPassage.TwoBarriers(
        spot: 60_000, lower: barrier, upper: 1e9, drift: drift, volatility: 0.6, years: 0.1)
      let (p, q) = (FirstPassage.probability(single), FirstPassage.survival(single))
      #expect(abs(FirstPassage.probability(two) - p) <= 1e-15 * p)
      #expect(abs(FirstPassage.survival(two) - q) <= 1e-15 * q)
      // Upwards the mirror image: 1/S has the barrier above and the far one below.
      let mirror = try FirstPassage.TwoBarriers(
        spot: 1 / 60_000, lower: 1e-9, upper: 1 / barrier, drift: 0.36 - drift, volatility: 0.6,
        years: 0.1)
      #expect(abs(FirstPassage.probability(mirror) - p) <= 1e-11 * p)
    }
  }

  /// Images and sines are two series for one number: across s = ℓ/2 nothing jumps.
  @Test(arguments: [-3.0, 0, 3])
  func theTwoSeriesMeet(_ drift: Double) throws {
    // ln(U/L) = ln(1.44) and σ = 0.5: s = ℓ/2 at T = ln(1.44)².
    let meeting = 0.132_964_600_287_084_87
    var worst = 0.0
    for lower in [51_000.0, 55_000, 59_000, 59_990] {
      let values = try [1 - 1e-9, 1, 1 + 1e-9].map { factor in
        FirstPassage.survival(
          try FirstPassage.TwoBarriers(
            spot: 60_000, lower: lower, upper: 1.44 * lower, drift: drift, volatility: 0.5,
            years: meeting * factor))
      }
      // Over so short a time the law is straight, so the middle lies between its neighbours.
      worst = max(worst, abs(values[1] / (0.5 * (values[0] + values[2])) - 1))
    }
    print("corridor: across the change of series at drift \(drift), relative jump \(worst)")
    #expect(worst < 1e-12)
  }

  /// E[min(τ,T)] against its closed form T·Q + (d/m)[N((mT−d)/s) − e^{2md/σ²}N(−(mT+d)/s)], which
  /// cancels only for small m, and against Simpson on 20 000 steps of √t.
  @Test(arguments: [-2.0, -0.8, -0.3, 0.9, 4])
  func expectedTimeCappedByThreeRoutes(_ drift: Double) throws {
    for (barrier, years) in [
      (50_000.0, 0.3), (59_000, 0.02), (59_999, 2), (40_000, 5), (59_999, 1e-4),
    ] {
      let barrierCase = try one(barrier, drift: drift, years: years)
      let value = FirstPassage.expectedTimeCapped(barrierCase)
      let d = -log(barrier / 60_000)
      let m = 0.18 - drift
      let s = 0.6 * years.squareRoot()
      let q = FirstPassage.survival(barrierCase)
      let p = FirstPassage.probability(barrierCase)
      let hit = Normal.cdf((m * years - d) / s)
      let closed = years * q + d / m * (2 * hit - p)
      #expect(abs(value - closed) <= 1e-11 * closed, "\(barrier) \(years): \(value) \(closed)")

      // Simpson needs steps far below the time scale of the barrier, d²/σ².
      if years > 1e6 * d * d { continue }
      let steps = 20_000
      let h = years.squareRoot() / Double(steps)
      var sum = NeumaierSum()
      for k in 1...steps {
        let u = h * Double(k)
        let weight = k == steps ? 1.0 : (k % 2 == 1 ? 4 : 2)
        let then = try one(barrier, drift: drift, years: u * u)
        sum.add(weight * 2 * u * FirstPassage.survival(then))
      }
      let simpson = sum.value * h / 3
      #expect(abs(value - simpson) <= 1e-8 * value, "\(barrier) \(years): \(value) \(simpson)")
    }
  }

  @Test func refusals() {
    func refused(_ field: String, _ make: () throws -> Void) {
      let error = #expect(throws: PricingError.self) { try make() }
      if case .outOfDomain(let seen, _, _) = error { #expect(seen == field) }
    }
    for bad in [0, -1, Double.nan, .infinity] {
      refused("barrier") { _ = try one(bad) }
    }
    for bad in [-1, Double.nan, .infinity, 1e51] {
      refused("volatility") { _ = try one(50_000, volatility: bad) }
      refused("years") { _ = try one(50_000, years: bad) }
    }
    refused("drift") { _ = try one(50_000, drift: .nan) }
    refused("lower barrier") {
      _ = try FirstPassage.TwoBarriers(
        spot: 1, lower: 2, upper: 2, volatility: 0.5, years: 1)
    }
  }

  /// No corner of the domain gives NaN or leaves [0, 1].
  @Test func everyCornerIsAProbability() throws {
    let sizes = [0, 1e-300, 1e-160, 1e-12, 0.5, 1e6, 1e50]
    for volatility in sizes {
      for years in sizes {
        for drift in [-1e50, -1, -1e-300, 0, 1e-300, 1, 1e50] {
          for barrier in [1e-300, 0.5, 1 - 1e-15, 1 + 1e-15, 2, 1e300] {
            let single = try FirstPassage.OneBarrier(
              spot: 1, barrier: barrier, drift: drift, volatility: volatility, years: years)
            let two = try FirstPassage.TwoBarriers(
              spot: 1, lower: min(barrier, 0.999), upper: max(barrier, 1.001), drift: drift,
              volatility: volatility, years: years)
            let found = [
              FirstPassage.probability(single), FirstPassage.survival(single),
              FirstPassage.eventualProbability(single), FirstPassage.probability(two),
              FirstPassage.survival(two), FirstPassage.eventualUpperFirst(two),
            ]
            let isSound = found.allSatisfy { $0 >= 0 && $0 <= 1 }
            #expect(isSound, "\(volatility) \(years) \(drift) \(barrier): \(found)")
            if case .years(let years) = FirstPassage.expectedTime(two) {
              #expect(years >= 0 && years.isFinite)
            }
          }
        }
      }
    }
  }
}
