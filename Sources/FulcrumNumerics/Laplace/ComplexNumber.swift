internal import RealModule

/// A complex number, as far as transforms on a contour and roots of polynomials need one.
///
/// Division and magnitude are scaled by Smith's and hypot's ways, so that neither overflows where
/// its result does not.
public struct ComplexNumber: Hashable, Sendable {
  public var real: Double
  public var imaginary: Double

  public init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  public static let zero = ComplexNumber(0)
  public static let one = ComplexNumber(1)

  public var magnitude: Double { Double.hypot(real, imaginary) }

  public static func + (left: Self, right: Self) -> Self {
    Self(left.real + right.real, left.imaginary + right.imaginary)
  }

  public static func - (left: Self, right: Self) -> Self {
    Self(left.real - right.real, left.imaginary - right.imaginary)
  }

  public static prefix func - (number: Self) -> Self { Self(-number.real, -number.imaginary) }

  public static func * (left: Self, right: Self) -> Self {
    Self(
      left.real * right.real - left.imaginary * right.imaginary,
      left.real * right.imaginary + left.imaginary * right.real)
  }

  public static func * (factor: Double, number: Self) -> Self {
    Self(factor * number.real, factor * number.imaginary)
  }

  /// Smith's division: the larger part of the divisor is divided out first.
  public static func / (left: Self, right: Self) -> Self {
    if abs(right.real) >= abs(right.imaginary) {
      let ratio = right.imaginary / right.real
      let scale = right.real + right.imaginary * ratio
      return Self(
        (left.real + left.imaginary * ratio) / scale, (left.imaginary - left.real * ratio) / scale)
    }
    let ratio = right.real / right.imaginary
    let scale = right.real * ratio + right.imaginary
    return Self(
      (left.real * ratio + left.imaginary) / scale, (left.imaginary * ratio - left.real) / scale)
  }

  /// e^z = e^x (cos y + i sin y).
  public static func exp(_ number: Self) -> Self {
    let size = Double.exp(number.real)
    return Self(size * Double.cos(number.imaginary), size * Double.sin(number.imaginary))
  }
}
