import FulcrumModel

/// A row of Derive's positions; `amount` is signed, in coins.
struct DerivePosition: VenueRow {
  let name: FlexibleText?
  let amount: FlexibleDecimal?
  let averagePrice: FlexibleDecimal?
  let markPrice: FlexibleDecimal?
  let indexPrice: FlexibleDecimal?
  let initialMargin: FlexibleDecimal?
  let maintenanceMargin: FlexibleDecimal?
  let leverage: FlexibleDouble?
  let liquidationPrice: FlexibleDecimal?
  /// Of one coin, against the forward.
  let delta: FlexibleDouble?

  enum CodingKeys: String, CodingKey {
    case amount, leverage, delta
    case name = "instrument_name"
    case averagePrice = "average_price"
    case markPrice = "mark_price"
    case indexPrice = "index_price"
    case initialMargin = "initial_margin"
    case maintenanceMargin = "maintenance_margin"
    case liquidationPrice = "liquidation_price"
  }

  static let essential = ["instrument_name", "amount", "average_price"]

  var sharedName: String? { name?.value }

  func draft(at place: Place) -> Parsed<LegDraft?> {
    guard let name = name?.value else { return .missing("instrument_name", at: place) }
    guard let amount = amount?.value else { return .missing("amount", at: place) }
    var draft = LegDraft(instrument: name, size: amount, unit: .face, place: place)
    draft.nameField = "instrument_name"
    draft.sizeField = "amount"
    draft.entry = averagePrice?.value
    draft.venue.mark = markPrice?.value.map { Price($0) }
    draft.venue.index = indexPrice?.value.map { Price($0) }
    draft.venue.delta = delta?.value.map { $0 * amount.doubleValue }
    draft.venue.initialMargin = initialMargin?.value
    draft.venue.maintenanceMargin = maintenanceMargin?.value
    draft.venue.leverage = leverage?.value
    draft.venue.liquidationPrice = liquidationPrice?.value.map { Price($0) }
    return Parsed(draft)
  }
}
