package import FulcrumModel

/// What a book says the whole account holds, by currency.
package struct StatedAccount: Hashable, Sendable {
  package let equity: [Asset: Money]
  package let place: Place

  package init(equity: [Asset: Money], place: Place) {
    self.equity = equity
    self.place = place
  }

  /// The book with this equity where no account summary states another: what the venue says comes
  /// before what a book says, and a difference is told.
  func completing(_ book: Parsed<Book>, beside collateral: CollateralDocument?) -> Parsed<Book> {
    let summary = book.value.accountEquity
    guard !summary.isEmpty else {
      return Parsed(
        Book(pools: book.value.pools, accountEquity: equity, accountEquityOrigin: .book),
        issues: book.issues)
    }
    let differing = Set(equity.keys).union(summary.keys).sorted { $0.code < $1.code }.filter {
      amount(of: $0, in: equity) != amount(of: $0, in: summary)
    }
    guard !differing.isEmpty else { return book }
    var source = "the account summary"
    if case .account(let rows)? = collateral, let row = rows.first { source = row.place.source }
    func listed(_ amounts: [Asset: Money]) -> String {
      differing.prefix(5).map { "\(amount(of: $0, in: amounts)) \($0)" }.joined(separator: ", ")
        + (differing.count > 5 ? " and \(differing.count - 5) more" : "")
    }
    let issue = place.issue(
      .warning, seen: "\(listed(equity)), and \(listed(summary)) in \(source)",
      allowed: "one statement", fix: "\(source) stands; remove the other or correct it")
    return Parsed(book.value, issues: book.issues + [issue])
  }

  /// What is not named is none of it.
  private func amount(of asset: Asset, in amounts: [Asset: Money]) -> ExactDecimal {
    amounts[asset]?.amount ?? ExactDecimal(0)
  }
}

/// `{"USDC": "100000", "BTC": "1.5"}`: amounts in whole units, by currency.
struct AccountEquityFields: Decodable, Sendable {
  private struct Field: Sendable {
    let name: String
    let amount: FlexibleDecimal?
  }

  private let fields: [Field]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    fields = try container.allKeys.map(\.stringValue).sorted().map { name in
      Field(
        name: name,
        amount: try container.decodeIfPresent(FlexibleDecimal.self, forKey: AnyKey(name)))
    }
  }

  /// The words for what is no object.
  static func refusal(_ refusal: ScalarText.Refusal) -> ScalarText.Refusal {
    ScalarText.Refusal(
      seen: refusal.seen, allowed: "an object of amounts by currency",
      fix: "write {\"USDC\": \"100000\"}; the equity of the account is left out")
  }

  /// The equity; nil where one currency of it cannot be used, since a sum without it is not the
  /// account's.
  func read(at place: Place) -> Parsed<StatedAccount?> {
    var equity: [Asset: Money] = [:]
    var issues: [Issue] = []
    for field in fields {
      let read = Self.read(field, at: place.at(field.name))
      issues += read.issues
      guard let money = read.value else { continue }
      guard equity.updateValue(money, forKey: money.asset) == nil else {
        issues.append(
          place.at(field.name).issue(
            seen: "\(money.asset) again", allowed: "each currency once",
            fix: "join the two; the equity of the account is left out"))
        continue
      }
    }
    guard !fields.isEmpty else {
      let issue = place.issue(
        .warning, seen: "no currency", allowed: "an amount for each currency",
        fix: "add one or remove the field; it is passed over")
      return Parsed(nil, issues: [issue])
    }
    let isWhole = equity.count == fields.count
    return Parsed(isWhole ? StatedAccount(equity: equity, place: place) : nil, issues: issues)
  }

  private static func read(_ field: Field, at place: Place) -> Parsed<Money?> {
    guard let asset = Asset(field.name) else {
      let issue = place.issue(
        seen: "\"\(field.name)\"", allowed: "a code such as BTC or USDC",
        fix: "correct it; the equity of the account is left out")
      return Parsed(nil, issues: [issue])
    }
    if field.amount?.isFaulty ?? false {
      // What is wrong with the number itself is said already.
      let issue = place.issue(
        .warning, seen: "an equity that cannot be read", allowed: "an amount for each currency",
        fix: "correct it; the equity of the account is left out")
      return Parsed(nil, issues: [issue])
    }
    guard let amount = field.amount?.value else {
      let issue = place.issue(
        seen: "no equity for \(asset)", allowed: "an amount for each currency",
        fix: "add it or remove the currency; the equity of the account is left out")
      return Parsed(nil, issues: [issue])
    }
    guard let money = try? Money(amount, asset: asset, rounding: .down) else {
      let issue = place.issue(
        seen: "\(amount) \(asset)", allowed: "an amount below 10^29",
        fix: "correct the amount; the equity of the account is left out")
      return Parsed(nil, issues: [issue])
    }
    guard money.amount != amount else { return Parsed(money) }
    let issue = place.issue(
      .warning, seen: "\(amount) \(asset)", allowed: "\(asset.decimals) decimals",
      fix: "it is rounded down to \(money)")
    return Parsed(money, issues: [issue])
  }
}
