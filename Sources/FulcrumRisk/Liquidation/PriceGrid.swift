import FulcrumModel
import FulcrumNumerics
import RealModule

/// The prices, as ln(S'/S) ascending, on which the sign of the excess is looked at
/// (leverage-math 3.2, step 1).
///
/// Uniform on [1e−4, 1e4]; every strike and every kink of the requirement; 64 points within ±5 daily
/// standard deviations of today's price; and w/4 apart within ±6w of the strike of an option of total
/// deviation w. Between kinks the excess is analytic and an option bends it once, over a width of
/// about w, so that no pair of zeros hides between two nodes except at an extremum of theirs.
enum PriceGrid {
  static let lowest = -9.210340371976184
  static let highest = 9.210340371976184
  /// An even number, so that ln 1 = 0 is a node; 18.42/404 < 0.046.
  private static let cells = 404
  private static let widestSpacing = 0.046
  private static let nearPoints = 64
  /// σ of the points near today's price in a pool without options.
  private static let volatilityWithoutOptions = 0.6

  private struct Window {
    let lower, upper, spacing: Double
  }

  static func nodes(for sheet: BalanceSheet) -> [Double] {
    var nodes: [Double] = []
    let daily = dailyDeviation(sheet)
    for step in 1...(nearPoints / 2) {
      let distance = 5 * daily * Double(step) / Double(nearPoints / 2)
      nodes += [-distance, distance]
    }
    var windows: [Window] = []
    for line in sheet.lines where line.isOption && line.strike > 0 {
      let centre = Double.log(line.strike / line.forward)
      nodes.append(centre)
      let deviation = line.deviation
      guard deviation > 0 else { continue }
      let window = Window(
        lower: centre - 6 * deviation, upper: centre + 6 * deviation,
        spacing: min(widestSpacing, deviation / 4))
      nodes += [window.lower, window.upper]
      windows.append(window)
    }
    nodes += MarginKinks.positions(of: sheet)
    nodes = nodes.filter { $0 >= lowest && $0 <= highest }.sorted()
    return refined(uniform.merged(with: nodes, by: <), by: windows)
  }

  /// The same in every pool.
  private static let uniform: [Double] = {
    var nodes = (0...cells).map { Double($0 - cells / 2) * (2 * highest / Double(cells)) }
    nodes[0] = lowest
    nodes[cells] = highest
    return nodes
  }()

  private static func dailyDeviation(_ sheet: BalanceSheet) -> Double {
    let largest = sheet.lines.lazy.filter(\.isOption).map(\.volatility).max()
    let volatility = largest.map { $0 > 0 ? $0 : volatilityWithoutOptions }
    return (volatility ?? volatilityWithoutOptions) * (1.0 / 365).squareRoot()
  }

  /// Splits each gap until it is no wider than the narrowest window over it asks.
  private static func refined(_ nodes: [Double], by windows: [Window]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(nodes.count + 64 * windows.count)
    var previous = nodes[0]
    result.append(previous)
    for node in nodes.dropFirst() where node > previous {
      var spacing = widestSpacing
      for window in windows where window.lower < node && window.upper > previous {
        spacing = min(spacing, window.spacing)
      }
      let parts = ((node - previous) / spacing).rounded(.up)
      if parts > 1 {
        for part in 1..<Int(parts) {
          let between = previous + (node - previous) * (Double(part) / parts)
          if between > previous, between < node { result.append(between) }
        }
      }
      result.append(node)
      previous = node
    }
    return result
  }
}
