/// What one lot of a contract is worth and must hold at one instant, in whole numbers.
///
/// The meeting place of judgement and fact: a margin rule prices each contract once in doubles and
/// rounds it here against the holder; a ledger then values any number of pools by adding integers.
/// All amounts are in 10^(−9) of the smallest unit of the settlement asset ("nanounits").
public struct ContractMark: Hashable, Sendable {
  /// Digits kept below the smallest unit, so that the rounding of one lot times many lots stays
  /// below one unit.
  public static let extraDecimals: UInt8 = 9
  public static let nanounitsPerUnit: Int128 = 1_000_000_000

  /// The mark, in the contract's own quotation.
  public let price: Price
  /// What can be had for a long and must be paid for a short now; nil where nobody quotes.
  public let bid: Price?
  public let ask: Price?
  /// Value of one lot, rounded down for a holder and up for who owes it.
  public let valueDown: Int128
  public let valueUp: Int128
  /// |δ| · underlying · size of one lot, rounded up: what a leverage cap divides.
  public let exposure: Int128
  public let long: LotSchedule
  public let short: LotSchedule

  public init(
    price: Price, bid: Price? = nil, ask: Price? = nil, valueDown: Int128, valueUp: Int128,
    exposure: Int128, long: LotSchedule, short: LotSchedule
  ) {
    self.price = price
    self.bid = bid
    self.ask = ask
    self.valueDown = valueDown
    self.valueUp = valueUp
    self.exposure = exposure
    self.long = long
    self.short = short
  }

  /// Value of signed lots against their holder; nil where 128 bits do not hold it.
  @inlinable
  public func value(lots: Int64) -> Int128? {
    let unit = lots < 0 ? valueUp : valueDown
    let (product, overflow) = unit.multipliedReportingOverflow(by: Int128(lots))
    return overflow ? nil : product
  }
}

/// A requirement by size: rate · |lots| − deduction, by bracket of |lots|, in nanounits.
///
/// Options have one bracket; tiered futures several, joined by their deductions so that the
/// requirement is continuous.
public struct LotSchedule: Hashable, Sendable {
  public struct Bracket: Hashable, Sendable {
    /// The bracket holds from this many lots up.
    public let lots: Int64
    public let rate: Int128
    public let deduction: Int128

    public init(lots: Int64, rate: Int128, deduction: Int128) {
      self.lots = lots
      self.rate = rate
      self.deduction = deduction
    }
  }

  /// The first bracket of each; what most contracts have alone.
  public let initialRate: Int128
  public let maintenanceRate: Int128
  /// Brackets above the first, ascending; empty for a flat rate.
  public let initialSteps: [Bracket]
  public let maintenanceSteps: [Bracket]

  public init(
    initialRate: Int128, maintenanceRate: Int128, initialSteps: [Bracket] = [],
    maintenanceSteps: [Bracket] = []
  ) {
    self.initialRate = initialRate
    self.maintenanceRate = maintenanceRate
    self.initialSteps = initialSteps
    self.maintenanceSteps = maintenanceSteps
  }

  public static let none = LotSchedule(initialRate: 0, maintenanceRate: 0)

  /// Nil where 128 bits do not hold it.
  @inlinable
  public func initial(lots: UInt64) -> Int128? {
    Self.requirement(lots, rate: initialRate, steps: initialSteps)
  }

  @inlinable
  public func maintenance(lots: UInt64) -> Int128? {
    Self.requirement(lots, rate: maintenanceRate, steps: maintenanceSteps)
  }

  @inlinable
  static func requirement(_ lots: UInt64, rate: Int128, steps: [Bracket]) -> Int128? {
    var rate = rate
    var deduction: Int128 = 0
    for step in steps {
      guard lots >= UInt64(clamping: step.lots) else { break }
      rate = step.rate
      deduction = step.deduction
    }
    let (product, overflow) = rate.multipliedReportingOverflow(by: Int128(lots))
    return overflow ? nil : product - deduction
  }
}
