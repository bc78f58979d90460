import Foundation
import Testing

@testable import FulcrumWire

@Suite struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  @Test func valuesKeepTheirKind() throws {
    let value = try read(#" {"a":[1,-0.5,true,false,null,"x"],"b":{},"c":[]} "#)
    let object = try #require(value.object)
    #expect(object.names == ["a", "b", "c"])
    #expect(
      object["a"]
        == .array([.number(1), .number(-0.5), .bool(true), .bool(false), .null, .string("x")]))
    #expect(object["b"] == .object(JSONObject()))
    #expect(object["c"] == .array([]))
  }

  @Test func stringsAreUnescaped() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00 σ√T""#
    #expect(try read(text) == .string("\"\\/\u{8}\u{C}\n\r\té😀 σ√T"))
  }

  /// The system's decimal conversion is the reference: a route that shares no code with the short cut.
  @Test(arguments: [UInt64(1), 2, 3]) func numbersAreTheNearestDouble(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    var shortCuts = 0
    for _ in 0..<20_000 {
      let digits = Int.random(in: 1...20, using: &generator)
      var text = Bool.random(using: &generator) ? "-" : ""
      text += String(Int.random(in: 1...9, using: &generator))
      for _ in 1..<digits + 1 { text += String(Int.random(in: 0...9, using: &generator)) }
      let point = Int.random(in: 2...text.count, using: &generator)
      if point < text.count { text.insert(".", at: text.index(text.startIndex, offsetBy: point)) }
      if Bool.random(using: &generator) {
        text += "e\(Int.random(in: -330...300, using: &generator))"
      }
      let reference = strtod(text, nil)
      guard reference.isFinite else { continue }
      let got = try #require(try read(text).number)
      #expect(got.bitPattern == reference.bitPattern, "\(text), seed \(seed)")
      if digits <= 15 { shortCuts += 1 }
    }
    #expect(shortCuts > 1000)
  }

  @Test func hardNumbers() throws {
    for text in [
      "0", "-0", "0.1", "1e22", "1e23", "9007199254740993", "9007199254740992", "5e-324",
      "2.4703282292062328e-324", "1.7976931348623157e308", "0.000000000000000000000001", "1E+2",
      "123456789012345678", "0.30000000000000004", "8.5e-22", "9007199254740991e22",
    ] {
      #expect(try read(text).number?.bitPattern == strtod(text, nil).bitPattern, "\(text)")
    }
  }

  @Test func whatIsWrittenReadsBack() throws {
    var generator = SeededGenerator(state: 7)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      guard number.isFinite else { continue }
      let bytes = JSONWriter.bytes(.number(number))
      let back = try #require(try JSONReader.read(bytes).number)
      #expect(back.bitPattern == number.bitPattern)
    }
    let text = #"{"a":[3,0.1,1e-300,-0.0,true,null],"q\"\n":"é\u0001"}"#
    #expect(try JSONObject(text: text).text == text)
  }

  /// Text, and a word of the fault that it must be refused with.
  @Test(arguments: [
    ("", "nothing"), ("{", "the end"), ("{\"a\":1,}", "'}'"), ("[1,]", "']'"), ("[1 2]", "'2'"),
    ("{\"a\" 1}", "'1'"), ("{a:1}", "'a'"), ("01", "a leading 0"), ("1.", "the end"),
    (".5", "'.'"), ("1e", "the end"), ("+1", "+"), ("NaN", "NaN"), ("Infinity", "Infinity"),
    ("-Infinity", "'I'"), ("1e400", "1e400"), ("-1e400", "-1e400"), ("tru", "'t'"),
    ("\"a", "the end"), ("\"a\nb\"", "byte 0xa"), ("\"\\x\"", "'x'"), ("\"\\u12g4\"", "'g'"),
    ("\"\\uD800\"", "surrogate"), ("\"\\uD800\\u0041\"", "surrogate"),
    ("\"\\uDC00\"", "surrogate"), ("1 2", "'2'"), ("{\"a\":1,\"a\":2}", "second time"),
    ("{\"k\":[{\"a\":1,\"\\u0061\":2}]}", "second time"), ("é", "byte 0xc3"),
  ])
  func refusals(text: String, seen: String) {
    #expect {
      try read(text)
    } throws: { error in
      (error as? JSONFault)?.seen.contains(seen) == true
    }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [
      [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    ] {
      #expect(throws: JSONFault.self) { try JSONReader.read(bytes) }
    }
  }

  @Test func aFaultSaysItsPlace() {
    #expect {
      try read(#"{"pool":{"cash":1},"legs":[{"K":1},{"K":NaN}]}"#)
    } throws: { error in
      let fault = error as? JSONFault
      return fault?.path == "$.legs[1].K" && fault?.byte == 41
    }
  }

  @Test func nestingIsBounded() throws {
    let limit = JSONReader.depthLimit
    let fits = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(throws: Never.self) { try read(fits) }
    #expect(throws: JSONFault.self) { try read(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func manyNamesAreComparedInLinearTime() throws {
    let members = (0..<50_000).map { "\"k\($0)\":\($0)" }
    let text = "{" + members.joined(separator: ",") + "}"
    #expect(try read(text).object?.count == 50_000)
    let twice = "{" + (members + ["\"k17\":0"]).joined(separator: ",") + "}"
    #expect(throws: JSONFault.self) { try read(twice) }
  }
}

/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
