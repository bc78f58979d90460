import FulcrumRisk

extension VenueCalculation {
  /// Derive's liquidation auctions.
  static let deriveAuction = [
    VenueCalculation(
      "derive.auction.discount", "share of an account's value asked for, by time"
    ) { (fields) throws(CalculationRefusal) in
      let auction = fields.auction()
      let elapsed = fields.number("elapsed", "time since the start, seconds", .nonNegative)
      try fields.finish()
      let discount = try refusingRule { () throws(VenueRuleError) in
        try auction.discount(elapsed: elapsed)
      }
      return ["discount": try finite(discount)]
    },
    VenueCalculation(
      "derive.auction.bid", "price, largest share and payment of a bid on a solvent account"
    ) { (fields) throws(CalculationRefusal) in
      let bid = try fields.bid()
      try fields.finish()
      return try answer(bid)
    },
    VenueCalculation(
      "derive.auction.fee", "fee at the start of a solvent auction"
    ) { (fields) throws(CalculationRefusal) in
      var auction = DeriveAuction.standard
      auction.bufferPct = fields.number("bufferPct", "buffer on top of MM", .nonNegative)
      auction.feeRate = fields.number("feeRate", "fee rate", .share)
      let maintenance = fields.number("mm", "net maintenance margin, USD")
      let mark = fields.number("mtm", "mark to market, USD")
      try fields.finish()
      let fee = try refusingRule { () throws(VenueRuleError) in
        try auction.fee(maintenance: maintenance, markToMarket: mark)
      }
      return ["fee": try finite(fee)]
    },
    VenueCalculation(
      "derive.auction.insolvent", "what a bidder is paid for a share of an insolvent account"
    ) { (fields) throws(CalculationRefusal) in
      var auction = DeriveAuction.standard
      auction.insolventLength = fields.number("insolventLength", "length, seconds", .positive)
      let maintenance = fields.number("mm", "net maintenance margin, USD")
      let mark = fields.number("mtm", "mark to market, USD")
      let elapsed = fields.number("elapsed", "time since the start, seconds", .nonNegative)
      let share = fields.number("percent", "share of the account", .share)
      try fields.finish()
      let cash = try refusingRule { () throws(VenueRuleError) in
        try auction.insolventPayout(
          maintenance: maintenance, markToMarket: mark, elapsed: elapsed, share: share)
      }
      return ["cashToBidder": try finite(cash)]
    },
  ]

  fileprivate struct Bid {
    var auction: DeriveAuction
    var mark: Double
    var reserved: Double
    var discount: Double
    /// Nil where neither it nor MM is given.
    var bufferMargin: Double?
    var wanted: Double?
  }

  private static func answer(_ bid: Bid) throws(CalculationRefusal) -> JSONObject {
    let price = bid.auction.price(
      markToMarket: bid.mark, reserved: bid.reserved, discount: bid.discount)
    var answers: JSONObject = ["bidPrice": try finite(price)]
    guard let buffer = bid.bufferMargin else { return answers }
    let most = try refusingRule { () throws(VenueRuleError) in
      try bid.auction.largestShare(
        bufferMargin: buffer, markToMarket: bid.mark, reserved: bid.reserved,
        discount: bid.discount)
    }
    answers["bufferMargin"] = try finite(buffer)
    answers["maxProportion"] = try finite(most)
    answers["maxProportionFloorPermille"] = try finite((most * 1000).rounded(.down))
    answers["maxProportionFloorE4"] = try finite((most * 10_000).rounded(.down))
    guard let wanted = bid.wanted else { return answers }
    let cash = bid.auction.payment(share: min(wanted, most), price: price)
    answers["cashFromBidder"] = try finite(cash)
    answers["cashFromBidderFloor"] = try finite(cash.rounded(.down))
    return answers
  }
}

extension InputFields {
  fileprivate mutating func auction() -> DeriveAuction {
    var auction = DeriveAuction.standard
    auction.start = number("start", "share asked for at the start", .nonNegative)
    auction.cutoff = number("cutoff", "share after the fast phase", .nonNegative)
    auction.fastLength = number("fastLength", "length, seconds", .positive)
    auction.slowLength = number("slowLength", "length, seconds", .positive)
    return auction
  }

  /// `discount`, or the time and the auction that give it; `bufferMargin`, or MM and the buffer.
  fileprivate mutating func bid() throws(CalculationRefusal) -> VenueCalculation.Bid {
    var auction = DeriveAuction.standard
    var discount = optionalNumber("discount", "share asked for", .share)
    if discount == nil {
      auction = self.auction()
      let elapsed = number("elapsed", "time since the start, seconds", .nonNegative)
      let timed = auction
      discount = try refusingRule { () throws(VenueRuleError) in
        try timed.discount(elapsed: elapsed)
      }
    }
    let mark = number("mtm", "mark to market, USD")
    var buffer = optionalNumber("bufferMargin", "margin with the buffer, USD")
    if buffer == nil, has("mm") {
      auction.bufferPct = number("bufferPct", "buffer on top of MM", .nonNegative)
      buffer = auction.bufferMargin(
        maintenance: number("mm", "net maintenance margin, USD"), markToMarket: mark)
    }
    return VenueCalculation.Bid(
      auction: auction, mark: mark,
      reserved: number("reservedCash", "cash of earlier bidders, USD", .nonNegative),
      discount: discount ?? 0, bufferMargin: buffer,
      wanted: optionalNumber("percentWanted", "share wanted", .share))
  }
}
