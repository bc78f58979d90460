import Foundation
import FulcrumModel
import Testing

struct ExactDecimalTests {
  @Test(arguments: [
    ("0", "0"), ("-0.0", "0"), ("1", "1"), ("+1.50", "1.5"), ("-12.500", "-12.5"), (".5", "0.5"),
    ("5.", "5"), ("1e-8", "0.00000001"), ("2.5E3", "2500"), ("1.25e+1", "12.5"),
    ("0.000000000000000000000000000001", "0.000000000000000000000000000001"),
    ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
    ("0e9999", "0"),
  ])
  func reads(_ text: String, _ printed: String) throws {
    #expect(try #require(ExactDecimal(text)).description == printed)
  }

  @Test(arguments: [
    "", "-", "+", ".", "1,5", "1.2.3", "NaN", "nan", "inf", "Infinity", "1e", "1e+", "0x10", " 1",
    "1 ", "--1", "1e99999", "1e-31", "１", "1_000", "1e40",
    "1000000000000000000000000000000000000000",
  ])
  func refuses(_ text: String) { #expect(ExactDecimal(text) == nil, "\(text)") }

  /// The text of any decimal reads back to the same number, and its double is the nearest one, as
  /// the standard library's own reading of the text says.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func roundTripAndNearestDouble(_ seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    for _ in 0..<2000 {
      let digits = Int.random(in: 1...20, using: &random)
      var significand: Int128 = 0
      for _ in 0..<digits {
        significand = significand * 10 + Int128(Int.random(in: 0...9, using: &random))
      }
      if Bool.random(using: &random) { significand.negate() }
      let number = ExactDecimal(
        significand: significand, scale: UInt8.random(in: 0...24, using: &random))
      #expect(ExactDecimal(number.description) == number)
      #expect(number.doubleValue == Double(number.description))
    }
  }

  /// Whole counts of a step, against integer division by hand.
  @Test func countsOfAStep() throws {
    func count(_ size: String, _ lot: String) throws -> Int128? {
      try #require(ExactDecimal(size)).count(of: try #require(ExactDecimal(lot)))
    }
    #expect(try count("0.3", "0.1") == 3)
    #expect(try count("-0.4", "0.1") == -4)
    #expect(try count("138000", "10") == 13_800)
    #expect(try count("0.35", "0.1") == nil)
    #expect(try count("1", "0") == nil)
  }

  @Test func arithmeticIsExactOrAbsent() throws {
    let tenth = try #require(ExactDecimal("0.1"))
    let fifth = try #require(ExactDecimal("0.2"))
    #expect(tenth.adding(fifth) == ExactDecimal("0.3"))
    #expect(tenth.multiplied(by: fifth) == ExactDecimal("0.02"))
    let huge = try #require(ExactDecimal("99999999999999999999999999999999999999"))
    #expect(huge.multiplied(by: huge) == nil)
    #expect(tenth < fifth && -fifth < -tenth && !(tenth < tenth))
  }
}

/// Seeded, so that a failure repeats.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
