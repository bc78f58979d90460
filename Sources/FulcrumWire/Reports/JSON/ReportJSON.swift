import FulcrumModel
import FulcrumRisk

/// A report as JSON, format `fulcrum.report` version 2: described in
/// docs/reference/report-files.md.
///
/// Amounts are strings (exact, in the asset's smallest units), ratios numbers that read back as the
/// same double, infinities the strings "inf" and "-inf", absences null with their reason. The view
/// chooses pools and their order; every number is there whatever the view's currency.
public enum ReportJSON {
  public static let format = "fulcrum.report"
  public static let version = 2

  /// UTF-8, ends with a newline.
  public static func render(_ contents: ReportContents, view: ReportView = ReportView()) -> [UInt8]
  {
    let report = contents.report
    // A pool of one leg takes about 10 kB; growing by doubling would hold the text twice.
    var json = JSONLayout(capacity: 12_000 * (report.pools.count + contents.offers.count))
    json.object { json in
      json.text("format", format)
      json.integer("version", Int64(version))
      json.text("asOf", report.asOf.description)
      json.text("marketAsOf", report.marketAsOf.description)
      json.integer(
        "marketAgeMilliseconds", report.asOf.milliseconds - report.marketAsOf.milliseconds)
      json.flag("whole", report.isWhole)
      settings(report.settings, &json)
      provenance(report.provenance, &json)
      account(report.account, &json)
      json.array("pools", of: view.pools(of: report)) { pool, json in
        PoolJSON(pool, report.settings).write(to: &json)
      }
      json.array("offers") { json in for offer in contents.offers { write(offer, &json) } }
      json.issues(contents.issues)
    }
    return json.finished()
  }

  private static func settings(_ settings: ReportSettings, _ json: inout JSONLayout) {
    json.object("settings") { json in
      json.text("capitalBasis", settings.basis.rawValue)
      json.integer("staleAfterMilliseconds", settings.staleAfterMilliseconds)
      json.numbers("stressSpot", settings.stressSpot)
      json.numbers("stressVolRel", settings.stressVolRel)
      json.numbers("curveShocks", settings.curveShocks)
      json.integer("detailedPools", settings.detailedPools.map(Int64.init))
      json.number("referenceVolatility", settings.referenceVolatility)
      json.number("driftPerYear", settings.drift)
      json.object("margin", inline: true) { json in
        json.number("optionRate", settings.margin.optionRate)
        json.number("initialRate", settings.margin.initialRate)
        json.number("initialFloor", settings.margin.initialFloor)
        json.number("liquidationFee", settings.margin.liquidationFee)
        json.array("futuresBrackets") { json in
          for bracket in settings.margin.futuresBrackets {
            json.object { json in
              json.number("notionalFloor", bracket.notionalFloor)
              json.number("rate", bracket.rate)
              json.number("deduction", bracket.deduction)
            }
          }
        }
      }
    }
  }

  private static func provenance(_ provenance: Provenance, _ json: inout JSONLayout) {
    json.object("provenance") { json in
      json.text("engineVersion", provenance.engineVersion)
      json.text("ruleSet", provenance.ruleSet)
      json.text("kernel", provenance.kernel)
      json.array("inputs") { json in
        for input in provenance.inputs {
          json.object(inline: true) { json in
            json.text("role", input.role)
            json.text("name", input.name)
            json.text("sha256", input.digest)
          }
        }
      }
    }
  }

  private static func account(_ account: AccountReport, _ json: inout JSONLayout) {
    json.object("account") { json in
      json.text("currency", "USD")
      json.text("equity", account.equityUsd.flatMap { ReportAmount.usd($0, .down) })
      json.text("equityBasis", account.equityBasis.rawValue)
      json.text("grossNotional", ReportAmount.usd(account.grossNotional, .up))
      json.text("deltaCash", ReportAmount.usd(account.deltaCash, .toNearestEven))
      json.text("absDeltaCash", ReportAmount.usd(account.absDeltaCash, .up))
      json.text("gammaCash1pct", ReportAmount.usd(account.gammaCash1pct, .toNearestEven))
      json.text("vegaCashPerPoint", ReportAmount.usd(account.vegaCashPerPoint, .toNearestEven))
      json.text("thetaCashPerDay", ReportAmount.usd(account.thetaCashPerDay, .toNearestEven))
      json.measure("netDeltaLeverage", account.netDeltaLeverage, .accountEquity)
      json.measure(
        "grossDeltaLeverage", account.grossDeltaLeverage, .accountEquity, definition: "aifmdGross")
      json.measure(
        "grossNotionalLeverage", account.grossNotionalLeverage, .accountEquity,
        definition: "accountGrossLeverage")
      json.text(
        "containedLoss",
        account.isContained ? ReportAmount.usd(account.containedLossUsd, .up) : nil)
      json.integer("poolCount", Int64(account.poolCount))
      json.integer("poolsWithoutCapital", Int64(account.poolsWithoutCapital))
      json.integer("poolsNotValued", Int64(account.poolsNotValued))
    }
  }

  private static func write(_ offer: SpreadOffer, _ json: inout JSONLayout) {
    json.object { json in
      json.text("structure", offer.structure.rawValue)
      json.texts("pools", offer.pools)
      json.texts("symbols", offer.positions.map(\.instrument.id.name))
      json.text("suggestedPool", offer.suggestedPool)
      json.text("why", offer.why)
    }
  }
}

/// What a measure is a ratio to, and whose money it counts in.
struct MeasureFrame {
  let basis: String
  let numeraire: String

  static let accountEquity = MeasureFrame(basis: "accountEquity", numeraire: "USD")
}

extension JSONLayout {
  /// A measure as an object: value, basis, numeraire, and the name that `fulcrum explain` knows;
  /// the reason where the value is null.
  mutating func measure(
    _ name: String, _ measure: Measure, _ frame: MeasureFrame, definition: String? = nil
  ) {
    object(name, inline: true) { json in
      json.value("value", measure)
      json.text("basis", frame.basis)
      json.text("numeraire", frame.numeraire)
      json.text("definition", definition ?? name)
      if let absence = measure.absence { json.text("reason", absence.rawValue) }
    }
  }

  /// The bare number of a measure: finite, "inf", "-inf" or null.
  mutating func value(_ name: String? = nil, _ measure: Measure) {
    switch measure {
    case .value(let number): self.number(name, number)
    case .positiveInfinity: self.number(name, .infinity)
    case .negativeInfinity: self.number(name, -.infinity)
    case .absent: self.number(name, nil)
    }
  }
}
