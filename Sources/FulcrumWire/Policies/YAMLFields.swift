import Yams

/// Reads the fields of one YAML mapping, collecting every fault with its line.
///
/// What was asked for is what is allowed: `finish` refuses every other field by name.
struct YAMLFields {
  let source: String
  /// `defaults.budgets`; empty at the top.
  let path: String
  /// Where the mapping begins.
  let line: Int?
  private let entries: [(name: String, line: Int?, node: Node)]
  private var asked: [String] = []
  private(set) var issues: [Issue] = []
  /// Line of each field that was read, by its whole path.
  private(set) var lines: [String: Int] = [:]

  /// - Throws: every fault of a document that is no mapping, with its line.
  static func document(_ input: InputBytes) throws(YAMLRefusal) -> YAMLFields {
    if let fault = input.textFault() { throw YAMLRefusal([fault]) }
    let text = String(decoding: input.bytes, as: UTF8.self)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw YAMLRefusal([syntaxFault(error, input.source)])
    }
    guard let node, let fields = YAMLFields(node, source: input.source, path: "") else {
      throw YAMLRefusal([
        Issue(
          source: input.source, line: node?.mark?.line ?? 1,
          seen: node == nil ? "nothing" : "no mapping", allowed: "name: value lines",
          fix: "start from `fulcrum policy init`")
      ])
    }
    return fields
  }

  private static func syntaxFault(_ error: any Error, _ source: String) -> Issue {
    func fault(_ line: Int?, _ seen: String) -> Issue {
      Issue(
        source: source, line: line, seen: seen, allowed: "YAML 1.1",
        fix: "indent with spaces, and write name: value")
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
      .composer(_, let problem, let mark, _)?:
      return fault(mark.line, problem)
    case .duplicatedKeysInMapping(let duplicates, let context)?:
      return fault(context.mark.line, "the same name twice: \(duplicates.joined(separator: ", "))")
    default: return fault(nil, "\(error)".split(separator: "\n").first.map(String.init) ?? "")
    }
  }

  private init?(_ node: Node, source: String, path: String) {
    guard case .mapping(let mapping) = node else { return nil }
    self.source = source
    self.path = path
    line = node.mark?.line
    entries = mapping.map { pair in
      (pair.key.scalar?.string ?? "", pair.key.mark?.line, pair.value)
    }
  }

  private func whole(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  private mutating func entry(_ name: String) -> (line: Int?, node: Node)? {
    asked.append(name)
    guard let found = entries.first(where: { $0.name == name }) else { return nil }
    if let line = found.line { lines[whole(name)] = line }
    return (found.line, found.node)
  }

  func has(_ name: String) -> Bool { entries.contains { $0.name == name } }

  // MARK: Fields

  mutating func text(_ name: String, allowed: String) -> String? {
    guard let (line, node) = entry(name) else { return nil }
    guard let scalar = node.scalar else {
      refuse(name, line, seen: "a list or mapping", allowed: allowed)
      return nil
    }
    return scalar.string
  }

  /// A number in the units of its kind: `40%` is 0.4, `2bp` is 0.0002.
  mutating func number(
    _ name: String, _ domain: NumberDomain, _ meaning: String, in unit: YAMLUnit = .share
  ) -> Double? {
    let allowed = "\(meaning): \(domain.allowed), such as \(unit.example)"
    guard let text = text(name, allowed: allowed) else { return nil }
    guard let value = unit.amount(text), domain.contains(value) else {
      refuse(name, lines[whole(name)], seen: ScalarText.quoted(text), allowed: allowed)
      return nil
    }
    return value
  }

  /// Whether a field is `none`, which takes away what it would set.
  mutating func isNone(_ name: String) -> Bool {
    guard let found = entries.first(where: { $0.name == name }),
      found.node.scalar?.string == "none"
    else { return false }
    asked.append(name)
    return true
  }

  /// A number that limits; `none` takes it away, and a field that is not there leaves it.
  mutating func limit(
    _ name: String, _ limit: inout Double?, _ domain: NumberDomain, _ meaning: String,
    in unit: YAMLUnit = .share
  ) {
    if isNone(name) {
      limit = nil
    } else if let found = number(name, domain, meaning, in: unit) {
      limit = found
    }
  }

  /// Milliseconds: `30d`, `1h`, `15m`, `90s`.
  mutating func duration(_ name: String, _ meaning: String, fromZero: Bool = false) -> Int64? {
    let allowed = "\(meaning): a duration such as 30d, 1h, 15m or 90s"
    guard let text = text(name, allowed: allowed) else { return nil }
    let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    if fromZero, text == "0" { return 0 }
    guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()),
      count >= (fromZero ? 0 : 1), count < 1_000_000
    else {
      refuse(name, lines[whole(name)], seen: ScalarText.quoted(text), allowed: allowed)
      return nil
    }
    return count * unit
  }

  mutating func integer(_ name: String, _ meaning: String, atLeast least: Int) -> Int? {
    let allowed = "\(meaning): a whole number of \(least) or more"
    guard let text = text(name, allowed: allowed) else { return nil }
    guard let value = Int(text), value >= least, value < 1_000_000 else {
      refuse(name, lines[whole(name)], seen: ScalarText.quoted(text), allowed: allowed)
      return nil
    }
    return value
  }

  mutating func choice<Choice: RawRepresentable<String>>(
    _ name: String, among choices: [Choice], _ meaning: String
  ) -> Choice? {
    let names = choices.map(\.rawValue)
    let allowed = "\(meaning): " + names.joined(separator: " or ")
    guard let text = text(name, allowed: allowed) else { return nil }
    if let found = choices.first(where: { $0.rawValue == text }) { return found }
    refuse(name, lines[whole(name)], seen: ScalarText.quoted(text), allowed: allowed)
    return nil
  }

  /// Two numbers in brackets: `[0.9, 1.5]`.
  mutating func pair(_ name: String, _ meaning: String) -> [Double]? {
    guard let (line, node) = entry(name) else { return nil }
    let numbers = node.sequence.map {
      $0.compactMap { $0.scalar.flatMap { YAMLUnit.share.amount($0.string) } }
    }
    guard let numbers, numbers.count == 2 else {
      refuse(name, line, seen: "something else", allowed: "\(meaning): two numbers, [0.9, 1.5]")
      return nil
    }
    return numbers
  }

  /// One number for all regimes, or one for each: `{calm: 1, normal: 0.7, stressed: 0.4}`.
  mutating func byRegime(
    _ name: String, _ domain: NumberDomain, _ meaning: String, in unit: YAMLUnit = .share
  ) -> [Double]? {
    guard let found = entries.first(where: { $0.name == name }) else {
      asked.append(name)
      return nil
    }
    if found.node.mapping != nil {
      return section(name) { fields in
        let values = ["calm", "normal", "stressed"].map { level in
          fields.number(level, domain, "\(meaning) in a \(level) market", in: unit)
        }
        let numbers = values.compactMap { $0 }
        if numbers.count < 3, fields.issues.isEmpty {
          fields.refuse(
            "stressed", fields.line, seen: "\(numbers.count) of three regimes",
            allowed: "calm, normal and stressed")
        }
        return numbers.count == 3 ? numbers : nil
      } ?? nil
    }
    return number(name, domain, meaning, in: unit).map { [$0, $0, $0] }
  }

  // MARK: Structure

  /// A mapping inside this one; its faults and lines become this one's.
  mutating func section<Result>(
    _ name: String, read: (inout YAMLFields) -> Result
  ) -> Result? {
    guard let (line, node) = entry(name) else { return nil }
    guard var inner = YAMLFields(node, source: source, path: whole(name)) else {
      refuse(name, line, seen: "no mapping", allowed: "fields of its own, indented under it")
      return nil
    }
    let result = read(&inner)
    absorb(&inner)
    return result
  }

  /// A mapping that `none` takes away.
  mutating func section(
    _ name: String, orNone clear: () -> Void, read: (inout YAMLFields) -> Void
  ) {
    if isNone(name) { clear() } else { _ = section(name, read: read) }
  }

  /// The mappings of a list.
  mutating func each<Result>(_ name: String, read: (inout YAMLFields) -> Result) -> [Result] {
    guard let (line, node) = entry(name) else { return [] }
    guard let sequence = node.sequence else {
      refuse(name, line, seen: "no list", allowed: "a list of rules, each after a dash")
      return []
    }
    return sequence.enumerated().compactMap { place, element in
      let path = "\(whole(name))[\(place)]"
      guard var inner = YAMLFields(element, source: source, path: path) else {
        refuse(
          "\(name)[\(place)]", element.mark?.line, seen: "no mapping",
          allowed: "fields after a dash")
        return nil
      }
      let result = read(&inner)
      absorb(&inner)
      return result
    }
  }

  private mutating func absorb(_ inner: inout YAMLFields) {
    inner.refuseUnknown()
    issues += inner.issues
    lines.merge(inner.lines) { first, _ in first }
  }

  mutating func refuse(_ name: String, _ line: Int?, seen: String, allowed: String) {
    issues.append(
      Issue(
        source: source, line: line ?? self.line, path: whole(name), seen: seen, allowed: allowed,
        fix: "correct that line"))
  }

  mutating func refuseUnknown() {
    for entry in entries where !asked.contains(entry.name) {
      let near = NearestName.of(entry.name, among: asked.filter { !has($0) })
      issues.append(
        Issue(
          source: source, line: entry.line, path: whole(entry.name),
          seen: "the unknown field \"\(entry.name)\"", allowed: asked.joined(separator: ", "),
          fix: near.map { "did you mean \"\($0)\"?" } ?? "remove it"))
    }
  }
}

/// A YAML document that cannot be used, with every fault of it.
package struct YAMLRefusal: Error, Sendable {
  package let issues: [Issue]

  init(_ issues: [Issue]) { self.issues = issues }
}
