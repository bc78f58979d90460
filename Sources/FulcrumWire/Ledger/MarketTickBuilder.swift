import Crypto
import Foundation
package import FulcrumLedger
package import FulcrumModel
import FulcrumPricing
package import FulcrumRisk

/// From a market as read to one instant of it as a ledger takes it.
package struct MarketTickBuilder: Sendable {
  package let margin: StandardMargin
  /// Of pledged assets, as their sources state them.
  package var prices = PriceSheet()
  package var bounds = PriceBounds()
  /// Interest of a year on collateral below zero, by currency.
  package var interest: [YearlyInterest] = []
  /// A venue's rule for the whole pool in the place of the sum over lots; nil for that sum.
  package var rule: VenueRuleEntry?
  /// Digest of given rates, so that two files of rates are two rule sets.
  private let ratesDigest: String?

  /// - Parameter ratesDigest: of the file that `margin` was read from; nil for the defaults.
  package init(margin: StandardMargin = .standard, ratesDigest: String? = nil) {
    self.margin = margin
    self.ratesDigest = ratesDigest
  }

  /// What a board of this instant says of the rule that made it; the rule's rates are part of it.
  package func ruleSet(at instant: Timestamp) -> String {
    let rates = ratesDigest.map { "\(margin.ruleSet):\($0.prefix(8))" } ?? margin.ruleSet
    return named(at: instant).map { "\(rates) \($0.ruleSet)" } ?? rates
  }

  private func named(at instant: Timestamp) -> NamedMargin? {
    rule.map { NamedMargin(entry: $0, day: CalendarDay(instant)) }
  }

  /// What stands for the files of a market: the SHA-256 of one, or of the digests of several in the
  /// order given.
  package static func source(of inputs: [InputBytes]) -> [UInt8] {
    if inputs.count == 1 { return Hexadecimal.bytes(inputs[0].digest) ?? [] }
    let digests = inputs.map(\.digest).joined(separator: "\n")
    return Array(SHA256.hash(data: Data(digests.utf8)))
  }

  /// - Parameters:
  ///   - source: digest of what the snapshot was read from; that of the prices is put to it.
  ///   - ledger: whose contracts are marked and whose settlement windows count.
  /// - Returns: a mark or the reason against it for every listed contract, the index of every market
  ///   that has a fresh one, and funding of perpetuals where the market states it.
  package func tick(
    _ snapshot: MarketSnapshot, source: [UInt8], for ledger: Ledger
  ) -> MarketTick {
    MarketTick(
      board: board(snapshot, source: source, for: ledger),
      accruals: funding(snapshot, ledger) + interest(snapshot, ledger),
      indices: indices(snapshot, ledger))
  }

  package func board(
    _ snapshot: MarketSnapshot, source: [UInt8], for ledger: Ledger
  ) -> MarkBoard {
    let snapshot = aliased(snapshot, ledger)
    let view = MarketView(snapshot, at: snapshot.asOf)
    let marks = ledger.contracts.map { contract -> Result<ContractMark, MarkFault> in
      do throws(MarkRefusal) {
        return .success(try mark(of: contract, ledger, view))
      } catch {
        switch error {
        case .missing: return .failure(.missing)
        case .stale(let age): return .failure(.stale(ageMilliseconds: age))
        }
      }
    }
    return MarkBoard(
      asOf: snapshot.asOf, ruleSet: ruleSet(at: snapshot.asOf),
      source: self.source(of: source), marks: marks,
      prices: verdicts(at: snapshot.asOf).map(\.assetPrice),
      rule: named(at: snapshot.asOf).map { WholePoolRule(model: $0, market: snapshot) })
  }

  private func mark(
    of contract: ListedContract, _ ledger: Ledger, _ view: MarketView
  ) throws(MarkRefusal) -> ContractMark {
    let stale = ledger.rules.staleAfterMilliseconds
    if let averaged = AveragedOption(contract, ledger, view) {
      return try averaged.mark(margin, staleAfterMilliseconds: stale)
    }
    return try margin.mark(of: contract.instrument, in: view, staleAfterMilliseconds: stale)
  }

  /// What a market lacks to mark a contract, and what to give; nil where it lacks nothing.
  ///
  /// A board says only that there is no mark: why is for the reader, and looked for where one asks.
  package func lack(
    of id: ContractID, in snapshot: MarketSnapshot, for ledger: Ledger
  ) -> String? {
    guard let contract = ledger.contract(id) else { return nil }
    let snapshot = aliased(snapshot, ledger)
    do throws(MarkRefusal) {
      _ = try mark(of: contract, ledger, MarketView(snapshot, at: snapshot.asOf))
      return nil
    } catch {
      guard case .missing(let input) = error else { return nil }
      let hasQuote = snapshot.quotes[contract.instrument.id] != nil
      return (hasQuote ? "" : "the market has no quote of it; ") + input.words(contract.instrument)
    }
  }

  /// What the sources of pledged assets come to at an instant.
  package func verdicts(at instant: Timestamp) -> [PriceVerdict] {
    prices.verdicts(at: instant, bounds)
  }

  /// The digest of a market's bytes, with that of the prices that go with it.
  package func source(of market: [UInt8]) -> [UInt8] {
    guard !prices.isEmpty else { return market }
    return Array(SHA256.hash(data: Data(market + prices.digest(bounds))))
  }

  /// A contract under a unified symbol finds the quote of the venue that lists the same payoff.
  private func aliased(_ snapshot: MarketSnapshot, _ ledger: Ledger) -> MarketSnapshot {
    var snapshot = snapshot
    for contract in ledger.contracts where snapshot.quotes[contract.instrument.id] == nil {
      let names = InstrumentDialect.allCases.lazy.compactMap { contract.instrument.name(in: $0) }
      guard let quote = names.compactMap({ snapshot.quotes[InstrumentID($0)] }).first else {
        continue
      }
      var own = quote
      own.instrument = contract.instrument
      snapshot.insert(own)
    }
    return snapshot
  }

  private func indices(_ snapshot: MarketSnapshot, _ ledger: Ledger) -> [IndexOfMarket] {
    ledger.markets.compactMap { market in
      guard let print = snapshot.indices[market.underlying],
        snapshot.asOf.milliseconds - print.asOf.milliseconds <= ledger.rules.staleAfterMilliseconds
      else { return nil }
      return IndexOfMarket(market: market.id, price: print.price)
    }
  }

  /// The stated rate of eight hours for the time since the last market, to 10⁻¹⁵.
  private func funding(_ snapshot: MarketSnapshot, _ ledger: Ledger) -> [Accrual] {
    guard let last = ledger.marketAsOf else { return [] }
    let elapsed = snapshot.asOf.milliseconds - last.milliseconds
    guard elapsed > 0 else { return [] }
    return ledger.contracts.compactMap { contract in
      guard case .perpetual = contract.instrument.kind, contract.holders > 0,
        let rate = snapshot.quotes[contract.instrument.id]?.fundingOfEightHours,
        let units = rate.units(decimals: 15, rounding: .toNearestEven)
      else { return nil }
      let (product, overflow) = units.multipliedReportingOverflow(by: Int128(elapsed))
      let share = Rounding.toNearestEven.quotient(product, by: Int128(Self.eightHours))
      guard !overflow, share != 0, let numerator = Int64(exactly: share) else { return nil }
      return .funding(contract.id, rate: Ratio(numerator, 1_000_000_000_000_000))
    }
  }

  /// The yearly rate for the time since the last market, rounded up at 10⁻¹⁵.
  private func interest(_ snapshot: MarketSnapshot, _ ledger: Ledger) -> [Accrual] {
    guard let last = ledger.marketAsOf else { return [] }
    let elapsed = snapshot.asOf.milliseconds - last.milliseconds
    guard elapsed > 0 else { return [] }
    return interest.compactMap { interest in
      interest.rate(over: elapsed).map { .interest(interest.asset, rate: $0) }
    }
  }

  private static let eightHours: Int64 = 28_800_000
}

