import FulcrumModel

/// Reads price documents:
///
///     {"format": "fulcrum.prices", "version": 1, "prices": [
///       {"asset": "USDE", "quote": "USDC", "source": "curve", "price": "0.9993",
///        "time": "2026-11-20T08:05:00Z"}, …]}
package enum SourcedPriceDocument {
  /// Whether a text names the format near its start; a stream tells it from a market so.
  package static func isOne(_ input: InputBytes) -> Bool {
    String(decoding: input.bytes.prefix(256), as: UTF8.self).contains("\"\(PriceSheet.format)\"")
  }

  /// Nil with the reasons where anything of it cannot be used: a price that is left out would change
  /// which ones agree.
  package static func parse(_ input: InputBytes) -> Parsed<PriceSheet?> {
    if let fault = input.textFault() { return Parsed(nil, issues: [fault]) }
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONReader.read([UInt8](input.bytes))
    } catch {
      return Parsed(
        nil,
        issues: [
          Issue(source: input.source, seen: error.seen, allowed: error.allowed, fix: error.fix)
        ])
    }
    let object = value.object ?? JSONObject()
    guard object["format"] == .string(PriceSheet.format),
      object["version"] == .number(Double(PriceSheet.version)),
      let rows = object["prices"]?.array, !rows.isEmpty
    else {
      return Parsed(
        nil,
        issues: [
          Issue(
            source: input.source, seen: value.brief,
            allowed: "format \(PriceSheet.format) version \(PriceSheet.version) with prices",
            fix: "write one as in docs/reference/pools.md")
        ])
    }
    return read(rows, of: input)
  }

  private static func read(_ rows: [JSONValue], of input: InputBytes) -> Parsed<PriceSheet?> {
    var sheet = PriceSheet()
    var issues: [Issue] = []
    for (place, row) in rows.enumerated() {
      do throws(LedgerDocumentFault) {
        let (pair, price) = try self.row(row, at: "$.prices[\(place)]")
        sheet.add(price, of: pair)
      } catch {
        issues.append(error.issue(source: input.source))
      }
    }
    return Parsed(issues.isEmpty ? sheet : nil, issues: issues)
  }

  private static func row(
    _ value: JSONValue, at path: String
  ) throws(LedgerDocumentFault) -> (PriceSheet.Pair, SourcedPrice) {
    var fields = LedgerFields(value.object ?? JSONObject(), .init())
    fields.path = path
    let asset = try fields.read("asset", AmountText.asset)
    let quote = try fields.read("quote", AmountText.asset)
    let price = try fields.price()
    guard price.value > .zero else {
      throw fields.fault(
        "price", seen: "\(price)", allowed: "a price above 0",
        fix: "leave out a source that has none")
    }
    let source = try fields.text("source")
    guard !source.isEmpty, source.utf8.count <= 64, !source.contains(where: \.isNewline) else {
      throw fields.fault(
        "source", seen: ScalarText.quoted(source), allowed: "a name of 1 to 64 bytes in one line",
        fix: "name who says so")
    }
    return (
      PriceSheet.Pair(asset: asset, quote: quote),
      SourcedPrice(source: source, price: price, asOf: try fields.instant("time"))
    )
  }
}
