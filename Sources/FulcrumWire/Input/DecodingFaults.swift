import Foundation
import Synchronization

/// Gathers what a decoder could not use, so that one bad field ends neither its row nor its file.
final class DecodingFaults: Sendable {
  struct Fault: Hashable, Sendable {
    let path: String
    let refusal: ScalarText.Refusal
  }

  private let gathered = Mutex<[Fault]>([])

  func note(_ refusal: ScalarText.Refusal, at path: String) {
    gathered.withLock { $0.append(Fault(path: path, refusal: refusal)) }
  }

  func issues(source: String) -> [Issue] {
    gathered.withLock { faults in
      faults.map { fault in
        Issue(
          source: source, path: fault.path, seen: fault.refusal.seen,
          allowed: fault.refusal.allowed, fix: fault.refusal.fix)
      }
    }
  }

  static var key: CodingUserInfoKey? { CodingUserInfoKey(rawValue: "fulcrum.decoding-faults") }
}

extension Decoder {
  /// Notes a fault at this decoder's place, where the document gathers faults.
  func note(_ refusal: ScalarText.Refusal, below keys: [any CodingKey] = []) {
    guard let key = DecodingFaults.key, let faults = userInfo[key] as? DecodingFaults else {
      return
    }
    faults.note(refusal, at: JSONPath.text(codingPath + keys))
  }
}

/// `$.result[3].size`, `$["BTC/USD:BTC"].mark`.
enum JSONPath {
  static func text(_ keys: [any CodingKey]) -> String {
    keys.reduce(into: "$") { text, key in
      let name = key.stringValue
      if let index = key.intValue, name.hasPrefix("Index") {
        text += "[\(index)]"
      } else if !name.isEmpty, name.utf8.allSatisfy(isPlain) {
        text += ".\(name)"
      } else {
        text += "[\"\(name.prefix(60))\"]"
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      return true
    default: return false
    }
  }
}

extension ScalarText.Refusal {
  /// The words for a decoder's own error.
  init(_ error: any Error) {
    switch error as? DecodingError {
    case .typeMismatch(let type, let context):
      let allowed = Self.words(type)
      self.init(
        seen: Self.kind(context.debugDescription), allowed: allowed,
        fix: "write \(allowed) there: the layouts are in docs/reference")
    case .valueNotFound(let type, _):
      self.init(seen: "null", allowed: Self.words(type), fix: "give the value")
    case .keyNotFound(let key, _):
      self.init(
        seen: "no \"\(key.stringValue)\"", allowed: "a \"\(key.stringValue)\" here", fix: "add it")
    case .dataCorrupted(let context):
      self.init(seen: context.debugDescription, allowed: "valid JSON", fix: "correct the value")
    default:
      self.init(seen: "\(error)", allowed: "valid JSON", fix: "correct the value")
    }
  }

  /// What stands there by the decoder's own words, "Expected … but found a string instead."
  private static func kind(_ description: String) -> String {
    guard let start = description.range(of: "found "),
      let end = description.range(of: " instead", range: start.upperBound..<description.endIndex)
    else { return "a value of another kind" }
    let found = String(description[start.upperBound..<end.lowerBound])
    return found.contains(" ") || found == "null" ? found : "a \(found)"
  }

  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: return "a string"
    case is Bool.Type: return "true or false"
    case is any BinaryFloatingPoint.Type, is any BinaryInteger.Type: return "a number"
    case is [String: Any].Type: return "an object"
    case is any Sequence.Type: return "a list"
    default: return "an object"
    }
  }
}

/// A list of which every element is tried: those that decode, with their place, and a fault for
/// each of the others.
package struct LossyArray<Element: Decodable & Sendable>: Decodable, Sendable {
  package struct Placed: Sendable {
    /// 0-based place in the list.
    package let index: Int
    package let element: Element
  }

  package let elements: [Placed]
  /// Elements in the list, decodable or not.
  package let count: Int

  package init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    var elements: [Placed] = []
    elements.reserveCapacity(container.count ?? 0)
    while !container.isAtEnd {
      let index = container.currentIndex
      do {
        elements.append(Placed(index: index, element: try container.decode(Element.self)))
      } catch {
        let inside = (error as? DecodingError)?.path.dropFirst(decoder.codingPath.count) ?? []
        decoder.note(
          ScalarText.Refusal(error), below: inside.isEmpty ? [IndexKey(index)] : Array(inside))
        if try container.decodeNil() { continue }
        _ = try container.decode(Ignored.self)
      }
      guard container.currentIndex > index else { break }
    }
    self.elements = elements
    count = container.currentIndex
  }
}

/// Any value, not looked at.
struct Ignored: Decodable {
  init(from decoder: any Decoder) throws {}
}

/// The place in a list, written as Foundation's decoder writes it.
struct IndexKey: CodingKey {
  let intValue: Int?
  var stringValue: String { "Index \(intValue ?? 0)" }

  init(_ index: Int) { intValue = index }
  init(intValue: Int) { self.intValue = intValue }
  init?(stringValue: String) { return nil }
}

extension DecodingError {
  var path: [any CodingKey] {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      return context.codingPath
    @unknown default: return []
    }
  }
}
