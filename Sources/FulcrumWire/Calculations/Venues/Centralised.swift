extension VenueCalculation {
  /// The rules of centralised venues, venue by venue.
  static let centralised: [VenueCalculation] = account

  /// What every venue's account has in common.
  private static let account = [
    VenueCalculation(
      "account.availableFunds", "funds that no margin holds back"
    ) { (fields) throws(CalculationRefusal) in
      let balance = fields.number(VenueField.marginBalance)
      let initial = fields.number(
        NumberField("initialMargin", .nonNegative, "initial margin, account currency"))
      try fields.finish()
      return ["availableFunds": .number(balance - initial)]
    }
  ]
}

/// Inputs that several rules share.
enum VenueField {
  static let marginBalance = NumberField(
    "marginBalance", .finite, "margin balance, account currency")
}
