import Foundation
import FulcrumNumerics
import Testing

/// The normal law against 50-digit reference values (`rng_normal.json`: cdf, logCdf, quantile).
struct NormalVectorTests {
  struct File: Decodable { let cases: [Row] }

  struct Rule: Decodable {
    let rel: Double
    let abs: Double
    let perKey: [String: Rule]?
  }

  struct Row: Decodable {
    struct Inputs: Decodable {
      let x: Double?
      let p: Double?
    }
    struct Expected: Decodable {
      let cdf: Double?
      let logCdf: Double?
      let x: Double?
      let uniform53: [Double]?
      let normalInverse: [Double]?
    }
    let id: String
    let inputs: Inputs
    let expected: Expected
    let tolerance: Rule

    func allowed(_ key: String, _ value: Double) -> Double {
      let rule = tolerance.perKey?[key] ?? tolerance
      return rule.abs + rule.rel * Swift.abs(value)
    }
  }

  static func rows() throws -> [Row] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/rng_normal.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
  }

  @Test func lawAndQuantile() throws {
    var worst: [String: (Double, String)] = [:]
    var compared = 0
    func check(_ row: Row, _ key: String, _ got: Double, _ expected: Double) {
      let fraction = abs(got - expected) / row.allowed(key, expected)
      compared += 1
      if fraction >= worst[key]?.0 ?? 0 { worst[key] = (fraction, row.id) }
      #expect(fraction <= 1, "\(row.id) \(key): got \(got), expected \(expected)")
    }
    for row in try Self.rows() {
      if let x = row.inputs.x {
        check(row, "cdf", Normal.cdf(x), try #require(row.expected.cdf))
        check(row, "logCdf", Normal.logCdf(x), try #require(row.expected.logCdf))
      } else if let p = row.inputs.p {
        check(row, "x", Normal.inverseCdf(p), try #require(row.expected.x))
      } else {
        let uniforms = try #require(row.expected.uniform53)
        let quantiles = try #require(row.expected.normalInverse)
        for (u, q) in zip(uniforms, quantiles) {
          check(row, "normalInverse", Normal.inverseCdf(u), q)
        }
      }
    }
    for (key, row) in worst.sorted(by: { $0.key < $1.key }) {
      print("vectors rng_normal.\(key): worst error/tolerance \(row.0) in \(row.1)")
    }
    #expect(compared == 60 * 2 + 60 + 80)
  }
}
