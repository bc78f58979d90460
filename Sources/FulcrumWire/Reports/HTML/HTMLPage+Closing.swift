import FulcrumModel
import FulcrumRisk

extension HTMLPage {
  /// Legs of the pools without a section of their own, as many as fit.
  mutating func addRemainingLegs(_ pools: some Collection<PoolReport>) {
    guard !pools.isEmpty else { return }
    html += "<section><h2>Legs of the further pools</h2>"
    var groups: [(unit: String, pools: [PoolReport])] = []
    for pool in pools {
      let code = ReportUnit(pool, in: view.currency).code
      if let place = groups.firstIndex(where: { $0.unit == code }) {
        groups[place].pools.append(pool)
      } else {
        groups.append((code, [pool]))
      }
    }
    var room = Share.legTable
    var left = 0
    for group in groups {
      guard room > 0 else {
        left += group.pools.reduce(0) { $0 + $1.legs.count }
        continue
      }
      html += "<div class=\"scroll\" tabindex=\"0\" style=\"margin-bottom:14px\">"
      html += "<table class=\"stick\">\(legHead(group.unit, named: true))<tbody>"
      for pool in group.pools {
        for leg in pool.legs.sorted(by: LegLine.precedes) {
          guard room > 0 else {
            left += 1
            continue
          }
          let row = legRow(leg, pool: pool, name: pool.id)
          room -= row.utf8.count
          html += row
        }
      }
      html += "</tbody></table></div>"
    }
    if left > 0 {
      html +=
        "<p class=\"s q\">\(left) more legs are left out to keep this page small: the CSV and "
      html += "JSON reports have them all.</p>"
    }
    html += "</section>"
  }

  mutating func addClosing(_ pools: [PoolReport]) {
    var room = Share.closing
    addMissingCollateral(pools)
    addOffers(&room)
    addIssues(&room)
    addNotes(&room)
    addConventions()
    addProvenance(&room)
    html += "<div class=\"sign\"><div>Prepared by, date</div><div>Reviewed by, date</div>"
    html += "<div>Approved by, date</div></div>"
  }

  private mutating func addMissingCollateral(_ pools: [PoolReport]) {
    let missing = pools.filter { $0.measures != nil && $0.collateralBasis == .unknown }
    guard let first = missing.first else { return }
    html += "<section><h2>Collateral unknown</h2>"
    html += "<p>\(HTMLText.escaped(MissingCollateral.sentence(missing)))</p>"
    html += "<p>\(HTMLText.escaped(MissingCollateral.remedy(first)))</p></section>"
  }

  private mutating func addOffers(_ room: inout Int) {
    guard !contents.offers.isEmpty else { return }
    html += "<section><h2>Strategies found among pools of their own</h2>"
    html += "<p class=\"q\">Nothing is merged unless you say so, with <code>--pools</code>.</p>"
    let items = contents.offers.map { offer in
      "<b>\(HTMLText.escaped(offer.structure.rawValue))</b>: \(HTMLText.escaped(offer.why)) "
        + "<span class=\"q\">Pools \(HTMLText.escaped(offer.pools.joined(separator: ", "))) "
        + "could be one, for example <code>\(HTMLText.escaped(offer.suggestedPool))</code>.</span>"
    }
    addList(items, &room)
    html += "</section>"
  }

  private mutating func addIssues(_ room: inout Int) {
    guard !contents.issues.isEmpty else { return }
    html += "<section><h2>Input</h2>"
    addList(contents.issues.map { HTMLText.escaped($0.description) }, &room)
    html += "</section>"
  }

  private mutating func addNotes(_ room: inout Int) {
    guard !notes.texts.isEmpty else { return }
    html += "<section><h2>Why a number is missing</h2><ol class=\"notes\">"
    for (place, text) in notes.texts.enumerated() {
      let item = "<li id=\"n\(place + 1)\">\(HTMLText.escaped(text))</li>"
      guard room > item.utf8.count, place < 60 else {
        html += "</ol><p class=\"s q\">\(notes.texts.count - place) more: see the JSON report.</p>"
        html += "</section>"
        return
      }
      room -= item.utf8.count
      html += item
    }
    html += "</ol></section>"
  }

  /// List items until the room is used up, then how many are left out.
  private mutating func addList(_ items: [String], _ room: inout Int) {
    html += "<ul class=\"notes\">"
    for (place, item) in items.enumerated() {
      guard room > item.utf8.count + 9 else {
        html += "<li>\(items.count - place) more: see the JSON report.</li>"
        break
      }
      room -= item.utf8.count + 9
      html += "<li>\(item)</li>"
    }
    html += "</ul>"
  }

  private mutating func addConventions() {
    html += "<section><h2>Definitions used</h2><ul class=\"notes\">"
    for sentence in [
      "Leverage is |delta cash| over \(basis.explanation).",
      "Basis: what the leverage is measured on, then how the pool's cash came to be known "
        + "(CaR capital at risk, E equity, C cash, prem premium paid, IM initial margin, vIM the "
        + "venue's initial margin, H equity above maintenance).",
      "Delta cash of a pool on several coins: the sum of the magnitudes of each coin's, which the "
        + "leverage is on; such a pool has no one direction.",
      "Largest secant: the largest gain or loss of a move up or down, over that move and capital "
        + "at risk.",
      "Stress loss: the worst of the spot and volatility grid, in capital at risk; above 1 it "
        + "reaches beyond the pool.",
      "Theta drain: part of capital at risk lost a day if nothing moves; negative earns.",
      "σ-days: distance in daily standard deviations of the index. P 1 d, P 7 d: probability "
        + "without drift that the index touches today's liquidation price within 1 and 7 days. It "
        + "holds today's volatility and time; other nodes can be nearer.",
      "Own leverage of a leg: its elasticity, delta times forward over premium.",
      "Rounding goes against overstating safety: leverage and probabilities up, capital and "
        + "distances down, liquidation prices nearer to the index.",
      "!! liquidation nearer than 10 % or equity below zero; ! nearer than 20 % or a stress loss "
        + "beyond capital at risk.",
    ] { html += "<li>\(HTMLText.escaped(sentence))</li>" }
    html += "</ul></section>"
  }

  private mutating func addProvenance(_ room: inout Int) {
    let provenance = report.provenance
    html += "<section><h2>Made from</h2><p class=\"s\">Engine "
    html += "\(HTMLText.escaped(provenance.engineVersion)), margin rule "
    html +=
      "\(HTMLText.escaped(provenance.ruleSet)), kernel \(HTMLText.escaped(provenance.kernel))."
    html += "</p>"
    addList(
      provenance.inputs.map { input in
        "\(HTMLText.escaped(input.role)): \(HTMLText.escaped(input.name)) "
          + "<code class=\"q\">sha-256 \(HTMLText.escaped(input.digest))</code>"
      }, &room)
    html += "</section>"
  }
}
