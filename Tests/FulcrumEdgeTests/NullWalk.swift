import Testing

@testable import FulcrumWire

/// Walks a document: the names of what is null with its reasons, and what breaks the rule that every
/// null has its reason beside it, under its name with `Reason` behind it.
struct NullWalk {
  private(set) var absent: [String: Set<String>] = [:]
  private(set) var faults: [String] = []

  /// - Returns: the names that were null, each with its reasons.
  static func nulls(_ document: JSONObject) -> [String: Set<String>] {
    var walk = NullWalk()
    walk.visit(.object(document), "$")
    #expect(walk.faults.isEmpty, "\(walk.faults.prefix(5))")
    return walk.absent
  }

  static func nulls(_ document: [UInt8]) throws -> [String: Set<String>] {
    nulls(try JSONObject(text: String(decoding: document, as: UTF8.self)))
  }

  mutating func visit(_ value: JSONValue, _ path: String) {
    switch value {
    case .object(let object):
      for member in object.members {
        let place = "\(path).\(member.name)"
        let reason = object[member.name + "Reason"]
        if member.value == .null {
          guard let text = reason?.string, !text.isEmpty, text != "not a number" else {
            faults.append("\(place) is null without a reason")
            continue
          }
          absent[member.name, default: []].insert(text)
        } else if reason != nil {
          faults.append("\(place) is there and has a reason not to be")
        }
        visit(member.value, place)
      }
    case .array(let values):
      for (place, value) in values.enumerated() {
        if value == .null { faults.append("\(path)[\(place)] is null in an array") }
        visit(value, "\(path)[\(place)]")
      }
    case .null, .bool, .number, .string: break
    }
  }
}

/// The walk itself sees what it is for.
@Suite struct NullWalkTests {
  @Test(arguments: [
    ("{\"a\": null}", 1), ("{\"a\": null, \"aReason\": \"\"}", 1),
    ("{\"a\": null, \"aReason\": \"not a number\"}", 1), ("{\"a\": 1, \"aReason\": \"x\"}", 1),
    ("{\"b\": {\"c\": [1, null]}}", 1), ("{\"b\": [{\"a\": null}, {\"a\": null}]}", 2),
    ("{\"a\": null, \"aReason\": \"x\", \"b\": 1}", 0),
  ]) func faults(document: (text: String, count: Int)) throws {
    var walk = NullWalk()
    walk.visit(.object(try JSONObject(text: document.text)), "$")
    #expect(walk.faults.count == document.count, "\(walk.faults)")
  }
}
