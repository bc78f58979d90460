import ArgumentParser
import FulcrumWire

/// What every calculating command takes besides its own flags.
struct CalculationOptions: ParsableArguments {
  @Flag(
    help: """
      Read JSON Lines from standard input and write one line of answers for each, in order. \
      A bad line is answered by {"error": ...} and never ends the run.
      """)
  var batch = false

  @Option(
    help: "Calculation family that reads the inputs; see `fulcrum capabilities`.",
    transform: CalculationOptions.family)
  var family: CalculationFamily?

  @Flag(help: "Print one line of JSON instead of a table.")
  var json = false

  private static func family(_ name: String) throws -> CalculationFamily {
    if let family = CalculationFamily.named(name) { return family }
    let near = NearestName.of(name, among: CalculationFamily.names)
    throw ValidationError(
      "no such family; "
        + (near.map { "did you mean \($0)?" }
          ?? "known are \(CalculationFamily.names.joined(separator: ", "))"))
  }
}

/// Answers one question, once from flags or for every line of standard input.
struct CalculationRun {
  let question: CalculationQuestion
  let options: CalculationOptions

  /// - Throws: a usage error where flags are missing, or given beside --batch.
  func run(_ inputs: FlagInputs) throws {
    guard options.batch else { return try answer(inputs) }
    guard inputs.isEmpty else {
      throw ValidationError("--batch reads the inputs from standard input; remove the other flags")
    }
    try answerLines()
  }

  private func answer(_ inputs: FlagInputs) throws {
    let object = try inputs.complete()
    let answers: JSONObject
    do throws(CalculationRefusal) {
      answers = try question.answer(object, family: options.family)
    } catch {
      throw inputs.refusal(error, of: question.rawValue)
    }
    try inputs.checkAnswerable(by: question.rawValue)
    if options.json {
      try StandardOutput.say(answers)
    } else {
      try StandardOutput.say(AnswerTable.text(answers))
    }
  }

  private func answerLines() throws {
    var batch = CalculationBatch {
      [question, family = options.family]
      (inputs) throws(CalculationRefusal) in
      try question.answer(inputs, family: family)
    }
    do {
      try batch.run(LineReader(read: StandardInput.read), write: StandardOutput.write)
    } catch is BrokenPipe {
      // The reader has what it wanted.
    }
    guard batch.summary.failed > 0 else { return }
    StandardError.say(
      "fulcrum: \(question.rawValue): \(batch.summary.failed) of \(batch.summary.lines) lines "
        + "could not be answered; each says why")
    throw ExitStatus.partial.exit
  }
}
