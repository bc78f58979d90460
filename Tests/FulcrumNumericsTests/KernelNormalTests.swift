import FulcrumNumerics
import Testing

/// The normal law over arrays, at every level of this processor.
struct KernelNormalTests {
  @Test(arguments: KernelLevel.supported) func vectors(_ level: KernelLevel) throws {
    var worst: [String: (Double, String)] = [:]
    var compared = 0
    func check(_ row: NormalVectorTests.Row, _ key: String, _ got: Double, _ expected: Double) {
      let fraction = abs(got - expected) / row.allowed(key, expected)
      compared += 1
      if fraction >= worst[key]?.0 ?? 0 { worst[key] = (fraction, row.id) }
      #expect(fraction <= 1, "\(row.id) \(key): got \(got), expected \(expected)")
    }
    let rows = try NormalVectorTests.rows()
    let points = rows.filter { $0.inputs.x != nil }
    let cdf = try Normal.cdf(points.map { $0.inputs.x ?? 0 }, level: level)
    for (row, got) in zip(points, cdf) { check(row, "cdf", got, try #require(row.expected.cdf)) }
    let tails = rows.filter { $0.inputs.p != nil }
    let quantiles = try Normal.inverseCdf(tails.map { $0.inputs.p ?? 0 }, level: level)
    for (row, got) in zip(tails, quantiles) { check(row, "x", got, try #require(row.expected.x)) }
    for row in rows {
      guard let uniforms = row.expected.uniform53 else { continue }
      let expected = try #require(row.expected.normalInverse)
      for (got, q) in zip(try Normal.inverseCdf(uniforms, level: level), expected) {
        check(row, "normalInverse", got, q)
      }
    }
    for (key, row) in worst.sorted(by: { $0.key < $1.key }) {
      print("rng_normal \(level.rawValue) \(key): worst error/tolerance \(row.0) in \(row.1)")
    }
    #expect(compared == 60 + 60 + 80)
  }

  /// The batch against the scalar functions, whose accuracy has vectors of its own, on a dense grid.
  @Test(arguments: KernelLevel.supported) func agreesWithScalar(_ level: KernelLevel) throws {
    let x = stride(from: -38.5, through: 9, by: 0.0103).map { $0 }
    var worst = (cdf: 0.0, pdf: 0.0, quantile: 0.0)
    let cdf = try Normal.cdf(x, level: level)
    let pdf = try Normal.pdf(x, level: level)
    for (place, at) in x.enumerated() {
      let (c, d) = (Normal.cdf(at), Normal.pdf(at))
      if c > 1e-300 { worst.cdf = max(worst.cdf, abs(cdf[place] / c - 1)) }
      if d > 1e-300 { worst.pdf = max(worst.pdf, abs(pdf[place] / d - 1)) }
    }
    let p = cdf.filter { $0 > 0 && $0 < 1 }
    for (got, at) in zip(try Normal.inverseCdf(p, level: level), p) {
      let expected = Normal.inverseCdf(at)
      worst.quantile = max(worst.quantile, abs(got - expected) / max(abs(expected), 1e-3))
    }
    print("normal \(level.rawValue): worst against scalar", worst)
    #expect(worst.cdf < 4e-15 && worst.pdf < 2e-15 && worst.quantile < 4e-15)
  }

  @Test(arguments: KernelLevel.supported) func endsAndRefusals(_ level: KernelLevel) throws {
    let infinity = Double.infinity
    #expect(try Normal.cdf([-infinity, infinity, -40], level: level) == [0, 1, 0])
    #expect(abs(try Normal.cdf([0], level: level)[0] - 0.5) <= 1.2e-16)
    #expect(try Normal.pdf([-infinity, infinity, 41], level: level) == [0, 0, 0])
    #expect(try Normal.inverseCdf([0, 0.5, 1], level: level) == [-infinity, 0, infinity])
    #expect(try Normal.cdf([], level: level).isEmpty)
    #expect(throws: NumericsError.notANumber(index: 1)) {
      try Normal.cdf([0, .nan], level: level)
    }
    #expect(throws: NumericsError.notANumber(index: 0)) { try Normal.pdf([.nan], level: level) }
    for bad in [-1e-300, 1.0000000000000002, infinity] {
      #expect(throws: NumericsError.notAProbability(index: 2, seen: bad)) {
        try Normal.inverseCdf([0.1, 0.2, bad], level: level)
      }
    }
    #expect(throws: NumericsError.self) { try Normal.inverseCdf([.nan], level: level) }
  }

  @Test func namesOfLevels() {
    #expect(throws: KernelLevelError.unknown("sse9")) { try KernelLevel.pin(named: "sse9") }
    #expect(throws: Never.self) { try KernelLevel.pin(named: nil) }
    #expect(KernelLevel.supported.starts(with: [.swift, .portable]))
    #expect(KernelLevel.best.isSupported && KernelLevel.current.isSupported)
  }
}
