/// Where a descent ended, and how sure it is of a minimum.
public struct Minimum: Hashable, Sendable {
  public enum Ending: Hashable, Sendable {
    /// Every component of the gradient is below the tolerance (or, without gradients, the simplex
    /// is as small as asked).
    case settled
    /// No shorter step lowers the value: rounding, or a value that is not finite nearby.
    case noFurtherProgress
    /// The allowed number of steps was not enough.
    case stepLimit
  }

  public let position: [Double]
  public let value: Double
  /// Largest component of the gradient, absolute; 0 where the method uses none.
  public let gradientSize: Double
  public let steps: Int
  public let ending: Ending

  public init(
    position: [Double], value: Double, gradientSize: Double, steps: Int, ending: Ending
  ) {
    self.position = position
    self.value = value
    self.gradientSize = gradientSize
    self.steps = steps
    self.ending = ending
  }
}
