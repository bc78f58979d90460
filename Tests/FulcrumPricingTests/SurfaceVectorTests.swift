import FulcrumPricing
import Testing

/// Slices, SSVI, parity forwards and interpolation in time against 50-digit reference values.
struct SurfaceVectorTests {
  @Test func familySVI() throws {
    var comparison = VectorComparison()
    for item in try VectorFile("svi").cases {
      // An array is compared element by element under the key of the whole.
      let answers = try answers(item)
      for (key, expected) in item.expected {
        switch (answers[key], expected) {
        case (.many(let got)?, .list(let wanted)):
          try #require(got.count == wanted.count, "\(item.id) \(key)")
          for (one, other) in zip(got, wanted) {
            comparison.check(item.keeping(key, other), [key: .number(one)])
          }
        case (.wings(let got?)?, .object(let wanted)):
          let numbers = ["v": got.v, "psi": got.psi, "p": got.p, "c": got.c, "vMin": got.vMin]
          #expect(Set(wanted.keys) == Set(numbers.keys))
          for (name, value) in wanted {
            let number = try #require(numbers[name])
            comparison.check(item.keeping("jumpWings", value), ["jumpWings": .number(number)])
          }
        case (.wings(nil)?, .null): break
        case (.one(let got)?, let wanted):
          comparison.check(item.keeping(key, wanted), [key: got])
        default: Issue.record("\(item.id): no answer for \(key)")
        }
      }
    }
    comparison.report("svi")
    #expect(comparison.compared > 1000)
  }

  private enum Answered {
    case one(Answer)
    case many([Double])
    case wings(JumpWings?)
  }

  private func answers(_ item: VectorCase) throws -> [String: Answered] {
    if item.inputs["eta"] != nil { return try shared(item) }
    if item.inputs["rows"] != nil { return try parity(item) }
    if item.inputs["sigma1"] != nil { return try joined(item) }
    return try slice(item)
  }

  private func grid(_ from: Double, _ to: Double, _ step: Double) -> [Double] {
    (0...Int(((to - from) / step).rounded())).map { from + Double($0) * step }
  }

  private func slice(_ item: VectorCase) throws -> [String: Answered] {
    let slice = try RawSVI(
      a: item.number("a"), b: item.number("b"), rho: item.number("rho"), m: item.number("m"),
      sigma: item.number("sigma"))
    let places = try #require(item.inputs["k"]?.list).compactMap(\.number)
    let curves = places.map { slice.curve(at: $0) }
    let least =
      try grid(item.number("gridFrom"), item.number("gridTo"), item.number("gridStep"))
      .map { slice.curve(at: $0).density(at: $0) }.min() ?? .nan
    return [
      "w": .many(curves.map(\.w)), "dw": .many(curves.map(\.dw)),
      "d2w": .many(curves.map(\.d2w)), "g": .many(zip(curves, places).map { $0.density(at: $1) }),
      "gMin": .one(.number(least)), "wMin": .one(.number(slice.minimum)),
      "butterflyFree": .one(.flag(least >= 0 && slice.minimum >= 0)),
      "leeOk": .one(.flag(slice.leeSlope <= 2)),
      "jumpWings": .wings(slice.jumpWings(years: try item.number("T"))),
    ]
  }

  private func shared(_ item: VectorCase) throws -> [String: Answered] {
    let shape = try SSVIShape(
      rho: item.number("rho"), eta: item.number("eta"), gamma: item.number("gamma"))
    let theta = try item.number("theta1")
    let (first, second) = (
      shape.slice(theta: theta), shape.slice(theta: try item.number("theta2"))
    )
    let places = try #require(item.inputs["k"]?.list).compactMap(\.number)
    let range = try #require(item.inputs["calendarGrid"]?.list).compactMap(\.number)
    let gap =
      grid(range[0], range[1], range[2])
      .map { second.totalVariance(at: $0) - first.totalVariance(at: $0) }.min() ?? .nan
    let terms = shape.butterflyTerms(theta: theta)
    return [
      "phi1": .one(.number(shape.phi(theta: theta))),
      "w1": .many(places.map { first.totalVariance(at: $0) }),
      "w2": .many(places.map { second.totalVariance(at: $0) }),
      "butterfly1": .one(.number(terms.first)), "butterfly2": .one(.number(terms.second)),
      "butterflySufficient": .one(.flag(terms.first < 4 && terms.second <= 4)),
      "calendarMinGap": .one(.number(gap)), "calendarFree": .one(.flag(gap >= 0)),
      "etaBound": .one(.flag(shape.isBounded)),
    ]
  }

  private func parity(_ item: VectorCase) throws -> [String: Answered] {
    let rows = try #require(item.inputs["rows"]?.list).compactMap {
      $0.list?.compactMap(\.number)
    }
    let fit = try #require(
      ParityForward(
        rows.map {
          ParityForward.Pair(strike: $0[0], call: $0[1], put: $0[2], halfSpread: $0[3])
        }, settlement: .inverse))
    return [
      "intercept": .one(.number(fit.intercept)), "slope": .one(.number(fit.slope)),
      "forwardFree": .one(.number(fit.free)), "forwardUnitIntercept": .one(.number(fit.unit)),
    ]
  }

  private func joined(_ item: VectorCase) throws -> [String: Answered] {
    let found = try TotalVariance.between(
      TotalVariance.Node(years: item.number("T1"), volatility: item.number("sigma1")),
      TotalVariance.Node(years: item.number("T2"), volatility: item.number("sigma2")),
      years: item.number("T"))
    return [
      "sigma": .one(found.volatility.map(Answer.number) ?? .absent),
      "totalVariance": .one(.number(found.totalVariance)),
      "forwardVariance": .one(.number(found.forwardVariance)),
      "calendarOk": .one(.flag(found.isOrdered)),
    ]
  }
}

extension VectorCase {
  /// The same case with one expected leaf.
  fileprivate func keeping(_ key: String, _ leaf: Json) -> VectorCase {
    VectorCase(id: id, inputs: inputs, expected: [key: leaf], tolerance: tolerance)
  }
}
