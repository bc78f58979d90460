import Testing

@testable import FulcrumNumerics

/// Rows of draws against the draws of one path and block at a time, at every level of this processor.
@Suite struct PathRowsTests {
  static let draws = RandomDraws(seed: 0x5EED_0123_4567_89AB, purpose: 3)
  /// Far, and across the end of the low half of the counter.
  static let places = [
    PathRows.Place(firstPath: 7, width: 32, firstBlock: 5),
    PathRows.Place(firstPath: 0xFFFF_FFF8, width: 48, firstBlock: UInt32.max),
  ]

  @Test(arguments: KernelLevel.supported) func rowsAreTheDrawsOfEachPath(level: KernelLevel) {
    var worst = 0.0
    for place in Self.places {
      let blocks = place.firstBlock == UInt32.max ? 1 : 3
      var (uniforms, normals) = ([Double](), [Double]())
      PathRows.uniforms(Self.draws, at: place, blocks: blocks, into: &uniforms, level: level)
      PathRows.normals(Self.draws, at: place, blocks: blocks, into: &normals, level: level)
      #expect(uniforms.count == 2 * blocks * place.width && normals.count == uniforms.count)
      for block in 0..<blocks {
        for column in 0..<place.width {
          let (path, at) = (place.firstPath + UInt64(column), place.firstBlock &+ UInt32(block))
          let first = 2 * block * place.width + column
          let exact = Self.draws.uniforms(path: path, block: at)
          #expect(uniforms[first] == exact.0 && uniforms[first + place.width] == exact.1)
          for (got, u) in [(normals[first], exact.0), (normals[first + place.width], exact.1)] {
            let z = Normal.inverseCdf(u)
            worst = max(worst, (got - z).magnitude / z.magnitude)
          }
        }
      }
    }
    print("rows \(level.rawValue): worst normal, relative", worst)
    #expect(worst <= 1e-9)
  }

  /// Blocks in no order are the draws of each path, one by one, whatever their number.
  @Test(arguments: KernelLevel.supported) func scatteredAreTheDrawsOfEachPath(level: KernelLevel) {
    var worst = 0.0
    for firstPath in [7, 0xFFFF_FFF8] as [UInt64] {
      for count in [0, 1, 15, 16, 37] {
        let columns = (0..<count).map { UInt32(($0 * 11) % 32) }
        let blocks = (0..<count).map { UInt32($0 * $0) &* 0x0101_0101 }
        for normal in [false, true] {
          var rows: (first: [Double], second: [Double]) = ([3], [])
          PathRows.scattered(
            Self.draws, firstPath: firstPath, columns: columns, blocks: blocks, normal: normal,
            into: &rows, level: level)
          #expect(rows.first.count == count && rows.second.count == count)
          for place in 0..<count {
            let exact = Self.draws.uniforms(
              path: firstPath + UInt64(columns[place]), block: blocks[place])
            #expect(rows.first[place] == exact.0)
            let second = normal ? Normal.inverseCdf(exact.1) : exact.1
            let apart = (rows.second[place] - second).magnitude / second.magnitude
            #expect(normal || apart == 0)
            worst = max(worst, apart)
          }
        }
      }
    }
    print("scattered \(level.rawValue): worst normal, relative", worst)
    #expect(worst <= 1e-9)
  }

  /// The bits that uniforms leave over are words 1 and 3 below 2048; thresholds let through none, few,
  /// half and all of every second row.
  @Test(arguments: KernelLevel.supported) func arrivalsAreTheBitsAtOrAbove(level: KernelLevel) {
    let thresholds: [UInt16] = [2048, 2027, 1024, 0, 2047, 1]
    let blocks = 6
    for var place in Self.places {
      place.firstBlock = 9
      let width = place.width
      var normals: [Double] = []
      var spare = [UInt16](repeating: 0, count: 2 * blocks * width)
      PathRows.normals(
        Self.draws, at: place, blocks: blocks, into: &normals, spare: &spare, level: level)
      var found: [UInt32] = []
      PathRows.arrivals(
        spare, width: width, stride: 2, thresholds: thresholds, into: &found, level: level)
      var expected: [UInt32] = []
      for (row, threshold) in thresholds.enumerated() {
        for column in 0..<width {
          let words = Self.draws.words(
            path: place.firstPath + UInt64(column), block: 9 + UInt32(row))
          #expect(spare[2 * row * width + column] == UInt16(words[1] % 2048))
          #expect(spare[(2 * row + 1) * width + column] == UInt16(words[3] % 2048))
          if words[1] % 2048 >= threshold { expected.append(UInt32(row * width + column)) }
        }
      }
      #expect(found == expected)
    }
  }

  /// By hand: x = y + drift + deviation·Z, y = x + jump where the row has any.
  @Test(arguments: KernelLevel.supported) func sumsByHand(level: KernelLevel) {
    let width = PathRows.lanes
    var x = [Double](repeating: 0, count: 3 * width)
    var landed = x
    for column in 0..<width {
      (x[column], x[width + column], x[2 * width + column]) = (1, -2, Double(column))
      landed[width + column] = column == 3 ? 0.5 : 0
      landed[2 * width + column] = 99
    }
    PathRows.accumulate(
      drift: [0.25, 0.5, -1], deviation: [2, 4, 0.5], jumped: [0, 1, 0], width: width, x: &x,
      landed: &landed, level: level)
    for column in 0..<width {
      let second = 2.25 + 0.5 - 8
      let jumped = second + (column == 3 ? 0.5 : 0)
      #expect(x[column] == 2.25 && x[width + column] == second)
      #expect(landed[width + column] == jumped)
      #expect(x[2 * width + column] == jumped - 1 + 0.5 * Double(column))
      #expect(landed[column] == 0 && landed[2 * width + column] == 99, "rows without jumps")
    }
  }
}
