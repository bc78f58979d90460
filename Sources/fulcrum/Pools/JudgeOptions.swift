import ArgumentParser
import FulcrumModel
import FulcrumRisk
import FulcrumWire

/// What makes marks and requirements of a market: rates, rule, prices of pledges.
struct JudgeOptions: ParsableArguments {
  @Option(
    help: "Rates of the margin rule (docs/reference/margin-files.md).", completion: .file())
  var margin: String?
  @Option(
    help: ArgumentHelp(
      "A rule of `fulcrum margin` for the whole pool in the place of the sum over its lots.",
      valueName: "name"), completion: .list(VenueRules.all.map(\.name)))
  var rule: String?
  @Option(
    help: "Prices of pledged assets by several sources (docs/reference/pools.md).",
    completion: .file())
  var prices: String?
  @Option(help: "A source older than this does not count, milliseconds.")
  var priceStale: Int64 = PriceBounds().staleAfterMilliseconds
  @Option(
    help: "A source agrees within this part of the median (default: 2%).",
    transform: PoolRun.ratio)
  var priceDeviation: Ratio = PriceBounds().deviation

  func standard() throws -> StandardMargin { try rates().margin }

  func builder() throws -> MarketTickBuilder {
    let (margin, digest) = try rates()
    var builder = MarketTickBuilder(margin: margin, ratesDigest: digest)
    builder.rule = try entry(margin)
    builder.bounds = try bounds()
    if let prices { builder.prices = try Self.sheet(try Self.read(prices)) }
    return builder
  }

  private func rates() throws -> (margin: StandardMargin, digest: String?) {
    guard let margin else { return (.standard, nil) }
    return (try ReportValuationOptions.rule(from: margin), try Self.read(margin).digest)
  }

  private func entry(_ margin: StandardMargin) throws -> VenueRuleEntry? {
    guard let rule else { return nil }
    if rule == "standard" { return VenueRules.standard(margin) }
    return try RuleName.entry(rule, among: VenueRules.all, of: "--rule")
  }

  private func bounds() throws -> PriceBounds {
    guard priceStale > 0 else {
      throw ValidationError("--price-stale \(priceStale): give 1 millisecond or more")
    }
    guard priceDeviation.numerator >= 0, priceDeviation.numerator <= priceDeviation.denominator
    else { throw ValidationError("--price-deviation: give 0 to 100%") }
    var bounds = PriceBounds()
    bounds.staleAfterMilliseconds = priceStale
    bounds.deviation = priceDeviation
    return bounds
  }

  private static func read(_ path: String) throws -> InputBytes {
    do throws(FulcrumWire.Issue) { return try InputFile.read(path) } catch {
      throw CommandRefusal(error.description)
    }
  }

  static func sheet(_ input: InputBytes) throws -> PriceSheet {
    let parsed = SourcedPriceDocument.parse(input)
    guard let sheet = parsed.value else {
      throw CommandRefusal(parsed.issues.prefix(10).map(\.description))
    }
    return sheet
  }
}

/// What `mark` and `watch` take beside a market.
struct MarkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Interest on collateral below zero, by currency: USDC=8%/yr. Repeat for more.",
      valueName: "asset=rate/yr"), transform: MarkOptions.interest)
  var interest: [YearlyInterest] = []
  @Flag(help: "Recorded markets: take those that are ahead of this machine's clock too.")
  var replay = false

  static func interest(_ text: String) throws -> YearlyInterest {
    do throws(ScalarText.Refusal) {
      return try YearlyInterest(text)
    } catch {
      throw ValidationError("saw \(error.seen); allowed is \(error.allowed); \(error.fix)")
    }
  }

  /// Each currency once.
  func checked() throws -> [YearlyInterest] {
    for (place, one) in interest.enumerated()
    where interest[..<place].contains(where: { $0.asset == one.asset }) {
      throw ValidationError("--interest \(one.asset): given twice; give it once")
    }
    return interest
  }
}
