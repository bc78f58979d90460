import Foundation
import FulcrumModel
import Testing

@testable import FulcrumRisk
@testable import FulcrumWire

@Suite("Report as a table") struct ReportTableTests {
  static func plain(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9]+m/, with: "")
  }

  @Test(
    "every line fits the width",
    arguments: [60, 80, 100, 120, 160], [ReportView.Currency.pool, .usd, .coin])
  func fits(width: Int, currency: ReportView.Currency) throws {
    for (colour, unicode) in [(false, true), (true, false)] {
      let view = ReportView(currency: currency, width: width, colour: colour, unicode: unicode)
      let text = Self.plain(ReportTable.render(try ReportSample.contents(), view: view))
      let widest = text.split(separator: "\n").max { $0.count < $1.count } ?? ""
      #expect(widest.count <= width, "\(widest.count) characters: \(widest)")
    }
  }

  @Test("all the columns are there at 120 characters")
  func whole() throws {
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView())
    #expect(!text.contains("Left out at this width"))
  }

  @Test("columns are aligned: right-aligned numbers end under their heading")
  func aligned() throws {
    let lines = ReportTable.render(try ReportSample.contents(), view: ReportView())
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let heading = try #require(lines.first { $0.contains("Leverage") && $0.contains("At risk") })
    let row = try #require(lines.first { $0.contains("weekly-calls (") })
    let spread = try #require(lines.first { $0.contains("strangle (") })
    for (title, first, second) in [
      ("Leverage", "36.6x", "0.053x"), ("At risk", "0.077200", "0.885088"),
      ("Delta cash", "+2.822396", "-0.046096"), ("Largest secant", "175x", "1.91x"),
    ] {
      let end = try #require(Self.end(of: title, in: heading))
      #expect(Self.end(of: first, in: row) == end, "\(title): \(row)")
      #expect(Self.end(of: second, in: spread) == end, "\(title): \(spread)")
    }
  }

  private static func end(of part: String, in line: String) -> Int? {
    line.firstRange(of: part).map { line.distance(from: line.startIndex, to: $0.upperBound) }
  }

  @Test("no infinity, NaN or nil is printed as a number")
  func noRawInfinity() throws {
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView()).lowercased()
    for word in [" nan", "+nan", "optional(", " inf ", " -inf", "+inf", "∞"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test("colour codes only where asked for, ASCII only where asked for")
  func colourAndASCII() throws {
    let contents = try ReportSample.contents()
    let coloured = ReportTable.render(contents, view: ReportView(colour: true))
    #expect(coloured.contains("\u{1B}[31m"))
    #expect(!ReportTable.render(contents, view: ReportView()).contains("\u{1B}"))
    // The colour of a row is never its only mark.
    for line in coloured.split(separator: "\n") where line.hasPrefix("\u{1B}[31m") {
      #expect(line.contains("!!"), "\(line)")
    }
    let ascii = ReportTable.render(contents, view: ReportView(unicode: false))
    #expect(ascii.utf8.max().map { $0 < 128 } == true)
    #expect(ascii.contains("^ 36.6x"))
  }

  @Test("text of a file cannot drive the terminal")
  func controlCharacters() throws {
    let pool = try ReportSample.pool(
      "evil\u{1B}[2Jid\u{202E}", strategy: "two\nlines", cash: nil, basis: .premiumOnly,
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.5)])
    let text = ReportTable.render(
      ReportContents(report: ReportSample.report([pool])), view: ReportView())
    #expect(!text.unicodeScalars.contains("\u{1B}"))
    #expect(!text.unicodeScalars.contains("\u{202E}"))
    #expect(text.contains("evil\u{FFFD}[2Jid\u{FFFD} (two\u{FFFD}lines)"))
  }

  @Test("a column never mixes units: each currency has its own tables, USD has one")
  func unitsApart() throws {
    let contents = try ReportSample.contents()
    let own = ReportTable.render(contents, view: ReportView(currency: .pool))
    for unit in ["BTC", "ETH", "USDC"] { #expect(own.contains("POOLS in \(unit)")) }
    let usd = ReportTable.render(contents, view: ReportView(currency: .usd))
    #expect(usd.contains("POOLS in USD"))
    #expect(!usd.contains("POOLS in BTC"))
    // 0.0772 BTC at 60,000 USD, rounded down.
    #expect(own.contains("0.077200") && usd.contains("4,632.05"))
  }

  @Test("unknown collateral is unknown, with how to give it; no market keeps its line")
  func absences() throws {
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView())
    #expect(text.contains("COLLATERAL UNKNOWN"))
    #expect(text.contains("--collateral AMOUNT"))
    let line = try #require(text.split(separator: "\n").first { $0.contains("naked") })
    #expect(line.contains("—["))
    #expect(text.contains("no implied volatility for BTC-26MAR27-300000-C"))
  }

  @Test("account leverage stands beside the position's")
  func account() throws {
    let text = ReportTable.render(try ReportSample.contents(), view: ReportView())
    #expect(text.contains("Account leverage 0.206x hides pool weekly-calls at 36.6x long."))
  }

  @Test("spreads are offered, never merged")
  func offers() throws {
    let contents = try ReportSample.offered()
    let text = ReportTable.render(contents, view: ReportView())
    #expect(text.contains("These legs look like: debit vertical"))
    #expect(text.contains("--pools"))
    #expect(text.contains("leg-2100") && text.contains("leg-2400"))
  }

  @Test("NO_COLOR, dumb terminals and files get no colour; the locale decides on Unicode")
  func environment() {
    #expect(ReportView.wantsColour(isTerminal: true, environment: [:]))
    #expect(ReportView.wantsColour(isTerminal: true, environment: ["NO_COLOR": ""]))
    #expect(!ReportView.wantsColour(isTerminal: true, environment: ["NO_COLOR": "1"]))
    #expect(!ReportView.wantsColour(isTerminal: true, environment: ["TERM": "dumb"]))
    #expect(!ReportView.wantsColour(isTerminal: false, environment: [:]))
    #expect(ReportView.wantsUnicode(environment: ["LANG": "en_GB.UTF-8"]))
    #expect(!ReportView.wantsUnicode(environment: ["LC_ALL": "C", "LANG": "en_GB.UTF-8"]))
  }
}

