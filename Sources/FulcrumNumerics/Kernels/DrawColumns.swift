internal import CFulcrumKernels

/// The draws of consecutive paths over consecutive blocks, by the batch kernels: what `RandomDraws` gives
/// one path and block at a time.
///
/// - Accuracy: uniforms are the same; normals are N⁻¹ of them within 1e-9 relative, as `BarrierWalk`'s.
package struct DrawColumns: Sendable {
  private let firstPath: UInt64
  private let count: Int
  /// Block by block the first of every path, then the second of every path.
  private let uniforms: [Double]
  private let normals: [Double]

  /// First places and numbers rather than ranges, which have no last path or block.
  package init(
    _ draws: RandomDraws, firstPath: UInt64, paths: Int, firstBlock: UInt32 = 0, blocks: Int,
    level: KernelLevel = .current
  ) {
    self.firstPath = firstPath
    count = paths
    let size = 2 * paths * blocks
    var uniforms = [Double](repeating: 0, count: size)
    var normals = uniforms
    let code = level.runnable.code
    uniforms.withUnsafeMutableBufferPointer { uniforms in
      normals.withUnsafeMutableBufferPointer { normals in
        guard size > 0, let u = uniforms.baseAddress, let z = normals.baseAddress else { return }
        for place in 0..<blocks {
          let block = firstBlock &+ UInt32(place)
          let (first, second) = (2 * place * paths, (2 * place + 1) * paths)
          guard code >= 0 else {
            for path in 0..<paths {
              let pair = draws.uniforms(path: firstPath &+ UInt64(path), block: block)
              (u[first + path], u[second + path]) = pair
              (z[first + path], z[second + path]) = (
                Normal.quantile(pair.0), Normal.quantile(pair.1)
              )
            }
            continue
          }
          var step = fk_step(
            seed: draws.seed, firstPath: firstPath, block: block, blocks: 1,
            purpose: draws.purpose, drift: 0, deviation: 1, logBarrier: -1e150, below: 1)
          fk_draws(code, paths, &step, u + first, u + second, z + first, z + second)
        }
      }
    }
    self.uniforms = uniforms
    self.normals = normals
  }

  package func contains(_ path: UInt64) -> Bool { path &- firstPath < UInt64(count) }

  /// Draw `place` of a path: two to a block, from the first block on.
  @inline(__always)
  package func uniform(_ place: Int, path: UInt64) -> Double {
    uniforms[place * count + Int(path &- firstPath)]
  }

  @inline(__always)
  package func normal(_ place: Int, path: UInt64) -> Double {
    normals[place * count + Int(path &- firstPath)]
  }
}
