import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// Prices, as ln(S'/S), where the requirement bends: a short put's value passing its forward,
/// the ends of the out-of-the-money relief, the floors of futures brackets.
enum MarginKinks {
  static func positions(of sheet: BalanceSheet) -> [Double] {
    var positions: [Double] = []
    for line in sheet.lines {
      if !line.isOption {
        positions += brackets(of: line, sheet: sheet)
      } else if line.signedSize < 0, line.strike > 0 {
        if line.right == .put { positions.append(putAtParity(line)) }
        if sheet.kind == .initial { positions += relief(of: line, margin: sheet.margin) }
      }
    }
    return positions
  }

  /// ln x where B(F) = F of a put: F ≤ K there, and F ≥ K/2 since B ≥ K − F.
  ///
  /// B − F falls from K − 2F ≥ 0 at F = K/2 to B(K) − K ≤ 0 at F = K.
  static func putAtParity(_ line: Revaluation.Line) -> Double {
    let half = line.strike / 2
    guard line.deviation > 0 else { return Double.log(half / line.forward) }
    let lower = Double.log(half / line.forward)
    let upper = Double.log(line.strike / line.forward)
    func aboveParity(_ position: Double) -> Double {
      let forward = line.forward * Double.exp(position)
      return Black76.undiscounted(line.option(at: forward)) - forward
    }
    // The node only has to lie at the kink to a small part of a grid cell.
    return BracketedRoot.find(
      lower: lower, upper: upper, lowerValue: max(aboveParity(lower), 0),
      upperValue: min(aboveParity(upper), 0), tolerance: 1e-12, aboveParity)
  }

  /// Where initialRate·F − OTM meets initialFloor·F and optionRate·F.
  private static func relief(of line: Revaluation.Line, margin: StandardMargin) -> [Double] {
    [margin.initialFloor, margin.optionRate].compactMap { floor in
      // θ(K − F) = (initialRate − floor) F
      let slope = 1 + line.right.sign * (margin.initialRate - floor)
      return slope > 0 ? Double.log(line.strike / (slope * line.forward)) : nil
    }
  }

  private static func brackets(of line: Revaluation.Line, sheet: BalanceSheet) -> [Double] {
    let size = line.signedSize.magnitude
    guard size > 0 else { return [] }
    return sheet.margin.futuresBrackets.dropFirst().map { bracket in
      sheet.currency == .usd
        ? Double.log(bracket.notionalFloor / (size * line.forward))
        : Double.log(size / (line.forward * bracket.notionalFloor))
    }
  }
}
