internal import CFulcrumKernels

/// One number of an option; names as in `OptionGreeks` and `InverseGreeks`.
public enum OptionFigure: String, Hashable, Sendable, CaseIterable {
  /// B for all but `OptionFigures.all`, which discounts it.
  case price
  case delta, gamma, vega, theta
  case dualDelta, vanna, volga, charm, veta
  case rho, rhoSpot, speed, color, zomma, ultima
  case coinPrice, netDelta, netGamma, coinVega, coinTheta
  case bsDelta, coinSlope, coinConvexity, coinVanna, coinVolga
}

/// What a batch computes of each row: a price alone costs half of all sixteen numbers.
public enum OptionFigures: String, Hashable, Sendable, CaseIterable {
  /// B, undiscounted.
  case price
  /// B with delta, gamma, vega and theta, undiscounted: `Black76.valueAndFirstOrder`.
  case firstOrder
  /// The above with dualDelta, vanna, volga, charm and veta, undiscounted.
  case secondOrder
  /// All sixteen numbers of `Black76.greeks`, discounted by the rows' rates.
  case all
  /// c = B/F, coins.
  case coinPrice
  /// c, net delta, net gamma, coin vega and coin theta.
  case coinFirstOrder
  /// All ten numbers of `InverseOption.greeks`.
  case coinSecondOrder

  /// The figures in the order of their columns.
  public var figures: [OptionFigure] {
    let first: [OptionFigure] = [.price, .delta, .gamma, .vega, .theta]
    let second: [OptionFigure] = [.dualDelta, .vanna, .volga, .charm, .veta]
    let third: [OptionFigure] = [.rho, .rhoSpot, .speed, .color, .zomma, .ultima]
    let coin: [OptionFigure] = [.coinPrice, .netDelta, .netGamma, .coinVega, .coinTheta]
    let more: [OptionFigure] = [.bsDelta, .coinSlope, .coinConvexity, .coinVanna, .coinVolga]
    return switch self {
    case .price: [.price]
    case .firstOrder: first
    case .secondOrder: first + second
    case .all: first + second + third
    case .coinPrice: [.coinPrice]
    case .coinFirstOrder: coin
    case .coinSecondOrder: coin + more
    }
  }

  /// The set's number in the C kernels.
  var code: Int32 {
    switch self {
    case .price: Int32(FK_PRICE)
    case .firstOrder: Int32(FK_FIRST)
    case .secondOrder: Int32(FK_SECOND)
    case .all: Int32(FK_ALL)
    case .coinPrice: Int32(FK_COIN_PRICE)
    case .coinFirstOrder: Int32(FK_COIN_FIRST)
    case .coinSecondOrder: Int32(FK_COIN_SECOND)
    }
  }

  var isCoin: Bool {
    switch self {
    case .price, .firstOrder, .secondOrder, .all: false
    case .coinPrice, .coinFirstOrder, .coinSecondOrder: true
    }
  }
}

/// A row that was refused, and why. The rest of its batch is answered.
public struct RefusedRow: Hashable, Sendable {
  public let row: Int
  public let error: PricingError
}

/// Results of a batch: one column a figure, rows in the order of the input.
public struct OptionFigureColumns: Sendable {
  /// What the columns hold.
  public private(set) var figures: OptionFigures = .price
  /// The number of rows.
  public private(set) var count = 0
  /// Rows outside the domain of leverage-math 9.3, ascending. Their figures are absent: `subscript`
  /// gives nil, and a column holds 0 there, which is no value.
  public package(set) var refused: [RefusedRow] = []
  private var storage: [Double] = []

  /// No results yet; the first evaluation makes room, later ones of that size reuse it.
  public init() {}

  /// A whole column, or nil where the figures do not contain it. Indices start where the slice does.
  public subscript(_ figure: OptionFigure) -> ArraySlice<Double>? {
    guard let place = place(of: figure) else { return nil }
    return storage[place * count..<(place + 1) * count]
  }

  /// One figure of one row; nil where the row is refused or does not exist, or where the figures do
  /// not contain it.
  public subscript(_ figure: OptionFigure, _ row: Int) -> Double? {
    guard let place = place(of: figure), row >= 0, row < count, !isRefused(row) else { return nil }
    return storage[place * count + row]
  }

  private func place(of figure: OptionFigure) -> Int? {
    figures.figures.firstIndex(of: figure)
  }

  private func isRefused(_ row: Int) -> Bool {
    var (low, high) = (0, refused.count)
    while low < high {
      let middle = (low + high) / 2
      if refused[middle].row < row { low = middle + 1 } else { high = middle }
    }
    return low < refused.count && refused[low].row == row
  }

  /// Makes room for `rows` of `figures` and hands out the first column; the next begin `rows` later.
  package mutating func fill(
    _ figures: OptionFigures, rows: Int,
    _ body: (UnsafeMutablePointer<Double>) -> [RefusedRow]
  ) {
    let size = figures.figures.count * rows
    if storage.count != size { storage = [Double](repeating: 0, count: size) }
    self.figures = figures
    count = rows
    guard rows > 0 else {
      refused = []
      return
    }
    refused = storage.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map(body) ?? []
    }
  }
}
