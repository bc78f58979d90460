public import FulcrumModel
internal import RealModule

/// Implied volatility of one coin and settlement for every strike and expiry, free of arbitrage
/// where its slices say so.
///
/// Built by `MarketView.surface(of:settlement:)`. Nothing in it depends on the order of the quotes.
public struct VolatilitySurface: Sendable {
  public let underlying: Underlying
  public let settlement: Settlement
  public let instant: Timestamp
  /// Ascending in expiry; refused ones included.
  public let slices: [SurfaceSlice]
  /// The shape that the expiries share; nil where no expiry had to fall back on it.
  public let shape: SSVIShape?

  /// A fitted expiry.
  struct Node: Sendable {
    let years: Double
    let smile: RawSVI
  }
  private let nodes: [Node]

  init(
    underlying: Underlying, settlement: Settlement, instant: Timestamp, slices: [SurfaceSlice],
    shape: SSVIShape?
  ) {
    self.underlying = underlying
    self.settlement = settlement
    self.instant = instant
    self.slices = slices
    self.shape = shape
    nodes = Self.nodes(slices)
  }

  static func nodes(_ slices: [SurfaceSlice]) -> [Node] {
    slices.compactMap { slice in slice.smile.map { Node(years: slice.years, smile: $0) } }
  }

  /// Whether any expiry has a smile.
  public var isEmpty: Bool { nodes.isEmpty }

  /// Whether an expiry has a smile of its own quotes, within its error bound.
  func isFitted(_ expiry: Timestamp) -> Bool {
    slices.contains { slice in
      slice.expiry == expiry && slice.smile != nil && slice.model != .flat
        && !slice.flags.contains(.aboveBound)
    }
  }

  /// Where in time an answer stands.
  public enum Place: Hashable, Sendable {
    /// On a fitted expiry.
    case expiry
    /// Linear in total variance between two of them.
    case between
    /// Before the first: total variance in proportion to time.
    case before
    /// After the last: the last forward variance goes on, or with one expiry its volatility.
    case after
  }

  /// Implied volatility, 1 = 100 % a year.
  ///
  /// - Parameters:
  ///   - moneyness: k = ln(K/F), F the forward of the expiry asked for.
  ///   - years: T to that expiry, > 0.
  /// - Returns: nil where no expiry is fitted, or T is not above 0.
  public func volatility(
    moneyness: Double, years: Double
  ) -> (volatility: Double, place: Place)? {
    guard let found = curve(at: moneyness, years: years), found.curve.w >= 0 else { return nil }
    let volatility = (found.curve.w / years).squareRoot()
    return volatility.isFinite ? (volatility, found.place) : nil
  }

  /// Total variance with its slopes in k at any expiry.
  ///
  /// - Returns: nil where no expiry is fitted, k or T is no finite number, T is not above 0, or the
  ///   variance there has no double.
  public func curve(
    at moneyness: Double, years: Double
  ) -> (curve: VarianceCurve, place: Place)? {
    guard moneyness.isFinite, let found = Self.curve(nodes, at: moneyness, years: years),
      found.curve.isFinite
    else { return nil }
    return found
  }

  static func curve(
    _ nodes: [Node], at k: Double, years: Double
  ) -> (curve: VarianceCurve, place: Place)? {
    guard years > 0, years.isFinite, let first = nodes.first, let last = nodes.last else {
      return nil
    }
    if years < first.years {
      let origin = VarianceCurve(w: 0, dw: 0, d2w: 0)
      let curve = origin.blended(with: first.smile.curve(at: k), share: years / first.years)
      return (curve, .before)
    }
    if years > last.years {
      let end = last.smile.curve(at: k)
      guard nodes.count > 1 else {
        let origin = VarianceCurve(w: 0, dw: 0, d2w: 0)
        return (origin.blended(with: end, share: years / last.years), .after)
      }
      let before = nodes[nodes.count - 2]
      let share = (years - before.years) / (last.years - before.years)
      return (before.smile.curve(at: k).blended(with: end, share: share), .after)
    }
    let next = nodes.firstIndex { $0.years >= years } ?? nodes.count - 1
    let right = nodes[next]
    if right.years == years || next == 0 { return (right.smile.curve(at: k), .expiry) }
    let left = nodes[next - 1]
    let share = (years - left.years) / (right.years - left.years)
    return (left.smile.curve(at: k).blended(with: right.smile.curve(at: k), share: share), .between)
  }

  /// ATM volatility and skew ∂σ/∂k at k = 0, by w′/(2√(wT)).
  public func atTheMoney(years: Double) -> (volatility: Double, skew: Double)? {
    guard let curve = curve(at: 0, years: years)?.curve, curve.w > 0 else { return nil }
    let volatility = (curve.w / years).squareRoot()
    let skew = curve.dw / (2 * (curve.w * years).squareRoot())
    return volatility.isFinite && skew.isFinite ? (volatility, skew) : nil
  }
}
