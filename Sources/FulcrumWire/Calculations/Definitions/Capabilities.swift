import FulcrumHedgeSolver
import FulcrumNumerics
import FulcrumRisk

/// What this build of the program can do, as `fulcrum capabilities` prints it.
package struct Capabilities: Hashable, Sendable {
  /// A format that is read or written, and the version of its layout.
  package struct Format: Hashable, Sendable {
    package let name: String
    /// Nil where the layout is someone else's.
    package let version: Int?
    package let summary: String
  }

  package var version = ProductVersion.text
  package var families: [Format]
  /// Rules of venues that `verify` answers.
  package var venueRules: [Format]
  package var ruleSets: [Format]
  /// Rules that `margin --model` knows.
  package var marginRules: [Format]
  package var inputs: [Format]
  package var outputs: [Format]
  package var build: [Format]

  package static let current = Capabilities(
    families: CalculationFamily.all.map {
      Format(name: $0.name, version: VectorFile.format, summary: $0.summary)
    }
      + VenueFamily.allCases.map {
        Format(name: $0.rawValue, version: VectorFile.format, summary: $0.summary)
      },
    venueRules: VenueFamily.allCases.flatMap(\.calculations).map {
      Format(name: $0.rule, version: nil, summary: $0.summary)
    },
    ruleSets: [
      Format(
        name: StandardMargin.standard.ruleSet, version: nil,
        summary: "standard margin on the forward, one rate or tiered brackets for futures")
    ],
    marginRules: VenueRules.all.map {
      Format(
        name: $0.name, version: nil,
        summary: $0.summary + ($0.isSuperseded ? "; superseded, by name only" : ""))
    },
    inputs: reportInputs + [
      Format(
        name: "calculation-lines", version: 1,
        summary: "JSON Lines of inputs: price, iv, leverage, liquidation --batch"),
      Format(
        name: "reference-vectors", version: VectorFile.format, summary: "verify FILE"),
    ],
    outputs: reportOutputs + [
      Format(
        name: "calculation-lines", version: 1,
        summary: "JSON Lines of answers, one for each line of inputs"),
      Format(
        name: VerificationReport.schema, version: VerificationReport.schemaVersion,
        summary: "verify --json"),
      Format(name: "fulcrum-capabilities", version: 1, summary: "capabilities --json"),
    ],
    build: [
      Format(name: "configuration", version: nil, summary: Build.configuration),
      Format(name: "swift", version: nil, summary: Build.swift),
      Format(name: "architecture", version: nil, summary: Build.architecture),
      Format(name: "system", version: nil, summary: Build.system),
      Format(
        name: "kernel", version: nil,
        summary:
          "\(KernelLevel.current.rawValue) in batches and reports; this processor has "
          + KernelLevel.supported.map(\.rawValue).joined(separator: ", ")),
      Format(name: "solver", version: nil, summary: HedgeSolver.available?.name ?? "none"),
    ])

  /// What `report` reads; every file plain or gzip, told by its content.
  private static let reportInputs: [Format] =
    BookLayout.allCases.map {
      Format(name: "book/\($0.name)", version: $0.version, summary: $0.summary)
    }
    + [
      Format(
        name: "market/replies", version: nil,
        summary: "tickers, book summaries, index prices, instruments of Deribit and OKX, JSON"),
      Format(
        name: "market/stream", version: nil, summary: "the same, one a line, later lines winning"),
      Format(name: "market/fulcrum.market", version: 1, summary: "Fulcrum's own document, JSON"),
    ]
    + MarketTableLayout.allCases.map {
      Format(name: "market/\($0.rawValue).csv", version: nil, summary: $0.summary)
    }
    + [
      Format(name: "collateral/amount", version: nil, summary: "0.5 BTC, 'equity 2500 USDC'"),
      Format(
        name: "collateral/account", version: nil,
        summary: "account summaries of Deribit, one currency or all"),
      Format(
        name: "collateral/table", version: 1,
        summary: "pools with their cash or equity, CSV or fulcrum.collateral JSON"),
      Format(
        name: "pools/fulcrum.pools", version: 1, summary: "which legs stand together, CSV or JSON"),
      Format(
        name: "ledger/fulcrum.ledger-command", version: CommandJSON.version,
        summary: "commands to a store of pools, JSON Lines"),
      Format(
        name: "ledger/fulcrum.ledger-event", version: EventJSON.version,
        summary: "events of a store, JSON Lines, for `ledger replay`"),
      Format(
        name: "prices/bars.csv", version: nil,
        summary: "bars of 1 minute to 1 day, or one price a row: regime, target, backtest"),
      Format(
        name: "funding/rates.csv", version: nil,
        summary: "rates of an interval each, or daily means of eight hours"),
      Format(name: "policy/yaml", version: 1, summary: "limits, regime and trading: policy init"),
      Format(name: "strategy/yaml", version: 1, summary: "what a backtest trades, at what cost"),
    ]

  private static let reportOutputs: [Format] = [
    Format(name: "report/table", version: nil, summary: "text for a terminal"),
    Format(name: "report/json", version: ReportJSON.version, summary: ReportJSON.format),
    Format(name: "report/csv", version: ReportCSV.version, summary: "a row a pool and a leg"),
    Format(name: "margin/json", version: MarginJSON.version, summary: MarginJSON.format),
    Format(name: "margin/csv", version: MarginCSV.version, summary: "a row a pool and a rule"),
    Format(name: "surface/json", version: SurfaceJSON.version, summary: SurfaceJSON.format),
    Format(name: "surface/csv", version: SurfaceCSV.version, summary: "a row an expiry"),
    Format(name: "surface/html", version: nil, summary: "smiles and term structures, one file"),
    Format(name: "report/html", version: nil, summary: "one file for readers, nothing loaded"),
    Format(name: "pool/json", version: PoolStateJSON.version, summary: PoolStateJSON.format),
    Format(name: "ledger/jsonl", version: EventJSON.version, summary: EventJSON.format),
    Format(name: "ledger/csv", version: nil, summary: "a row a posting, adding up to zero"),
    Format(name: "regime/json", version: RegimeJSON.version, summary: RegimeJSON.format),
    Format(name: "target/json", version: TargetJSON.version, summary: TargetJSON.format),
    Format(name: "target/state", version: 1, summary: PolicyState.format),
    Format(name: "backtest/json", version: BacktestJSON.version, summary: BacktestJSON.format),
    Format(name: "backtest/html", version: nil, summary: "one file for readers, nothing loaded"),
    Format(
      name: "consequences/json", version: ConsequenceJSON.version, summary: ConsequenceJSON.format),
    Format(
      name: "consequences/html", version: nil, summary: "one file for readers, nothing loaded"),
    Format(name: "hedge/json", version: HedgeJSON.version, summary: HedgeJSON.format),
  ]
}

