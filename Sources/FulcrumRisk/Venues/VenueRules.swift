public import FulcrumModel

/// What a rule is asked for: the coins of a pool in its order, its currency, and the day.
public struct VenueQuestion: Hashable, Sendable {
  /// `BTC`, `ETH`: one for each of `RiskPool.indices`.
  public let coins: [String]
  public let currency: PoolCurrency
  /// The day whose parameters are wanted: the newest set that is not younger is taken; where all are
  /// younger, the oldest, as outdated.
  public let day: CalendarDay

  public init(coins: [String], currency: PoolCurrency, day: CalendarDay) {
    self.coins = coins
    self.currency = currency
    self.day = day
  }
}

/// A rule by its name, ready to be made for a pool's coins at a day.
public struct VenueRuleEntry: Sendable {
  /// `deribit-standard`.
  public let name: String
  public let summary: String
  /// Asked for by name only: the venue has replaced it.
  public let isSuperseded: Bool
  private let make: Make

  public typealias Make = @Sendable (VenueQuestion) throws(VenueRuleError) -> any VenueRule

  public init(
    _ name: String, _ summary: String, isSuperseded: Bool = false, make: @escaping Make
  ) {
    self.name = name
    self.summary = summary
    self.isSuperseded = isSuperseded
    self.make = make
  }

  /// - Throws: where no parameters are known for the coins.
  public func rule(for question: VenueQuestion) throws(VenueRuleError) -> any VenueRule {
    try make(question)
  }
}

/// Every rule that a pool can be held against, in the order in which they are shown.
public enum VenueRules {
  public static let all: [VenueRuleEntry] = all(with: .known)

  /// The same rules with other parameters, such as those known and newer ones that a user has read.
  public static func all(with parameters: VenueParameters) -> [VenueRuleEntry] {
    [standard(.standard)] + centralised(parameters) + onChain(parameters.onChain)
  }

  public static func named(_ name: String) -> VenueRuleEntry? { all.first { $0.name == name } }

  /// This program's default, with the rates given.
  public static func standard(_ margin: StandardMargin) -> VenueRuleEntry {
    VenueRuleEntry("standard", "this program's default rule") { _ throws(VenueRuleError) in
      StandardVenueRule(margin)
    }
  }
}

/// A set of parameters with the day from which it is known.
public struct DatedSet<Value: Hashable & Sendable>: Hashable, Sendable {
  public let date: RuleDate
  public let value: Value

  public init(_ date: RuleDate, _ value: Value) {
    self.date = date
    self.value = value
  }

  /// The newest set that is not younger than `day`. Where all are younger the oldest stands in, and says
  /// so by being outdated: a rule of that day is not known, only the first one after it.
  static func inForce(_ sets: [DatedSet], on day: CalendarDay) -> DatedSet? {
    let ascending = sets.sorted { $0.date.day < $1.date.day }
    if let found = ascending.last(where: { !(day < $0.date.day) }) { return found }
    return ascending.first.map {
      DatedSet(RuleDate($0.date.day, .outdated, source: $0.date.source), $0.value)
    }
  }
}

extension VenueQuestion {
  /// One set a coin from a table of them.
  ///
  /// - Throws: `.notKnown` for a coin without any.
  func sets<Value>(
    _ table: [String: [DatedSet<Value>]], of what: String
  ) throws(VenueRuleError) -> [DatedSet<Value>] {
    var found: [DatedSet<Value>] = []
    for coin in coins {
      guard let set = DatedSet.inForce(table[coin] ?? [], on: day) else {
        throw .notKnown(
          what: "\(what) of \(coin)", upTo: table.keys.sorted().joined(separator: ", "))
      }
      found.append(set)
    }
    return found
  }
}

extension VenueRuleSet {
  /// A rule set as old as its oldest part and no better known than its worst.
  init(_ name: String, of dates: [RuleDate]) {
    precondition(!dates.isEmpty, "\(name): no parameters")
    self.init(
      name: name, dated: dates.map(\.day).min() ?? dates[0].day,
      confidence: dates.map(\.confidence).max() ?? dates[0].confidence,
      source: Set(dates.map(\.source)).sorted().joined(separator: "; "))
  }
}
