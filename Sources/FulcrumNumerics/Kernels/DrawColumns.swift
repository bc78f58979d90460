internal import CFulcrumKernels

/// The draws of consecutive paths over blocks from 0 on, by the batch kernels: what `RandomDraws` gives
/// one path and block at a time.
///
/// - Accuracy: uniforms are the same; normals are N⁻¹ of them within 1e-9 relative, as `BarrierWalk`'s.
package struct DrawColumns: Sendable {
  package let paths: Range<UInt64>
  private let count: Int
  /// Block by block the first of every path, then the second of every path.
  private let uniforms: [Double]
  private let normals: [Double]

  package init(
    _ draws: RandomDraws, paths: Range<UInt64>, blocks: Int, level: KernelLevel = .current
  ) {
    self.paths = paths
    count = paths.count
    let size = 2 * count * blocks
    var uniforms = [Double](repeating: 0, count: size)
    var normals = uniforms
    let code = level.runnable.code
    for block in 0..<blocks where code < 0 {
      for path in 0..<count {
        let u = draws.uniforms(path: paths.lowerBound + UInt64(path), block: UInt32(block))
        let (first, second) = (2 * block * count + path, (2 * block + 1) * count + path)
        (uniforms[first], uniforms[second]) = u
        (normals[first], normals[second]) = (Normal.quantile(u.0), Normal.quantile(u.1))
      }
    }
    if code >= 0, size > 0 {
      Self.fill(draws, paths, blocks, code, &uniforms, &normals)
    }
    self.uniforms = uniforms
    self.normals = normals
  }

  private static func fill(
    _ draws: RandomDraws, _ paths: Range<UInt64>, _ blocks: Int, _ code: Int32,
    _ uniforms: inout [Double], _ normals: inout [Double]
  ) {
    let count = paths.count
    uniforms.withUnsafeMutableBufferPointer { uniforms in
      normals.withUnsafeMutableBufferPointer { normals in
        guard let u = uniforms.baseAddress, let z = normals.baseAddress else { return }
        for block in 0..<blocks {
          var step = fk_step(
            seed: draws.seed, firstPath: paths.lowerBound, block: UInt32(block), blocks: 1,
            purpose: draws.purpose, drift: 0, deviation: 1, logBarrier: -1e150, below: 1)
          let (first, second) = (2 * block * count, (2 * block + 1) * count)
          fk_draws(code, count, &step, u + first, u + second, z + first, z + second)
        }
      }
    }
  }

  /// Draw `place` of a path: two to a block.
  @inline(__always)
  package func uniform(_ place: Int, path: UInt64) -> Double {
    uniforms[place * count + Int(path - paths.lowerBound)]
  }

  @inline(__always)
  package func normal(_ place: Int, path: UInt64) -> Double {
    normals[place * count + Int(path - paths.lowerBound)]
  }
}
