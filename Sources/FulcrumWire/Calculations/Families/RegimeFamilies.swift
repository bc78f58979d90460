import FulcrumPricing

extension CalculationFamily {
  static let hiddenMarkov = CalculationFamily(
    name: "hmm",
    summary: "hidden states with normal observations: filter, smoother, best path, fit",
    outputs: [
      "logLikelihood", "viterbi", "viterbiLogProb", "filteredLast", "smoothed0", "smoothed75",
      "em", "logLikelihoodAfterEm",
    ]
  ) { (fields) throws(CalculationRefusal) in
    let series = fields.series(SeriesField.series)
    let start = fields.series(SeriesField.start)
    let transition = fields.table("transition", width: nil, meaning: "P(i → j)")
    let means = fields.series(SeriesField.means)
    let deviations = fields.series(SeriesField.deviations)
    try fields.finish()
    return try InputFields.checking { () throws(SeriesError) in
      let model = try HiddenMarkov(
        start: start, transition: transition, means: means, deviations: deviations)
      return try answers(model, series)
    }
  }

  private static func answers(
    _ model: HiddenMarkov, _ series: [Double]
  ) throws(SeriesError) -> Outputs {
    let filtered = try model.filter(series)
    let smoothed = try model.smooth(series)
    let (path, logProbability) = try model.viterbi(series)
    let next = try model.reestimated(series).model
    var outputs = Outputs()
    outputs.set("logLikelihood", filtered.logLikelihood)
    outputs.set("viterbi", .array(path.map { .number(Double($0)) }))
    outputs.set("viterbiLogProb", logProbability, orAbsent: .notRepresentable)
    outputs.set("filteredLast", filtered[series.count - 1])
    outputs.set("smoothed0", smoothed[0])
    if series.count > 75 {
      outputs.set("smoothed75", smoothed[75])
    } else {
      outputs.set("smoothed75", .absent(.tooFewObservations))
    }
    outputs.set("em", .object(JSONObject(next)))
    outputs.set("logLikelihoodAfterEm", try next.filter(series).logLikelihood)
    return outputs
  }

  static let regimeHysteresis = CalculationFamily(
    name: "regime_hysteresis", summary: "calm, normal or stressed, with hysteresis and dwell",
    outputs: ["labels", "switches"]
  ) { (fields) throws(CalculationRefusal) in
    let scores = fields.series(SeriesField.score)
    let enterUp = fields.series(SeriesField.enterUp)
    let exitDown = fields.series(SeriesField.exitDown)
    let dwell = fields.number(SeriesField.dwell)
    if dwell != dwell.rounded() || dwell > 1e9 {
      fields.refuse("dwell", seen: "\(dwell)", allowed: "a whole number", fix: "write 1 or more")
    }
    try fields.finish()
    let thresholds = try InputFields.checking { () throws(SeriesError) in
      try RegimeThresholds(
        enterUp: enterUp, exitDown: exitDown, dwellUp: Int(dwell), dwellDown: Int(dwell))
    }
    var classifier = RegimeClassifier(thresholds)
    let labels = scores.map { Double(classifier.take($0).rawValue) }
    var outputs = Outputs()
    outputs.set("labels", labels)
    outputs.set("switches", Double(zip(labels, labels.dropFirst()).count { $0 != $1 }))
    return outputs
  }
}

extension JSONObject {
  /// Start, transitions, means and deviations.
  init(_ model: HiddenMarkov) {
    func list(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .number($0) }) }
    self.init()
    self["start"] = list(model.start)
    self["transition"] = .array(model.transition.map(list))
    self["means"] = list(model.means)
    self["sds"] = list(model.deviations)
  }
}
