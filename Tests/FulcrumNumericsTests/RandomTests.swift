import Foundation
import FulcrumNumerics
import Testing

/// The counter-based generator and Sobol points against published words and points, bit for bit.
struct RandomTests {
  struct File<Row: Decodable>: Decodable { let cases: [Row] }

  static func cases<Row: Decodable>(_ name: String, of row: Row.Type) throws -> [Row] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/\(name).json")
    return try JSONDecoder().decode(File<Row>.self, from: Data(contentsOf: url)).cases
  }

  struct PhiloxRow: Decodable {
    struct Inputs: Decodable {
      let counter: [UInt32]?
      let key: [UInt32]?
    }
    struct Expected: Decodable {
      let words: [UInt32]?
      let uniform53: [Double]?
    }
    let id: String
    let inputs: Inputs
    let expected: Expected
  }

  @Test func philoxWordsAndUniforms() throws {
    var compared = 0
    for row in try Self.cases("rng_normal", of: PhiloxRow.self) {
      guard let c = row.inputs.counter, let k = row.inputs.key else { continue }
      let words = Philox.words(counter: .init(c[0], c[1], c[2], c[3]), key: .init(k[0], k[1]))
      #expect([words.x, words.y, words.z, words.w] == row.expected.words, "\(row.id)")
      let (first, second) = Philox.uniforms(words)
      #expect([first, second] == row.expected.uniform53, "\(row.id)")
      compared += 1
    }
    #expect(compared == 40)
  }

  /// The top uniform would round to 1, whose quantile is infinite.
  @Test func uniformsStayBelowOne() {
    let (top, bottom) = Philox.uniforms(.init(.max, .max, 0, 0))
    #expect(top == 1 - 0x1p-53 && bottom == 0x1p-54)
    #expect(Normal.quantile(top).isFinite && Normal.quantile(bottom).isFinite)
  }

  @Test func drawsFollowNameAndPathAlone() {
    let draws = RandomDraws(seed: RandomDraws.seed(7, for: "weekly-strangle"), purpose: 0)
    let forward = (0..<50).map { draws.normals(path: UInt64($0), block: 3).0 }
    let backward = (0..<50).reversed().map { draws.normals(path: UInt64($0), block: 3).0 }
    #expect(forward == backward.reversed())
    let other = RandomDraws(seed: RandomDraws.seed(7, for: "weekly-strangl"), purpose: 0)
    #expect(other.normals(path: 0, block: 3).0 != forward[0])
    #expect(RandomDraws.seed(0, for: "") == 0xCBF2_9CE4_8422_2325)  // FNV-1a's offset basis
    #expect(RandomDraws.seed(0, for: "foobar") == 0x85944171f73967e8)  // its published test value
  }

  /// The fast quantile against the careful one, over draws and both tails.
  @Test func quantileOfDraws() {
    var worst = (error: 0.0, at: 0.0)
    func check(_ p: Double) {
      let exact = Normal.inverseCdf(p)
      let scale = max(exact.magnitude, 0x1p-52)
      let error = (Normal.quantile(p) - exact).magnitude / scale
      if error > worst.error { worst = (error, p) }
    }
    let draws = RandomDraws(seed: 11, purpose: 9)
    for path in 0..<20_000 as Range<UInt64> {
      let (first, second) = draws.uniforms(path: path, block: 0)
      check(first)
      check(second)
    }
    for power in 1...54 { check(Double(sign: .plus, exponent: -power, significand: 1)) }
    for power in 2...53 { check(1 - Double(sign: .plus, exponent: -power, significand: 1)) }
    print("normal quantile of draws: worst relative error \(worst.error) at p = \(worst.at)")
    #expect(worst.error <= 1e-14)
  }

  struct SobolRow: Decodable {
    struct Inputs: Decodable { let index: UInt32? }
    struct Expected: Decodable { let point: [Double]? }
    let id: String
    let inputs: Inputs
    let expected: Expected
  }

  @Test func sobolPoints() throws {
    let sobol = Sobol(dimensions: 64)
    var compared = 0
    for row in try Self.cases("sobol", of: SobolRow.self) {
      guard let index = row.inputs.index else { continue }
      #expect(sobol.point(index: index) == row.expected.point, "\(row.id)")
      compared += 1
    }
    #expect(compared == 28)
  }

  /// Rows of paths that begin and end inside a round of replicates, against one point at a time.
  @Test func rowsOfPointsAreThoseOneByOne() {
    let points = SobolRows(dimensions: 64, seed: 77)
    let place = PathRows.Place(firstPath: 16_389, width: PathRows.width(40))
    var rows = [Double](repeating: .nan, count: 2 * 64 * place.width)
    points.normals(at: place, stride: 2, into: &rows)
    for replicate in 0..<ShiftedSobol.replicates {
      let single = ShiftedSobol(dimensions: 64, seed: 77, replicate: replicate)
      for column in 0..<place.width where (16_389 + column) % 16 == replicate {
        for d in [0, 1, 17, 63] {
          let u = single.uniform(index: UInt32((16_389 + column) / 16), dimension: d)
          let z = rows[2 * d * place.width + column]
          #expect(abs(z - Normal.quantile(u)) <= 1e-9 * max(1, abs(z)), "\(column) \(d)")
        }
      }
    }
    #expect(rows[place.width].isNaN, "rows between the points' are left alone")
  }

  /// The bridge's steps against the path of `mc_kernels.json`'s own form, on uneven times.
  @Test func stepNormalsSumToTheBridge() {
    let times = [0.1, 0.25, 0.3, 0.7, 1.1, 1.2, 2]
    let bridge = BrownianPath(times: times)
    let width = PathRows.width(1)
    let normals = times.indices.map { row in
      (0..<width).map { sin(Double(7 * row + 3 * $0 + 1)) }
    }
    var rows = normals.flatMap { $0 + [Double](repeating: -9, count: width) }
    var room: [Double] = []
    bridge.stepNormals(&rows, width: width, stride: 2, room: &room)
    for column in 0..<width {
      let path = bridge.path(normals.map { $0[column] })
      var sum = 0.0
      for (step, time) in times.enumerated() {
        let length = time - (step > 0 ? times[step - 1] : 0)
        sum += length.squareRoot() * rows[2 * step * width + column]
        #expect(abs(sum - path[step]) < 1e-13)
        #expect(rows[(2 * step + 1) * width + column] == -9)
      }
    }
  }

  /// Sixteen shifted replicates: the mean of a smooth function of eight normals is within four of
  /// its own standard errors of the closed form, which is below a tenth of plain sampling's.
  @Test func shiftedReplicatesAreHonest() {
    let dimensions = 8
    let points: UInt32 = 1024
    let exact = exp(0.5 * 0.04 * Double(dimensions))
    let means = (0..<ShiftedSobol.replicates).map { replicate in
      let sobol = ShiftedSobol(dimensions: dimensions, seed: 5, replicate: replicate)
      var sum = 0.0
      for index in 0..<points {
        var exponent = 0.0
        for d in 0..<dimensions {
          exponent += 0.2 * Normal.quantile(sobol.uniform(index: index, dimension: d))
        }
        sum += exp(exponent)
      }
      return sum / Double(points)
    }
    let count = Double(means.count)
    let mean = means.reduce(0, +) / count
    let variance = means.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
    let error = (variance / count).squareRoot()
    let plain = exact * (exp(0.32) - 1).squareRoot() / (Double(points) * count).squareRoot()
    print("sobol: mean \(mean) ± \(error), exact \(exact); plain sampling would have ± \(plain)")
    #expect(abs(mean - exact) <= 4 * error)
    #expect(error < plain / 10 && error > 0)
  }
}
