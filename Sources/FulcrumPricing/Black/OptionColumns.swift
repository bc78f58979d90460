public import FulcrumModel

/// Many options, one array a field: the batch form of `OptionInput`.
///
/// Invariant: all arrays have the same length. `append` keeps it; who replaces one of the writable
/// columns keeps its length, which every batch call checks.
public struct OptionColumns: Sendable {
  /// Call or put.
  public private(set) var rights: [OptionRight] = []
  /// θ of each right: what the kernels read.
  package private(set) var signs: [Double] = []
  /// Forwards F, USD per coin. This and the next two are writable in place, so that a node of a
  /// scenario grid shifts a column and keeps the rest.
  public var forwards: [Double] = []
  /// Strikes K, USD per coin.
  public private(set) var strikes: [Double] = []
  /// T, years of 365 days.
  public var years: [Double] = []
  /// σ, 1 = 100 % a year.
  public var volatilities: [Double] = []
  /// r, continuous USD rate per year; only `OptionFigures.all` uses it.
  public private(set) var rates: [Double] = []
  /// Whether any rate is not 0.
  private(set) var hasRates = false

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
    signs.reserveCapacity(capacity)
    forwards.reserveCapacity(capacity)
    strikes.reserveCapacity(capacity)
    years.reserveCapacity(capacity)
    volatilities.reserveCapacity(capacity)
    rates.reserveCapacity(capacity)
  }

  public mutating func append(_ input: OptionInput) {
    rights.append(input.right)
    signs.append(input.right.sign)
    forwards.append(input.forward)
    strikes.append(input.strike)
    years.append(input.years)
    volatilities.append(input.volatility)
    rates.append(input.rate)
    hasRates = hasRates || input.rate != 0
  }

  /// The option of a row; nil where a column has no such row.
  public func option(at row: Int) -> OptionInput? {
    let shortest = min(count, forwards.count, years.count, volatilities.count)
    return row >= 0 && row < shortest ? self[row] : nil
  }

  /// The option of a row that exists.
  subscript(_ row: Int) -> OptionInput {
    OptionInput(
      right: rights[row], forward: forwards[row], strike: strikes[row], years: years[row],
      volatility: volatilities[row], rate: rates[row])
  }

  /// - Throws: `PricingError.columnsDiffer` for the first column whose length is not `count`.
  package func requireOneLength() throws(PricingError) {
    try requireLength(forwards, "forwards", count)
    try requireLength(years, "years", count)
    try requireLength(volatilities, "volatilities", count)
  }
}

/// Refuses a column that is longer or shorter than the batch.
func requireLength(_ column: [Double], _ name: String, _ rows: Int) throws(PricingError) {
  guard column.count == rows else {
    throw .columnsDiffer(column: name, seen: column.count, allowed: rows)
  }
}
