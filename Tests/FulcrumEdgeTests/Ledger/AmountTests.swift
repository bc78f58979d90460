import FulcrumModel
import Testing

@testable import FulcrumWire

/// Amounts with their currency, wherever one is read: an exponent is the number's, never the currency's.
@Suite struct AmountTests {
  @Test(
    arguments: [
      ("1e2 BTC", "100 BTC"), ("5e2USDC", "500 USDC"), ("1E-3BTC", "0.001 BTC"),
      ("2.5e+1 btc", "25 BTC"), (" 1 BTC ", "1 BTC"), ("-1e0BTC", "-1 BTC"),
      // No digits behind it: a currency that begins with an E, as EURR does.
      ("5EURR", "5 EURR"), ("5 E2USDC", "5 E2USDC"), ("5e1E2USDC", "50 E2USDC"),
    ])
  func readExactly(_ text: String, _ amount: String) throws {
    let money = try AmountText.money(text)
    #expect(AmountText.text(money) == amount)
    #expect(try AmountText.money(amount) == money)
  }

  @Test(
    arguments: [
      "1e2", "1 e2 BTC", "1e40 BTC", "1e2.5 BTC", "5 1INCH", "1 000 BTC", "BTC", "1e-9 BTC",
      "1,5BTC",
    ])
  func refused(_ text: String) {
    #expect(throws: ScalarText.Refusal.self) { try AmountText.money(text) }
  }

  @Test func collateralOfACommandLineReadsTheSame() throws {
    for (text, amount, asset) in [
      ("1e-3 BTC", "0.001", "BTC"), ("equity 5e2USDC", "500", "USDC"), ("5 E2USDC", "5", "E2USDC"),
    ] {
      let parsed = try #require(CollateralDocument.amount(text))
      guard case .amount(let stated)? = parsed.value else {
        Issue.record("\(text): \(parsed.issues)")
        continue
      }
      #expect(stated.amount.description == amount && stated.currency?.code == asset)
    }
    for text in ["1e2", "5 1INCH"] {
      #expect(try #require(CollateralDocument.amount(text)).issues.count == 1)
    }
    #expect(CollateralDocument.amount("1e2.json") == nil)
  }

  @Test func commandsAndImportsReadTheSame() throws {
    try PoolProgram.with { program in
      try program.good(["owner", "anna"])
      let deposit = try program.good(["deposit", "anna", "1e1 BTC"])
      #expect(deposit.output.contains("deposited: 10 BTC"))
      let lines = try program.write(
        "c.jsonl", #"{"key":"1","action":"deposit","owner":"anna","amount":"5e2USDC"}"#)
      #expect(try program.ledger(["import", "--commands", lines]).status == 0)
      let owner = try #require(program.opened().ledger.owners.first)
      #expect(owner.wallets.map { AmountText.text($0) } == ["10 BTC", "500 USDC"])
    }
  }

  @Test func aMinusIsPartOfTheAmount() throws {
    try PoolProgram.with { program in
      try program.stage()
      for amount in ["-1 BTC", "-1BTC", "-1e-2BTC"] {
        let run = try program.run(["deposit", "anna", amount])
        #expect(run.status == 1)
        #expect(run.errors.contains("refused (amount-not-positive)"), "\(run.errors)")
      }
      let trade = [
        "trade", "long", "BTC-PERPETUAL", "--size", "-10", "--price", "90000", "--recorded",
        "--market", program.path("start.json"), "--at", "market", "--dry-run",
      ]
      for fee in ["-1e-8BTC", "-0.00000001"] {
        #expect(try program.good(trade + ["--fee", fee]).output.contains("fee -0.00000001 BTC"))
      }
    }
  }
}
