import FulcrumModel

/// A row of Deribit `private/get_positions`.
///
/// `size` is in US dollars for inverse futures and perpetuals and in coins for everything else,
/// negative when short; `delta` is the whole position's.
struct DeribitPosition: VenueRow {
  let name: FlexibleText?
  let direction: FlexibleText?
  let size: FlexibleDecimal?
  let averagePrice: FlexibleDecimal?
  let markPrice: FlexibleDecimal?
  let indexPrice: FlexibleDecimal?
  let delta: FlexibleDouble?
  let initialMargin: FlexibleDecimal?
  let maintenanceMargin: FlexibleDecimal?
  let leverage: FlexibleDouble?
  let liquidationPrice: FlexibleDecimal?

  enum CodingKeys: String, CodingKey {
    case direction, size, delta, leverage
    case name = "instrument_name"
    case averagePrice = "average_price"
    case markPrice = "mark_price"
    case indexPrice = "index_price"
    case initialMargin = "initial_margin"
    case maintenanceMargin = "maintenance_margin"
    case liquidationPrice = "estimated_liquidation_price"
  }

  static let essential = ["instrument_name", "direction", "size", "average_price"]

  var sharedName: String? { name?.value }

  func draft(at place: Place) -> Parsed<LegDraft?> {
    guard let name = name?.value else { return .missing("instrument_name", at: place) }
    guard let size = size?.value else { return .missing("size", at: place) }
    if let fault = disagreement(size) {
      let issue = place.at("direction").issue(
        seen: fault, allowed: "buy with a size above 0, sell below 0, zero with 0",
        fix: "correct the side of \(name); the row is left out")
      return Parsed(nil, issues: [issue])
    }
    var draft = LegDraft(instrument: name, size: size, unit: .face, place: place)
    draft.nameField = "instrument_name"
    draft.entry = averagePrice?.value
    draft.venue.mark = markPrice?.value.map { Price($0) }
    draft.venue.index = indexPrice?.value.map { Price($0) }
    draft.venue.delta = delta?.value
    draft.venue.initialMargin = initialMargin?.value
    draft.venue.maintenanceMargin = maintenanceMargin?.value
    draft.venue.leverage = leverage?.value
    draft.venue.liquidationPrice = liquidationPrice?.value.map { Price($0) }
    return Parsed(draft)
  }

  /// How the direction contradicts the size; nil where it does not, or is not given.
  private func disagreement(_ size: ExactDecimal) -> String? {
    guard let direction = direction?.value else { return nil }
    let agrees: Bool
    switch direction {
    case "buy": agrees = size >= .zero
    case "sell": agrees = size <= .zero
    case "zero": agrees = size.isZero
    default: return "\"\(direction)\""
    }
    return agrees ? nil : "\"\(direction)\" with size \(size)"
  }
}

extension Parsed where Value == LegDraft? {
  static func missing(_ field: String, at place: Place) -> Parsed<LegDraft?> {
    let issue = place.at(field).issue(
      seen: "no \(field)", allowed: "a \(field) in every row",
      fix: "add it; the row is left out")
    return Parsed(nil, issues: [issue])
  }
}
