/// Philox4x32-10: random words as a function of a counter and a key, with no state between calls.
///
///     p₀ = 0xD2511F53·c₀,  p₁ = 0xCD9E8D57·c₂
///     (c₀, c₁, c₂, c₃) ← (hi p₁ ⊕ c₁ ⊕ k₀, lo p₁, hi p₀ ⊕ c₃ ⊕ k₁, lo p₀)
///
/// ten times, k₀ += 0x9E3779B9 and k₁ += 0xBB67AE85 before rounds 2 to 10.
///
/// - Accuracy: exact, bit for bit (`rng_normal.json`).
/// - Source: Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).
public enum Philox {
  /// Four words.
  public typealias Words = SIMD4<UInt32>

  @inlinable
  public static func words(counter: Words, key: SIMD2<UInt32>) -> Words {
    var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for round in 0..<10 {
      if round > 0 {
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      let p0 = 0xD251_1F53 &* UInt64(c0)
      let p1 = 0xCD9E_8D57 &* UInt64(c2)
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
    }
    return Words(c0, c1, c2, c3)
  }

  /// Two uniforms in (0, 1) from words (x₀, x₁) and (x₂, x₃).
  ///
  ///     u = ((x₀≪32 | x₁) ≫ 11 + ½)·2⁻⁵³, at most 1 − 2⁻⁵³
  ///
  /// The sum is rounded to a double; the largest would round to 1, whose quantile is infinite.
  @inlinable
  public static func uniforms(_ words: Words) -> (Double, Double) {
    (uniform(words.x, words.y), uniform(words.z, words.w))
  }

  /// The bits of a uniform's second word that it has no room for.
  static func spare(_ low: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: low & 0x7FF) }

  @inlinable
  static func uniform(_ high: UInt32, _ low: UInt32) -> Double {
    let bits = (UInt64(high) &<< 32 | UInt64(low)) &>> 11
    return min((Double(bits) + 0.5) * 0x1p-53, 1 - 0x1p-53)
  }
}

/// Draws of one purpose under one seed, by path and block: the same numbers whatever thread asks,
/// in whatever order.
///
/// The counter is (path low, path high, block, purpose), the key is the seed's two halves.
public struct RandomDraws: Hashable, Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let purpose: UInt32

  public init(seed: UInt64, purpose: UInt32) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    self.purpose = purpose
  }

  var seed: UInt64 { UInt64(key.y) &<< 32 | UInt64(key.x) }

  /// A seed of its own for what a name stands for, so that draws follow the name and not its place:
  /// the seed ⊕ FNV-1a (64 bits) of the name's UTF-8.
  public static func seed(_ seed: UInt64, for name: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return seed ^ hash
  }

  /// The four words themselves.
  @inlinable
  public func words(path: UInt64, block: UInt32) -> Philox.Words {
    let counter = Philox.Words(
      UInt32(truncatingIfNeeded: path), UInt32(truncatingIfNeeded: path &>> 32), block, purpose)
    return Philox.words(counter: counter, key: key)
  }

  /// Two uniforms in (0, 1).
  @inlinable
  public func uniforms(path: UInt64, block: UInt32) -> (Double, Double) {
    Philox.uniforms(words(path: path, block: block))
  }

  /// Two standard normals by the quantile of each uniform.
  @inlinable
  public func normals(path: UInt64, block: UInt32) -> (Double, Double) {
    let (first, second) = uniforms(path: path, block: block)
    return (Normal.quantile(first), Normal.quantile(second))
  }
}
