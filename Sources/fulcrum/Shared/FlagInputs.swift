import ArgumentParser
import FulcrumWire

/// The inputs of one calculation gathered from flags, and which flag each came from.
struct FlagInputs {
  private(set) var object = JSONObject()
  /// Flag by field path, for messages.
  private(set) var flags: [String: String] = [:]
  private var missing: [String] = []
  /// Why no answer can be given although every flag is understood.
  private var refusal: String?

  var isEmpty: Bool { object.isEmpty }

  mutating func set(_ name: String, from flag: String, _ value: JSONValue?) {
    flags["$." + name] = flag
    if let value { object[name] = value }
  }

  mutating func set(_ name: String, from flag: String, _ number: Double?) {
    set(name, from: flag, number.map(JSONValue.number))
  }

  mutating func require(_ name: String, from flag: String, _ value: JSONValue?) {
    if value == nil { missing.append(flag) }
    set(name, from: flag, value)
  }

  mutating func require(_ name: String, from flag: String, _ number: Double?) {
    require(name, from: flag, number.map(JSONValue.number))
  }

  mutating func refuse(_ reason: String) { refusal = reason }

  /// Years to expiry from days or years, of which one is given.
  mutating func requireTerm(days: Double?, years: Double?) throws {
    if days != nil, years != nil {
      throw ValidationError("--days and --years say the same; give one of them")
    }
    require("T", from: "--days", days.map { $0 / 365 } ?? years)
  }

  /// - Throws: a usage error that names every flag that is missing.
  func complete() throws -> JSONObject {
    guard missing.isEmpty else {
      throw ValidationError(
        "missing \(missing.joined(separator: ", ")); give every flag, or --batch for JSON Lines")
    }
    return object
  }

  /// - Throws: the reason why these inputs, each of them in order, have no answer.
  func checkAnswerable(by command: String) throws {
    if let refusal { throw CommandRefusal("\(command): \(refusal)") }
  }

  /// The faults of inputs in the words of the command line.
  func refusal(_ refusal: CalculationRefusal, of command: String) -> CommandRefusal {
    CommandRefusal(
      refusal.issues.map { issue in
        let path = issue.path ?? "$"
        let flag = flags.first { path == $0.key || path.hasPrefix($0.key + "[") }
        let place = flag.map { $0.value + path.dropFirst($0.key.count) } ?? path
        return "\(command): \(place): saw \(issue.seen); allowed is \(issue.allowed); \(issue.fix)"
      })
  }
}
