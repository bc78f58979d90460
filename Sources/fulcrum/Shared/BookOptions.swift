import ArgumentParser
import FulcrumWire

/// The files that a book, its market and its collateral are read from.
struct BookOptions: ParsableArguments {
  @Option(help: "Positions: a file, or - for standard input. Plain or gzip.", completion: .file())
  var book: String
  @Option(
    help: """
      Market: tickers, book summaries, chains, futures, instrument lists. Repeat for more files.
      """, completion: .file())
  var market: [String]
  @Option(
    help: ArgumentHelp(
      "Collateral that the book does not carry.",
      discussion: "An amount (0.5 BTC, 'equity 2500 USDC'), an account summary or a table.",
      valueName: "amount|file"), completion: .file())
  var collateral: String?
  @Option(
    help: ArgumentHelp(
      "How legs without a pool are grouped: each, expiry, underlying, or a file.",
      valueName: "rule|file"), completion: .file())
  var pools: String = "each"

  /// Every file that cannot be read is named, not just the first.
  func inputs() throws -> ReportInputs {
    let names = [book] + market + [collateral, pools].compactMap { $0 }
    guard names.filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("- (standard input) can stand for one file only")
    }
    var faults: [Issue] = []
    func read(_ path: String) -> InputBytes? {
      do throws(Issue) { return try InputFile.read(path) } catch {
        faults.append(error)
        return nil
      }
    }
    let bookBytes = read(book)
    let marketBytes = market.compactMap(read)
    let poolingChoice = try pooling(read)
    let collateralChoice = try collateralChoice(read)
    guard faults.isEmpty, let bookBytes, let poolingChoice else {
      throw CommandRefusal(faults.map(\.description))
    }
    return ReportInputs(
      book: bookBytes, markets: marketBytes, pooling: poolingChoice, collateral: collateralChoice)
  }

  private func pooling(_ read: (String) -> InputBytes?) throws -> PoolingChoice? {
    switch pools {
    case "each": return .rule(.eachLeg)
    case "expiry": return .rule(.byExpiry)
    case "underlying": return .rule(.byUnderlying)
    default: return read(pools).map { .file($0) }
    }
  }

  private func collateralChoice(_ read: (String) -> InputBytes?) throws -> CollateralChoice? {
    guard let collateral else { return nil }
    guard let amount = CollateralDocument.amount(collateral) else {
      return read(collateral).map { .file($0) }
    }
    guard let document = amount.value else {
      throw CommandRefusal(amount.issues.map(\.description))
    }
    return .amount(document)
  }
}
