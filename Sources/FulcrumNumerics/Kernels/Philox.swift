/// The counter-based generator Philox4x32-10: random words that are a function of where they are
/// asked for, so that no result depends on the order or the number of threads.
///
/// - Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3,
///   SC11 (2011); leverage-math 6.4.
public enum Philox {
  /// The four words after ten rounds.
  public static func words(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let a = UInt64(c[0]) * 0xD251_1F53
      let b = UInt64(c[2]) * 0xCD9E_8D57
      c = SIMD4(
        UInt32(b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b),
        UInt32(a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a))
      k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return c
  }

  /// Two uniforms in (0, 1) with 53 bits, at the counter (path, block, purpose).
  public static func uniforms(
    path: UInt64, block: UInt32, purpose: UInt32, seed: UInt64
  ) -> (Double, Double) {
    let w = words(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: path), UInt32(path >> 32), block, purpose),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)))
    return (uniform(w[0], w[1]), uniform(w[2], w[3]))
  }

  /// ((high ≪ 32 | low) ≫ 11 + ½)·2⁻⁵³, the addition rounded in doubles, at most 1 − 2⁻⁵³.
  static func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    let bits = (UInt64(high) << 32 | UInt64(low)) >> 11
    return min((Double(bits) + 0.5) * 0x1p-53, 1 - 0x1p-53)
  }
}
