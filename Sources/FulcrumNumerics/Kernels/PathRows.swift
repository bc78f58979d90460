internal import CFulcrumKernels

/// Draws and sums of many paths at once: paths lie in columns, steps in rows of `width` paths.
///
/// Every draw is the one that `RandomDraws` gives for its path and block.
///
/// - Accuracy: uniforms and words are the same at every level; normals are N⁻¹ of their uniforms within
///   1e-9 relative, as `BarrierWalk`'s.
package enum PathRows {
  /// Widths are multiples of this, so that a vector never ends within a row.
  package static let lanes = Int(FK_LANES)

  /// The width that holds `count` paths.
  package static func width(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

  /// Consecutive paths, and consecutive blocks of draws on each.
  package struct Place: Hashable, Sendable {
    package var firstPath: UInt64
    package var width: Int
    package var firstBlock: UInt32

    package init(firstPath: UInt64, width: Int, firstBlock: UInt32 = 0) {
      precondition(width > 0 && width % lanes == 0, "rows of \(width) paths; see PathRows.lanes")
      self.firstPath = firstPath
      self.width = width
      self.firstBlock = firstBlock
    }
  }

  /// Standard normals, two rows to a block; the array gets 2·blocks rows.
  package static func normals(
    _ draws: RandomDraws, at place: Place, blocks: Int, into rows: inout [Double],
    level: KernelLevel = .current
  ) {
    var none: [UInt16] = []
    normals(draws, at: place, blocks: blocks, into: &rows, spare: &none, level: level)
  }

  /// The same, and of each draw the 11 bits that its uniform has no room for: numbers below 2048 that
  /// are independent of it.
  ///
  /// - Parameter spare: gets as many rows; left alone where it is empty.
  package static func normals(
    _ draws: RandomDraws, at place: Place, blocks: Int, into rows: inout [Double],
    spare: inout [UInt16], level: KernelLevel = .current
  ) {
    let size = 2 * blocks * place.width
    precondition(spare.isEmpty || spare.count == size, "rows of different numbers")
    resize(&rows, size)
    let code = level.runnable.code
    guard code >= 0 else {
      each(place, blocks: blocks) { path, block, first in
        let words = draws.words(path: path, block: block)
        let uniforms = Philox.uniforms(words)
        rows[first] = Normal.quantile(uniforms.0)
        rows[first + place.width] = Normal.quantile(uniforms.1)
        guard !spare.isEmpty else { return }
        spare[first] = Philox.spare(words.y)
        spare[first + place.width] = Philox.spare(words.w)
      }
      return
    }
    var step = place.step(draws, blocks: blocks)
    let bits = spare.count
    spare.withUnsafeMutableBufferPointer { spare in
      fk_draws(code, place.width, &step, nil, &rows, bits > 0 ? spare.baseAddress : nil)
    }
  }

  /// Uniforms in (0, 1), two rows to a block; the array gets 2·blocks rows.
  package static func uniforms(
    _ draws: RandomDraws, at place: Place, blocks: Int, into rows: inout [Double],
    level: KernelLevel = .current
  ) {
    resize(&rows, 2 * blocks * place.width)
    let code = level.runnable.code
    guard code >= 0 else {
      each(place, blocks: blocks) { path, block, first in
        (rows[first], rows[first + place.width]) = draws.uniforms(path: path, block: block)
      }
      return
    }
    var step = place.step(draws, blocks: blocks)
    fk_draws(code, place.width, &step, &rows, nil, nil)
  }

  private static func resize(_ rows: inout [Double], _ size: Int) {
    if rows.count != size { rows = [Double](repeating: 0, count: size) }
  }

  /// Every path and block, and where the first of its two rows has it.
  private static func each(
    _ place: Place, blocks: Int, _ body: (_ path: UInt64, _ block: UInt32, _ first: Int) -> Void
  ) {
    for block in 0..<blocks {
      for column in 0..<place.width {
        body(
          place.firstPath &+ UInt64(column), place.firstBlock &+ UInt32(block),
          2 * block * place.width + column)
      }
    }
  }

  /// Where spare bits are at least the threshold of their row: every `stride`-th row from the first on,
  /// a threshold each. Places are row·width + column, ascending.
  package static func arrivals(
    _ spare: [UInt16], width: Int, stride: Int, thresholds: [UInt16], into found: inout [UInt32],
    level: KernelLevel = .current
  ) {
    let rows = thresholds.count
    let size = rows * width
    precondition(
      rows == 0 || spare.count >= ((rows - 1) * stride + 1) * width, "too few rows of bits")
    let code = level.runnable.code
    guard code >= 0 else {
      found = (0..<UInt32(size)).filter { place in
        let (row, column) = Int(place).quotientAndRemainder(dividingBy: width)
        return spare[row * stride * width + column] >= thresholds[row]
      }
      return
    }
    found.removeAll(keepingCapacity: true)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: max(size, 1)) { room in
      let count = fk_arrivals(code, width, rows, stride, spare, thresholds, room.baseAddress)
      found.append(contentsOf: room[..<count])
    }
  }

  /// The draws of blocks in no order: of `columns[i]` paths from the first on and block `blocks[i]` the
  /// first uniform, and the second or N⁻¹ of it.
  package static func scattered(
    _ draws: RandomDraws, firstPath: UInt64, columns: [UInt32], blocks: [UInt32], normal: Bool,
    into rows: inout (first: [Double], second: [Double]), level: KernelLevel = .current
  ) {
    precondition(columns.count == blocks.count, "columns of different lengths")
    resize(&rows.first, columns.count)
    resize(&rows.second, columns.count)
    let code = level.runnable.code
    guard code >= 0 else {
      for (place, column) in columns.enumerated() {
        let found = draws.uniforms(path: firstPath &+ UInt64(column), block: blocks[place])
        rows.first[place] = found.0
        rows.second[place] = normal ? Normal.quantile(found.1) : found.1
      }
      return
    }
    guard !columns.isEmpty else { return }
    var step = Place(firstPath: firstPath, width: lanes).step(draws, blocks: 1)
    fk_scattered(
      code, normal ? 1 : 0, columns.count, &step, columns, blocks, &rows.first, &rows.second)
  }

  /// Sums of steps: xₖ = yₖ₋₁ + driftₖ + deviationₖ·Zₖ from y₀ = 0, and yₖ = xₖ + jumpₖ in rows that
  /// `jumped` marks by a number other than 0, xₖ in others.
  ///
  /// - Parameters:
  ///   - x: Z in, x out; rows beyond those of `drift` are left alone.
  ///   - landed: jumps in, y out, in marked rows; untouched in others.
  package static func accumulate(
    drift: [Double], deviation: [Double], jumped: [UInt8], width: Int, x: inout [Double],
    landed: inout [Double], level: KernelLevel = .current
  ) {
    let rows = drift.count
    precondition(
      deviation.count == rows && jumped.count == rows && x.count >= rows * width
        && landed.count >= rows * width, "columns of different lengths")
    let code = level.runnable.code
    guard code >= 0 else {
      for column in 0..<width {
        var at = 0.0
        for row in 0..<rows {
          let place = row * width + column
          at += drift[row] + deviation[row] * x[place]
          x[place] = at
          guard jumped[row] != 0 else { continue }
          at += landed[place]
          landed[place] = at
        }
      }
      return
    }
    x.withUnsafeMutableBufferPointer { x in
      landed.withUnsafeMutableBufferPointer { landed in
        guard let x = x.baseAddress, let landed = landed.baseAddress else { return }
        fk_accumulate(code, width, rows, drift, deviation, jumped, x, landed)
      }
    }
  }
}

extension PathRows.Place {
  func step(_ draws: RandomDraws, blocks: Int) -> fk_step {
    fk_step(
      seed: draws.seed, firstPath: firstPath, block: firstBlock, blocks: UInt32(blocks),
      purpose: draws.purpose, drift: 0, deviation: 1, logBarrier: -1e150, below: 1)
  }
}
