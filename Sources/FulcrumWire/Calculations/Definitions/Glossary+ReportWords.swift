import FulcrumPricing
import FulcrumRisk

extension Glossary {
  /// Words of a report: the rules that filled an input, and where capital came from.
  static let reportWords: [GlossaryEntry] =
    ForwardSource.allCases.enumerated().map { place, source in
      GlossaryEntry(
        "sources.forward.\(source.rawValue)", "forward: " + source.explanation,
        formula: "rule \(place + 1) of \(ForwardSource.allCases.count) in the order of preference",
        inputs: "market files; position file", unit: "word", range: "one of the rules",
        source: "8.2")
    }
    + VolatilitySource.allCases.enumerated().map { place, source in
      GlossaryEntry(
        "sources.impliedVolatility.\(source.rawValue)",
        "implied volatility: " + source.explanation,
        formula: "rule \(place + 1) of \(VolatilitySource.allCases.count) "
          + "in the order of preference",
        inputs: "market files; position file", unit: "word", range: "one of the rules",
        source: "8.2, 9.2")
    }
    + ReferenceVolatility.Source.allCases.map { source in
      GlossaryEntry(
        "referenceVolatility.source.\(source.rawValue)",
        "reference volatility: " + source.explanation,
        formula: "linear in total variance between expiries", inputs: "market files; settings",
        unit: "word", range: "one of the sources", source: "3.5")
    }
    + CollateralBasis.allCases.map { basis in
      GlossaryEntry(
        "collateralBasis.\(basis.name)", basis.explanation, formula: basis.formula,
        inputs: "book, --pools, --collateral", unit: "word", range: "one of the bases",
        source: "2.1")
    }
    + AccountReport.EquityBasis.allCases.map { basis in
      GlossaryEntry(
        "equityBasis.\(basis.rawValue)", "account equity " + basis.title, formula: "none",
        inputs: "--collateral, accountEquity of the book, equities of the pools", unit: "word",
        range: "one of the bases",
        source: "2.8")
    }
    + [
      GlossaryEntry(
        "status.notValued", "a leg of the pool has no price, so that nothing is added up",
        formula: "`problems` says which leg and how to give it", inputs: "book, market files",
        unit: "status", range: "beside the states of pools", source: "8.2")
    ]
}

extension AccountReport.EquityBasis {
  fileprivate var title: String {
    switch self {
    case .accountSummary: "from the account summary"
    case .book: "as the book states it"
    case .sumOfPools: "as the sum of the pools, whose capital is all known"
    case .unknown: "unknown: stated by nobody, and a pool's capital is not known"
    }
  }
}

extension CollateralBasis {
  fileprivate static let allCases: [CollateralBasis] = [
    .cashGiven, .equityGiven, .premiumOnly, .unknown,
  ]

  fileprivate var formula: String {
    switch self {
    case .cashGiven: "C as given"
    case .equityGiven: "C = E − Σ n m V − Σ futures profit"
    case .premiumOnly: "C = 0"
    case .unknown: "none"
    }
  }
}

extension ReferenceVolatility.Source {
  fileprivate var explanation: String {
    switch self {
    case .given: "given with --reference-vol"
    case .atTheMoney30Days: "at the money, interpolated to 30 days"
    case .atTheMoneyNearest: "at the money of the only usable expiry"
    }
  }
}
