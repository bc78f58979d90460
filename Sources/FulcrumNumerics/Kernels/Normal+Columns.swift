internal import CFulcrumKernels

/// The normal law over arrays: the kernels' form of `cdf`, `pdf` and `inverseCdf`.
extension Normal {
  /// N(x) of every entry.
  ///
  /// - Throws: `NumericsError.notANumber` for the first entry that is NaN; infinities are answered.
  /// - Accuracy: as `cdf(_:)`, at every level (`KernelNormalTests`).
  public static func cdf(
    _ x: [Double], level: KernelLevel = .current
  ) throws(NumericsError) -> [Double] {
    try requireNumbers(x)
    let code = level.runnable.code
    guard code >= 0 else { return x.map { cdf($0) } }
    return filled(x.count) { out in x.withUnsafeBufferPointer { columnCdf(code, $0, out) } }
  }

  /// φ(x) of every entry.
  ///
  /// - Throws: as `cdf`.
  public static func pdf(
    _ x: [Double], level: KernelLevel = .current
  ) throws(NumericsError) -> [Double] {
    try requireNumbers(x)
    let code = level.runnable.code
    guard code >= 0 else { return x.map { $0.isInfinite ? 0 : pdf($0) } }
    return filled(x.count) { out in x.withUnsafeBufferPointer { columnPdf(code, $0, out) } }
  }

  /// N⁻¹(p) of every entry; −∞ at 0 and +∞ at 1, the quantiles of the certain events.
  ///
  /// - Throws: `NumericsError.notAProbability` for the first entry outside [0, 1].
  /// - Accuracy: as `inverseCdf(_:)`, at every level.
  public static func inverseCdf(
    _ p: [Double], level: KernelLevel = .current
  ) throws(NumericsError) -> [Double] {
    for (place, value) in p.enumerated() where !(value >= 0 && value <= 1) {
      throw .notAProbability(index: place, seen: value)
    }
    return quantiles(inside: p, level: level)
  }

  /// N⁻¹(p) of numbers that are known to be probabilities.
  static func quantiles(inside p: [Double], level: KernelLevel = .current) -> [Double] {
    let code = level.runnable.code
    guard code >= 0 else { return p.map { inverseCdf($0) } }
    var left = false
    var result = filled(p.count) { out in
      left = p.withUnsafeBufferPointer { columnQuantile(code, $0, out) }
    }
    if left {
      for (place, value) in p.enumerated() where !(value >= 1e-250 && value < 1) {
        result[place] = inverseCdf(value)
      }
    }
    return result
  }

  private static func requireNumbers(_ x: [Double]) throws(NumericsError) {
    guard let place = x.firstIndex(where: \.isNaN) else { return }
    throw .notANumber(index: place)
  }

  private static func filled(
    _ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void
  ) -> [Double] {
    guard count > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: count) { buffer, made in
      if let base = buffer.baseAddress { body(base) }
      made = count
    }
  }

  private static func columnCdf(
    _ code: Int32, _ x: UnsafeBufferPointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    fk_normal_cdf(code, x.count, x.baseAddress, out)
  }

  private static func columnPdf(
    _ code: Int32, _ x: UnsafeBufferPointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) {
    fk_normal_pdf(code, x.count, x.baseAddress, out)
  }

  private static func columnQuantile(
    _ code: Int32, _ p: UnsafeBufferPointer<Double>, _ out: UnsafeMutablePointer<Double>
  ) -> Bool {
    fk_normal_quantile(code, p.count, p.baseAddress, out) != 0
  }
}
