import Crypto
import Foundation
package import FulcrumLedger
package import FulcrumModel

/// Prices of pledged assets as several sources state them, format `fulcrum.prices` version 1:
/// docs/reference/pools.md.
package struct PriceSheet: Hashable, Sendable {
  package static let format = "fulcrum.prices"
  package static let version = 1
  /// Fewer independent sources never move money.
  package static let minimumSources = 3

  package struct Pair: Hashable, Sendable, Comparable {
    package let asset: Asset
    package let quote: Asset

    /// `USDE/USDC`.
    package var text: String { "\(AmountText.text(asset))/\(AmountText.text(quote))" }
    package static func < (a: Self, b: Self) -> Bool { a.text < b.text }
  }

  private(set) var stated: [Pair: [SourcedPrice]] = [:]

  package init() {}

  package var isEmpty: Bool { stated.isEmpty }
  package var pairs: [Pair] { stated.keys.sorted() }

  /// Instant of the newest price in it.
  package var newest: Timestamp? { stated.values.lazy.joined().map(\.asOf).max() }

  mutating func add(_ price: SourcedPrice, of pair: Pair) {
    stated[pair, default: []].append(price)
  }

  /// SHA-256 of what the prices say, in an order of their own, and of the bounds they are held to:
  /// the same prices in another file are the same market.
  package func digest(_ bounds: PriceBounds) -> [UInt8] {
    var lines = ["\(bounds.staleAfterMilliseconds) \(AmountText.text(bounds.deviation))"]
    for pair in pairs {
      let rows = (stated[pair] ?? []).map {
        "\(pair.text) \($0.source) \($0.price) \($0.asOf.milliseconds)"
      }
      lines += rows.sorted()
    }
    return Array(SHA256.hash(data: Data(lines.joined(separator: "\n").utf8)))
  }

  /// What the sources of each pair agree on at an instant, or why they do not.
  package func verdicts(at instant: Timestamp, _ bounds: PriceBounds) -> [PriceVerdict] {
    let consensus = PriceConsensus(
      minimumSources: Self.minimumSources,
      staleAfterMilliseconds: bounds.staleAfterMilliseconds, deviation: bounds.deviation)
    return pairs.map { pair in
      let prices = stated[pair] ?? []
      let outcome = Result { () throws(PriceDisagreement) in
        try consensus.agree(on: prices, at: instant)
      }
      let newest = Dictionary(prices.map { ($0.source, $0) }) { $0.asOf < $1.asOf ? $1 : $0 }
      let old = newest.values.filter {
        (instant.milliseconds - $0.asOf.milliseconds).magnitude
          > UInt64(bounds.staleAfterMilliseconds)
      }
      return PriceVerdict(
        pair: pair, outcome: outcome, stale: old.map(\.source).sorted(),
        youngestStale: old.map { instant.milliseconds - $0.asOf.milliseconds }.min())
    }
  }
}

/// What sources are held to.
package struct PriceBounds: Hashable, Sendable {
  package var staleAfterMilliseconds: Int64 = 60_000
  /// Of the median.
  package var deviation = Ratio(2, 100)

  package init() {}
}

/// The price of one pair with who was passed over.
package struct PriceVerdict: Hashable, Sendable {
  package let pair: PriceSheet.Pair
  package let outcome: Result<PriceConsensus.Agreed, PriceDisagreement>
  package let stale: [String]
  /// Age of the least old of the stale ones.
  let youngestStale: Int64?

  package var price: Price? { try? outcome.get().price }

  package var assetPrice: AssetPrice {
    let price: Result<Price, MarkFault>
    switch outcome {
    case .success(let agreed): price = .success(agreed.price)
    case .failure(.divergent): price = .failure(.divergent)
    case .failure(.tooFew(let fresh, let stale, let needed)):
      price =
        fresh + stale >= needed
        ? .failure(.stale(ageMilliseconds: youngestStale ?? 0)) : .failure(.missing)
    }
    return AssetPrice(asset: pair.asset, quote: pair.quote, price: price)
  }

  /// Why there is no price, in words; nil where there is one.
  package var fault: String? {
    switch outcome {
    case .success: nil
    case .failure(.tooFew(let fresh, _, let needed)):
      "\(fresh) fresh sources of \(pair.text), \(needed) are needed"
    case .failure(.divergent(let lowest, let median, let highest, let agreeing, let needed)):
      "sources of \(pair.text) differ: \(lowest) to \(highest), median \(median), \(agreeing) "
        + "agree, \(needed) are needed"
    }
  }

  private var outliers: [String] { (try? outcome.get().outliers) ?? [] }

  /// `USDE/USDC 0.9991 of 3 sources; outlier kraken; stale okx`.
  package var line: String {
    var parts: [String] = []
    switch outcome {
    case .success(let agreed):
      parts.append("\(pair.text) \(agreed.price), \(agreed.agreeing) sources agree")
    case .failure: parts.append("\(pair.text) no price: \(fault ?? "")")
    }
    if !outliers.isEmpty {
      parts.append("passed over as outlier: \(outliers.joined(separator: ", "))")
    }
    if !stale.isEmpty { parts.append("passed over as stale: \(stale.joined(separator: ", "))") }
    return parts.joined(separator: "; ")
  }

  package var json: JSONValue {
    var object = JSONObject()
    object.append("asset", .string(AmountText.text(pair.asset)))
    object.append("quote", .string(AmountText.text(pair.quote)))
    object.append("price", price.map { .string($0.description) } ?? .null)
    object.append("agreeing", (try? outcome.get().agreeing).map { .number(Double($0)) } ?? .null)
    object.append("outliers", .array(outliers.map { .string($0) }))
    object.append("stale", .array(stale.map { .string($0) }))
    if let fault { object.append("reason", .string(fault)) }
    return .object(object)
  }
}
