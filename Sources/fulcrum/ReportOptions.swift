import ArgumentParser
import Foundation
import FulcrumModel
import FulcrumRisk
import FulcrumWire

/// What changes the numbers of a report.
struct ReportValuationOptions: ParsableArguments {
  @Option(
    help: "Instant of valuation, ISO 8601 UTC or epoch (default: the market's newest).",
    transform: ReportValuationOptions.instant)
  var asOf: Timestamp?
  @Option(
    help: "Quotes older than this are marked stale: 90s, 15m, 2h, 1d.",
    transform: ReportValuationOptions.duration)
  var stale: Int64 = 15 * 60 * 1000
  @Option(
    help: """
      Capital under the headline: \
      \(CapitalBasis.allCases.map(\.rawValue).joined(separator: ", ")).
      """, completion: WordText.completion(CapitalBasis.self), transform: WordText.choice)
  var basis: CapitalBasis = .capitalAtRisk
  @Option(
    help: "Volatility for sigmas and probabilities (default: at the money, 30 days): 60% or 0.6.",
    transform: NumberText.ratio)
  var referenceVol: Double?
  @Option(
    parsing: .unconditional,
    help: "Drift a year for expected return over shortfall: 10% or 0.1.",
    transform: NumberText.ratio)
  var drift: Double = 0
  @Flag(help: "The whole time and volatility surface and tail for every pool, not the worst 20.")
  var full = false
  @Option(
    help: "Rates and futures brackets of the margin rule (docs/reference/margin-files.md).",
    completion: .file())
  var margin: String?

  func settings() throws -> ReportSettings {
    var settings = ReportSettings()
    settings.asOf = asOf
    settings.staleAfterMilliseconds = stale
    settings.basis = basis
    settings.drift = drift
    if let referenceVol {
      guard referenceVol > 0, referenceVol <= 20 else {
        throw ValidationError(
          "--reference-vol \(referenceVol): give a volatility above 0, such as 60%")
      }
      settings.referenceVolatility = referenceVol
    }
    if full { settings.detailedPools = nil }
    if let margin { settings.margin = try Self.rule(from: margin) }
    return settings
  }

  static func rule(from path: String) throws -> StandardMargin {
    let parsed: Parsed<StandardMargin?>
    do throws(FulcrumWire.Issue) {
      parsed = MarginDocument.parse(try InputFile.read(path))
    } catch {
      throw CommandRefusal(error.description)
    }
    guard let rule = parsed.value else {
      throw CommandRefusal(parsed.issues.map(\.description))
    }
    return rule
  }

  static func instant(_ text: String) throws -> Timestamp {
    guard let instant = Timestamp(text) else {
      throw ValidationError(
        "\"\(text)\" is no instant; write 2026-08-22T08:00:00Z, or epoch seconds or milliseconds")
    }
    return instant
  }

  static func duration(_ text: String) throws -> Int64 {
    let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
      count >= 0, count < 1_000_000
    else { throw ValidationError("\"\(text)\" is no duration; write 90s, 15m, 2h or 1d") }
    return count * unit
  }
}

/// What changes how a report looks.
struct ReportViewOptions: ParsableArguments {
  @Option(
    help: "Unit of amounts: pool, coin or usd.",
    completion: WordText.completion(ReportView.Currency.self), transform: WordText.choice)
  var currency: ReportView.Currency = .pool
  @Option(
    help: ArgumentHelp(
      "Order of pools: \(ReportSort.names); several with commas.", valueName: "keys"),
    completion: WordText.completion(ReportSort.self),
    transform: ReportViewOptions.sortKeys)
  var sort: [ReportSort] = []
  @Option(
    help: ArgumentHelp(
      "Pools to show: a word, or leverage>10, capital<100, underlying=BTC, ...",
      valueName: "terms"))
  var filter: String?
  @Option(help: "Columns of the table.") var width: Int = 120
  @Flag(help: "No colour, whatever the terminal.") var noColor = false

  func view(toFile: Bool) throws -> ReportView {
    var view = try Self.look(width: width, noColor: noColor, toFile: toFile)
    view.currency = currency
    view.sort = sort
    if let filter {
      do {
        view.filter = try ReportFilter(filter)
      } catch {
        throw ValidationError("\(error)")
      }
    }
    return view
  }

  /// What a terminal can show.
  static func look(width: Int, noColor: Bool, toFile: Bool) throws -> ReportView {
    guard width >= 80 else { throw ValidationError("--width \(width): give 80 columns or more") }
    let environment = ProcessInfo.processInfo.environment
    let terminal = !toFile && isatty(STDOUT_FILENO) == 1
    var view = ReportView(width: width)
    view.colour = !noColor && ReportView.wantsColour(isTerminal: terminal, environment: environment)
    view.unicode = ReportView.wantsUnicode(environment: environment)
    return view
  }

  static func sortKeys(_ text: String) throws -> [ReportSort] {
    try text.split(separator: ",").map { word in
      guard let key = ReportSort(rawValue: String(word)) else {
        throw ValidationError("\"\(word)\" is no sort key; known are \(ReportSort.names)")
      }
      return key
    }
  }
}
