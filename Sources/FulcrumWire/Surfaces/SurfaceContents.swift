package import FulcrumModel
package import FulcrumPricing
package import FulcrumRisk

/// Everything that a page of volatility surfaces is written from.
package struct SurfaceContents: Sendable {
  package let asOf: Timestamp
  package let marketAsOf: Timestamp
  /// By coin, then settlement.
  package let surfaces: [VolatilitySurface]
  package let provenance: Provenance
  package let issues: [Issue]

  /// No fault in the inputs, and every expiry that is not past has a smile.
  package var isWhole: Bool {
    !issues.contains { $0.severity == .error }
      && surfaces.allSatisfy { surface in
        surface.slices.allSatisfy { $0.model != nil || $0.years <= 0 }
      }
  }

  /// Why there is no smile at all; nil where any expiry has one.
  package var nothingFitted: Issue? {
    let slices = surfaces.flatMap(\.slices)
    guard slices.allSatisfy({ $0.model == nil }) else { return nil }
    let isPast = slices.allSatisfy { $0.years <= 0 }
    return Issue(
      source: provenance.inputs.map(\.name).joined(separator: ", "),
      seen: "\(slices.count) expiries, " + (isPast ? "all past" : "none with a smile")
        + " at \(asOf)",
      allowed: "at least one expiry ahead with clean quotes",
      fix: isPast
        ? "give --as-of an earlier instant, or a newer market"
        : "see what was left out and why; --as-of and --stale decide which quotes count")
  }
}

/// What is asked of a surface.
package struct SurfaceRequest: Sendable {
  /// Coins to fit; every coin with options where empty.
  package var coins: [String] = []
  /// Instant of valuation; the market's newest where nil.
  package var asOf: Timestamp?
  package var settings = SurfaceSettings()

  package init() {}
}

/// From market documents to surfaces.
package enum SurfaceReading {
  /// - Throws: where the files hold no option or no instant, or no such coin.
  package static func contents(
    _ markets: [InputBytes], _ request: SurfaceRequest
  ) throws(ReportRefusal) -> SurfaceContents {
    var issues: [Issue] = []
    let market = ReportBuilder.merged(markets, asOf: request.asOf, &issues)
    let names = markets.map(\.source).joined(separator: ", ")
    guard let market, market.hasPrices else {
      throw refusal(
        issues, names, seen: "no quote", allowed: "at least one market file with options",
        fix: "add --market FILE")
    }
    let view = MarketView(market, at: request.asOf ?? market.asOf)
    let listed = view.surfaces
    let coins = listed.map(\.underlying.description)
    guard !listed.isEmpty else {
      throw refusal(
        issues, names, seen: "no option", allowed: "a chain of options",
        fix: "add the market file that holds it")
    }
    if let unknown = request.coins.first(where: { !coins.contains($0) }) {
      let near = NearestName.of(unknown, among: coins).map { "; did you mean \($0)?" } ?? ""
      throw refusal(
        issues, names, seen: "\"\(unknown)\", a coin without options here",
        allowed: Set(coins).sorted().joined(separator: ", "), fix: "write one of these\(near)")
    }
    let wanted = listed.filter {
      request.coins.isEmpty || request.coins.contains($0.underlying.description)
    }
    return SurfaceContents(
      asOf: view.instant, marketAsOf: market.asOf,
      surfaces: wanted.map {
        view.surface(of: $0.underlying, settlement: $0.settlement, settings: request.settings)
      },
      provenance: Provenance(
        engineVersion: ProductVersion.text, ruleSet: "leverage-math 8", kernel: "scalar",
        inputs: markets.map {
          Provenance.Input(role: "market", name: $0.source, digest: $0.digest)
        }),
      issues: issues)
  }

  private static func refusal(
    _ issues: [Issue], _ names: String, seen: String, allowed: String, fix: String
  ) -> ReportRefusal {
    ReportRefusal(
      issues: issues + [Issue(source: names, seen: seen, allowed: allowed, fix: fix)])
  }
}
