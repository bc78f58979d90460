import RealModule

/// Balances on the price grid, without the nodes between which provably nothing happens.
///
/// From a node where E and H are both farther from 0 than their slope bound times the way to a later
/// node, neither has a zero or a tangency up to there: the nodes between are skipped and the cell is
/// marked clear. All other cells are those of the grid, so that the zeros found are the same to the
/// last bit (`LiquidationAuditTests` holds both routes to each other).
struct PriceScan {
  /// ln x of the nodes looked at, ascending.
  private(set) var nodes: [Double] = []
  private(set) var balances: [Balance] = []
  /// Whether the cell that ends at the node of the same place is clear; false at the first.
  private(set) var clear: [Bool] = []

  init(_ sheet: BalanceSheet, nodes grid: [Double], exhaustive: Bool) {
    nodes.reserveCapacity(grid.count)
    balances.reserveCapacity(grid.count)
    clear.reserveCapacity(grid.count)
    var place = 0
    var isClear = false
    while place < grid.count {
      let ratio = Double.exp(grid[place])
      let balance = sheet.balance(at: ratio)
      nodes.append(grid[place])
      balances.append(balance)
      clear.append(isClear)
      let next =
        exhaustive ? nil : Self.farthestClear(sheet, grid, from: place, ratio: ratio, balance)
      isClear = next != nil
      place = next ?? place + 1
    }
  }

  /// The farthest node that is reached without a zero, by steps that double; nil when not even the
  /// next one is.
  private static func farthestClear(
    _ sheet: BalanceSheet, _ grid: [Double], from place: Int, ratio: Double, _ balance: Balance
  ) -> Int? {
    let distance = min(balance.excess.magnitude, balance.equity.magnitude)
    // Tangencies are flagged within a part of the scale; the scale is taken twice because it may
    // grow on the way.
    let room = distance - 2 * ZeroSearch.tangencyPart * balance.scale
    guard room > 0 else { return nil }
    var reached: Int?
    var step = 1
    while place + step < grid.count {
      let end = place + step
      let bound = sheet.slopeBound(from: ratio, to: Double.exp(grid[end]))
      guard bound * (grid[end] - grid[place]) < room else { break }
      reached = end
      step *= 2
    }
    return reached
  }
}
