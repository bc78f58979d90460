public import FulcrumModel

/// Identities of a Deribit account summary, in the account's currency (margin-centralised 1.2).
///
///     margin balance = balance + futures session P/L (realised and not)
///     equity         = margin balance + Σ q·m of options
///     available      = margin balance − IM;   withdrawable = balance − IM
///
/// - Source: venue-produced samples of two accounts, reproduced to their last digit.
public struct DeribitAccount: Hashable, Sendable {
  public var balance: Double
  public var futuresSessionRealised: Double
  public var futuresSessionUnrealised: Double
  /// Signed: short options count negative.
  public var optionsValue: Double
  public var initialMargin: Double

  public init(
    balance: Double, futuresSessionRealised: Double, futuresSessionUnrealised: Double,
    optionsValue: Double, initialMargin: Double
  ) {
    self.balance = balance
    self.futuresSessionRealised = futuresSessionRealised
    self.futuresSessionUnrealised = futuresSessionUnrealised
    self.optionsValue = optionsValue
    self.initialMargin = initialMargin
  }

  public var marginBalance: Double { balance + futuresSessionRealised + futuresSessionUnrealised }
  public var equity: Double { marginBalance + optionsValue }
  public var availableFunds: Double {
    VenueAccount.availableFunds(marginBalance: marginBalance, initialMargin: initialMargin)
  }
  /// Session profit is not withdrawable.
  public var availableWithdrawalFunds: Double { balance - initialMargin }

  public func sessionUnrealised(ofOptions options: Double) -> Double {
    futuresSessionUnrealised + options
  }

  /// `delta_total_map`: the currency's own value moves with the coin as well.
  public func deltaTotalMap(deltaTotal: Double) -> Double { deltaTotal + optionsValue }
}

public enum VenueAccount {
  /// Funds that no initial margin holds back, account currency; Deribit and Binance.
  public static func availableFunds(marginBalance: Double, initialMargin: Double) -> Double {
    marginBalance - initialMargin
  }
}

/// Settlement of an option at expiry, in its own quotation (margin-centralised 1.10).
///
///     linear payoff max(θ(D − K), 0),  inverse payoff the same over D;  P/L = payoff − premium
public struct OptionSettlement: Hashable, Sendable {
  public let cost: Double
  public let payoff: Double
  public var profit: Double { payoff - cost }

  /// - Parameters:
  ///   - deliveryPrice: D > 0, USD.
  ///   - premium: paid for a unit, coin or USD.
  ///   - multiplier: units of a contract, > 0.
  public init(
    _ right: OptionRight, settlement: Settlement, strike: Double, deliveryPrice: Double,
    premium: Double, multiplier: Double = 1
  ) {
    let usd = max(right.sign * (deliveryPrice - strike), 0)
    cost = premium * multiplier
    payoff = (settlement == .linear ? usd : usd / deliveryPrice) * multiplier
  }
}
