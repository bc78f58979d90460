public import FulcrumModel

/// Many options, one array a field: the batch form of `OptionInput` at r = 0.
///
/// Invariant: all five arrays have the same length. `append` keeps it; who replaces one of the three
/// writable columns keeps its length, which `Black76.evaluate` checks.
public struct OptionColumns: Sendable {
  /// Call or put.
  public private(set) var rights: [OptionRight] = []
  /// Forwards F, USD per coin. This and the next two are writable in place, so that a node of a
  /// scenario grid shifts a column and keeps the rest.
  public var forwards: [Double] = []
  /// Strikes K, USD per coin.
  public private(set) var strikes: [Double] = []
  /// T, years of 365 days.
  public var years: [Double] = []
  /// σ, 1 = 100 % a year.
  public var volatilities: [Double] = []

  /// No options yet.
  public init() {}

  /// One row per input, in order.
  public init(_ inputs: [OptionInput]) {
    reserveCapacity(inputs.count)
    for input in inputs { append(input) }
  }

  /// The number of rows.
  public var count: Int { rights.count }

  public mutating func reserveCapacity(_ capacity: Int) {
    rights.reserveCapacity(capacity)
    forwards.reserveCapacity(capacity)
    strikes.reserveCapacity(capacity)
    years.reserveCapacity(capacity)
    volatilities.reserveCapacity(capacity)
  }

  public mutating func append(_ input: OptionInput) {
    rights.append(input.right)
    forwards.append(input.forward)
    strikes.append(input.strike)
    years.append(input.years)
    volatilities.append(input.volatility)
  }
}

/// The results of `Black76.evaluate`, one array a field, rows in the order of the input.
public struct OptionValueColumns: Sendable {
  public internal(set) var undiscounted: [Double] = []
  public internal(set) var delta: [Double] = []
  public internal(set) var gamma: [Double] = []
  public internal(set) var vega: [Double] = []
  public internal(set) var theta: [Double] = []

  /// No results yet; the first evaluation sizes the arrays, later ones of that size reuse them.
  public init() {}

  /// The number of rows.
  public var count: Int { undiscounted.count }

  mutating func resize(to rows: Int) {
    guard count != rows else { return }
    let blank = [Double](repeating: 0, count: rows)
    undiscounted = blank
    delta = blank
    gamma = blank
    vega = blank
    theta = blank
  }
}

extension Black76 {
  /// Values every input in order; the array form of `valueAndFirstOrder`.
  public static func values(_ inputs: [OptionInput]) -> [OptionValue] {
    inputs.map(valueAndFirstOrder)
  }

  /// Values every row of `columns`; row for row the same numbers as `valueAndFirstOrder`.
  ///
  /// - Parameters:
  ///   - columns: arrays of one length (a shorter one is a caller's bug and traps).
  ///   - results: overwritten; its storage is reused when the number of rows is unchanged.
  public static func evaluate(
    _ columns: OptionColumns, into results: inout OptionValueColumns
  ) {
    let rows = columns.count
    precondition(
      columns.forwards.count == rows && columns.years.count == rows
        && columns.volatilities.count == rows,
      "columns of \(rows) rights, \(columns.forwards.count) forwards, \(columns.years.count) years,"
        + " \(columns.volatilities.count) volatilities: give every column the same length")
    results.resize(to: rows)
    for row in 0..<rows {
      let value = valueAndFirstOrder(
        OptionInput(
          right: columns.rights[row], forward: columns.forwards[row],
          strike: columns.strikes[row], years: columns.years[row],
          volatility: columns.volatilities[row]))
      results.undiscounted[row] = value.undiscounted
      results.delta[row] = value.delta
      results.gamma[row] = value.gamma
      results.vega[row] = value.vega
      results.theta[row] = value.theta
    }
  }
}
