/// Contract size and smallest size step of a product family, where only its name is known.
///
/// The unit of a position's `size` differs by dialect, and the terms are chosen so that size ÷ lot
/// is a whole number in that unit:
///
/// - **Deribit**: coins for options and for linear futures, US dollars for inverse futures and
///   perpetuals. One "contract" here is therefore 1 coin or 1 USD of face, and what the venue calls
///   a contract (10 SOL, 1,000 XRP, 10 USD) is the lot.
/// - **OKX**: contracts of `ctVal × ctMult`: 0.01 BTC or 0.1 ETH for options, 100 or 10 USD of face
///   for inverse swaps and futures.
/// - **Derive**: coins.
/// - **ccxt**: contracts of the row's own `contractSize`. The standard terms (1 coin, 1 USD) make
///   `contracts × contractSize` the size; a reader multiplies before it counts lots.
public struct ContractTerms: Hashable, Sendable {
  public let contract: ContractSize
  /// Contracts in the smallest step that the venue accepts.
  public let lot: ExactDecimal
  /// Where the two numbers come from.
  public let source: String

  /// The step used where no source states one: fine enough to hold any size a file can carry, so
  /// that sizes off the true lot pass until an instrument list says what the lot is.
  public static let undocumentedLot = ExactDecimal(significand: 1, scale: 8)

  static func standard(
    for design: InstrumentDesign, in dialect: InstrumentDialect
  ) -> ContractTerms {
    let family = Family(design)
    let row = table.first { row in
      row.dialect == dialect && row.family == family
        && (row.base == nil || row.base == design.base.code)
    }
    if let row { return ContractTerms(contract: row.contract, lot: row.lot, source: row.source) }
    return ContractTerms(
      contract: family == .inverseFuture ? .usdFace(one) : .coins(one), lot: undocumentedLot,
      source: "none stated")
  }

  private enum Family {
    case inverseOption, inverseFuture, linearOption, linearFuture

    /// Perpetuals are futures here: they share sizes with the dated ones.
    init(_ design: InstrumentDesign) {
      if case .option = design.kind {
        self = design.settlement == .inverse ? .inverseOption : .linearOption
      } else {
        self = design.settlement == .inverse ? .inverseFuture : .linearFuture
      }
    }
  }

  private struct Row {
    let dialect: InstrumentDialect
    let family: Family
    /// Nil is every coin.
    let base: String?
    let contract: ContractSize
    let lot: ExactDecimal
    let source: String
  }

  private static let one = ExactDecimal(1)
  private static let tenth = ExactDecimal(significand: 1, scale: 1)
  private static let hundredth = ExactDecimal(significand: 1, scale: 2)

  /// The families with a documented size; the first match wins.
  private static let table: [Row] = {
    let listed = "Deribit public/get_instruments, 22 May and 20 September 2026"
    let support = "support.deribit.com: Inverse Options, Inverse Perpetual, Linear USDC Options"
    let okx = "OKX public/instruments, ctVal x ctMult, 2024 to 2026"
    let (ten, hundred, any) = (ExactDecimal(10), ExactDecimal(100), undocumentedLot)
    let (thousand, tenThousand) = (ExactDecimal(1000), ExactDecimal(10_000))
    func row(
      _ dialect: InstrumentDialect, _ family: Family, _ base: String?, _ size: ContractSize,
      by lot: ExactDecimal
    ) -> Row {
      let deribit = base == "BTC" ? listed : support
      return Row(
        dialect: dialect, family: family, base: base, contract: size, lot: lot,
        source: dialect == .deribit ? deribit : okx)
    }
    return [
      row(.deribit, .inverseOption, "BTC", .coins(one), by: tenth),
      row(.deribit, .inverseOption, "ETH", .coins(one), by: one),
      row(.deribit, .inverseFuture, "BTC", .usdFace(one), by: ten),
      row(.deribit, .inverseFuture, "ETH", .usdFace(one), by: one),
      row(.deribit, .linearOption, "SOL", .coins(one), by: ten),
      row(.deribit, .linearOption, "XRP", .coins(one), by: thousand),
      row(.deribit, .linearOption, "MATIC", .coins(one), by: thousand),
      row(.deribit, .linearOption, "AVAX", .coins(one), by: hundred),
      row(.deribit, .linearOption, "TRX", .coins(one), by: tenThousand),
      row(.okx, .inverseOption, "BTC", .coins(hundredth), by: one),
      row(.okx, .inverseOption, "ETH", .coins(tenth), by: one),
      row(.okx, .inverseFuture, "BTC", .usdFace(hundred), by: any),
      row(.okx, .inverseFuture, nil, .usdFace(ten), by: any),
      row(.okx, .linearFuture, "BTC", .coins(hundredth), by: any),
      row(.okx, .linearFuture, "ETH", .coins(tenth), by: any),
    ]
  }()
}