/// `USDC=8%/yr`: what a pool pays on collateral below zero.
package struct YearlyInterest: Hashable, Sendable {
  package let asset: Asset
  /// Of 365 days.
  package let rate: Ratio

  package init(_ text: String) throws(ScalarText.Refusal) {
    let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard sides.count == 2, sides[1].hasSuffix("/yr") else {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "ASSET=RATE/yr", fix: "write it like USDC=8%/yr")
    }
    asset = try AmountText.asset(sides[0])
    rate = try AmountText.ratio(String(sides[1].dropLast(3)))
    guard rate.numerator >= 0, Int128(rate.numerator) <= Int128(rate.denominator) * 10 else {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "a rate of 0 to 1000 % a year", fix: "correct it")
    }
  }

  /// rate · elapsed / year, rounded up at 10⁻¹⁵ and at most 1; nil where it is nothing.
  func rate(over milliseconds: Int64) -> Ratio? {
    let scale: Int128 = 1_000_000_000_000_000
    let units = rate.part(of: scale, .up)
    let share = Rounding.up.quotient(units * Int128(milliseconds), by: Self.year)
    guard share > 0 else { return nil }
    return Ratio(Int64(min(share, scale)), Int64(scale))
  }

  /// 365 days in milliseconds.
  private static let year: Int128 = 31_536_000_000
}

