/// Sobol points of consecutive paths, a row for each dimension: what `ShiftedSobol` gives one by one.
///
/// Path p is point ⌊p/16⌋ of replicate p mod 16, so that a run that ends early leaves replicates of
/// equal length.
package struct SobolRows: Sendable {
  package let dimensions: Int
  private let sobol: Sobol
  /// Of replicate r in dimension d, at 16d + r.
  private let shifts: [UInt32]

  package init(dimensions: Int, seed: UInt64) {
    self.dimensions = dimensions
    sobol = Sobol(dimensions: dimensions)
    shifts = (0..<dimensions).flatMap { dimension in
      (0..<ShiftedSobol.replicates).map {
        ShiftedSobol.shift(seed: seed, replicate: $0, dimension: dimension)
      }
    }
  }

  /// Writes N⁻¹(u) of dimension d over row d·stride.
  package func normals(at place: PathRows.Place, stride: Int, into rows: inout [Double]) {
    precondition(
      rows.count >= ((dimensions - 1) * stride + 1) * place.width, "too few rows for the dimensions"
    )
    let replicates = UInt64(ShiftedSobol.replicates)
    var uniforms = [Double](repeating: 0, count: dimensions * place.width)
    var (index, column) = (place.firstPath / replicates, 0)
    // Columns of one index share its bits.
    while column < place.width {
      let first = Int((place.firstPath &+ UInt64(column)) % replicates)
      let end = min(place.width, column + Int(replicates) - first)
      for dimension in 0..<dimensions {
        let bits = sobol.bits(index: UInt32(truncatingIfNeeded: index), dimension: dimension)
        let (row, shift) = (dimension * place.width, dimension * Int(replicates) + first - column)
        for at in column..<end {
          uniforms[row + at] = ShiftedSobol.uniform(bits ^ shifts[shift + at])
        }
      }
      column = end
      index += 1
    }
    let normals = Normal.quantiles(inside: uniforms)
    for dimension in 0..<dimensions {
      let (row, out) = (dimension * place.width, dimension * stride * place.width)
      for at in 0..<place.width { rows[out + at] = normals[row + at] }
    }
  }
}
