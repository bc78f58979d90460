/// Places of a resampled series: blocks of geometric length that wrap around, so that the resampled
/// series is stationary (leverage-math 6.4).
///
/// - Source: D. N. Politis & J. P. Romano, J. American Statistical Association 89 (1994) 1303–1313.
public enum StationaryBootstrap {
  /// One place after another.
  ///
  /// - Parameters:
  ///   - place: the one before, nil at the start, which takes ⌊u·n⌋ of its first uniform.
  ///   - count: n ≥ 1, the length of the series.
  ///   - restart: p, the probability of a new block; 1/p is the mean block.
  ///   - uniforms: in [0, 1): whether to restart, and where.
  @inlinable
  public static func next(
    after place: Int?, count: Int, restart: Double, uniforms: (Double, Double)
  ) -> Int {
    guard let place else { return Int(uniforms.0 * Double(count)) }
    if uniforms.0 < restart { return Int(uniforms.1 * Double(count)) }
    return place + 1 == count ? 0 : place + 1
  }

  /// n places from 2n uniforms; step j uses numbers 2j and 2j+1, needed or not.
  public static func places(count: Int, restart: Double, uniforms: [Double]) -> [Int] {
    var places: [Int] = []
    for step in 0..<(uniforms.count / 2) {
      places.append(
        next(
          after: places.last, count: count, restart: restart,
          uniforms: (uniforms[2 * step], uniforms[2 * step + 1])))
    }
    return places
  }
}
