import ArgumentParser
import FulcrumRisk
import FulcrumWire

/// Margin rules as flags name them.
enum RuleName {
  /// - Throws: a refusal with the names there are and the nearest one.
  static func entry(
    _ name: String, among all: [VenueRuleEntry], of flag: String, also other: String = ""
  ) throws -> VenueRuleEntry {
    if let entry = all.first(where: { $0.name == name }) { return entry }
    let known = all.map(\.name)
    let near = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
    throw ValidationError(
      "\(flag) \(name): it is \(other)one of \(known.joined(separator: ", "))\(near)")
  }

  /// Known parameters, with those of a file before them.
  static func parameters(in input: InputBytes?) throws -> VenueParameters {
    guard let input else { return .known }
    let parsed = VenueParametersDocument.parse(input)
    guard let parameters = parsed.value else {
      throw CommandRefusal(parsed.issues.map(\.description))
    }
    return parameters
  }

  static func read(_ path: String?) throws -> InputBytes? {
    guard let path else { return nil }
    do throws(FulcrumWire.Issue) { return try InputFile.read(path) } catch {
      throw CommandRefusal(error.description)
    }
  }
}
