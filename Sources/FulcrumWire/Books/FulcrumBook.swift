import FulcrumModel

/// Our own book, `"format": "fulcrum.book", "version": 1`: docs/reference/book-files.md.
struct FulcrumBook: Decodable, Sendable {
  let pools: LossyArray<Pool>
  let accountEquity: AccountEquityFields?
  let unknown: [String]

  struct Pool: Decodable, Sendable {
    let id: FlexibleText?
    let strategy: FlexibleText?
    let currency: FlexibleText?
    let collateral: CollateralFields?
    let legs: LossyArray<Leg>
    let unknown: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case id, strategy, currency, collateral, legs, note
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      id = try fields.decodeIfPresent(FlexibleText.self, forKey: .id)
      strategy = try fields.decodeIfPresent(FlexibleText.self, forKey: .strategy)
      currency = try fields.decodeIfPresent(FlexibleText.self, forKey: .currency)
      // What is wrong with the collateral must not hide what is wrong with the legs.
      do {
        collateral = try fields.decodeIfPresent(CollateralFields.self, forKey: .collateral)
      } catch {
        decoder.note(ScalarText.Refusal(error), below: [CodingKeys.collateral])
        collateral = nil
      }
      legs = try fields.decode(LossyArray<Leg>.self, forKey: .legs)
      unknown = try decoder.names(beyond: CodingKeys.self)
    }
  }

  struct Leg: Decodable, Sendable {
    let instrument: FlexibleText?
    let size: FlexibleDecimal?
    let entry: FlexibleDecimal?
    let contractSize: FlexibleDecimal?
    let lot: FlexibleDecimal?
    let unknown: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
      case instrument, size, entry, contractSize, lot, note
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      instrument = try fields.decodeIfPresent(FlexibleText.self, forKey: .instrument)
      size = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .size)
      entry = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .entry)
      contractSize = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .contractSize)
      lot = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .lot)
      unknown = try decoder.names(beyond: CodingKeys.self)
    }

    /// A number that could not be read costs the leg: a default in its place would be a guess.
    var isFaulty: Bool {
      [size, entry, contractSize, lot].contains { $0?.isFaulty ?? false }
        || instrument?.isFaulty ?? false
    }
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case format, version, note, accountEquity, pools
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    // What is wrong with the account must not cost the pools.
    do {
      accountEquity = try fields.decodeIfPresent(AccountEquityFields.self, forKey: .accountEquity)
    } catch {
      decoder.note(
        AccountEquityFields.refusal(ScalarText.Refusal(error)), below: [CodingKeys.accountEquity])
      accountEquity = nil
    }
    pools = try fields.decode(LossyArray<Pool>.self, forKey: .pools)
    unknown = try decoder.names(beyond: CodingKeys.self)
  }
}

/// `{"cash": "0.5"}` or `{"equity": "0.5"}`; anything else says nothing and is remarked on.
struct CollateralFields: Decodable, Sendable {
  let cash: FlexibleDecimal?
  let equity: FlexibleDecimal?
  let unknown: [String]

  enum CodingKeys: String, CodingKey, CaseIterable { case cash, equity }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    cash = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .cash)
    equity = try fields.decodeIfPresent(FlexibleDecimal.self, forKey: .equity)
    unknown = try decoder.names(beyond: CodingKeys.self)
  }

  func stated(currency: Asset?, at place: Place) -> Parsed<StatedCollateral?> {
    StatedCollateral.read(cash: cash?.value, equity: equity?.value, currency: currency, at: place)
  }
}

extension StatedCollateral {
  /// Nil where neither is given; nil with an error where both are.
  static func read(
    cash: ExactDecimal?, equity: ExactDecimal?, currency: Asset?, at place: Place
  ) -> Parsed<StatedCollateral?> {
    switch (cash, equity) {
    case (nil, nil): return Parsed(nil)
    case (let cash?, nil):
      return Parsed(
        StatedCollateral(basis: .cash, amount: cash, currency: currency, place: place))
    case (nil, let equity?):
      return Parsed(
        StatedCollateral(basis: .equity, amount: equity, currency: currency, place: place))
    case (let cash?, let equity?):
      let issue = place.issue(
        seen: "cash \(cash) and equity \(equity)",
        allowed: "one of them: cash after premia, or equity at the marks",
        fix: "remove one; the pool's collateral is left unknown")
      return Parsed(nil, issues: [issue])
    }
  }
}

extension Decoder {
  /// Names in this object that are none of `Key`.
  func names<Key: CodingKey>(beyond type: Key.Type) throws -> [String] {
    try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
      .filter { Key(stringValue: $0) == nil }.sorted()
  }
}

