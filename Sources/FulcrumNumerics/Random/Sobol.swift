/// Sobol points of up to 64 dimensions, 32 bits, in Gray-code order (leverage-math 6.4).
///
///     V_j = m_j 2^{32−j},   m_j = m_{j−s} ⊕ 2^s m_{j−s} ⊕ ⨁_{k=1}^{s−1} a_k 2^k m_{j−k}
///     x_i = ⨁ V_{j+1} over the set bits j of i ⊕ (i ≫ 1)
///
/// - Accuracy: exact (`sobol.json`).
/// - Source: S. Joe & F. Y. Kuo (2008), direction numbers D6.
public struct Sobol: Sendable {
  /// The most dimensions that there are directions for.
  public static let mostDimensions = 64

  public let dimensions: Int
  /// V of dimension d at 32d..32d+31.
  private let directions: [UInt32]

  /// - Parameter dimensions: 1 to 64.
  public init(dimensions: Int) {
    precondition(
      (1...Self.mostDimensions).contains(dimensions),
      "\(dimensions) Sobol dimensions; there are 1 to \(Self.mostDimensions)")
    self.dimensions = dimensions
    directions = (0..<dimensions).flatMap(Self.directions)
  }

  private static func directions(of dimension: Int) -> [UInt32] {
    let polynomial = polynomials[dimension]
    let degree = 31 - polynomial.leadingZeroBitCount
    // Dimension 1 has no recurrence: all its m are 1.
    guard degree > 0 else { return (0..<32).map { UInt32(1) &<< UInt32(31 - $0) } }
    var m = initialNumbers[dimension]
    for j in degree..<32 {
      var next = m[j - degree] ^ (m[j - degree] &<< UInt32(degree))
      for k in 1..<max(degree, 1) where polynomial &>> UInt32(degree - k) & 1 == 1 {
        next ^= m[j - k] &<< UInt32(k)
      }
      m.append(next)
    }
    return m.enumerated().map { place, number in number &<< UInt32(31 - place) }
  }

  /// The 32 bits of one coordinate of the point at `index`.
  public func bits(index: UInt32, dimension: Int) -> UInt32 {
    var gray = index ^ (index &>> 1)
    var bits: UInt32 = 0
    while gray != 0 {
      bits ^= directions[32 * dimension + gray.trailingZeroBitCount]
      gray &= gray &- 1
    }
    return bits
  }

  /// The point as it is, without a shift: x·2⁻³², in [0, 1).
  public func point(index: UInt32) -> [Double] {
    (0..<dimensions).map { Double(bits(index: index, dimension: $0)) * 0x1p-32 }
  }
}

/// Sobol points under random digital shifts: each replicate is a sample of its own, so that the
/// spread of the replicates is an honest standard error (leverage-math 6.4).
///
///     u = ((x ⊕ shift) + ½)·2⁻³²
public struct ShiftedSobol: Sendable {
  /// R: replicates, each with shifts of its own.
  public static let replicates = 16

  private let sobol: Sobol
  private let shifts: [UInt32]

  /// - Parameter replicate: 0 to 15; shifts come from its own Philox counter under `seed`.
  public init(dimensions: Int, seed: UInt64, replicate: Int) {
    sobol = Sobol(dimensions: dimensions)
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    shifts = (0..<dimensions).map { dimension in
      let counter = Philox.Words(UInt32(replicate), 0, UInt32(dimension), RandomPurpose.shift)
      return Philox.words(counter: counter, key: key).x
    }
  }

  /// In (0, 1).
  public func uniform(index: UInt32, dimension: Int) -> Double {
    let bits = sobol.bits(index: index, dimension: dimension) ^ shifts[dimension]
    return (Double(bits) + 0.5) * 0x1p-32
  }
}

/// What the last word of a counter says that draws are for, so that no two uses share numbers.
public enum RandomPurpose {
  /// Normals of the diffusion; their spare bits say which steps may jump.
  public static let diffusion: UInt32 = 0
  /// Whether the path between two steps, or the whole of it, touched a barrier below or above.
  public static let bridge: UInt32 = 1
  /// How many jumps a step has that may have any, and their sizes.
  public static let jumps: UInt32 = 2
  /// Variance of a stochastic-volatility model.
  public static let variance: UInt32 = 3
  /// Places of resampled returns.
  public static let resampling: UInt32 = 4
  /// Digital shifts of Sobol points.
  public static let shift: UInt32 = 5
}
