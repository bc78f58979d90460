import FulcrumNumerics
import FulcrumPricing

extension CalculationFamily {
  /// Counter-based draws and the normal law.
  static let randomNormal = CalculationFamily(
    name: "rng_normal", summary: "counter-based random words, uniforms and the normal law",
    outputs: ["words", "hex", "uniform53", "normalInverse", "x", "cdf", "logCdf"]
  ) { (fields) throws(CalculationRefusal) in
    if fields.has("counter") || fields.has("key") { return try philox(&fields) }
    var outputs = Outputs()
    if fields.has("p") {
      let p = fields.number(NumberField("p", .probability, "probability"))
      try fields.finish()
      outputs.set("x", Normal.inverseCdf(p))
      return outputs
    }
    let x = fields.number(NumberField("x", .finite, "standard deviations"))
    try fields.finish()
    outputs.set("cdf", Normal.cdf(x))
    outputs.set("logCdf", Normal.logCdf(x))
    return outputs
  }

  private static func philox(_ fields: inout InputFields) throws(CalculationRefusal) -> Outputs {
    let counter = fields.words("counter", count: 4)
    let key = fields.words("key", count: 2)
    let rounds = fields.number(NumberField("rounds", .positive, "rounds", fallback: 10))
    if rounds != 10 {
      fields.refuse("rounds", seen: "\(rounds)", allowed: "10", fix: "write 10 or leave it out")
    }
    try fields.finish()
    let words = Philox.words(
      counter: .init(counter[0], counter[1], counter[2], counter[3]), key: .init(key[0], key[1]))
    let all = [words.x, words.y, words.z, words.w]
    let (first, second) = Philox.uniforms(words)
    var outputs = Outputs()
    outputs.set("words", all.map(Double.init))
    outputs.set("hex", .array(all.map { .string(hex($0)) }))
    outputs.set("uniform53", [first, second])
    outputs.set("normalInverse", [first, second].map(Normal.inverseCdf))
    return outputs
  }

  private static func hex(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Sobol points without a shift.
  static let sobol = CalculationFamily(
    name: "sobol", summary: "Sobol points in Gray-code order, up to 64 dimensions",
    outputs: ["point", "dims"]
  ) { (fields) throws(CalculationRefusal) in
    let dimensions = fields.whole(
      NumberField("dims", .positive, "dimensions, 1 to 64"), upTo: Sobol.mostDimensions)
    var outputs = Outputs()
    guard fields.has("index") else {
      // The parameter table of the shared set carries data only.
      fields.allow("polynomials", "initial")
      try fields.finish()
      outputs.set("dims", Double(dimensions))
      return outputs
    }
    let index = fields.whole(
      NumberField("index", .nonNegative, "place of the point"), upTo: Int(UInt32.max))
    let bits = fields.whole(NumberField("bits", .positive, "bits", fallback: 32), upTo: 32)
    if bits != 32 {
      fields.refuse("bits", seen: "\(bits)", allowed: "32", fix: "write 32 or leave it out")
    }
    try fields.finish()
    outputs.set("point", Sobol(dimensions: max(dimensions, 1)).point(index: UInt32(index)))
    return outputs
  }
}

extension InputFields {
  /// A whole number from 0 to `limit`.
  fileprivate mutating func whole(_ field: NumberField, upTo limit: Int) -> Int {
    let number = number(field)
    guard number == number.rounded(), number <= Double(limit) else {
      refuse(
        field.name, seen: "\(number)", allowed: "\(field.meaning): a whole number up to \(limit)",
        fix: "give such a number")
      return 0
    }
    return Int(number)
  }

  /// 32-bit words.
  fileprivate mutating func words(_ name: String, count: Int) -> [UInt32] {
    let field = NumberField(name, .nonNegative, "\(count) words of 32 bits")
    let numbers = numbers(field, fallback: [])
    let words = numbers.compactMap { UInt32(exactly: $0) }
    guard words.count == count, numbers.count == count else {
      refuse(
        name, seen: "\(numbers)", allowed: "\(count) whole numbers from 0 to 4294967295",
        fix: "give such numbers")
      return [UInt32](repeating: 0, count: count)
    }
    return words
  }
}
