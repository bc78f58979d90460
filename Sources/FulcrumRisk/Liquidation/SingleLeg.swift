import FulcrumModel
import FulcrumNumerics
import FulcrumPricing
import RealModule

/// Zeros of pools whose shape is known beforehand, found without a grid.
///
/// A pool that can owe nothing has none. A single future has the closed forms of leverage-math 3.1.
/// A single short option's E is monotone, and so is its H but for a short put in a USD pool, whose H
/// rises to one peak and falls after it. Tests hold these to the general search.
enum SingleLeg {
  struct Zeros {
    var zeros: [ZeroSearch.Zero] = []
    var tangencies: [Double] = []
  }

  /// Zeros of H and of E; nil where only the general search can tell.
  static func zeros(of sheet: BalanceSheet) -> (excess: Zeros, equity: Zeros)? {
    guard sheet.kind == .maintenance else { return nil }
    if neverOwes(sheet) { return (Zeros(), Zeros()) }
    guard sheet.lines.count == 1, let line = sheet.lines.first else { return nil }
    guard line.isOption else {
      return FutureZeros.zeros(of: sheet, line: line).map { (excess: $0.0, equity: $0.1) }
    }
    return line.signedSize < 0 && line.strike > 0 ? shortOption(sheet, line) : nil
  }

  /// Long options on positive cash: M = 0 < E everywhere.
  private static func neverOwes(_ sheet: BalanceSheet) -> Bool {
    guard sheet.needsNoMargin else { return false }
    return sheet.fixed.equity > 0 || (sheet.fixed.equity == 0 && sheet.lines.count <= 1)
  }

  private static func shortOption(
    _ sheet: BalanceSheet, _ line: Revaluation.Line
  ) -> (excess: Zeros, equity: Zeros) {
    let equity = crossings([PriceGrid.lowest, PriceGrid.highest]) {
      let balance = sheet.balance(at: Double.exp($0))
      return .init(value: balance.equity, scale: balance.scale)
    }
    var bends = [PriceGrid.lowest, PriceGrid.highest]
    if sheet.currency == .usd, line.right == .put {
      bends.insert(min(max(peak(of: line, sheet.margin), bends[0]), bends[1]), at: 1)
    }
    let excess = crossings(bends) {
      let balance = sheet.balance(at: Double.exp($0))
      return .init(value: balance.excess, scale: balance.scale)
    }
    return (excess, equity)
  }

  /// ln x of the greatest excess of a short put in a USD pool.
  ///
  /// Where V > F, H = C − (1 + r)V rises with F. Where V < F, dH/dF = N(−d₁) − r, which falls with
  /// F: the peak is at N(−d₁) = r, or at V = F where that comes later.
  private static func peak(of line: Revaluation.Line, _ margin: StandardMargin) -> Double {
    let parity = MarginKinks.putAtParity(line)
    guard margin.optionRate > 0 else { return PriceGrid.highest }
    guard margin.optionRate < 1 else { return parity }
    let deviation = line.deviation
    let d1 = -Normal.inverseCdf(margin.optionRate)
    let turn = Double.log(line.strike / line.forward) + deviation * (d1 - deviation / 2)
    return max(parity, turn)
  }

  /// Zeros of a function that is monotone between consecutive `bends`.
  private static func crossings(
    _ bends: [Double], _ evaluate: (Double) -> ZeroSearch.Sample
  ) -> Zeros {
    let values = bends.map { evaluate($0).value }
    let search = ZeroSearch(
      nodes: bends, values: values, slopeBound: { _, _ in .infinity }, evaluate: evaluate)
    return Zeros(zeros: search.zeros, tangencies: search.tangencies)
  }
}

/// The closed forms of leverage-math 3.1 with a deduction per bracket.
private enum FutureZeros {
  static func zeros(
    of sheet: BalanceSheet, line: Revaluation.Line
  ) -> (SingleLeg.Zeros, SingleLeg.Zeros)? {
    let brackets = sheet.margin.futuresBrackets
    let fee = sheet.margin.liquidationFee
    // Below 1 every bracket keeps H monotone, as E is: at most one zero.
    guard line.signedSize != 0, brackets.allSatisfy({ $0.rate + fee < 1 }) else { return nil }
    var excess: [ZeroSearch.Zero] = []
    for (place, bracket) in brackets.enumerated() where excess.isEmpty {
      let root = position(
        sheet, line, rate: bracket.rate + fee,
        deduction: bracket.deduction - sheet.fixed.requirement)
      guard let root, holds(root, place, sheet, line) else { continue }
      excess = [.init(position: root, rising: line.signedSize > 0)]
    }
    let equity = position(sheet, line, rate: 0, deduction: 0).map {
      [ZeroSearch.Zero(position: $0, rising: line.signedSize > 0)]
    }
    return (.init(zeros: excess), .init(zeros: equity ?? []))
  }

  /// ln x of E = κN − d, or nil where there is none in range.
  private static func position(
    _ sheet: BalanceSheet, _ line: Revaluation.Line, rate: Double, deduction: Double
  ) -> Double? {
    let size = line.signedSize
    let cash = sheet.fixed.equity + deduction
    let price: Double
    switch sheet.currency {
    case .usd: price = (size * line.entry - cash) / (size - rate * size.magnitude)
    case .coin: price = (size + rate * size.magnitude) / (cash + size / line.entry)
    }
    guard price > 0, price.isFinite else { return nil }
    let position = Double.log(price / line.forward)
    return position >= PriceGrid.lowest && position <= PriceGrid.highest ? position : nil
  }

  private static func holds(
    _ position: Double, _ bracket: Int, _ sheet: BalanceSheet, _ line: Revaluation.Line
  ) -> Bool {
    let price = line.forward * Double.exp(position)
    let size = line.signedSize.magnitude
    let notional = sheet.currency == .usd ? size * price : size / price
    return sheet.margin.bracketIndex(of: notional) == bracket
  }
}