@Suite("Numbers as shown") struct NumberTextTests {
  @Test(
    "leverage: three digits, rounded up, capped",
    arguments: [
      (35.284, "35.3x"), (27.93, "28.0x"), (2.759, "2.76x"), (0.27004, "0.271x"), (248.0, "248x"),
      (-4.0, "4.00x"), (35.300000000000004, "35.3x"), (1000.0, "1,000x"), (1000.5, "over 1,000x"),
      (0, "0.000x"), (99.91, "100.0x"),
    ])
  func leverage(ratio: Double, text: String) { #expect(NumberText.leverage(ratio) == text) }

  @Test("directed rounding of decimals: negative numbers too")
  func directed() {
    #expect(NumberText.decimal(1.005, places: 1, .up) == "1.1")
    #expect(NumberText.decimal(-1.05, places: 1, .up) == "-1.0")
    #expect(NumberText.decimal(-1.01, places: 1, .down) == "-1.1")
    #expect(NumberText.decimal(1_234_567.891, places: 2, .down) == "1,234,567.89")
    #expect(NumberText.decimal(-0.001, places: 2, .toNearestEven, signed: true) == "0.00")
    #expect(NumberText.decimal(1e22, places: 2, .up) == "1.000e22")
  }

  @Test("a probability is never shown smaller than it is")
  func probability() {
    #expect(NumberText.probability(0) == "0.00")
    #expect(NumberText.probability(1e-12) == "<0.01")
    #expect(NumberText.probability(0.012341) == "1.24")
    #expect(NumberText.probability(1) == "100.00")
  }

  @Test("liquidation prices lean toward the index, distances down")
  func prices() {
    #expect(NumberText.price(54_573.0123, .up) == "54,573.02")
    #expect(NumberText.price(71_059.939, .down) == "71,059.93")
    #expect(NumberText.distance(0.0999) == "9.9")
    #expect(NumberText.price(0.0734, .toNearestEven) == "0.07340000")
  }

  @Test("age is rounded up")
  func age() {
    #expect(NumberText.age(milliseconds: 93_001) == "94 s")
    #expect(NumberText.age(milliseconds: 840_001) == "15 min")
    #expect(NumberText.age(milliseconds: 172_800_000) == "2 d")
  }
}
