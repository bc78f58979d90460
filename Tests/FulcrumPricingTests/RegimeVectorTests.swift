import FulcrumPricing
import Testing

/// Hidden states and the classifier against reference values.
struct RegimeVectorTests {
  @Test func hiddenMarkov() throws {
    var worst = 0.0
    func check(_ item: VectorCase, _ got: Double, _ expected: Json?, _ key: String) throws {
      let number = try #require(expected?.number, "\(item.id) \(key)")
      let fraction = item.fraction(got, of: number, key)
      worst = max(worst, fraction)
      #expect(fraction <= 1, "\(item.id) \(key): got \(got), expected \(number)")
    }
    func check(_ item: VectorCase, _ got: [Double], _ expected: Json?, _ key: String) throws {
      let list = try #require(expected?.list, "\(item.id) \(key)")
      #expect(list.count == got.count)
      for (value, wanted) in zip(got, list) { try check(item, value, wanted, key) }
    }
    for item in try VectorFile("hmm").cases {
      let series = try item.numbers("series")
      let model = try HiddenMarkov(
        start: item.numbers("start"), transition: item.rows("transition"),
        means: item.numbers("means"), deviations: item.numbers("sds"))
      let filtered = try model.filter(series)
      let smoothed = try model.smooth(series)
      let (path, logProbability) = try model.viterbi(series)
      let (next, before) = try model.reestimated(series)
      try check(item, filtered.logLikelihood, item.expected["logLikelihood"], "logLikelihood")
      #expect(before == filtered.logLikelihood)
      #expect(logProbability <= filtered.logLikelihood)
      try check(item, logProbability, item.expected["viterbiLogProb"], "viterbiLogProb")
      #expect(path == item.expected["viterbi"]?.list?.compactMap { $0.number.map { Int($0) } })
      try check(
        item, filtered[series.count - 1], item.expected["filteredLast"], "filteredLast")
      try check(item, smoothed[0], item.expected["smoothed0"], "smoothed0")
      if let wanted = item.expected["smoothed75"] {
        try check(item, smoothed[75], wanted, "smoothed75")
      }
      let em = item.expected["em"]
      try check(item, next.start, em?["start"], "em")
      try check(item, next.means, em?["means"], "em")
      try check(item, next.deviations, em?["sds"], "em")
      for (row, wanted) in zip(next.transition, try #require(em?["transition"]?.list)) {
        try check(item, row, wanted, "em")
      }
      let after = try next.filter(series).logLikelihood
      try check(item, after, item.expected["logLikelihoodAfterEm"], "logLikelihoodAfterEm")
      #expect(after >= before, "expectation and maximisation lowered the likelihood")
    }
    print("vectors hmm: worst error/tolerance \(worst)")
  }

  @Test func hysteresis() throws {
    let cases = try VectorFile("regime_hysteresis").cases
    for item in cases {
      let dwell = Int(try item.number("dwell"))
      let thresholds = try RegimeThresholds(
        enterUp: item.numbers("enterUp"), exitDown: item.numbers("exitDown"), dwellUp: dwell,
        dwellDown: dwell)
      var classifier = RegimeClassifier(thresholds)
      let levels = try item.numbers("vol").map { classifier.take($0).rawValue }
      #expect(
        levels == item.expected["labels"]?.list?.compactMap { $0.number.map { Int($0) } },
        "\(item.id)")
      let switches = zip(levels, levels.dropFirst()).filter { $0 != $1 }.count
      #expect(Double(switches) == item.expected["switches"]?.number)
    }
    #expect(cases.count == 20)
  }
}
