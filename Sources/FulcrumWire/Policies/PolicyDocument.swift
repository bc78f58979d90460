package import FulcrumPricing
package import FulcrumRisk

/// What kind of pool a rule is for.
package enum PoolClass: String, Hashable, Sendable, CaseIterable {
  /// Perpetuals and futures alone.
  case future
  /// Options, with or without futures.
  case option
}

/// A policy file: how volatility is judged, what holds for every pool, and rules for some.
package struct PolicyBook: Sendable {
  package struct Rule: Sendable {
    /// Nil matches every pool.
    package let pool: String?
    package let coin: String?
    package let kind: PoolClass?
    package let line: Int?
    package let plan: PolicyPlan

    func matches(pool id: String, coin name: String, kind poolKind: PoolClass) -> Bool {
      (pool.map { $0 == id } ?? true) && (coin.map { TargetCoin.isSame($0, name) } ?? true)
        && (kind.map { $0 == poolKind } ?? true)
    }

    /// `coin BTC, class option`; what it asks for.
    package var wanted: String {
      let parts = [
        pool.map { "pool \($0)" }, coin.map { "coin \($0)" }, kind.map { "class \($0.rawValue)" },
      ].compactMap { $0 }
      return parts.isEmpty ? "every pool" : parts.joined(separator: ", ")
    }
  }

  /// A rule that was applied.
  package struct Applied: Hashable, Sendable {
    /// From 1, in the order of the file.
    package let number: Int
    package let wanted: String
  }

  package let outlook: OutlookSettings
  /// Milliseconds of a step of the models, where bars are not longer.
  package let step: Int64
  /// Where the window of the fits is written.
  let windowLine: Int?
  package let defaults: PolicyPlan
  package let rules: [Rule]

  /// Length of the models' steps on bars of this length. It hangs on nothing else: how much history a
  /// file holds must not change what was known at its beginning.
  package func step(forBars interval: Int64) -> Int64 { max(step, interval) }

  /// The first rule that matches, or the defaults; and which it was.
  package func plan(
    pool: String, coin: String, kind: PoolClass
  ) -> (plan: PolicyPlan, rule: Applied?) {
    guard let place = matches(pool: pool, coin: coin, kind: kind).min() else {
      return (defaults, nil)
    }
    return (rules[place].plan, Applied(number: place + 1, wanted: rules[place].wanted))
  }

  /// The places of all rules that a pool fits, applied or not.
  func matches(pool: String, coin: String, kind: PoolClass) -> Set<Int> {
    Set(rules.indices.filter { rules[$0].matches(pool: pool, coin: coin, kind: kind) })
  }

  /// Rules that no pool fits: most likely misspelt.
  func idle(_ matched: Set<Int>, pools: [String], source: String) -> [Issue] {
    rules.indices.filter { !matched.contains($0) }.map { place in
      let rule = rules[place]
      let near = rule.pool.flatMap { name in
        pools.contains(name) ? nil : NearestName.of(name, among: pools)
      }
      return Issue(
        .warning, source: source, line: rule.line, path: "rules[\(place)]",
        seen: "a rule for \(rule.wanted), which no pool is",
        allowed: "pools, coins and classes of the book",
        fix: near.map { "did you mean \"\($0)\"?" } ?? "correct it, or take it out")
    }
  }

  /// A window on which no fit could ever stand, at steps of this length.
  func windowFault(step: Int64, source: String) -> Issue? {
    let steps = outlook.windowDays * Double(PriceSeries.day) / Double(step)
    let least = OutlookEngine.leastReturns
    guard steps < Double(least) else { return nil }
    let days = Double(step) * Double(least) / Double(PriceSeries.day)
    return Issue(
      source: source, line: windowLine, path: "volatility.window",
      seen: "\(Int(steps)) steps of the prices", allowed: "the \(least) of a fit or more",
      fix: "write \(Int(days.rounded(.up)))d or more, or give bars of a shorter step")
  }
}

