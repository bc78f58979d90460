package import FulcrumRisk

/// The rates and brackets of the standard margin rule, from a file: docs/reference/margin-files.md.
///
/// Fields that are absent keep their documented defaults. A margin rule that is not wholly understood
/// would move every liquidation price, so one fault refuses the file.
package enum MarginDocument {
  package static let format = "fulcrum.margin"

  /// Nil with every fault of the file, where there is one.
  package static func parse(_ input: InputBytes) -> Parsed<StandardMargin?> {
    let parsed = JSONDocument.decode(Fields.self, from: input)
    guard let fields = parsed.value else { return Parsed(nil, issues: parsed.issues) }
    let place = Place(source: input.source, path: "$")
    var issues = parsed.issues
    issues += fields.unknown.map {
      place.at($0).issue(
        seen: "an unknown field", allowed: Fields.names, fix: "take it out or correct its name")
    }
    if fields.format?.value != format || fields.version?.value != 1 {
      issues.append(
        place.at("format").issue(
          seen: "\(fields.format?.value ?? "no format"), version \(version(fields))",
          allowed: "\"format\": \"\(format)\", \"version\": 1", fix: "name the format and version"))
    }
    let margin = fields.margin
    do throws(RiskError) {
      try margin.validate()
    } catch {
      issues.append(
        place.issue(
          seen: "\(error)", allowed: "rates of 0 or more and brackets with ascending floors from 0",
          fix: "correct the rule"))
    }
    return Parsed(issues.contains { $0.severity == .error } ? nil : margin, issues: issues)
  }

  private static func version(_ fields: Fields) -> String {
    fields.version?.value.map { "\($0)" } ?? "none"
  }

  private struct Fields: Decodable, Sendable {
    let format: FlexibleText?
    let version: FlexibleDouble?
    let optionRate, initialRate, initialFloor, liquidationFee: FlexibleDouble?
    let futuresBrackets: [Bracket]?
    let unknown: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case format, version, optionRate, initialRate, initialFloor, liquidationFee
      case futuresBrackets, note
    }

    static var names: String { CodingKeys.allCases.map(\.rawValue).joined(separator: ", ") }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      format = try fields.decodeIfPresent(FlexibleText.self, forKey: .format)
      version = try fields.decodeIfPresent(FlexibleDouble.self, forKey: .version)
      optionRate = try fields.decodeIfPresent(FlexibleDouble.self, forKey: .optionRate)
      initialRate = try fields.decodeIfPresent(FlexibleDouble.self, forKey: .initialRate)
      initialFloor = try fields.decodeIfPresent(FlexibleDouble.self, forKey: .initialFloor)
      liquidationFee = try fields.decodeIfPresent(FlexibleDouble.self, forKey: .liquidationFee)
      futuresBrackets = try fields.decodeIfPresent([Bracket].self, forKey: .futuresBrackets)
      unknown = try decoder.names(beyond: CodingKeys.self)
    }

    var margin: StandardMargin {
      var margin = StandardMargin.standard
      margin.optionRate = optionRate?.value ?? margin.optionRate
      margin.initialRate = initialRate?.value ?? margin.initialRate
      margin.initialFloor = initialFloor?.value ?? margin.initialFloor
      margin.liquidationFee = liquidationFee?.value ?? margin.liquidationFee
      if let futuresBrackets {
        margin.futuresBrackets = StandardMargin.brackets(
          futuresBrackets.map { ($0.notionalFloor, $0.rate) })
      }
      return margin
    }
  }

  /// Deductions are not read: those that join the brackets follow from floors and rates.
  private struct Bracket: Decodable, Sendable {
    let notionalFloor: Double
    let rate: Double
  }
}
