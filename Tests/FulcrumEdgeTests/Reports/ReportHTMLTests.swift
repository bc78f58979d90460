import Foundation
import FulcrumModel
import Testing

@testable import FulcrumRisk
@testable import FulcrumWire

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Report as HTML") struct ReportHTMLTests {
  /// Reads the page as XML: counts elements, gathers text, remembers ids.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var text = ""
    var ids: [String] = []
    var links: [String] = []
    var hasOutside = false

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements[name, default: 0] += 1
      if let id = attributes["id"] { ids.append(id) }
      if let href = attributes["href"] {
        if href.hasPrefix("#") { links.append(String(href.dropFirst())) }
        if href.contains("//") { hasOutside = true }
      }
      if attributes["src"] != nil { hasOutside = true }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  private static func read(_ page: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = reader
    let isWhole = parser.parse()
    #expect(isWhole, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
    return reader
  }

  @Test("well-formed; ids are unique and links lead somewhere; nothing from outside")
  func wellFormed() throws {
    let page = ReportHTML.render(try ReportSample.contents())
    let reader = try Self.read(page)
    #expect(Set(reader.ids).count == reader.ids.count, "an id occurs twice")
    #expect(Set(reader.links).subtracting(reader.ids) == [], "a link leads nowhere")
    #expect(!reader.hasOutside)
    for word in ["http://", "https://", "@import", "url(//", "fetch(", "XMLHttp"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(reader.elements["svg", default: 0] > 15)
    #expect(reader.elements["script"] == 1)
    // Every picture says what it shows.
    let pictures = reader.elements["svg", default: 0] - 1
    #expect(reader.elements["desc", default: 0] == pictures)
  }

  @Test("names from files are text, never markup")
  func escaping() throws {
    let page = ReportHTML.render(try ReportSample.contents())
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("naked &lt;script&gt;alert(1)&lt;/script&gt;"))
    let pool = try ReportSample.pool(
      "\" onload=\"x' </svg>&amp;\u{0}\u{FFFE}]]>", strategy: "<b>&", cash: nil,
      basis: .premiumOnly,
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.5)])
    let contents = ReportContents(
      report: ReportSample.report([pool]),
      issues: [Issue(source: "<img>", seen: "</ul>", allowed: "&", fix: "\"")])
    let reader = try Self.read(ReportHTML.render(contents))
    #expect(reader.elements["img"] == nil)
    #expect(reader.text.contains("\" onload=\"x' </svg>&amp;"))
  }

  @Test("text has a contrast of at least 4.5 in both themes (WCAG 2.2, 1.4.3)")
  func contrast() throws {
    let parts = HTMLStyle.sheet.components(separatedBy: "@media (prefers-color-scheme:dark)")
    #expect(parts.count == 2)
    for sheet in parts {
      var colours: [String: Double] = [:]
      for match in sheet.matches(of: /--(\w+):#([0-9a-f]{3,6})/)
      where colours[String(match.1)] == nil {
        colours[String(match.1)] = Self.luminance(String(match.2))
      }
      let shades = ["p1", "p2", "p3", "p4", "n1", "n2", "n3", "n4"]
      let pairs =
        ["ink", "quiet", "long", "short", "warn", "crit"].flatMap { [($0, "bg"), ($0, "card")] }
        + shades.map { ("ink", $0) } + [("ink", "safe"), ("ink", "soon")]
      for (text, ground) in pairs {
        let a = try #require(colours[text])
        let b = try #require(colours[ground])
        let contrast = (max(a, b) + 0.05) / (min(a, b) + 0.05)
        #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
      }
    }
  }

  /// Relative luminance of an sRGB colour (WCAG 2.2).
  private static func luminance(_ hex: String) -> Double {
    let digits = hex.count == 3 ? hex.map { "\($0)\($0)" }.joined() : hex
    let value = Int(digits, radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part -> Double in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test("no NaN or infinity in a picture or a number")
  func finite() throws {
    let page = ReportHTML.render(try ReportSample.contents())
    for word in [">nan", "\"nan", "NaN", ">inf", "=\"inf", "-inf", "∞", "Optional("] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test("every kind of picture is there, with the account beside the position")
  func pictures() throws {
    let text = try Self.read(ReportHTML.render(try ReportSample.contents())).text
    for words in [
      "Profit of pool weekly-calls against the index",
      "Leverage of pool strangle against the index",
      "Greeks of pool call-spread against the index", "Liquidation of pool perp-long along BTC",
      "Leverage of pool strangle against time", "Spot and volatility shocks", "Account leverage",
      "hides pool weekly-calls at 36.6x long", "Numbers behind the curves",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("ten thousand legs stay under a megabyte, in many pools or in one")
  func size() throws {
    let leg = SampleLeg(
      name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.55)
    let one = try ReportSample.pool("p", strategy: "a call", cash: nil, basis: .premiumOnly, [leg])
    let many = (0..<10_000).map { place in
      PoolReport(copying: one, id: "pool number \(place) with <a long> & quoted \"name\"")
    }
    for pools in [many, [PoolReport(copying: one, id: "large", legs: 10_000)]] {
      var report = ReportSample.report(pools)
      for detailed in [20, nil] {
        report.settings.detailedPools = detailed
        let page = ReportHTML.render(ReportContents(report: report))
        print("HTML of \(pools.count) pools: \(page.utf8.count) bytes")
        #expect(page.utf8.count < ReportHTML.largestSize)
        #expect(page.contains("the CSV and JSON reports have them all"))
      }
    }
  }
}

extension PoolReport {
  /// The same pool under another name, its only leg repeated.
  fileprivate init(copying other: PoolReport, id: String, legs count: Int = 1) {
    self = other
    self.id = id
    legs = Array(repeating: other.legs[0], count: count)
  }
}

@Suite("Curves of a pool") struct PoolChartsTests {
  private func charts(
    _ legs: [SampleLeg], cash: Double, settings: PoolChartSettings = PoolChartSettings()
  ) throws -> (PoolCharts, RiskPool) {
    let pool = try ReportSample.pool("p", strategy: nil, cash: cash, legs)
    let risk = try #require(pool.riskPool)
    return (try PoolCharts.build(risk, settings: settings), risk)
  }

  @Test("a long coin call breaks even where its payoff in coin is its price: K/(1 − c)")
  func breakeven() throws {
    let (charts, risk) = try charts(
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 40, forward: 60_010, volatility: 0.55)],
      cash: 0)
    // At expiry F = S, so that 1 − K/S = c at the breakeven, the basis of today notwithstanding.
    let premium = try LeverageEngine.measures(risk).equity / 40
    let expected = 66_000 / (1 - premium)
    let found = try #require(charts.breakevens.first)
    #expect(charts.breakevens.count == 1)
    #expect(abs(found / expected - 1) < 1e-9, "\(found) \(expected)")
  }

  @Test("curves agree with the engine at the index and with the slope of the profit")
  func slope() throws {
    let (charts, risk) = try charts(
      [SampleLeg(name: "BTC_USDC-PERPETUAL", contracts: 2, forward: 60_000, entry: 58_000)],
      cash: 40_000)
    let measures = try LeverageEngine.measures(risk)
    let now = try #require(charts.spots.firstIndex(of: charts.index))
    #expect(charts.profitToday[now] == 0)
    #expect(charts.leverage[now] == measures.deltaLeverage)
    #expect(charts.profitAtExpiry == nil && charts.daysLeft.isEmpty)
    let (low, high) = (now - 1, now + 1)
    let slope =
      (charts.profitToday[high] - charts.profitToday[low])
      / (charts.spots[high] - charts.spots[low])
    #expect(abs(slope - 2) < 1e-9, "two coins long gain two dollars a dollar")
  }

  @Test("the matrix is the stress grid of the engine where they share nodes")
  func matrix() throws {
    let legs = [
      SampleLeg(name: "BTC-27NOV26-54000-P", contracts: -4, forward: 60_010, volatility: 0.6),
      SampleLeg(name: "BTC-27NOV26-66000-C", contracts: -4, forward: 60_010, volatility: 0.55),
    ]
    var settings = PoolChartSettings()
    settings.spotShocks = LeverageSettings.standard.stressSpot
    settings.volShifts = LeverageSettings.standard.stressVolRel
    let (charts, risk) = try charts(legs, cash: 0.9, settings: settings)
    let grid = try LeverageEngine.measures(risk).stressProfit
    for (row, values) in charts.matrix.profit.enumerated() {
      for (column, value) in values.enumerated() {
        #expect(abs(value - grid[row][column]) < 1e-12)
      }
    }
    #expect(charts.matrix.profit[2][1] == 0, "nothing moves, nothing is gained")
  }

  @Test("the last day is expiry: an out-of-the-money long option has nothing left")
  func days() throws {
    let (charts, _) = try charts(
      [SampleLeg(name: "BTC-27NOV26-66000-C", contracts: 1, forward: 60_010, volatility: 0.55)],
      cash: 0)
    #expect(charts.daysLeft.last == 0)
    #expect(charts.daysLeft.count == charts.leverageByDays.count)
    let finite = Array(charts.leverageByDays.compactMap(\.finite).prefix { $0 > 0 })
    #expect(finite.first.map { $0 > 30 && $0 < 50 } == true)
    // Leverage of a dying option rises until nothing is left of it.
    #expect(zip(finite, finite.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("a pool that does not have the underlying is refused")
  func refused() throws {
    let pool = try ReportSample.pool(
      "p", strategy: nil, cash: 1,
      [SampleLeg(name: "BTC-PERPETUAL", contracts: 10, forward: 60_000)])
    let risk = try #require(pool.riskPool)
    #expect(throws: RiskError.settingOutOfDomain(.underlying, seen: 3)) {
      try PoolCharts.build(risk, underlying: 3)
    }
  }
}