package enum PolicyDocument {
  /// - Throws: every fault, with its line.
  package static func parse(_ input: InputBytes) throws(YAMLRefusal) -> PolicyBook {
    var fields = try YAMLFields.document(input)
    if fields.text("version", allowed: "1") != "1" {
      fields.refuse(
        "version", fields.lines["version"], seen: "another version or none", allowed: "1")
    }
    let outlook = outlook(&fields)
    let windowLine = fields.lines["volatility.window"] ?? fields.lines["volatility"]
    var draft = PolicyDraft()
    _ = fields.section("defaults") { draft.read(&$0) }
    let defaults = plan(draft, "defaults", &fields)
    var place = 0
    let rules = fields.each("rules") { inner -> (PolicyDraft, Match) in
      var own = draft
      let match = Match(&inner)
      own.read(&inner)
      return (own, match)
    }.compactMap { draft, match -> PolicyBook.Rule? in
      defer { place += 1 }
      return plan(draft, "rules[\(place)]", &fields).map {
        PolicyBook.Rule(
          pool: match.pool, coin: match.coin, kind: match.kind, line: match.line, plan: $0)
      }
    }
    fields.refuseUnknown()
    guard fields.issues.isEmpty, let defaults, let outlook else {
      throw YAMLRefusal(fields.issues)
    }
    return PolicyBook(
      outlook: outlook.settings, step: outlook.step, windowLine: windowLine, defaults: defaults,
      rules: rules)
  }

  private struct Match {
    let pool: String?
    let coin: String?
    let kind: PoolClass?
    let line: Int?

    init(_ fields: inout YAMLFields) {
      line = fields.line
      pool = fields.text("pool", allowed: "the id of a pool")
      coin = fields.text("coin", allowed: "a coin such as BTC")
      kind = fields.choice("class", among: PoolClass.allCases, "kind of pool")
    }
  }

  /// Says a fault of the numbers together with the line of the field that it names.
  private static func plan(
    _ draft: PolicyDraft, _ path: String, _ fields: inout YAMLFields
  ) -> PolicyPlan? {
    // Faults of single fields come first; what they left out would be faulted again.
    guard fields.issues.isEmpty else { return nil }
    do throws(PolicyError) {
      return try draft.plan()
    } catch {
      let (field, seen, allowed) = words(error)
      let lines = fields.lines
      let places = [path, "defaults"].flatMap { start in
        lines.filter { $0.key.hasPrefix(start) && $0.key.hasSuffix("." + field) }.map(\.value)
      }
      let line = places.first ?? lines[path]
      fields.refuse("\(path).\(field)", line, seen: seen, allowed: allowed)
      return nil
    }
  }

  private static func words(
    _ error: PolicyError
  ) -> (field: String, seen: String, allowed: String) {
    switch error {
    case .outOfDomain(let field, let seen, let allowed): (field, "\(seen)", allowed)
    case .contradiction(let field, let seen, let with, let allowed):
      (field, "\(seen) beside \(with)", allowed)
    case .nothingLimits:
      ("budgets", "neither a budget nor a cap", "at least one, such as volatility-target: 40%")
    }
  }

  private static func outlook(
    _ fields: inout YAMLFields
  ) -> (settings: OutlookSettings, step: Int64)? {
    var draft = OutlookDraft()
    _ = fields.section("regime") { draft.readRegime(&$0) }
    _ = fields.section("volatility") { draft.readVolatility(&$0) }
    guard fields.issues.isEmpty else { return nil }
    do throws(SeriesError) {
      return (try draft.settings(), draft.step)
    } catch {
      guard case .badElement(let what, let index, let seen, let allowed) = error else {
        fields.refuse("regime", fields.lines["regime"], seen: "\(error)", allowed: "other numbers")
        return nil
      }
      let names = ["enterUp": "enter", "exitDown": "leave"]
      let name = "regime.\(names[what] ?? what)"
      fields.refuse(
        name, fields.lines[name] ?? fields.lines["regime"],
        seen: "\(seen) at place \(index + 1)", allowed: allowed)
      return nil
    }
  }
}

/// How volatility is judged, as read.
private struct OutlookDraft {
  var score = RegimeSettings.Score.relative
  var enter = [0.9, 1.5]
  var leave = [0.75, 1.25]
  var dwellUp = 1
  var dwellDown = 3
  var referenceDays = 365.0
  var impliedWeight = 0.5
  var windowDays = 730.0
  var refitDays = 30.0
  var horizonDays = 30.0
  var step = PriceSeries.day

  mutating func readRegime(_ fields: inout YAMLFields) {
    score =
      fields.choice("score", among: RegimeSettings.Score.allCases, "what is judged") ?? score
    if score == .hmm, let thresholds = try? RegimeThresholds.probabilities() {
      (enter, leave) = (thresholds.enterUp, thresholds.exitDown)
    }
    enter = fields.pair("enter", "thresholds upwards") ?? enter
    leave = fields.pair("leave", "thresholds downwards") ?? leave
    dwellUp = fields.integer("dwell-up", "steps before a switch up", atLeast: 1) ?? dwellUp
    dwellDown = fields.integer("dwell-down", "steps before a switch down", atLeast: 1) ?? dwellDown
    referenceDays = days(&fields, "reference", "span whose median is 1") ?? referenceDays
  }

  mutating func readVolatility(_ fields: inout YAMLFields) {
    impliedWeight =
      fields.number("implied-weight", .share, "share of implied volatility") ?? impliedWeight
    if let read = fields.duration("step", "length of a step of the models") {
      step = read
      if !(60_000...PriceSeries.day).contains(read) {
        fields.refuse(
          "step", fields.lines["volatility.step"], seen: "\(read / 1000) s", allowed: "1m to 1d")
      }
    }
    windowDays = days(&fields, "window", "past that a fit sees") ?? windowDays
    refitDays = days(&fields, "refit", "time between fits") ?? min(refitDays, windowDays)
    horizonDays = days(&fields, "horizon", "time a forecast is averaged over") ?? horizonDays
    if refitDays > windowDays {
      fields.refuse(
        "refit", fields.lines["volatility.refit"] ?? fields.line,
        seen: "\(Int(refitDays)) d between fits that see \(Int(windowDays)) d",
        allowed: "no more than the window")
    }
  }

  private func days(_ fields: inout YAMLFields, _ name: String, _ meaning: String) -> Double? {
    fields.duration(name, meaning).map { Double($0) / 86_400_000 }
  }

  func settings() throws(SeriesError) -> OutlookSettings {
    try OutlookSettings(
      regime: RegimeSettings(
        score: score,
        thresholds: RegimeThresholds(
          enterUp: enter, exitDown: leave, dwellUp: dwellUp, dwellDown: dwellDown),
        referenceDays: referenceDays, impliedWeight: impliedWeight),
      windowDays: windowDays, refitDays: refitDays, horizonDays: horizonDays)
  }
}
