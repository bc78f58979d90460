import RealModule

/// Balances on the price grid, without the nodes between which provably nothing happens.
///
/// The grid is looked at coarsely, each time by one call of the batch kernels for every node in
/// question, and finer only where a cell is not clear: where E or H could reach 0 between its ends,
/// were they to fall as steeply as their slope bound allows. Cells that are not clear are those of the
/// grid, so that the zeros found are the same, within the tolerance of a root
/// (`LiquidationAuditTests` holds both routes to each other).
struct PriceScan {
  /// ln x of the nodes looked at, ascending.
  private(set) var nodes: [Double] = []
  private(set) var balances: [Balance] = []
  /// Whether the cell that ends at the node of the same place is clear; false at the first.
  private(set) var clear: [Bool] = []

  /// Nodes of the grid that a cell spans, coarsest first; the last is the grid itself.
  private static let strides = [16, 4, 1]

  init(_ sheet: BalanceSheet, nodes grid: [Double], exhaustive: Bool) {
    guard !exhaustive else {
      nodes = grid
      balances = sheet.balances(at: grid.map(Double.exp))
      clear = [Bool](repeating: false, count: grid.count)
      return
    }
    var looks = Self.look(sheet, grid, at: [0, grid.count - 1])
    var known = [false, false]
    for width in Self.strides {
      let inner = Self.inner(looks, known, width: width)
      looks = looks.merged(with: Self.look(sheet, grid, at: inner)) { $0.place < $1.place }
      known = [false] + zip(looks, looks.dropFirst()).map { Self.isClear(sheet, $0, $1) }
    }
    nodes = looks.map(\.node)
    balances = looks.map(\.balance)
    clear = known
  }

  /// A place of the grid with what is found there.
  private struct Look {
    let place: Int
    let node: Double
    let balance: Balance
  }

  private static func look(_ sheet: BalanceSheet, _ grid: [Double], at places: [Int]) -> [Look] {
    let balances = sheet.balances(at: places.map { Double.exp(grid[$0]) })
    return zip(places, balances).map { Look(place: $0, node: grid[$0], balance: $1) }
  }

  /// Places a stride apart within the cells that are not clear, ascending.
  private static func inner(_ looks: [Look], _ clear: [Bool], width: Int) -> [Int] {
    var inner: [Int] = []
    for cell in looks.indices.dropFirst() where !clear[cell] {
      inner += stride(from: looks[cell - 1].place + width, to: looks[cell].place, by: width)
    }
    return inner
  }

  /// Whether E and H keep away from 0 between two nodes.
  ///
  /// A function of slope at most L that is a and b, of one sign, at the ends of a cell d wide stays
  /// (|a| + |b| − L d)/2 away from 0. Tangencies are flagged within a part of the scale, which is
  /// taken twice because it may grow on the way.
  private static func isClear(
    _ sheet: BalanceSheet, _ lower: Look, _ upper: Look
  ) -> Bool {
    let (left, right) = (lower.balance, upper.balance)
    guard (left.equity < 0) == (right.equity < 0), (left.excess < 0) == (right.excess < 0) else {
      return false
    }
    let nearest = min(
      left.equity.magnitude + right.equity.magnitude,
      left.excess.magnitude + right.excess.magnitude)
    let blur = 4 * ZeroSearch.tangencyPart * max(left.scale, right.scale)
    guard nearest > blur else { return false }
    let slope = sheet.slopeBound(from: Double.exp(lower.node), to: Double.exp(upper.node))
    return nearest - slope * (upper.node - lower.node) > blur
  }
}
