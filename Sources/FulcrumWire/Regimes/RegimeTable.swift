import FulcrumModel
import FulcrumPricing

/// Volatility and regime as text for a terminal.
package enum RegimeTable {
  package static func render(_ contents: RegimeContents, view: ReportView) -> String {
    var page = RegimePage(contents: contents, view: view)
    return page.text()
  }
}

struct RegimePage {
  let contents: RegimeContents
  let width: Int
  let ink: Ink
  var lines: [String] = []

  init(contents: RegimeContents, view: ReportView) {
    self.contents = contents
    width = max(view.width, TablePage.narrowest)
    ink = Ink(colour: view.colour, unicode: view.unicode)
  }

  mutating func text() -> String {
    let series = contents.series
    lines.append(ink.paint("FULCRUM  volatility and regime", .heading))
    let span = "\(series.bars.count) bars of \(Self.length(series.interval)), to \(contents.barsTo)"
    let models =
      "models and regime on \(min(contents.windowSteps, contents.stepCount)) steps of "
      + "\(Self.length(contents.step)), to \(contents.outlook.asOf)"
    add(span + ink.separator + models, .plain)
    if contents.barsTo > contents.outlook.asOf {
      add(
        "The bars after \(contents.outlook.asOf) are not a whole step yet; they count in the realised "
          + "volatilities alone.", .quiet)
    }
    add("Annual volatilities in percent, 365 days a year.", .quiet)
    addRegime()
    addSpans()
    addForecasts()
    addStates()
    addChain()
    addIssues()
    return lines.joined(separator: "\n") + "\n"
  }

  mutating func add(_ text: String, _ tone: Tone, indent: Int = 0) {
    lines += ink.folded(text, tone, width: width, indent: indent)
  }

  mutating func addTitle(_ title: String) {
    lines.append("")
    lines += ink.folded(title, .heading, width: width)
  }

