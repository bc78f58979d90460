/// What a number in a YAML file counts, and so which units may follow it.
enum YAMLUnit {
  /// A share or a rate: plain, percent or basis points.
  case share
  /// A leverage or another multiple: plain, or with an x.
  case multiple
  /// USD: plain, or with its name.
  case money

  private var factors: [(suffix: String, factor: Double)] {
    switch self {
    case .share: [("%", 0.01), ("bp", 0.0001)]
    case .multiple: [("x", 1)]
    case .money: [("USD", 1)]
    }
  }

  var example: String {
    switch self {
    case .share: "0.4 or 40%"
    case .multiple: "3 or 3x"
    case .money: "5_000 or 5_000 USD"
    }
  }

  /// Thousands may be grouped by underscores; nil for another unit, and for what is no number.
  func amount(_ text: String) -> Double? {
    var digits = text.replacing("_", with: "")
    var factor = 1.0
    if let unit = factors.first(where: { digits.hasSuffix($0.suffix) }) {
      digits = String(digits.dropLast(unit.suffix.count))
      factor = unit.factor
    }
    let bare = digits.filter { $0 != " " }
    guard let found = try? ScalarText.double(bare) else { return nil }
    // Dividing keeps 40 % the double nearest to 0.4.
    return factor < 1 ? found / (1 / factor).rounded() : found
  }
}
