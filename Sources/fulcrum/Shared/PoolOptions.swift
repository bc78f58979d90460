import ArgumentParser
import FulcrumRisk
import FulcrumWire

/// One isolated pool described by flags.
struct PoolOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A leg; repeat it for more.",
      discussion: """
        Key=value pairs: an option type=call,K=66000,days=7,vol=55%,qty=40; a perpetual or future \
        kind=perp,entry=60000,qty=-2. Also T (years), F (its own forward or mark), m (coins per \
        contract, default 1), A (USD face of an inverse future). qty is negative for a short.
        """, valueName: "key=value,..."),
    transform: LegText.init(parsing:))
  var leg: [LegText] = []
  @Option(
    parsing: .unconditional, help: "Index price, USD (default: the forward).",
    transform: NumberText.number)
  var index: Double?
  @Option(
    parsing: .unconditional,
    help: "Forward or mark of every leg without its own F, USD (default: the index).",
    transform: NumberText.number)
  var forward: Double?
  @Option(
    help: "USD, or COIN for coin-margined legs.",
    completion: WordText.completion(PoolCurrency.self), transform: WordText.choice)
  var currency: PoolCurrency = .usd
  @Option(
    parsing: .unconditional,
    help: """
      Cash of the pool in its currency, after premia (default for options that are all bought: 0, \
      what they are worth is all there is). A short option or a future needs it.
      """, transform: NumberText.number)
  var cash: Double?

  func set(into inputs: inout FlagInputs) {
    guard !leg.isEmpty || index != nil || forward != nil || cash != nil else {
      inputs.require("legs", from: "--leg", JSONValue?.none)
      inputs.require("index", from: "--index", JSONValue?.none)
      return
    }
    if leg.isEmpty { inputs.require("legs", from: "--leg", JSONValue?.none) }
    if cash == nil, leg.contains(where: \.needsCollateral) {
      inputs.refuse(
        "the collateral of a short is unknown, nor does a future stand without any; "
          + "give --cash AMOUNT, in the pool's currency after premia")
    }
    inputs.require("index", from: "--index", index ?? forward)
    var pool = JSONObject()
    pool["currency"] = .string(currency.rawValue)
    pool["cash"] = .number(cash ?? 0)
    inputs.set("pool", from: "the pool", .object(pool))
    inputs.set(
      "legs", from: "--leg",
      .array(
        leg.map {
          .object($0.completed(currency: currency.rawValue, forward: forward ?? index))
        }))
  }
}
