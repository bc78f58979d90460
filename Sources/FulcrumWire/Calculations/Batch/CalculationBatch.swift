/// Answers a stream of JSON Lines: one line of answers for each line of inputs, in order.
///
/// Every line gets its answer, a fault of it is `{"error": ...}`, and no line ends the run. Memory
/// does not grow with the number of lines.
package struct CalculationBatch {
  package struct Summary: Hashable, Sendable {
    package var lines = 0
    package var failed = 0
  }

  /// What answers the inputs of one line.
  package typealias Calculation = (JSONObject) throws(CalculationRefusal) -> JSONObject

  /// What issues call the stream.
  package static let source = "standard input"
  /// Bytes of output kept before they are written.
  private static let outputChunk = 1 << 16

  private let calculate: Calculation
  private var writer = JSONWriter()
  package private(set) var summary = Summary()

  package init(_ calculate: @escaping Calculation) { self.calculate = calculate }

  /// - Throws: what `lines` and `write` throw; never a fault of a line.
  package mutating func run(
    _ lines: LineReader, write: ([UInt8]) throws -> Void
  ) throws {
    var lines = lines
    // What is done is written before waiting for more, so that a conversation works too.
    try lines.forEach(stall: { try flush(write) }) { number, line in
      answer(line, number: number)
      if writer.bytes.count >= Self.outputChunk { try flush(write) }
    }
    try flush(write)
  }

  private mutating func flush(_ write: ([UInt8]) throws -> Void) throws {
    guard !writer.bytes.isEmpty else { return }
    let bytes = writer.bytes
    writer.removeAll()
    try write(bytes)
  }

  private mutating func answer(_ line: StreamLine, number: Int) {
    summary.lines += 1
    var id: JSONValue?
    do throws(CalculationRefusal) {
      let inputs = try Self.inputs(line)
      id = try Self.id(of: inputs)
      var answer = try calculate(inputs)
      if let id { answer[InputFields.idName] = id }
      writer.write(answer)
    } catch {
      summary.failed += 1
      writer.write(Self.refusal(error.issues, line: number, id: id))
    }
    writer.newline()
  }

  private static func inputs(_ line: StreamLine) throws(CalculationRefusal) -> JSONObject {
    switch line {
    case .tooLong:
      throw refusal(
        seen: "a line of more than \(LineReader.standardLimit) bytes",
        allowed: "\(LineReader.standardLimit) bytes", fix: "write one set of inputs a line")
    case .bytes(let bytes):
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        throw refusal(
          seen: "an empty line", allowed: "a JSON object of inputs", fix: "remove the line")
      }
      let value: JSONValue
      do throws(JSONFault) {
        value = try JSONReader.read(bytes)
      } catch {
        throw refusal(
          path: error.path, seen: "\(error.seen) at byte \(error.byte)", allowed: error.allowed,
          fix: error.fix)
      }
      guard let object = value.object else {
        throw refusal(seen: value.brief, allowed: "a JSON object of inputs", fix: "write {...}")
      }
      return object
    }
  }

  private static func refusal(
    path: String = "$", seen: String, allowed: String, fix: String
  ) -> CalculationRefusal {
    CalculationRefusal([
      Issue(source: source, path: path, seen: seen, allowed: allowed, fix: fix)
    ])
  }

  private static func id(of inputs: JSONObject) throws(CalculationRefusal) -> JSONValue? {
    switch inputs[InputFields.idName] {
    case .string(let text)?: return .string(text)
    case .number(let number)?: return .number(number)
    case nil: return nil
    case let other?:
      throw CalculationRefusal([
        Issue(
          source: source, path: "$.id", seen: other.brief, allowed: "a string or a number",
          fix: "give it so, or leave it out")
      ])
    }
  }

  /// `{"error": {"line", "path", "seen", "allowed", "fix"}}`, further faults under `more`.
  package static func refusal(_ issues: [Issue], line: Int, id: JSONValue?) -> JSONObject {
    var faults = issues.map { fault($0, line: line) }
    var first = faults.isEmpty ? JSONObject() : faults.removeFirst()
    if !faults.isEmpty { first.append("more", .array(faults.map(JSONValue.object))) }
    var object = JSONObject()
    object.append("error", .object(first))
    if let id { object.append(InputFields.idName, id) }
    return object
  }

  private static func fault(_ issue: Issue, line: Int) -> JSONObject {
    var object = JSONObject()
    object.append("line", .number(Double(line)))
    object.append("path", .string(issue.path ?? "$"))
    object.append("seen", .string(issue.seen))
    object.append("allowed", .string(issue.allowed))
    object.append("fix", .string(issue.fix))
    return object
  }
}
