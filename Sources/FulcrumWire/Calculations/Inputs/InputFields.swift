import FulcrumPricing

/// Inputs that cannot be calculated, with every fault of them.
package struct CalculationRefusal: Error, Hashable, Sendable {
  /// At least one.
  package let issues: [Issue]

  package init(_ issues: [Issue]) { self.issues = issues }

  /// A value of the pricing module, its refusals said in the names of the fields.
  ///
  /// - Parameter names: of the module's fields as the input calls them, where they differ.
  static func checking<Value>(
    _ names: [String: String], _ make: () throws(PricingError) -> Value
  ) throws(CalculationRefusal) -> Value {
    do {
      return try make()
    } catch {
      let issue =
        switch error {
        case .outOfDomain(let field, let seen, let allowed):
          Issue(
            source: InputFields.source, path: "$." + (names[field] ?? field), seen: "\(seen)",
            allowed: allowed, fix: "give such a number")
        case .columnsDiffer(let column, let seen, let allowed):
          Issue(
            source: InputFields.source, path: "$." + (names[column] ?? column),
            seen: "\(seen) rows", allowed: "\(allowed) rows", fix: "give columns of one length")
        }
      throw CalculationRefusal([issue])
    }
  }
}

/// Reads the fields of one JSON object, collecting every fault instead of stopping at the first.
///
/// A reading function answers a harmless stand-in where it finds a fault; `finish` then throws, so
/// no stand-in is ever calculated with. What was asked for is what is allowed: `finish` refuses
/// every other field by name.
package struct InputFields {
  private let object: JSONObject
  /// `$`, `$.pool`, `$.legs[2]`.
  private let path: String
  private var asked: [String] = []
  private(set) var issues: [Issue] = []

  /// A name that lines may always carry; it comes back with the answer.
  package static let idName = "id"

  package init(_ object: JSONObject, path: String = "$") {
    self.object = object
    self.path = path
  }

  package func has(_ name: String) -> Bool { object[name] != nil }

  /// A string without asking for it: what decides the kind of a case.
  package func string(_ name: String) -> String? { object[name]?.string }

  // MARK: Fields

  package mutating func number(_ field: NumberField) -> Double {
    guard let value = value(field.name) else {
      if let fallback = field.fallback { return fallback }
      missing(field.name, allowed: field.allowed)
      return 1
    }
    return number(value, at: field.name, allowed: field.allowed, in: field.domain) ?? 1
  }

  /// Nil where the field is absent.
  package mutating func optionalNumber(_ field: NumberField) -> Double? {
    guard let value = value(field.name) else { return nil }
    return number(value, at: field.name, allowed: field.allowed, in: field.domain)
  }

  package mutating func numbers(_ field: NumberField, fallback: [Double]) -> [Double] {
    guard let value = value(field.name) else { return fallback }
    let allowed = "\(field.meaning): an array of numbers, each \(field.domain.allowed)"
    guard case .array(let elements) = value else {
      wrong(field.name, value, allowed: allowed, fix: "write an array, such as \(fallback)")
      return fallback
    }
    return elements.enumerated().compactMap { place, element in
      number(element, at: "\(field.name)[\(place)]", allowed: allowed, in: field.domain)
    }
  }

  /// One of the raw values of an enumeration; nil where there is a fault.
  package mutating func choice<Choice>(
    _ name: String, among choices: [Choice], meaning: String, fallback: Choice? = nil
  ) -> Choice? where Choice: RawRepresentable<String> {
    let names = choices.map(\.rawValue)
    let allowed = meaning + ": " + names.map { "\"\($0)\"" }.joined(separator: " or ")
    guard let value = value(name) else {
      if fallback == nil { missing(name, allowed: allowed) }
      return fallback
    }
    if case .string(let text) = value, let found = choices.first(where: { $0.rawValue == text }) {
      return found
    }
    let near = value.string.flatMap { NearestName.of($0, among: names) }
    wrong(name, value, allowed: allowed, fix: "write \"\(near ?? names[0])\"")
    return nil
  }

  package mutating func bool(_ name: String, meaning: String, fallback: Bool) -> Bool {
    guard let value = value(name) else { return fallback }
    guard case .bool(let bool) = value else {
      wrong(name, value, allowed: "\(meaning): true or false", fix: "write true or false")
      return fallback
    }
    return bool
  }

  /// An object inside this one; `read` asks for its fields, and they are finished with it.
  package mutating func nested<Result>(
    _ name: String, meaning: String, optional: Bool = false,
    read: (inout InputFields) -> Result
  ) -> Result {
    var inner = InputFields(JSONObject(), path: "\(path).\(name)")
    let value = value(name)
    if case .object(let object)? = value {
      inner = InputFields(object, path: "\(path).\(name)")
    } else if let value {
      wrong(name, value, allowed: "\(meaning): an object", fix: "write {...}")
    } else if !optional {
      missing(name, allowed: "\(meaning): an object")
    }
    let result = read(&inner)
    if value?.object != nil {
      inner.refuseUnknown()
      issues += inner.issues
    }
    return result
  }

  /// An array of objects.
  package mutating func each<Result>(
    _ name: String, meaning: String, read: (inout InputFields) -> Result?
  ) -> [Result] {
    guard let value = value(name) else {
      missing(name, allowed: "\(meaning): an array of objects")
      return []
    }
    guard case .array(let elements) = value else {
      wrong(name, value, allowed: "\(meaning): an array of objects", fix: "write [{...}, ...]")
      return []
    }
    var results: [Result] = []
    for (place, element) in elements.enumerated() {
      guard case .object(let object) = element else {
        wrong("\(name)[\(place)]", element, allowed: "an object", fix: "write {...}")
        continue
      }
      var inner = InputFields(object, path: "\(path).\(name)[\(place)]")
      if let result = read(&inner) { results.append(result) }
      inner.refuseUnknown()
      issues += inner.issues
    }
    return results
  }

  /// An object whose names are the writer's own, such as coins; each member is an object.
  package mutating func eachNamed<Result>(
    _ name: String, meaning: String, read: (String, inout InputFields) -> Result?
  ) -> [Result] {
    guard let value = value(name) else {
      missing(name, allowed: "\(meaning): an object of objects")
      return []
    }
    guard case .object(let object) = value else {
      wrong(name, value, allowed: "\(meaning): an object of objects", fix: "write {...}")
      return []
    }
    var results: [Result] = []
    for member in object.members {
      guard case .object(let inside) = member.value else {
        wrong("\(name).\(member.name)", member.value, allowed: "an object", fix: "write {...}")
        continue
      }
      var inner = InputFields(inside, path: "\(path).\(name).\(member.name)")
      if let result = read(member.name, &inner) { results.append(result) }
      inner.refuseUnknown()
      issues += inner.issues
    }
    return results
  }

  /// Any value, for the few that no reading function above knows; the caller refuses what it cannot
  /// use.
  package mutating func any(_ name: String) -> JSONValue? { value(name) }

  /// Notes a fault that no single reading function sees, such as two fields that contradict.
  package mutating func refuse(_ name: String, seen: String, allowed: String, fix: String) {
    issues.append(
      Issue(
        source: Self.source, path: "\(path).\(name)", seen: seen, allowed: allowed, fix: fix))
  }

  /// Marks fields as known here that another reading function deals with.
  package mutating func allow(_ names: String...) { asked += names }
  mutating func allow(_ names: [String]) { asked += names }

  /// The names of the fields that are there.
  var fieldNames: [String] { object.names }

  /// - Throws: every fault of this object and of those inside it.
  package mutating func finish() throws(CalculationRefusal) {
    refuseUnknown()
    guard issues.isEmpty else { throw CalculationRefusal(issues) }
  }

  // MARK: Faults

  /// What an issue calls inputs that are in no file; a reader of files puts its own name there.
  package static let source = "inputs"

  private mutating func value(_ name: String) -> JSONValue? {
    asked.append(name)
    return object[name]
  }

  private mutating func number(
    _ value: JSONValue, at name: String, allowed: String, in domain: NumberDomain
  ) -> Double? {
    guard case .number(let number) = value else {
      wrong(name, value, allowed: allowed, fix: Self.numberFix(value))
      return nil
    }
    guard number.isFinite, domain.contains(number) else {
      wrong(name, value, allowed: allowed, fix: "give such a number")
      return nil
    }
    return number
  }

  private static func numberFix(_ value: JSONValue) -> String {
    switch value {
    case .string(let text) where Double(text)?.isFinite == true: "write it without quotes"
    case .null: "give it, or leave the field out where it has a default"
    case .bool, .number, .string, .array, .object: "write a finite number"
    }
  }

  private mutating func missing(_ name: String, allowed: String) {
    refuse(name, seen: "nothing", allowed: allowed, fix: "add \"\(name)\"")
  }

  private mutating func wrong(
    _ name: String, _ value: JSONValue, allowed: String, fix: String
  ) {
    refuse(name, seen: value.brief, allowed: allowed, fix: fix)
  }

  private mutating func refuseUnknown() {
    for member in object.members where !asked.contains(member.name) {
      if path == "$", member.name == Self.idName { continue }
      let near = NearestName.of(member.name, among: asked.filter { !has($0) })
      refuse(
        member.name, seen: "the unknown field \"\(member.name)\"",
        allowed: asked.joined(separator: ", "),
        fix: near.map { "did you mean \"\($0)\"?" } ?? "remove it")
    }
  }
}
