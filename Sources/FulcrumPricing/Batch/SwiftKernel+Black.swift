internal import CFulcrumKernels

extension SwiftKernel {
  /// Eight rows of inputs.
  struct Rows {
    var forward, strike, years, volatility, sign, rate: V

    @inline(__always)
    init(_ options: fk_options, at row: Int) {
      forward = load(options.forward, row)
      strike = load(options.strike, row)
      years = load(options.years, row)
      volatility = load(options.volatility, row)
      sign = load(options.sign, row)
      rate = options.rate == nil ? V(repeating: 0) : load(options.rate, row)
    }

    /// Rates whose e^{−rT} the vector text leaves to the scalar functions.
    @inline(__always)
    var unboundedDiscount: Mask {
      .!atMost(magnitude(rate * years), V(repeating: largestExponent))
        .| .!atMost(magnitude(rate), V(repeating: 1e300))
    }

    /// The last rows of a batch, filled up with a harmless option.
    init(_ options: fk_options, at row: Int, count: Int) {
      let one = V(repeating: 1)
      (forward, strike, years, volatility, sign) = (one, one, one, one, one)
      rate = V(repeating: 0)
      for lane in 0..<count {
        forward[lane] = options.forward[row + lane]
        strike[lane] = options.strike[row + lane]
        years[lane] = options.years[row + lane]
        volatility[lane] = options.volatility[row + lane]
        sign[lane] = options.sign[row + lane]
        if let rates = options.rate { rate[lane] = rates[row + lane] }
      }
    }
  }

  typealias Out = UnsafeMutablePointer<UnsafeMutablePointer<Double>?>

  @inline(__always)
  static func load(_ column: UnsafePointer<Double>?, _ row: Int) -> V {
    guard let column else { return V(repeating: 0) }
    return UnsafeRawPointer(column + row).loadUnaligned(as: V.self)
  }

  /// `fk_black` of the Swift level: whether any row is outside the vector domain.
  static func black(_ figures: OptionFigures, _ count: Int, _ options: fk_options, _ out: Out)
    -> Bool
  {
    let columns = figures.figures.count
    return switch figures {
    case .price: run(Price.self, count, options, out, columns: columns)
    case .firstOrder: run(FirstOrder.self, count, options, out, columns: columns)
    case .secondOrder, .all: run(AllOrders.self, count, options, out, columns: columns)
    case .coinPrice: run(CoinPrice.self, count, options, out, columns: columns)
    case .coinFirstOrder, .coinSecondOrder:
      run(CoinOrders.self, count, options, out, columns: columns)
    }
  }

  /// A set of figures of eight rows, stored column by column.
  private protocol FigureSet {
    static func store(_ rows: Rows, _ common: Common, _ sink: Sink)
  }

  /// Where columns go: whole vectors, or the first lanes of the last one.
  private struct Sink {
    let out: Out
    let row: Int
    let lanes: Int
    let columns: Int

    @inline(__always)
    func put(_ column: Int, _ v: V) {
      guard column < columns, let target = out[column] else { return }
      if lanes == width {
        UnsafeMutableRawPointer(target + row).storeBytes(of: v, as: V.self)
      } else {
        for lane in 0..<lanes { target[row + lane] = v[lane] }
      }
    }
  }

  /// What every set needs.
  private struct Common {
    var terms: Terms
    var price, inverse, inverseW, inverseF, rootT, vega, perF, gamma, theta, inverseRootT: V
    var outOf: Mask

    @inline(__always)
    init(_ rows: Rows, outside: inout Mask) {
      let F = rows.forward
      rootT = rows.years.squareRoot()
      let w = rows.volatility * rootT
      inverse = 1 / (F * w)
      inverseW = F * inverse
      inverseF = inverse * w
      let ln = logRatio(F, rows.strike)
      terms = Terms(F, rows.strike, deviation: w, moneyness: magnitude(ln) * inverseW)
      let inside =
        atMost(V(repeating: 0x1p-300), terms.lo) .& atMost(terms.hi, V(repeating: 0x1p300))
        .& atMost(terms.hi, terms.lo * 0x1p64)
        .& atMost(V(repeating: 1e-12), w) .& atMost(w, V(repeating: 1e4))
      outside = either(outside, .!inside)
      outOf = .!((rows.sign .> 0) .^ terms.below)
      var base = pick(outOf, V(repeating: 0), terms.hi - terms.lo)
      base = pick(terms.upper, pick(outOf, terms.lo, terms.hi), base)
      price = base + pick(terms.upper, negated(terms.value), terms.value)
      vega = terms.density * rootT
      perF = terms.density * inverseF
      gamma = perF * inverse
      inverseRootT = rows.volatility * inverseW
      theta = (-0.5 * terms.density) * (rows.volatility * inverseRootT)
    }

    /// N(θd₁)- and N(θd₂)-like weights of lo and hi.
    @inline(__always)
    var nearWeight: V { pick(outOf .^ terms.upper, terms.tail, 1 - terms.tail) }

    @inline(__always)
    func farWeight(_ tail: V) -> V { pick(outOf, tail, 1 - tail) }
  }

