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
    for member in pools.members {
      guard let fields = member.value.object else { continue }
      func instant(_ name: String) -> Timestamp? { fields[name]?.string.flatMap { Timestamp($0) } }
      memories[member.name] = PolicyMemory(
        highWater: fields["highWater"]?.number, lastIncrease: instant("lastIncrease"),
        increasesAsked: Int(max(0, min(1000, fields["increasesAsked"]?.number ?? 0))),
        smoothedVolatility: fields["smoothedVolatility"]?.number,
        lastEvaluation: instant("lastEvaluation"))
    }
    return memories
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
