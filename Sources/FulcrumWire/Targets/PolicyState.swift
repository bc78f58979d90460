import FulcrumModel
import FulcrumRisk

/// What a policy remembers of pools, as a file: `fulcrum.policy-state` version 1.
package enum PolicyState {
  package static let format = "fulcrum.policy-state"

  /// - Throws: where the file is another document; it will be written over, so nothing is guessed.
  static func read(_ input: InputBytes?) throws(ReportRefusal) -> [String: PolicyMemory] {
    guard let input else { return [:] }
    func refusal(_ seen: String) -> ReportRefusal {
      ReportRefusal(issues: [
        Issue(
          source: input.source, seen: seen, allowed: "\(format) version 1",
          fix: "name the file that an earlier run wrote, or a new one")
      ])
    }
    // A new file holds nothing yet.
    if input.bytes.isEmpty { return [:] }
    let root: JSONObject?
    do throws(JSONFault) {
      root = try JSONReader.read([UInt8](input.bytes)).object
    } catch {
      throw refusal("byte \(error.byte): \(error.seen)")
    }
    guard let root, root["format"] == .string(format), root["version"] == .number(1),
      let pools = root["pools"]?.object
    else { throw refusal("another document") }
    var memories: [String: PolicyMemory] = [:]
    var issues: [Issue] = []
    for member in pools.members {
      guard let object = member.value.object else {
        issues += refusal("pools.\(member.name) is \(member.value.brief)").issues
        continue
      }
      var fields = InputFields(object, path: "$.pools.\(member.name)")
      memories[member.name] = memory(&fields)
      do throws(CalculationRefusal) {
        try fields.finish()
      } catch {
        issues += error.issues.map { issue in
          var issue = issue
          issue.source = input.source
          return issue
        }
      }
    }
    guard issues.isEmpty else { throw ReportRefusal(issues: issues) }
    return memories
  }

  /// What is not there was never known; what is there must be what it says.
  private static func memory(_ fields: inout InputFields) -> PolicyMemory {
    PolicyMemory(
      highWater: number("highWater", .positive, "high-water mark, USD", &fields),
      lastIncrease: instant("lastIncrease", &fields),
      sizeAtIncrease: number("sizeAtIncrease", .nonNegative, "contracts open then", &fields),
      increasesAsked: count("increasesAsked", &fields),
      smoothedVolatility: volatility("smoothedVolatility", &fields),
      lastEvaluation: instant("lastEvaluation", &fields))
  }

  private static func isAbsent(_ name: String, _ fields: inout InputFields) -> Bool {
    guard let value = fields.any(name) else { return true }
    return value == .null
  }

  private static func number(
    _ name: String, _ domain: NumberDomain, _ meaning: String, _ fields: inout InputFields
  ) -> Double? {
    if isAbsent(name, &fields) { return nil }
    return fields.optionalNumber(NumberField(name, domain, meaning))
  }

  /// Annual, 1 = 100 %: what no market has ever shown is no memory of one.
  private static func volatility(_ name: String, _ fields: inout InputFields) -> Double? {
    guard let value = number(name, .positive, "volatility a year", &fields) else { return nil }
    guard value >= 0.001, value <= 100 else {
      fields.refuse(
        name, seen: "\(value)", allowed: "volatility a year from 0.001 to 100, 1 = 100 %",
        fix: "take the field out")
      return nil
    }
    return value
  }

  private static func count(_ name: String, _ fields: inout InputFields) -> Int {
    guard let value = number(name, .nonNegative, "evaluations in a row", &fields) else { return 0 }
    guard value == value.rounded(), value <= 1e6 else {
      fields.refuse(name, seen: "\(value)", allowed: "a whole number", fix: "write 0 or more")
      return 0
    }
    return Int(value)
  }

  private static func instant(_ name: String, _ fields: inout InputFields) -> Timestamp? {
    if isAbsent(name, &fields) { return nil }
    guard let value = fields.any(name), let found = value.string.flatMap({ Timestamp($0) }) else {
      fields.refuse(
        name, seen: fields.any(name)?.brief ?? "nothing",
        allowed: "an instant such as 2026-11-20T08:05:00Z", fix: "write one, or take the field out")
      return nil
    }
    return found
  }

  package static func render(_ contents: TargetContents) -> [UInt8] {
    var json = JSONLayout()
    json.object { json in
      json.text("format", format)
      json.integer("version", 1)
      json.object("pools") { json in
        for row in contents.rows {
          json.object(row.pool.id, inline: true) { json in
            json.number("highWater", row.memory.highWater)
            json.text("lastIncrease", row.memory.lastIncrease?.description)
            json.number("sizeAtIncrease", row.memory.sizeAtIncrease)
            json.integer("increasesAsked", Int64(row.memory.increasesAsked))
            json.number("smoothedVolatility", row.memory.smoothedVolatility)
            json.text("lastEvaluation", row.memory.lastEvaluation?.description)
          }
        }
      }
    }
    return json.finished()
  }
}
