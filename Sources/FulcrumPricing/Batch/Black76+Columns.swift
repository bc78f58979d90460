internal import CFulcrumKernels
internal import FulcrumModel
public import FulcrumNumerics

extension Black76 {
  /// Rows that a kernel takes at a time, so that a block stays in the second-level cache.
  package static let blockRows = 4096

  /// Values every input in order; the array form of `valueAndFirstOrder`.
  public static func values(_ inputs: [OptionInput]) -> [OptionValue] {
    inputs.map(valueAndFirstOrder)
  }

  /// Values every row of `columns` on one thread; `Parallel.evaluate` does it on all.
  ///
  /// A row does not depend on its neighbours nor on its place. Rows that the vector text leaves out
  /// (T = 0, σ = 0, F or K = 0, prices beyond 2^±300, strikes beyond 2^±64 of the forward, |rT| above
  /// 100) are answered by the scalar functions. Invalid ones, and those of which a number asked for
  /// has no double, land in `results.refused`.
  ///
  /// - Parameters:
  ///   - figures: what to compute.
  ///   - results: overwritten; its storage is reused when its size is unchanged.
  ///   - level: the instruction set; one that this processor lacks is replaced by its best.
  /// - Throws: `PricingError.columnsDiffer`; no row can sink the batch.
  /// - Accuracy: time value relative max(2e-14, 12ε·κ), Greeks relative 1e-12 plus 16ε ×
  ///   conditioning, at every level (`KernelVectorTests`, docs/numerics/kernels.md).
  public static func evaluate(
    _ columns: OptionColumns, _ figures: OptionFigures = .firstOrder,
    into results: inout OptionFigureColumns, level: KernelLevel = .current
  ) throws(PricingError) {
    try columns.requireOneLength()
    results.fill(figures, rows: columns.count) { base in
      evaluate(columns, figures, rows: 0..<columns.count, level: level, into: base)
    }
  }

  /// The range-taking form: writes rows `rows` of every column that starts at `base`, `count` apart.
  package static func evaluate(
    _ columns: OptionColumns, _ figures: OptionFigures, rows: Range<Int>, level: KernelLevel,
    into base: UnsafeMutablePointer<Double>
  ) -> [RefusedRow] {
    let batch = OptionBatch(columns: columns, figures: figures, base: base)
    var refused: [RefusedRow] = []
    var start = rows.lowerBound
    while start < rows.upperBound {
      let end = min(start + blockRows, rows.upperBound)
      if batch.run(start..<end, level: level.runnable) { batch.repair(start..<end, &refused) }
      start = end
    }
    return refused
  }
}

/// A batch and where its results go.
struct OptionBatch {
  let columns: OptionColumns
  let figures: OptionFigures
  let base: UnsafeMutablePointer<Double>

  /// Runs the vector text over a block; whether any row is outside its domain.
  func run(_ rows: Range<Int>, level: KernelLevel) -> Bool {
    withPointers(rows) { options, out in
      let code = level.code
      if code < 0 {
        return SwiftKernel.black(figures, rows.count, options, out)
      }
      var options = options
      return fk_black(code, figures.code, rows.count, &options, out) != 0
    }
  }

  private typealias Out = UnsafeMutablePointer<UnsafeMutablePointer<Double>?>

  private func withPointers(
    _ rows: Range<Int>, _ body: (fk_options, Out) -> Bool
  ) -> Bool {
    let start = rows.lowerBound
    let count = columns.count
    let width = figures.figures.count
    let outputs = Optional.some(base)
    return withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<Double>?.self, capacity: Int(FK_COLUMNS)
    ) { out in
      for place in 0..<Int(FK_COLUMNS) {
        let used = place < width ? place : 0
        out.initializeElement(at: place, to: outputs.map { $0 + used * count + start })
      }
      guard let first = out.baseAddress else { return false }
      return columns.withOptions(from: start, rates: figures == .all) { body($0, first) }
    }
  }

  /// Answers what the vector text left out.
  func repair(_ rows: Range<Int>, _ refused: inout [RefusedRow]) {
    for row in rows {
      var o = columns[row]
      if figures != .all { o.rate = 0 }
      if fk_in_domain(o.forward, o.strike, o.years, o.volatility, o.rate) != 0 { continue }
      do throws(PricingError) {
        if figures.isCoin { try InverseOption.validate(o) } else { try o.validate() }
        let values = figures.isCoin ? coinFigures(o) : figuresOf(o)
        try requireNumbers(values)
        store(values, row)
      } catch {
        refused.append(RefusedRow(row: row, error: error))
        store([], row)
      }
    }
  }

  private func requireNumbers(_ values: [Double]) throws(PricingError) {
    for (figure, value) in zip(figures.figures, values) where !value.isFinite {
      throw .outOfDomain(
        field: figure.rawValue, seen: value,
        allowed: "within the range of a double; bring prices, years or rate nearer to 1")
    }
  }

  private func store(_ values: [Double], _ row: Int) {
    for place in 0..<figures.figures.count {
      let value = place < values.count ? values[place] : 0
      base[place * columns.count + row] = value
    }
  }

  private func figuresOf(_ option: OptionInput) -> [Double] {
    let g = Black76.greeks(option)
    return [
      g.price, g.delta, g.gamma, g.vega, g.theta, g.dualDelta, g.vanna, g.volga, g.charm, g.veta,
      g.rho, g.rhoSpot, g.speed, g.color, g.zomma, g.ultima,
    ]
  }

  private func coinFigures(_ option: OptionInput) -> [Double] {
    let g = InverseOption.greeks(option)
    return [
      g.coinPrice, g.netDelta, g.netGamma, g.coinVega, g.coinTheta, g.bsDelta, g.coinSlope,
      g.coinConvexity, g.coinVanna, g.coinVolga,
    ]
  }
}

extension OptionColumns {
  /// The columns from a row on, as the kernels take them.
  func withOptions<R>(from row: Int, rates useRates: Bool, _ body: (fk_options) -> R) -> R {
    let usesRates = useRates && hasRates
    return pointers(forwards, strikes, years, row) { forward, strike, years in
      pointers(volatilities, signs, rates, row) { volatility, sign, rate in
        body(
          fk_options(
            forward: forward, strike: strike, years: years, volatility: volatility, sign: sign,
            rate: usesRates ? rate : nil))
      }
    }
  }
}

/// Three columns from a row on.
func pointers<R>(
  _ a: [Double], _ b: [Double], _ c: [Double], _ row: Int,
  _ body: (UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafePointer<Double>?) -> R
) -> R {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeBufferPointer { c in body(from(a, row), from(b, row), from(c, row)) }
    }
  }
}

private func from(_ column: UnsafeBufferPointer<Double>, _ row: Int) -> UnsafePointer<Double>? {
  column.baseAddress.map { $0 + row }
}