  static func length(_ milliseconds: Int64) -> String {
    for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000)]
    where milliseconds.isMultiple(of: size) {
      return "\(milliseconds / size) \(unit)"
    }
    return "\(milliseconds / 1000) s"
  }

  func percent(_ ratio: Double?) -> String {
    ratio.map { NumberText.volatility($0) } ?? ink.dash
  }

  func number(_ value: Double, _ places: Int = 3) -> String {
    NumberText.decimal(value, places: places, .toNearestEven)
  }

  // MARK: Parts

  private mutating func addRegime() {
    let outlook = contents.outlook
    addTitle("REGIME\(ink.separator)\(outlook.level.name)")
    let rule = contents.settings.regime
    if let score = outlook.score {
      let meaning =
        switch rule.score {
        case .relative: "volatility over its median of \(Int(rule.referenceDays)) days"
        case .volatility: "annual volatility"
        case .hmm:
          "probability of the rougher of two hidden states, filtered; fits see "
            + "\(Int(contents.settings.windowDays)) days and are renewed every "
            + "\(Int(contents.settings.refitDays))"
        }
      let up = rule.thresholds.enterUp.map { number($0, 2) }.joined(separator: ", ")
      let down = rule.thresholds.exitDown.map { number($0, 2) }.joined(separator: ", ")
      add(
        "Score \(number(score)), \(meaning); up at \(up) after \(rule.thresholds.dwellUp), down "
          + "below \(down) after \(rule.thresholds.dwellDown) steps.", .plain)
    } else {
      add(
        "No score before \(RegimeTracker.leastSteps) steps; normal is assumed.", .warning)
    }
    if let last = outlook.lastSwitch {
      add(
        "Since \(last.at), from \(last.from.name): \(last.reason). "
          + "\(contents.switches.count) changes in all.", .plain)
    } else {
      add("It never changed in this series.", .plain)
    }
  }

  private mutating func addSpans() {
    guard !contents.spans.isEmpty else { return }
    addTitle("REALISED")
    var grid = TextGrid(columns: [
      .init("Days"), .init("Bars", rank: 1), .init("Close"), .init("Zero mean"),
      .init("Parkinson"), .init("Garman-Klass"), .init("Rogers-S."), .init("Yang-Zhang"),
      .init("Bipower"), .init("MedRV", rank: 2), .init("Jumps", unit: "share"),
    ])
    for span in contents.spans {
      let value = span.realised
      func ranged(_ volatility: Double) -> String { percent(value.hasRange ? volatility : nil) }
      grid.rows.append(
        .cells(
          [
            "\(Int(span.days))", "\(span.bars)", percent(value.closeClose),
            percent(value.closeCloseZeroMean), ranged(value.parkinson),
            ranged(value.garmanKlass), ranged(value.rogersSatchell), ranged(value.yangZhang),
            percent(value.bipower), percent(value.medRV), number(value.jumpShare, 2),
          ], tone: .plain))
    }
    lines += grid.lines(width: width, ink: ink)
    if contents.spans.contains(where: { !$0.realised.hasRange }) {
      add("\(ink.dash): \(RegimeContents.noRange); one price a bar has no high and low.", .quiet)
    }
  }

  private mutating func addStates() {
    addTitle("HIDDEN STATES of the returns, filtered: the past alone")
    let judge =
      contents.settings.regime.score == .hmm
      ? "The regime is judged by the rough one of two, fitted as it was known at each step."
      : "Relative to this window, and not the levels of the regime, which is judged by its score."
    add(judge, .quiet)
    for states in contents.states {
      switch states {
      case .failure(let error): add("\(error)", .quiet)
      case .success(let states):
        let model = states.fit.model
        var grid = TextGrid(columns: [
          .init("State", rightAligned: false), .init("Probability now", unit: "%"),
          .init("Volatility", unit: "% a year"), .init("Mean", unit: "% a step", rank: 1),
          .init("Stays", unit: "steps"),
        ])
        for state in 0..<model.stateCount {
          let stay = model.transition[state][state]
          grid.rows.append(
            .cells(
              [
                "\(Self.stateName(state, of: model.stateCount)), \(state + 1) of \(model.stateCount)",
                number(100 * states.now[state], 1),
                percent(model.deviations[state] * contents.periodsPerYear.squareRoot()),
                number(100 * model.means[state]),
                stay < 1 ? number(1 / (1 - stay), 1) : "all",
              ], tone: .plain))
        }
        lines += grid.lines(width: width, ink: ink)
        if !states.fit.hasConverged {
          add("The fit did not converge and is not used for a target.", .warning)
        }
      }
    }
  }

  /// By ascending volatility, as fits order their states.
  static func stateName(_ state: Int, of count: Int) -> String {
    state == 0 ? "quiet" : state == count - 1 ? "rough" : "middle"
  }

  private mutating func addChain() {
    for chain in contents.chain {
      let expiries = chain.expiries
      addTitle(
        "IMPLIED INDEX\(ink.separator)\(chain.coin)"
          + (contents.chainAt.map { "\(ink.separator)chain at \($0)" } ?? ""))
      add(Self.headline(chain.index), .plain)
      var grid = TextGrid(columns: [
        .init("Expiry", rightAligned: false), .init("Forward", unit: "USD", rank: 1),
        .init("Index", unit: "quotes alone"), .init("Wings", unit: "% of variance"),
        .init("Index", unit: "with wings"), .init("Remark", rightAligned: false, rank: 1),
      ])
      for expiry in expiries {
        let (cells, tone) = row(expiry)
        let forward = NumberText.price(expiry.forward, .toNearestEven)
        grid.rows.append(
          .cells(["\(CalendarDay(expiry.expiry))", forward] + cells, tone: tone))
      }
      lines += grid.lines(width: width, ink: ink)
    }
  }

  private static func headline(_ index: ImpliedIndex?) -> String {
    func number(_ value: Double) -> String {
      NumberText.decimal(value, places: 1, .toNearestEven)
    }
    guard let index else { return "30 days: none; no expiries on both sides of it" }
    guard let whole = index.withWings else {
      let why = index.missing.map { " (\(CalendarDay($0.expiry)): \($0.reason.explanation))" } ?? ""
      return "30 days: \(number(index.quotesAlone)) from the quotes alone; an expiry beside it has "
        + "no wings, so what lies beyond its strikes is missing\(why)"
    }
    return
      "30 days: \(number(whole)); \(number(index.quotesAlone)) from the quotes alone, the rest "
      + "from the wings of the fitted smiles"
  }

  /// Index, wings, both, and a remark.
  private func row(_ expiry: ExpiryVariance) -> ([String], Tone) {
    switch (expiry.strip, expiry.wings) {
    case (.failure(let error), _):
      return ([ink.dash, ink.dash, ink.dash, "\(error)"], .quiet)
    case (.success(let strip), .failure(let refusal)):
      let alone = strip.index.map { number($0, 1) } ?? ink.dash
      return ([alone, ink.dash, ink.dash, refusal.explanation], .quiet)
    case (.success(let strip), .success(let wings)):
      let alone = strip.index.map { number($0, 1) } ?? ink.dash
      let whole = expiry.whole ?? 0
      let share = whole > 0 ? number(100 * wings.sum / whole, 2) : ink.dash
      let index = expiry.wholeIndex.map { number($0, 1) } ?? ink.dash
      return ([alone, share, index, ""], .plain)
    }
  }

  private mutating func addIssues() {
    guard !contents.issues.isEmpty else { return }
    addTitle("INPUT")
    for issue in contents.issues { add(issue.description, .warning) }
  }
}
