/// The least value of a function with one minimum in an interval.
public enum GoldenSection {
  /// The smaller part of the golden section of 1: 2 − (1 + √5)/2 = (3 − √5)/2.
  public static let smallerPart = 0.3819660112501051

  /// - Parameter tolerance: of the position, absolute, > 0; below √ε of it nothing more is learnt.
  public static func minimum(
    in interval: ClosedRange<Double>, tolerance: Double, _ value: (Double) -> Double
  ) -> (position: Double, value: Double) {
    let part = smallerPart
    var (a, b) = (interval.lowerBound, interval.upperBound)
    var (x, y) = (a + part * (b - a), b - part * (b - a))
    var (fx, fy) = (value(x), value(y))
    while b - a > tolerance, x < y {
      if fx < fy {
        (b, y, fy) = (y, x, fx)
        x = a + part * (b - a)
        fx = value(x)
      } else {
        (a, x, fx) = (x, y, fy)
        y = b - part * (b - a)
        fy = value(y)
      }
    }
    return fx < fy ? (x, fx) : (y, fy)
  }
}
