package import FulcrumLedger
package import FulcrumModel

/// What a ledger numbers, by the names that people and files use.
extension Ledger {
  package func name(_ id: OwnerID) -> String { owner(id)?.name ?? "number \(id.number)" }

  /// `BTC/USDC`: a coin and what its contracts settle in.
  package func name(_ id: MarketID) -> String {
    market(id).map { "\($0.underlying)/\($0.asset)" } ?? "number \(id.number)"
  }

  package func market(named text: String) -> MarketID? {
    markets.first { "\($0.underlying)/\($0.asset)" == text }?.id
  }

  /// `wallet:anna`, `pool:weekly-calls`, `insurance:BTC/USDC`, `clearing`.
  package func name(_ account: LedgerAccount) -> String {
    switch account {
    case .outside: "outside"
    case .wallet(let owner): "wallet:\(name(owner))"
    case .pool(let pool): "pool:\(name(pool))"
    case .insurance(let market): "insurance:\(name(market))"
    case .common: "common"
    case .fees: "fees"
    case .rounding: "rounding"
    case .clearing: "clearing"
    case .shortfall: "shortfall"
    }
  }

  package func name(_ fund: Fund) -> String {
    switch fund {
    case .insurance(let market): "insurance:\(name(market))"
    case .common: "common"
    }
  }

  /// Every posting of a fact, nothing of it left out; amounts above zero.
  ///
  /// - Precondition: the ledger is as it was just before the fact.
  package func postings(of fact: Fact) -> [Transfer] {
    var postings: [Transfer] = []
    forEachTransfer(of: fact) { transfer in
      guard transfer.amount != 0 else { return }
      postings.append(
        transfer.amount > 0
          ? transfer
          : Transfer(
            from: transfer.to, to: transfer.from, amount: -transfer.amount, asset: transfer.asset))
    }
    return postings
  }
}

/// Amounts with their currency: `0.5 BTC`, exact, never a double.
package enum AmountText {
  /// An asset of other than its usual number of decimals carries it: `BTC:3`.
  package static func text(_ asset: Asset) -> String {
    Asset(asset.code)?.decimals == asset.decimals
      ? asset.code : "\(asset.code):\(asset.decimals)"
  }

  package static func text(_ money: Money) -> String { "\(money.amount) \(text(money.asset))" }

  package static func text(_ units: Int128, _ asset: Asset) -> String {
    text(Money(minorUnits: units, asset: asset))
  }

  package static func asset(_ text: some StringProtocol) throws(ScalarText.Refusal) -> Asset {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 1, let asset = Asset(text) { return asset }
    if parts.count == 2, let decimals = UInt8(parts[1]),
      let asset = Asset(parts[0], decimals: decimals)
    {
      return asset
    }
    throw ScalarText.Refusal(
      seen: ScalarText.quoted(text), allowed: "a currency of 1 to 16 letters, digits or dots",
      fix: "write it like BTC or USDC")
  }

  /// Reads `0.5 BTC`, `2500USDC` or `1e-3 BTC`. More decimals than the currency has are refused,
  /// never rounded. The currency begins with a letter, and blanks stand before it alone: no digit of
  /// it is taken for one of the number, none of the number for one of it.
  package static func money(_ text: some StringProtocol) throws(ScalarText.Refusal) -> Money {
    let (number, code) = ScalarText.split(amount: text)
    guard !number.isEmpty, let first = code.first, first.isASCII, first.isLetter else {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text),
        allowed: "an amount with its currency, which begins with a letter",
        fix: "write it like \"0.5 BTC\" or \"2500 USDC\"")
    }
    if number.contains(",") {
      let fixed = number.count(where: { $0 == "," }) == 1 && !number.contains(".")
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "a decimal number with a point",
        fix: "write \(fixed ? number.map { $0 == "," ? "." : String($0) }.joined() : "1500.25")"
          + " \(code)")
    }
    guard let amount = ExactDecimal(number) else { throw ScalarText.refusal(number) }
    let asset = try asset(code)
    guard let units = amount.units(decimals: asset.decimals, rounding: .down) else {
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text), allowed: "an amount below 10^29", fix: "correct the amount")
    }
    let money = Money(minorUnits: units, asset: asset)
    guard money.amount == amount else {
      if units == 0 {
        throw ScalarText.Refusal(
          seen: ScalarText.quoted(text),
          allowed: "at most \(asset.decimals) decimals of \(asset.code)",
          fix: "the smallest amount is \"\(Self.text(amount < .zero ? -1 : 1, asset))\"")
      }
      throw ScalarText.Refusal(
        seen: ScalarText.quoted(text),
        allowed: "at most \(asset.decimals) decimals of \(asset.code)",
        fix: "write \"\(Self.text(money))\", or what you mean")
    }
    return money
  }

  /// `5`, `2.5` or `5/2`: an exact ratio.
  package static func ratio(_ text: some StringProtocol) throws(ScalarText.Refusal) -> Ratio {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let top = Int64(parts[0]), let bottom = Int64(parts[1]), bottom > 0 {
      return Ratio(top, bottom)
    }
    let percent = text.hasSuffix("%")
    if parts.count == 1, let value = ExactDecimal(percent ? String(text.dropLast()) : String(text)),
      value.scale <= (percent ? 14 : 16), let top = Int64(exactly: value.significand)
    {
      let bottom = Int64(ExactDecimal.power(value.scale + (percent ? 2 : 0)))
      return reduced(top, bottom)
    }
    throw ScalarText.Refusal(
      seen: ScalarText.quoted(text), allowed: "a number, a percentage or a fraction",
      fix: "write it like 2.5, 15% or 5/2")
  }

  package static func text(_ ratio: Ratio) -> String {
    ratio.denominator == 1 ? "\(ratio.numerator)" : "\(ratio.numerator)/\(ratio.denominator)"
  }

  /// A ratio of millionths as a decimal: `0.1`.
  static func decimal(_ ratio: Ratio) -> String {
    let units = ratio.part(of: 1_000_000, .up)
    return ExactDecimal(significand: units, scale: 6).description
  }

  private static func reduced(_ top: Int64, _ bottom: Int64) -> Ratio {
    var (a, b) = (top.magnitude, UInt64(bottom))
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = Int64(max(a, 1))
    return Ratio(top / divisor, bottom / divisor)
  }
}

extension Ratio {
  /// amount · ratio in whole units, whole part and remainder apart so that 128 bits hold them.
  func part(of amount: Int128, _ rounding: Rounding) -> Int128 {
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: Int128(denominator))
    return whole * Int128(numerator)
      + rounding.quotient(rest * Int128(numerator), by: Int128(denominator))
  }
}

/// How long something is, for a person: `14 min`.
package enum DurationText {
  package static func text(milliseconds: Int64) -> String {
    NumberText.age(milliseconds: milliseconds)
  }
}
