import Foundation
import FulcrumNumerics
import Testing

/// The counter-based generator and the steps of a walk, at every level of this processor.
struct BarrierWalkTests {
  private struct File: Decodable { let cases: [Row] }
  private struct Row: Decodable {
    struct Inputs: Decodable {
      let counter: [UInt32]?
      let key: [UInt32]?
    }
    struct Expected: Decodable {
      let words: [UInt32]?
      let uniform53: [Double]?
      let normalInverse: [Double]?
    }
    let id: String
    let inputs: Inputs
    let expected: Expected
  }

  /// Words and uniforms exactly as published, normals to the stated 1e-9.
  @Test(arguments: KernelLevel.supported) func vectors(_ level: KernelLevel) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/rng_normal.json")
    let rows = try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
    var (compared, worst) = (0, 0.0)
    for row in rows {
      guard let c = row.inputs.counter, let k = row.inputs.key else { continue }
      let words = Philox.words(counter: SIMD4(c[0], c[1], c[2], c[3]), key: SIMD2(k[0], k[1]))
      #expect((0..<4).map { words[$0] } == row.expected.words, "\(row.id)")
      let walk = try BarrierWalk(
        seed: UInt64(k[1]) << 32 | UInt64(k[0]), purpose: c[3], drift: 0, deviation: 1)
      let drawn = walk.draws(
        path: UInt64(c[1]) << 32 | UInt64(c[0]), block: c[2], level: level)
      #expect(drawn.uniforms == row.expected.uniform53, "\(row.id)")
      for (z, q) in zip(drawn.normals, try #require(row.expected.normalInverse)) {
        worst = max(worst, abs(z - q) / max(abs(q), 1e-3))
        compared += 1
      }
    }
    print("walk \(level.rawValue): worst normal of \(compared), relative", worst)
    #expect(worst < 1e-9 && compared == 80)
  }

  /// Levels give the same walk: the same bits with FMA, 1e-8 between texts.
  @Test func levelsAgree() throws {
    let walk = try BarrierWalk(
      seed: 20_261_125, purpose: 3, drift: -1e-4, deviation: 0.02, barrier: .below(-0.1))
    func run(_ level: KernelLevel, first: UInt64, count: Int) -> WalkPaths {
      var paths = WalkPaths(count: count, firstPath: first)
      // In pieces: how blocks are cut must not show.
      for blocks in [UInt32(0)..<7, 7..<8, 8..<8, 8..<25] {
        walk.advance(&paths, blocks: blocks, level: level)
      }
      return paths
    }
    let reference = run(.swift, first: 7, count: 301)
    #expect(reference.survival.contains(0) && reference.survival.contains { $0 > 0.99 })
    var worst = 0.0
    for level in KernelLevel.supported {
      let paths = run(level, first: 7, count: 301)
      for place in 0..<paths.count {
        worst = max(worst, abs(paths.logs[place] - reference.logs[place]))
        worst = max(worst, abs(paths.survival[place] - reference.survival[place]))
      }
      // The same path in another batch, at another place, is the same path.
      var later = WalkPaths(count: 50, firstPath: 100)
      walk.advance(&later, blocks: 0..<25, level: level)
      #expect(Array(paths.logs[93..<143]) == later.logs)
      #expect(Array(paths.survival[93..<143]) == later.survival)
    }
    print("walk: worst difference between levels", worst)
    #expect(worst < 1e-8)
    if KernelLevel.avx512.isSupported {
      #expect(run(.avx512, first: 7, count: 301) == run(.avx2, first: 7, count: 301))
    }
  }

  /// The mean survival is the closed form of the first passage, whatever the step, within four
  /// standard errors; the mean of S is that of its law.
  @Test(arguments: [(2, 0.9), (8, 0.9), (8, 1.12)])
  func firstPassage(_ blocks: Int, _ barrier: Double) throws {
    let (sigma, years) = (0.8, 0.05)
    let steps = Double(2 * blocks)
    let level = Foundation.log(barrier)
    let walk = try BarrierWalk(
      seed: 11, drift: -0.5 * sigma * sigma * years / steps,
      deviation: sigma * (years / steps).squareRoot(),
      barrier: barrier < 1 ? .below(level) : .above(level))
    var paths = WalkPaths(count: 40_000)
    walk.advance(&paths, blocks: 0..<UInt32(blocks))
    let n = Double(paths.count)
    let mean = paths.survival.reduce(0, +) / n
    let variance = paths.survival.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    // P(not touched) of a drifted Brownian motion, reflected where the barrier lies below.
    let nu = -0.5 * sigma * sigma * (barrier < 1 ? 1 : -1)
    let (b, s) = (-abs(level), sigma * years.squareRoot())
    let exact =
      Normal.cdf((-b + nu * years) / s)
      - Foundation.exp(2 * nu * b / (sigma * sigma)) * Normal.cdf((b + nu * years) / s)
    let deviations = (mean - exact) / (variance / n).squareRoot()
    print("walk: survival \(mean), exact \(exact), \(deviations) standard errors")
    #expect(abs(deviations) < 4)
    let spot = paths.logs.reduce(0) { $0 + Foundation.exp($1) } / n
    #expect(abs(spot - 1) < 4 * s / n.squareRoot())
  }

  /// Without a barrier every path survives, whatever its steps.
  @Test(arguments: KernelLevel.supported) func noBarrier(_ level: KernelLevel) throws {
    for drift in [-1e100, -1, 0, 1, 1e100] {
      for deviation in [1e-100, 1, 1e100] {
        var paths = WalkPaths(count: 19)
        let walk = try BarrierWalk(seed: 1, drift: drift, deviation: deviation)
        walk.advance(&paths, blocks: 0..<300, level: level)
        #expect(paths.survival.allSatisfy { $0 == 1 }, "\(drift), \(deviation)")
        #expect(paths.logs.allSatisfy { $0.isFinite }, "\(drift), \(deviation)")
      }
    }
  }

  /// Paths whose numbers pass 2³² within a vector, alone and among the others.
  @Test(arguments: KernelLevel.supported) func longPathNumbers(_ level: KernelLevel) throws {
    let walk = try BarrierWalk(seed: 5, drift: 0, deviation: 0.02, barrier: .above(0.05))
    let first = UInt64(UInt32.max) - 20
    var together = WalkPaths(count: 41, firstPath: first)
    walk.advance(&together, blocks: 3..<10, level: level)
    for place in 0..<41 {
      var alone = WalkPaths(count: 1, firstPath: first + UInt64(place))
      walk.advance(&alone, blocks: 3..<10, level: level)
      #expect(alone.logs == [together.logs[place]])
      #expect(alone.survival == [together.survival[place]])
      let z = (UInt32(3)..<10).reduce(0.0) { sum, block in
        let draws = walk.draws(path: first + UInt64(place), block: block, level: .swift)
        return sum + draws.normals[0] + draws.normals[1]
      }
      #expect(abs(z * 0.02 - together.logs[place]) < 1e-8, "path \(place)")
    }
  }

  @Test func refusals() throws {
    for deviation in [0, -1, .nan, .infinity] {
      #expect(throws: NumericsError.self) {
        try BarrierWalk(seed: 1, drift: 0, deviation: deviation)
      }
    }
    for drift in [.nan, .infinity, 1e308, -1.01e100] {
      #expect(throws: NumericsError.self, "\(drift)") {
        try BarrierWalk(seed: 1, drift: drift, deviation: 1)
      }
    }
    #expect(throws: NumericsError.self) {
      try BarrierWalk(seed: 1, drift: 0, deviation: 1, barrier: .above(.infinity))
    }
    var none = WalkPaths(count: -3)
    try BarrierWalk(seed: 1, drift: 0, deviation: 1).advance(&none, blocks: 0..<1)
    #expect(none.count == 0)
  }
}