/// An option within the half hour over which its delivery price is averaged.
///
/// Of the average that it will settle at, a part is fixed by the prints gathered so far and the rest
/// is still to come at the forward:
///
///     D = f·A + w·X,  w = (expiry − now) / (expiry − first print),  f·A = Σ print · time held / …
///
/// so it is an option on f·A + w·F whose volatility and delta are those of the moving part alone:
/// σ·wF/(f·A + w·F) and w·Δ. The weights are those of the ledger's own average, so that the mark
/// runs into the price that it settles at. Volatility of the moving part is that of its end, which
/// overstates an average's (by √3 at most). Source: the venues' delta decay over the last 30
/// minutes.
struct AveragedOption {
  private let contract: ListedContract
  private let view: MarketView
  /// w·F over the whole.
  private let moving: Double

  /// Nil outside of the window, before its first print, and for anything but an option.
  init?(_ contract: ListedContract, _ ledger: Ledger, _ view: MarketView) {
    let instrument = contract.instrument
    guard instrument.isOption, let expiry = instrument.expiry, view.instant < expiry,
      let window = ledger.samples.first(where: {
        $0.market == contract.market && $0.expiry == expiry
      }), let average = AverageSoFar(window, at: view.instant),
      let (forward, _) = view.forward(of: instrument),
      let (volatility, _) = view.volatility(of: instrument, forward: forward)
    else { return nil }
    let whole = average.fixed + average.weight * forward
    let moving = average.weight * forward / whole
    guard whole > 0, moving > 0, moving < 1 else { return nil }
    let quoted = view.quote(instrument.id)
    var quote = Quote(instrument: instrument, asOf: quoted?.asOf ?? view.instant)
    (quote.bid, quote.ask) = (quoted?.bid, quoted?.ask)
    quote.forward = Price("\(whole)")
    quote.markVolatility = volatility * moving
    var snapshot = MarketSnapshot(asOf: view.instant)
    snapshot.insert(quote)
    self.contract = contract
    self.view = MarketView(snapshot, at: view.instant)
    self.moving = moving
  }

  func mark(
    _ margin: StandardMargin, staleAfterMilliseconds: Int64
  ) throws(MarkRefusal) -> ContractMark {
    let mark = try margin.mark(
      of: contract.instrument, in: view, staleAfterMilliseconds: staleAfterMilliseconds)
    let share = Int128((moving * 1e12).rounded(.up))
    return ContractMark(
      price: mark.price, bid: mark.bid, ask: mark.ask, valueDown: mark.valueDown,
      valueUp: mark.valueUp,
      exposure: Rounding.up.quotient(mark.exposure * share, by: 1_000_000_000_000),
      long: mark.long, short: mark.short)
  }
}

/// The fixed part of an average at one instant, as a ledger takes it: each print holds until the
/// next, and the average runs from the first print to the expiry.
struct AverageSoFar {
  /// f·A, USD per coin.
  let fixed: Double
  /// w, the share of the time that is still to come.
  let weight: Double

  /// Nil where no time has passed since the first print.
  init?(_ window: SettlementWindow, at instant: Timestamp) {
    let prints = window.prints.filter { $0.at < instant }.sorted { $0.at < $1.at }
    guard let first = prints.first, instant < window.expiry else { return nil }
    let whole = Double(window.expiry.milliseconds - first.at.milliseconds)
    var sum = 0.0
    for (place, print) in prints.enumerated() {
      let end = place + 1 < prints.count ? prints[place + 1].at : instant
      sum += print.price.doubleValue * Double(end.milliseconds - print.at.milliseconds)
    }
    fixed = sum / whole
    weight = Double(window.expiry.milliseconds - instant.milliseconds) / whole
  }
}

extension MarkInput {
  /// That it is missing, and where it may come from.
  func words(_ instrument: Instrument) -> String {
    switch self {
    case .forward where instrument.isOption:
      "no forward of its expiry: give its quote a forward, or the market a future of that expiry"
    case .forward: "no price: give its quote a mark, or a bid and an ask"
    case .volatility:
      "no volatility: give its quote a markIV, or a mark that implies one at its forward"
    case .amount: "its value or requirement does not fit 128 bits: correct the market"
    }
  }
}
