/// The non-decreasing sequence nearest to a given one in weighted least squares.
///
/// Pool adjacent violators: neighbours out of order take their common weighted mean.
///
/// - Source: M. Ayer et al., Annals of Mathematical Statistics 26 (1955) 641–647.
public enum IsotonicRegression {
  /// - Parameter weights: above 0, one a value.
  public static func nonDecreasing(_ values: [Double], weights: [Double]) -> [Double] {
    precondition(values.count == weights.count, "one weight a value")
    var blocks: [(mean: Double, weight: Double, count: Int)] = []
    for (value, weight) in zip(values, weights) {
      blocks.append((value, weight, 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
        let right = blocks.removeLast()
        let left = blocks.removeLast()
        let weight = left.weight + right.weight
        let mean = (left.mean * left.weight + right.mean * right.weight) / weight
        blocks.append((mean, weight, left.count + right.count))
      }
    }
    return blocks.flatMap { [Double](repeating: $0.mean, count: $0.count) }
  }
}
