package import FulcrumModel

/// Where something stands in a file, so that a remark about it can say so.
package struct Place: Hashable, Sendable {
  package var source: String
  package var line: Int?
  package var path: String?

  package init(source: String, line: Int? = nil, path: String? = nil) {
    self.source = source
    self.line = line
    self.path = path
  }

  func issue(
    _ severity: Issue.Severity = .error, seen: String, allowed: String, fix: String
  ) -> Issue {
    Issue(
      severity, source: source, line: line, path: path, seen: seen, allowed: allowed, fix: fix)
  }

  /// The place of a field of what stands here: `$.result[3]` and `size` give `$.result[3].size`.
  func at(_ field: String) -> Place {
    var place = self
    place.path = path.map { "\($0).\(field)" } ?? field
    return place
  }
}

/// The shapes in which books are found.
package enum BookLayout: String, Hashable, Sendable, CaseIterable {
  case deribitPositions = "Deribit get_positions"
  case unifiedPositions = "ccxt positions"
  case okxPositions = "OKX positions"
  case derivePositions = "Derive positions"
  case fulcrumJSON = "Fulcrum book JSON"
  case fulcrumCSV = "Fulcrum book CSV"
  case paperBook = "paper book"
}

/// One leg as a file gave it.
package struct BookRow: Hashable, Sendable {
  package let position: Position
  /// The pool that the file itself puts it in; nil where it has none.
  package let pool: String?
  package let place: Place

  package init(position: Position, pool: String?, place: Place) {
    self.position = position
    self.pool = pool
    self.place = place
  }
}

/// A row that an error kept out of the book: what is known of where it belongs.
package struct RefusedRow: Hashable, Sendable {
  /// The pool that the file itself puts it in.
  package let pool: String?
  /// Nil where its name could not be read.
  package let instrument: Instrument?
  package let place: Place

  package init(pool: String?, instrument: Instrument? = nil, place: Place) {
    self.pool = pool
    self.instrument = instrument
    self.place = place
  }
}

/// Collateral as it was written, before the currency of its pool is known.
package struct StatedCollateral: Hashable, Sendable {
  package enum Basis: String, Hashable, Sendable {
    case cash, equity
  }

  package let basis: Basis
  package let amount: ExactDecimal
  /// Nil is the currency of the pool.
  package let currency: Asset?
  package let place: Place

  package init(basis: Basis, amount: ExactDecimal, currency: Asset?, place: Place) {
    self.basis = basis
    self.amount = amount
    self.currency = currency
    self.place = place
  }
}

/// What a file says of a pool beside its legs.
package struct PoolHeader: Hashable, Sendable {
  package var strategy: String?
  package var currency: Asset?
  package var collateral: StatedCollateral?
  package var place: Place

  package init(
    strategy: String? = nil, currency: Asset? = nil, collateral: StatedCollateral? = nil,
    place: Place
  ) {
    self.strategy = strategy
    self.currency = currency
    self.collateral = collateral
    self.place = place
  }
}

/// The legs of a file, with the pools that the file itself knows.
package struct BookRows: Hashable, Sendable {
  package var layout: BookLayout
  package var rows: [BookRow]
  /// By pool id. A row may name a pool that has no header.
  package var headers: [String: PoolHeader]
  package var refused: [RefusedRow] = []
  /// What the file says the whole account holds.
  package var account: StatedAccount?

  package init(layout: BookLayout, rows: [BookRow] = [], headers: [String: PoolHeader] = [:]) {
    self.layout = layout
    self.rows = rows
    self.headers = headers
  }
}
