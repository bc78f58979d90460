package import FulcrumLedger
import FulcrumModel

/// `USDE:haircut=10%,peg=0.99,factor=4,cap=1000000`: what counts of another asset.
package enum CollateralText {
  private static let fields = ["haircut", "peg", "factor", "cap"]

  package static func rule(_ text: String) throws(ScalarText.Refusal) -> CollateralRule {
    // The last colon but those of `USDE:18` (an asset of its own number of decimals).
    guard let split = text.lastIndex(of: ":") else { throw shape(text) }
    let asset = try AmountText.asset(text[..<split])
    var values: [String: String] = [:]
    for part in text[text.index(after: split)...].split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2, fields.contains(sides[0]), values[sides[0]] == nil else {
        throw shape(text)
      }
      values[sides[0]] = sides[1]
    }
    guard let haircut = values["haircut"] else { throw shape(text) }
    if values["factor"] != nil, values["peg"] == nil {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "factor with the peg that it works below",
        fix: "add peg=0.99, or leave factor out")
    }
    return CollateralRule(
      asset: asset, haircut: try AmountText.ratio(haircut),
      depegBelow: try ratio(values["peg"]), depegFactor: try ratio(values["factor"]) ?? Ratio(0, 1),
      cap: try cap(values["cap"], asset))
  }

  private static func ratio(_ text: String?) throws(ScalarText.Refusal) -> Ratio? {
    guard let text else { return nil }
    return try AmountText.ratio(text)
  }

  private static func cap(_ text: String?, _ asset: Asset) throws(ScalarText.Refusal) -> Int128? {
    guard let text else { return nil }
    return try AmountText.money("\(text) \(AmountText.text(asset))").minorUnits
  }

  private static func shape(_ text: String) -> ScalarText.Refusal {
    ScalarText.Refusal(
      seen: ScalarText.quoted(text),
      allowed: "ASSET:haircut=… with peg=…, factor=… and cap=… where wanted, each once",
      fix: "write it like USDE:haircut=10%,peg=0.99,factor=4,cap=1000000")
  }
}
