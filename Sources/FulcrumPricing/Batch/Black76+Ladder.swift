internal import CFulcrumKernels
package import FulcrumNumerics

/// One option at many forwards: what a leverage curve, a row of a stress grid, a tail integral and a
/// liquidation search ask for.
extension Black76 {
  /// B of `option` at every one of `forwards`, USD per coin, by the batch kernels.
  ///
  /// A price does not depend on the others asked for. `option.forward` and `option.rate` are not used.
  /// What the vector text leaves out is answered by `undiscounted`.
  ///
  /// - Accuracy: as `Black76.evaluate`.
  package static func undiscounted(
    _ option: OptionInput, atForwards forwards: [Double], level: KernelLevel = .current
  ) -> [Double] {
    ladder(option, .price, forwards, level) { base, row, moved in
      base[row] = undiscounted(moved)
    }
  }

  /// B, delta, gamma, vega and theta of `option` at every one of `forwards`: five columns, one after
  /// the other, as `OptionFigures.firstOrder` has them. Otherwise as `undiscounted(_:atForwards:)`.
  package static func firstOrder(
    _ option: OptionInput, atForwards forwards: [Double], level: KernelLevel = .current
  ) -> [Double] {
    let count = forwards.count
    return ladder(option, .firstOrder, forwards, level) { base, row, moved in
      let value = valueAndFirstOrder(moved)
      base[row] = value.undiscounted
      base[count + row] = value.delta
      base[2 * count + row] = value.gamma
      base[3 * count + row] = value.vega
      base[4 * count + row] = value.theta
    }
  }

  /// - Parameter scalar: writes one row of the columns that begin at its first argument.
  private static func ladder(
    _ option: OptionInput, _ figures: OptionFigures, _ forwards: [Double], _ level: KernelLevel,
    scalar: (_ base: UnsafeMutablePointer<Double>, _ row: Int, _ moved: OptionInput) -> Void
  ) -> [Double] {
    let columns = figures.figures.count
    return Array(unsafeUninitializedCapacity: columns * forwards.count) { buffer, made in
      guard let base = buffer.baseAddress, !forwards.isEmpty else { return }
      base.initialize(repeating: 0, count: columns * forwards.count)
      let isWhole = vector(option, figures, forwards, level.runnable, into: base)
      if !isWhole {
        for (row, forward) in forwards.enumerated()
        where fk_in_domain(forward, option.strike, option.years, option.volatility, 0) == 0 {
          var moved = option
          moved.forward = forward
          scalar(base, row, moved)
        }
      }
      made = columns * forwards.count
    }
  }

  /// Whether the vector text answered every row.
  private static func vector(
    _ option: OptionInput, _ figures: OptionFigures, _ forwards: [Double], _ level: KernelLevel,
    into base: UnsafeMutablePointer<Double>
  ) -> Bool {
    // An option outside the domain at its own strike is outside at every price.
    guard fk_in_domain(option.strike, option.strike, option.years, option.volatility, 0) != 0 else {
      return false
    }
    let width = figures.figures.count
    return withConstants(of: option, rows: min(forwards.count, ladderRows)) { constants, out in
      forwards.withUnsafeBufferPointer { forwards in
        var isWhole = true
        for start in stride(from: 0, to: forwards.count, by: ladderRows) {
          var options = constants
          options.forward = forwards.baseAddress.map { $0 + start }
          for place in 0..<Int(FK_COLUMNS) {
            out[place] = base + (place < width ? place : 0) * forwards.count + start
          }
          let rows = min(ladderRows, forwards.count - start)
          let leavesRows =
            level.code < 0
            ? SwiftKernel.black(figures, rows, options, out)
            : fk_black(level.code, figures.code, rows, &options, out) != 0
          isWhole = isWhole && !leavesRows
        }
        return isWhole
      }
    }
  }

  /// Rows at a time: the four constant columns stay in the first-level cache.
  private static let ladderRows = 512

  private typealias Outputs = UnsafeMutablePointer<UnsafeMutablePointer<Double>?>

  /// The columns that are the same in every row, and room for the addresses of the results.
  private static func withConstants(
    of option: OptionInput, rows: Int, _ body: (fk_options, Outputs) -> Bool
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * rows) { columns in
      withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<Double>?.self, capacity: Int(FK_COLUMNS)
      ) { outputs in
        guard let first = columns.baseAddress, let out = outputs.baseAddress else { return false }
        outputs.initialize(repeating: nil)
        first.initialize(repeating: option.strike, count: rows)
        (first + rows).initialize(repeating: option.years, count: rows)
        (first + 2 * rows).initialize(repeating: option.volatility, count: rows)
        (first + 3 * rows).initialize(repeating: option.right.sign, count: rows)
        let constants = fk_options(
          forward: nil, strike: first, years: first + rows, volatility: first + 2 * rows,
          sign: first + 3 * rows, rate: nil)
        return body(constants, out)
      }
    }
  }
}