extension Place {
  /// One remark for each name that nothing reads.
  func remarks<Key: CodingKey & CaseIterable>(
    on unknown: [String], allowed type: Key.Type
  ) -> [Issue] {
    let known = Key.allCases.map(\.stringValue)
    return unknown.map { at($0).unknownField($0, known: known) }
  }
}

extension Place {
  /// The remark on a name that nothing reads, which stands here.
  func unknownField(_ name: String, known: [String]) -> Issue {
    let near = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
    return issue(
      .warning, seen: Issue.unknownField, allowed: known.joined(separator: ", "),
      fix: "it is passed over" + near)
  }
}

extension Issue {
  fileprivate static let unknownField = "an unknown field"

  /// Whether it is a remark on a name that nothing reads.
  package var isUnknownField: Bool { severity == .warning && seen.hasPrefix(Self.unknownField) }
}

extension BookReading {
  mutating func readFulcrum() {
    let parsed = JSONDocument.decode(FulcrumBook.self, from: input)
    issues += parsed.issues
    guard let book = parsed.value else { return }
    let top = Place(source: input.source, path: "$")
    issues += top.remarks(on: book.unknown, allowed: FulcrumBook.CodingKeys.self)
    if let stated = book.accountEquity?.read(at: top.at("accountEquity")) {
      issues += stated.issues
      rows.account = stated.value
    }
    for placed in book.pools.elements {
      read(placed.element, at: Place(source: input.source, path: "$.pools[\(placed.index)]"))
    }
  }

  private mutating func read(_ pool: FulcrumBook.Pool, at place: Place) {
    issues += place.remarks(on: pool.unknown, allowed: FulcrumBook.Pool.CodingKeys.self)
    guard let id = pool.id?.value else {
      issues.append(
        place.at("id").issue(
          seen: "no id", allowed: "an id in every pool", fix: "add one; the pool is left out"))
      return
    }
    guard rows.headers[id] == nil else {
      issues.append(
        place.at("id").issue(
          seen: "pool \"\(id)\" again", allowed: "each id once",
          fix: "join the two or rename one; this one is left out"))
      return
    }
    guard let header = header(pool, at: place) else { return }
    rows.headers[id] = header
    let decoded = Set(pool.legs.elements.map(\.index))
    for index in 0..<pool.legs.count where !decoded.contains(index) {
      rows.refused.append(RefusedRow(pool: id, place: place.at("legs[\(index)]")))
    }
    for placed in pool.legs.elements {
      read(placed.element, pool: id, at: place.at("legs[\(placed.index)]"))
    }
    if pool.legs.count == 0 {
      issues.append(
        place.at("legs").issue(
          .warning, seen: "pool \"\(id)\" without legs", allowed: "one leg or more",
          fix: "the pool is passed over"))
    }
  }

  private mutating func header(_ pool: FulcrumBook.Pool, at place: Place) -> PoolHeader? {
    var header = PoolHeader(strategy: pool.strategy?.value, place: place)
    if let code = pool.currency?.value {
      guard let asset = Asset(code) else {
        issues.append(
          place.at("currency").issue(
            seen: "\"\(code)\"", allowed: "a code such as BTC or USDC",
            fix: "correct it; the pool is left out"))
        return nil
      }
      header.currency = asset
    }
    if let fields = pool.collateral {
      let at = place.at("collateral")
      issues += at.remarks(on: fields.unknown, allowed: CollateralFields.CodingKeys.self)
      let stated = fields.stated(currency: nil, at: at)
      issues += stated.issues
      header.collateral = stated.value
    }
    return header
  }

  private mutating func read(_ leg: FulcrumBook.Leg, pool: String, at place: Place) {
    issues += place.remarks(on: leg.unknown, allowed: FulcrumBook.Leg.CodingKeys.self)
    guard !leg.isFaulty else {
      rows.refused.append(RefusedRow(pool: pool, place: place))
      return
    }
    guard let instrument = leg.instrument?.value, let size = leg.size?.value else {
      let field = leg.instrument?.value == nil ? "instrument" : "size"
      issues += Parsed<LegDraft?>.missing(field, at: place).issues
      rows.refused.append(RefusedRow(pool: pool, place: place))
      return
    }
    var draft = LegDraft(instrument: instrument, size: size, unit: .contracts, place: place)
    draft.entry = leg.entry?.value
    draft.contractSize = leg.contractSize?.value
    draft.lot = leg.lot?.value
    draft.pool = pool
    add(draft)
  }
}
