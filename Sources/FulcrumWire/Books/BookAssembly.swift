package import FulcrumModel

/// Turns the rows of a file into pools, and gives the pools their collateral.
///
/// Order: grouping, then the checks of each pool, then collateral. A pool that mixes currencies is
/// left out with an error that names its legs; everything else is kept.
package struct BookAssembly {
  private let rows: BookRows
  private let pooling: Pooling
  private var issues: [Issue] = []

  /// - Parameters:
  ///   - pooling: for rows that no pool of the file holds.
  ///   - collateral: what `--collateral` gave.
  package static func book(
    _ rows: BookRows, pooling: Pooling = .eachLeg, collateral: CollateralDocument? = nil
  ) -> Parsed<Book> {
    var assembly = BookAssembly(rows: rows, pooling: pooling)
    let drafts = assembly.group()
    assembly.remarkOnUnusedEntries()
    let pools = drafts.compactMap { assembly.pool(from: $0) }
    var assigned =
      collateral.map { CollateralAssignment.book(of: pools, collateral: $0) }
      ?? Parsed(Book(pools: pools))
    if let account = rows.account { assigned = account.completing(assigned, beside: collateral) }
    assigned.issues = assembly.issues + assigned.issues
    return assigned
  }

  private init(rows: BookRows, pooling: Pooling) {
    self.rows = rows
    self.pooling = pooling
  }

  private struct Draft {
    var id: String
    var header: PoolHeader?
    var rows: [BookRow]
    /// Where rows of the pool stand that an error kept out.
    var leftOut: [Place] = []
  }

  // MARK: Grouping

  private mutating func group() -> [Draft] {
    var drafts: [Draft] = []
    var places: [String: Int] = [:]
    var alone: [Int] = []
    for (index, row) in rows.rows.enumerated() {
      guard let id = pool(of: row) else {
        alone.append(drafts.count)
        drafts.append(
          Draft(id: row.position.instrument.id.name, header: nil, rows: [row]))
        continue
      }
      if let place = places[id] {
        drafts[place].rows.append(rows.rows[index])
      } else {
        places[id] = drafts.count
        drafts.append(Draft(id: id, header: header(id), rows: [row]))
      }
    }
    for row in rows.refused {
      let id = row.pool ?? row.instrument.flatMap { pooling.pool(of: $0) }
      guard let place = id.flatMap({ places[$0] }) else { continue }
      drafts[place].leftOut.append(row.place)
    }
    nameApart(&drafts, alone: alone, taken: Set(places.keys))
    return drafts
  }

  private mutating func pool(of row: BookRow) -> String? {
    let instrument = row.position.instrument
    guard let own = row.pool else { return pooling.pool(of: instrument) }
    if case .file(let document) = pooling, let other = document.pool(of: instrument), other != own {
      issues.append(
        row.place.issue(
          .warning,
          seen: "\(instrument.id) in pool \"\(own)\" here and \"\(other)\" in the pools file",
          allowed: "one pool a leg", fix: "the book's own pool \"\(own)\" is kept"))
    }
    return own
  }

  private func header(_ id: String) -> PoolHeader? {
    if let own = rows.headers[id] { return own }
    if case .file(let document) = pooling { return document.headers[id] }
    return nil
  }

  /// Legs that stand alone under one instrument name become `X`, `X#2`, `X#3`.
  private mutating func nameApart(_ drafts: inout [Draft], alone: [Int], taken: Set<String>) {
    var taken = taken
    for index in alone {
      let name = drafts[index].id
      var number = 1
      while !taken.insert(drafts[index].id).inserted {
        number += 1
        drafts[index].id = "\(name)#\(number)"
      }
      guard number > 1, let row = drafts[index].rows.first else { continue }
      issues.append(
        row.place.issue(
          .warning, seen: "\(name) again", allowed: "each instrument once",
          fix: "it is kept as a pool of its own, \"\(drafts[index].id)\"; delete it if it was "
            + "pasted twice"))
    }
  }

  private mutating func remarkOnUnusedEntries() {
    guard case .file(let document) = pooling else { return }
    let used = Set(rows.rows.compactMap { document.name(of: $0.position.instrument) })
    for id in document.pools.keys.sorted() where !used.contains(id) {
      guard let place = document.places[id] else { continue }
      issues.append(
        place.issue(
          .warning, seen: "\(id), which the book does not hold", allowed: "a leg of the book",
          fix: "the entry is passed over"))
    }
    for row in rows.rows where row.pool == nil && document.pool(of: row.position.instrument) == nil
    {
      issues.append(
        row.place.issue(
          .warning, seen: "\(row.position.instrument.id), which the pools file does not name",
          allowed: "a pool for each leg", fix: "it stands alone"))
    }
  }

  // MARK: One pool

  private mutating func pool(from draft: Draft) -> IsolatedPool? {
    guard let first = draft.rows.first else { return nil }
    let currency = draft.header?.currency ?? first.position.instrument.settlementAsset
    guard settlesAlike(draft, in: currency) else { return nil }
    remarkOnDuplicates(draft)
    remarkOnLegsLeftOut(draft)
    let stated = draft.header?.collateral
    return IsolatedPool(
      id: draft.id, strategy: draft.header?.strategy, currency: currency,
      collateral: stated.map { collateral($0, in: currency) } ?? .unknown,
      positions: draft.rows.map(\.position), leftOut: draft.leftOut.count)
  }

  private mutating func settlesAlike(_ draft: Draft, in currency: Asset) -> Bool {
    let strangers = draft.rows.filter { $0.position.instrument.settlementAsset != currency }
    guard let stranger = strangers.first else { return true }
    let names = strangers.map {
      "\($0.position.instrument.id) (\($0.position.instrument.settlementAsset))"
    }
    let place = draft.header?.place ?? stranger.place
    issues.append(
      place.issue(
        seen: "pool \"\(draft.id)\" in \(currency) with legs that settle in another currency: "
          + names.prefix(5).joined(separator: ", ")
          + (names.count > 5 ? " and \(names.count - 5) more" : ""),
        allowed: "legs that settle in the pool's one currency",
        fix: "give those legs a pool of their own; this pool is left out"))
    return false
  }

  private mutating func remarkOnLegsLeftOut(_ draft: Draft) {
    guard let first = draft.leftOut.first else { return }
    let count = draft.leftOut.count
    let legs = count == 1 ? "1 leg" : "\(count) legs"
    issues.append(
      first.issue(
        .warning, seen: "pool \"\(draft.id)\" with \(legs) left out",
        allowed: "every leg of a pool",
        fix: "correct \(count == 1 ? "it" : "them"); the pool is reported without "
          + "\(count == 1 ? "this leg" : "these legs"), so its figures are not those of the whole"))
  }

  private mutating func remarkOnDuplicates(_ draft: Draft) {
    let repeated = Dictionary(grouping: draft.rows) { $0.position.instrument.id }
    for (id, rows) in repeated.sorted(by: { $0.key < $1.key }) where rows.count > 1 {
      let sizes = rows.map { "\($0.position.signedContracts)" }.joined(separator: ", ")
      issues.append(
        rows[1].place.issue(
          .warning, seen: "\(id) \(rows.count) times in pool \"\(draft.id)\" (sizes \(sizes))",
          allowed: "each instrument once a pool",
          fix: "all are kept as separate legs; delete those that were pasted twice"))
    }
  }

  private mutating func collateral(_ stated: StatedCollateral, in currency: Asset) -> Collateral {
    let made = CollateralAssignment.collateral(stated, in: currency)
    issues += made.issues
    return made.value
  }
}

extension Position {
  /// n of leverage-math 0, exact; the lots themselves where it does not fit.
  var signedContracts: ExactDecimal {
    let lots = ExactDecimal(significand: Int128(size.count), scale: 0)
    return lots.multiplied(by: instrument.lot) ?? lots
  }
}
