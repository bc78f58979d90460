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
    var places = [0, grid.count - 1]
    var known = [false, false]
    var found = sheet.balances(at: places.map { Double.exp(grid[$0]) })
    for width in Self.strides {
      let inner = Self.inner(places, known, width: width)
      let more = sheet.balances(at: inner.map { Double.exp(grid[$0]) })
      (places, found) = Self.merged((places, found), (inner, more))
      known = Self.clear(sheet, grid, places, found)
    }
    nodes = places.map { grid[$0] }
    balances = found
    clear = known
  }

  /// Places a stride apart within the cells that are not clear, ascending.
  private static func inner(_ places: [Int], _ clear: [Bool], width: Int) -> [Int] {
    var inner: [Int] = []
    for cell in places.indices.dropFirst() where !clear[cell] {
      inner += stride(from: places[cell - 1] + width, to: places[cell], by: width)
    }
    return inner
  }

  /// Two ascending lists of places with their balances as one.
  private static func merged(
    _ one: (places: [Int], balances: [Balance]), _ other: (places: [Int], balances: [Balance])
  ) -> ([Int], [Balance]) {
    var places: [Int] = []
    var balances: [Balance] = []
    places.reserveCapacity(one.places.count + other.places.count)
    balances.reserveCapacity(one.places.count + other.places.count)
    var next = 0
    for (place, balance) in zip(one.places, one.balances) {
      while next < other.places.count, other.places[next] < place {
        places.append(other.places[next])
        balances.append(other.balances[next])
        next += 1
      }
      places.append(place)
      balances.append(balance)
    }
    return (places, balances)
  }

  private static func clear(
    _ sheet: BalanceSheet, _ grid: [Double], _ places: [Int], _ balances: [Balance]
  ) -> [Bool] {
    var clear = [Bool](repeating: false, count: places.count)
    for cell in places.indices.dropFirst() {
      clear[cell] = isClear(
        sheet, grid[places[cell - 1]], balances[cell - 1], grid[places[cell]], balances[cell])
    }
    return clear
  }

  /// Whether E and H keep away from 0 between two nodes.
  ///
  /// A function of slope at most L that is a and b, of one sign, at the ends of a cell d wide stays
  /// (|a| + |b| − L d)/2 away from 0. Tangencies are flagged within a part of the scale, which is
  /// taken twice because it may grow on the way.
  private static func isClear(
    _ sheet: BalanceSheet, _ lower: Double, _ left: Balance, _ upper: Double, _ right: Balance
  ) -> Bool {
    guard (left.equity < 0) == (right.equity < 0), (left.excess < 0) == (right.excess < 0) else {
      return false
    }
    let nearest = min(
      left.equity.magnitude + right.equity.magnitude,
      left.excess.magnitude + right.excess.magnitude)
    let blur = 4 * ZeroSearch.tangencyPart * max(left.scale, right.scale)
    guard nearest > blur else { return false }
    let slope = sheet.slopeBound(from: Double.exp(lower), to: Double.exp(upper))
    return nearest - slope * (upper - lower) > blur
  }
}
