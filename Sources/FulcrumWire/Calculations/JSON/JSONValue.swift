/// A JSON document (RFC 8259) with every number as the nearest double.
package enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// Finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of a JSON object in the order in which they were written; no name occurs twice.
package struct JSONObject: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package let name: String
    package var value: JSONValue
  }

  package private(set) var members: [Member]

  package init() { members = [] }

  /// - Precondition: the names are distinct (the reader has refused anything else).
  init(distinct members: [Member]) { self.members = members }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }
  package var names: [String] { members.map(\.name) }

  /// Linear in the number of members: the objects of this format are small.
  package subscript(name: String) -> JSONValue? {
    get { members.first { $0.name == name }?.value }
    set {
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a member whose name is known to be new, without looking.
  mutating func append(_ name: String, _ value: JSONValue) {
    members.append(Member(name: name, value: value))
  }

  mutating func reserve(_ count: Int) { members.reserveCapacity(count) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// - Precondition: the names are distinct.
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self.init(distinct: members.map { Member(name: $0.0, value: $0.1) })
  }
}

extension JSONValue {
  package var object: JSONObject? {
    if case .object(let object) = self { return object }
    return nil
  }

  package var array: [JSONValue]? {
    if case .array(let array) = self { return array }
    return nil
  }

  package var number: Double? {
    if case .number(let number) = self { return number }
    return nil
  }

  package var string: String? {
    if case .string(let string) = self { return string }
    return nil
  }

  package var bool: Bool? {
    if case .bool(let bool) = self { return bool }
    return nil
  }

  /// A finite number, or the strings "inf" and "-inf" that stand for the infinities; NaN is null.
  package init(double: Double) {
    if double.isFinite {
      self = .number(double)
    } else if double.isNaN {
      self = .null
    } else {
      self = .string(double > 0 ? "inf" : "-inf")
    }
  }

  /// The value as a reader of an error message should see it: JSON text, cut at 60 characters.
  package var brief: String {
    let text = String(decoding: JSONWriter.bytes(self), as: UTF8.self)
    return text.count <= 60 ? text : text.prefix(57) + "..."
  }
}