extension MarketTableLayout {
  fileprivate var summary: String {
    switch self {
    case .ticker: "tickers of Deribit, options or futures"
    case .book: "book summaries of Deribit"
    case .chain: "chains of Deribit and OKX"
    case .optionsDX: "end-of-day chains with calls and puts side by side"
    case .fulcrum: "Fulcrum's own table"
    }
  }
}

extension BookLayout {
  fileprivate var name: String {
    switch self {
    case .fulcrumJSON: "fulcrum.book"
    case .fulcrumCSV: "fulcrum.csv"
    case .deribitPositions: "deribit"
    case .unifiedPositions: "ccxt"
    case .okxPositions: "okx"
    case .derivePositions: "derive"
    case .paperBook: "paper"
    }
  }

  fileprivate var version: Int? {
    switch self {
    case .fulcrumJSON, .fulcrumCSV: 1
    case .deribitPositions, .unifiedPositions, .okxPositions, .derivePositions, .paperBook: nil
    }
  }

  fileprivate var summary: String {
    switch self {
    case .fulcrumJSON: "pools with currency, collateral, strategy and legs: fulcrum.book, JSON"
    case .fulcrumCSV: "the same as a table, CSV"
    case .deribitPositions: "private/get_positions of Deribit"
    case .unifiedPositions: "unified positions of ccxt"
    case .okxPositions: "account/positions of OKX"
    case .derivePositions: "positions of Derive"
    case .paperBook: "a paper book of short puts with their hedge"
    }
  }
}

/// What the compiler knows of itself.
private enum Build {
  static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  static var swift: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  static var system: String {
    #if os(Linux)
      "Linux"
    #elseif os(macOS)
      "macOS"
    #else
      "other"
    #endif
  }
}

extension Capabilities {
  private var sections: [(title: String, name: String, formats: [Format])] {
    [
      ("Families", "families", families), ("Venue rules", "venueRules", venueRules),
      ("Rule sets", "ruleSets", ruleSets),
      ("Margin rules", "marginRules", marginRules),
      ("Inputs", "inputs", inputs), ("Outputs", "outputs", outputs), ("Build", "build", build),
    ]
  }

  package var text: String {
    let width = sections.flatMap(\.formats).map(\.name.count).max() ?? 0
    var lines = ["fulcrum \(version)"]
    for section in sections {
      lines += ["", section.title]
      for format in section.formats {
        let name = format.name + String(repeating: " ", count: width - format.name.count)
        let version = format.version.map { " (version \($0))" } ?? ""
        lines.append("  \(name)  \(format.summary)\(version)")
      }
    }
    return lines.joined(separator: "\n")
  }

  package var json: JSONObject {
    var object = JSONObject()
    object["schema"] = .string("fulcrum-capabilities")
    object["schemaVersion"] = .number(1)
    object["version"] = .string(version)
    for section in sections {
      object[section.name] =
        section.name == "build"
        ? .object(Self.table(section.formats))
        : .array(section.formats.map { .object(Self.row($0)) })
    }
    return object
  }

  private static func table(_ formats: [Format]) -> JSONObject {
    var object = JSONObject()
    for format in formats { object[format.name] = .string(format.summary) }
    return object
  }

  private static func row(_ format: Format) -> JSONObject {
    var object = JSONObject()
    object["name"] = .string(format.name)
    object["version"] = format.version.map { .number(Double($0)) } ?? .null
    object["summary"] = .string(format.summary)
    return object
  }
}
