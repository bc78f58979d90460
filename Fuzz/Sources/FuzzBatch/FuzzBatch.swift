import Foundation
import FulcrumWire

/// Batch lines, for every question in turn: one line of answers for each line of inputs, each of
/// them JSON that reads back as itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBatch(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let questions = CalculationQuestion.allCases
  let question = questions[Int(start[0]) % questions.count]
  let input = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  var given = 0
  let lines = LineReader(limit: 2048, chunk: 512) { buffer in
    let taken = min(buffer.count, input.count - given)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[given..<given + taken]))
    given += taken
    return taken
  }
  var batch = CalculationBatch { inputs throws(CalculationRefusal) in
    try question.answer(inputs)
  }
  var output: [UInt8] = []
  do {
    try batch.run(lines) { output += $0 }
  } catch {
    preconditionFailure("a line ended the run: \(error)")
  }
  let answers = output.split(separator: 0x0A)
  precondition(
    answers.count == batch.summary.lines, "\(answers.count) answers, \(batch.summary) asked")
  for answer in answers {
    do throws(JSONFault) {
      let value = try JSONReader.read(Array(answer))
      precondition(
        JSONWriter.bytes(value) == Array(answer), String(decoding: answer, as: UTF8.self))
    } catch {
      preconditionFailure("\(error) in \(String(decoding: answer, as: UTF8.self))")
    }
  }
  return 0
}
