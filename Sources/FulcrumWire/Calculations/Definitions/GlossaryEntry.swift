/// What one number, word or reason of the output is.
package struct GlossaryEntry: Hashable, Sendable {
  /// As it stands in output.
  package let name: String
  package let title: String
  package let formula: String
  /// The letters of the formula.
  package let inputs: String
  /// "USD", "coin", "ratio".
  package let unit: String
  /// Sign and domain.
  package let range: String
  package let source: String

  init(
    _ name: String, _ title: String, formula: String, inputs: String, unit: String,
    range: String, source: String
  ) {
    self.name = name
    self.title = title
    self.formula = formula
    self.inputs = inputs
    self.unit = unit
    self.range = range
    self.source = "leverage-math " + source
  }

  package var text: String {
    """
    \(name): \(title)

      formula   \(formula)
      inputs    \(inputs)
      unit      \(unit)
      range     \(range)
      source    \(source)
    """
  }

  package var json: JSONObject {
    var object = JSONObject()
    object["name"] = .string(name)
    object["title"] = .string(title)
    object["formula"] = .string(formula)
    object["inputs"] = .string(inputs)
    object["unit"] = .string(unit)
    object["range"] = .string(range)
    object["source"] = .string(source)
    return object
  }
}