  private enum Price: FigureSet {
    @inline(__always)
    static func store(_ rows: Rows, _ c: Common, _ sink: Sink) { sink.put(0, c.price) }
  }

  private enum CoinPrice: FigureSet {
    @inline(__always)
    static func store(_ rows: Rows, _ c: Common, _ sink: Sink) { sink.put(0, c.price * c.inverseF) }
  }

  private enum FirstOrder: FigureSet {
    @inline(__always)
    static func store(_ rows: Rows, _ c: Common, _ sink: Sink) {
      let far = c.farWeight(c.perF * c.terms.second)
      sink.put(0, c.price)
      sink.put(1, flipped(pick(c.terms.below, c.nearWeight, far), by: rows.sign))
      sink.put(2, c.gamma)
      sink.put(3, c.vega)
      sink.put(4, c.theta)
    }
  }

  /// d₁, d₂ and the two deltas.
  private struct Weights {
    var d1, d2, delta, dual: V

    @inline(__always)
    init(_ rows: Rows, _ c: Common) {
      let far = c.farWeight((c.terms.density / c.terms.hi) * c.terms.second)
      let near = c.nearWeight
      let below = c.terms.below
      delta = flipped(pick(below, near, far), by: rows.sign)
      dual = flipped(pick(below, far, near), by: negated(rows.sign))
      d1 = pick(below, negated(c.terms.near), c.terms.far)
      d2 = pick(below, negated(c.terms.far), c.terms.near)
    }
  }

  private enum CoinOrders: FigureSet {
    @inline(__always)
    static func store(_ rows: Rows, _ c: Common, _ sink: Sink) {
      let w = Weights(rows, c)
      let net = negated(w.dual) * (rows.strike * c.inverseF)
      let slope = net * c.inverseF
      let inverseS = c.rootT * c.inverseW
      let vanna = negated(c.perF * w.d2) * inverseS
      sink.put(0, c.price * c.inverseF)
      sink.put(1, net)
      sink.put(2, c.gamma - slope)
      sink.put(3, c.vega * c.inverseF)
      sink.put(4, c.theta * c.inverseF)
      sink.put(5, w.delta)
      sink.put(6, slope)
      sink.put(7, (c.gamma - 2 * slope) * c.inverseF)
      sink.put(8, (vanna - c.vega * c.inverseF) * c.inverseF)
      sink.put(9, ((c.vega * (w.d1 * w.d2)) * inverseS) * c.inverseF)
    }
  }

  private enum AllOrders: FigureSet {
    @inline(__always)
    static func store(_ rows: Rows, _ c: Common, _ sink: Sink) {
      var w = Weights(rows, c)
      let (d1, d2, T, r) = (w.d1, w.d2, rows.years, rows.rate)
      let product = d1 * d2
      let inverseS = c.rootT * c.inverseW
      let halfT = 0.5 * (c.inverseRootT * c.inverseRootT)
      // Without rates the factor is exactly 1.
      let exponent = negated(r) * T
      let inside = atMost(magnitude(exponent), V(repeating: largestExponent))
      let discount = exponential(pick(inside, exponent, V(repeating: 0)), shift: 0)
      let price = c.price * discount
      w.delta = w.delta * discount
      w.dual = w.dual * discount
      let gamma = c.gamma * discount
      let vega = c.vega * discount
      let perF = c.perF * discount
      sink.put(0, price)
      sink.put(1, w.delta)
      sink.put(2, gamma)
      sink.put(3, vega)
      sink.put(4, r * price + c.theta * discount)
      sink.put(5, w.dual)
      sink.put(6, negated(perF * d2) * inverseS)
      sink.put(7, (vega * product) * inverseS)
      sink.put(8, r * w.delta + perF * d2 * halfT)
      sink.put(9, vega * (r - (1 + product) * halfT))
      sink.put(10, negated(T) * price)
      sink.put(11, (negated(w.dual) * rows.strike) * T)
      sink.put(12, negated(gamma * c.inverseF) * (d1 * c.inverseW + 1))
      sink.put(13, gamma * ((1 - product) * halfT + r))
      sink.put(14, (gamma * (product - 1)) * inverseS)
      let sum = product * (1 - product) + (d1 * d1 + d2 * d2)
      sink.put(15, negated((vega * inverseS) * sum) * inverseS)
    }
  }

  @inline(__always)
  private static func run<Figures: FigureSet>(
    _: Figures.Type, _ count: Int, _ options: fk_options, _ out: Out, columns: Int
  ) -> Bool {
    var outside = Mask(repeating: false)
    let hasRates = options.rate != nil
    var row = 0
    while row + width <= count {
      let rows = Rows(options, at: row)
      let common = Common(rows, outside: &outside)
      if hasRates { outside = either(outside, rows.unboundedDiscount) }
      Figures.store(rows, common, Sink(out: out, row: row, lanes: width, columns: columns))
      row += width
    }
    if row < count {
      let rows = Rows(options, at: row, count: count - row)
      let common = Common(rows, outside: &outside)
      if hasRates { outside = either(outside, rows.unboundedDiscount) }
      Figures.store(rows, common, Sink(out: out, row: row, lanes: count - row, columns: columns))
    }
    return any(outside)
  }
}
