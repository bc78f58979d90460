import Foundation
import FulcrumRisk
import Testing

@testable import FulcrumWire

/// Every number that a report prints can be looked up, and nothing is explained that none prints.
@Suite struct ReportDefinitionTests {
  private func document() throws -> JSONObject {
    let value = try JSONReader.read(ReportJSON.render(try DemoReport.contents()))
    return try #require(value.object)
  }

  /// A place of the document: names from the top, without the places in arrays.
  private struct Place: Hashable {
    let path: [String]
    let isNumber: Bool
    /// What the document says defines the number; a measure carries it.
    var definition: String?

    var name: String { path.joined(separator: ".") }
  }

  private func places(_ value: JSONValue, at path: [String] = []) -> Set<Place> {
    switch value {
    case .object(let object):
      if let definition = object["definition"]?.string {
        return [Place(path: path, isNumber: true, definition: definition)]
      }
      return object.members.reduce(into: []) { all, member in
        all.formUnion(places(member.value, at: path + [member.name]))
      }
    case .array(let array):
      return array.reduce(into: [Place(path: path, isNumber: false)]) {
        $0.formUnion(places($1, at: path))
      }
    case .number: return [Place(path: path, isNumber: true)]
    case .string(let text):
      let isAmount = Double(text) != nil
      return [Place(path: path, isNumber: isAmount)]
    case .null, .bool: return [Place(path: path, isNumber: false)]
    }
  }

  @Test func everyNumberOfTheJSONHasItsDefinition() throws {
    // A layout's version is no number about a book, nor is the line of a file.
    let exempt: Set = ["version", "issues.line"]
    let numbers = try places(.object(document())).filter(\.isNumber)
    #expect(numbers.count > 120)
    for place in numbers where !exempt.contains(place.name) {
      #expect(!Glossary.entries(named: place.name).isEmpty, "\(place.name)")
      guard let last = place.path.last else { continue }
      #expect(!Glossary.entries(named: last).isEmpty, "\(last) of \(place.name)")
      if let definition = place.definition {
        #expect(Glossary.entry(named: definition) != nil, "\(definition) of \(place.name)")
      }
    }
  }

  @Test func everyColumnOfTheCSVThatHoldsANumberHasItsDefinition() throws {
    let file = try InputBytes(Data(ReportCSV.render(DemoReport.contents())), source: "demo")
    let table = try #require(CSVTable.open(file).value)
    let words: Set = ["pool", "csv_version", "engine_version"]
    var numbers: Set<String> = []
    for row in table.rows {
      for (place, name) in table.header.enumerated() where !words.contains(name) {
        if let text = try row.get()[place], Double(text) != nil { numbers.insert(name) }
      }
    }
    #expect(numbers.count > 40)
    for name in numbers { #expect(!Glossary.entries(named: name).isEmpty, "\(name)") }
  }

  @Test func everyTitleOfTheTableHasItsDefinition() {
    for title in [
      "Leverage", "At risk", "Delta cash", "Largest secant", "Stress loss", "Theta drain", "Index",
      "Below", "Down", "Above", "Up", "P 1 d", "P 7 d", "Size", "Forward", "Premium", "IV", "Δ",
      "delta", "Own leverage", "Value", "Equity", "Net delta", "Gross delta", "Gross notional",
      "Vega", "Theta", "Most it can lose", "CaR", "Basis", "Account leverage", "σ-days", "L_usd",
      "collateralBasis", "equityBasis", "leverage_basis", "forward_source",
    ] { #expect(!Glossary.entries(named: title).isEmpty, "\(title)") }
  }

  @Test func nothingIsExplainedThatNoReportSays() throws {
    let names = try places(.object(document())).map(\.path)
    let words = Glossary.reportWords.map(\.name)
    for entry in Glossary.report where !words.contains(entry.name) {
      let parts = entry.name.split(separator: ".").map(String.init)
      #expect(names.contains { $0.suffix(parts.count) == parts[...] }, "\(entry.name)")
    }
    for other in Glossary.otherNames {
      #expect(Glossary.entry(named: other.entry) != nil, "\(other)")
    }
  }

  /// The definition that the account's net leverage names says what the number is: delta cash nets
  /// within a coin, never between coins.
  @Test func netLeverageOfTheAccountIsWhatItsDefinitionSays() throws {
    let report = try document()
    var net: [String: Double] = [:]
    for pool in report.pools {
      for exposure in pool["exposures"]?.array?.compactMap(\.object) ?? [] {
        let coin = try #require(exposure["underlying"]?.string)
        net[coin, default: 0] += try exposure.double("deltaCash")
      }
    }
    // Coins of both signs, so that netting between them would show.
    #expect(net.values.contains { $0 > 0 } && net.values.contains { $0 < 0 })
    let account = try #require(report["account"]?.object)
    let ratio = try net.values.map(abs).reduce(0, +) / account.double("equity")
    #expect(try abs(account.double("netDeltaLeverage", "value") / ratio - 1) < 1e-9)
    let named = try #require(account["netDeltaLeverage"]?.object?["definition"]?.string)
    let entry = try #require(Glossary.entry(named: named))
    #expect(entry.formula == "Σ over coins of |Σ over pools of D|/account equity")
  }

  @Test func aNameIsFoundHoweverItIsWritten() {
    func found(_ name: String) -> [String] { Glossary.entries(named: name).map(\.name) }
    for name in ["worstSecant", "worst secant", "Largest secant", "worst_secant_ratio"] {
      #expect(found(name) == ["worstSecant"], "\(name)")
    }
    #expect(found("pools.legs.venue.delta") == ["venue.delta"])
    #expect(found("pools.liquidation.surface.below.price") == ["surface.below.price"])
    #expect(found("price") == ["price"])
    #expect(found("down") == ["distanceDown", "sigmaDaysDown"])
    #expect(found("equity") == ["equity", "account.equity"])
    #expect(found("fromMark") == ["sources.impliedVolatility.fromMark"])
    #expect(
      found("interpolated")
        == [
          "sources.forward.interpolated", "sources.impliedVolatility.interpolated",
          "model.interpolated",
        ])
    #expect(found("nothing like it").isEmpty && found("").isEmpty && found(".").isEmpty)
  }
}

/// The bundled demo, as the command reads it.
enum DemoReport {
  static func file(_ name: String) throws -> InputBytes {
    try InputBytes(Data(Repository.bytes("Demo/" + name)), source: "Demo/" + name)
  }

  static func contents(
    account: Bool = true, settings: ReportSettings = ReportSettings()
  ) throws -> ReportContents {
    try ReportBuilder.contents(
      ReportInputs(
        book: file("book.json"), markets: [file("market.json")],
        collateral: account ? .file(file("account.json")) : nil),
      settings: settings)
  }
}
