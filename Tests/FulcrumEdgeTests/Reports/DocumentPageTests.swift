import Foundation
import Testing

@testable import FulcrumWire

/// Every key of a JSON document stands in its reference page or in the page of what all share, and
/// every key that a table of the page names is written. Reports have `ReportJSONTests`.
@Suite struct DocumentPageTests {
  private static let demo = ["--book", "Demo/book.json", "--market", "Demo/market.json"]
  private static let prices = ["--prices", "Examples/11-regime-and-target/prices.csv"]

  /// Runs of a command that show every key it has.
  struct Document: Sendable, CustomTestStringConvertible {
    let page: String
    let runs: [[String]]
    var testDescription: String { page }
  }

  private static let documents: [Document] = [
    Document(
      page: "consequences",
      runs: [
        ["--pool", "perp-long-3x", "--paths", "1000", "--drift", "30%"],
        [
          "--pool", "perp-long-3x", "--paths", "512", "--model", "bates", "--wealth", "120000",
          "--leverage", "1x,30x",
        ],
        ["--pool", "weekly-strangle", "--paths", "512", "--model", "kou", "--unchecked"],
        ["--pool", "perp-long-3x", "--paths", "512", "--model", "bootstrap"] + prices,
      ].map { ["consequences"] + demo + $0 }),
    Document(
      page: "regime",
      runs: [["--market", "Demo/market.json"], ["--by", "hmm"], ["--dvol", "DVOL"]].map {
        ["regime"] + prices + $0
      }),
    Document(
      page: "target",
      runs: [
        [
          "target", "--book", "Examples/11-regime-and-target/book.json", "--market",
          "Demo/market.json", "--collateral", "Demo/account.json", "--coin", "BTC", "--policy",
          "POLICY",
        ] + prices
      ]),
    Document(
      page: "backtest",
      runs: [["backtest", "--policy", "POLICY", "--strategy", "STRATEGY"] + prices]),
    Document(
      page: "hedge",
      runs: [
        ["perp-long-3x", "leverage=2x"], ["weekly-strangle", "delta=0"],
        ["weekly-strangle", "max-loss=0.3"],
      ].map { ["hedge"] + demo + ["--pool", $0[0], "--to", $0[1]] }),
    Document(page: "margin", runs: [["margin"] + demo]),
    Document(page: "surface", runs: [["surface", "--market", "Demo/market.json"]]),
  ]

  private static let files = [
    "DVOL": "date,close\n2026-11-23,48\n2026-11-24,49\n2026-11-25,50\n",
    "POLICY":
      "version: 1\ndefaults:\n  budgets: {volatility-target: 60%}\n  risk-budget: 2%\n",
    "STRATEGY": "version: 1\n",
  ]

  /// Names of members with the first place of each, over all runs.
  private static func keys(_ document: Document) throws -> [String: String] {
    let folder = try SteeringFolder(files)
    var places: [String: String] = [:]
    for words in document.runs {
      let arguments = words.map { files[$0] == nil ? $0 : folder.path($0) }
      let run = try Program.run(arguments + ["--format", "json"])
      #expect(!run.output.isEmpty, "\(arguments): \(run.errors)")
      collect(.object(try JSONObject(text: run.output)), at: "$", into: &places)
    }
    return places
  }

  private static func collect(
    _ value: JSONValue, at place: String, into places: inout [String: String]
  ) {
    switch value {
    case .object(let object):
      for member in object.members {
        let here = "\(place).\(member.name)"
        if places[member.name] == nil { places[member.name] = here }
        collect(member.value, at: here, into: &places)
      }
    case .array(let values): for value in values { collect(value, at: place + "[]", into: &places) }
    case .null, .bool, .number, .string: break
    }
  }

  // MARK: Pages

  private static func lines(_ page: String) throws -> [Substring] {
    var isCode = false
    return try Repository.text("docs/reference/\(page).md").split(separator: "\n").filter { line in
      let isFence = line.hasPrefix("```")
      if isFence { isCode.toggle() }
      return !isCode && !isFence
    }
  }

  /// Words of what stands between backticks.
  private static func words(_ text: some StringProtocol) -> Set<String> {
    var words: Set<String> = []
    for (place, span) in String(text).components(separatedBy: "`").enumerated()
    where !place.isMultiple(of: 2) {
      words.formUnion(span.components(separatedBy: letters.inverted))
    }
    return words.subtracting([""])
  }

  private static let letters = CharacterSet(
    charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

  /// What the first column of a table of keys names.
  private static func tabled(_ page: String) throws -> Set<String> {
    var names: Set<String> = []
    var isKeys = false
    for line in try lines(page) {
      guard line.hasPrefix("|") else {
        isKeys = false
        continue
      }
      if ["| key |", "| JSON |", "| null |"].contains(where: line.hasPrefix) { isKeys = true }
      guard isKeys else { continue }
      names.formUnion(words(line.dropFirst(2).prefix { $0 != "|" }))
    }
    return names
  }

  @Test(arguments: documents) func everyKeyStandsInThePage(_ document: Document) throws {
    let page = try Self.lines(document.page).joined(separator: "\n")
    #expect(Bool(page.contains("](documents.md)")), "the page of what all documents share")
    let shared = try Self.lines("documents").joined(separator: "\n")
    let known = Self.words(page).union(Self.words(shared))
    let keys = try Self.keys(document)
    #expect(keys.count > 40)
    let missing = keys.filter { name, _ in
      !known.contains(name)
        && !(name.hasSuffix("Reason") && known.contains(String(name.dropLast(6))))
    }
    #expect(missing.isEmpty, "\(document.page).md lacks \(missing.values.sorted())")
    let idle = try Self.tabled(document.page).subtracting(keys.keys)
    #expect(idle.isEmpty, "\(document.page).md names what is not written: \(idle.sorted())")
  }

  /// The walk itself sees a key that no page has, and a table's name that no document has.
  @Test func theWalkSeesWhatItIsFor() throws {
    var places: [String: String] = [:]
    let text = #"{"a": [{"b": 1}, {"c": {"d": null}}]}"#
    Self.collect(.object(try JSONObject(text: text)), at: "$", into: &places)
    #expect(places == ["a": "$.a", "b": "$.a[].b", "c": "$.a[].c", "d": "$.a[].c.d"])
    #expect(Self.words("x `a[].b`, c `--d-e`\n`f`: g") == ["a", "b", "d", "e", "f"])
    #expect(try Self.tabled("documents").isSuperset(of: ["format", "severity", "path"]))
    #expect(try !Self.tabled("consequences").contains("gbm"))
  }

  @Test func everyOptionOfConsequencesStandsInItsPage() throws {
    let help = try Program.run(["consequences", "--help"]).output
    let words = help.components(separatedBy: CharacterSet(charactersIn: " ,\n[]"))
    let options = Set(words.filter { $0.hasPrefix("--") })
    #expect(options.count > 25)
    let page = try Self.lines("consequences").joined(separator: "\n")
    for option in options.subtracting(["--help", "--version"]).sorted() {
      #expect(Bool(page.contains("`\(option)")), "\(option)")
    }
  }
}
