"""The demo book: each pool teaches one thing that an account-wide number hides. Sizes, entries and
collateral are made up. Cash is after premia paid and received, equity is cash plus the marks."""

NOTE = "SYNTHETIC book, nobody's positions: written by Scripts/demo/book.py, one lesson a pool."


def leg(instrument, size, entry):
    return {"instrument": instrument, "size": size, "entry": entry}


def pool(name, strategy, currency, collateral, *legs):
    given = {} if collateral is None else {"collateral": collateral}
    return {"id": name, "strategy": strategy, "currency": currency, **given, "legs": list(legs)}


def cash(amount):
    return {"cash": amount}


def equity(amount):
    return {"equity": amount}


def book():
    pools = [
        # 40 weekly calls 10 % out of the money: small in the account, tens of times levered themselves.
        pool("weekly-calls", "long out-of-the-money calls", "BTC", cash("0"),
             leg("BTC-27NOV26-102000-C", "40", "0.0019")),
        pool("eth-call-spread", "bull call spread", "ETH", cash("0"),
             leg("ETH-25DEC26-3200-C", "50", "0.071"), leg("ETH-25DEC26-3600-C", "-50", "0.034")),
        # Dies on both sides: two liquidation prices.
        pool("weekly-strangle", "short strangle", "BTC", cash("0.42"),
             leg("BTC-27NOV26-86000-P", "-2", "0.0062"), leg("BTC-27NOV26-100000-C", "-2", "0.0036")),
        # Defined risk, and yet standard margin can liquidate it before expiry.
        pool("eth-condor", "iron condor", "ETH", cash("8.5"),
             leg("ETH-4DEC26-2700-P", "20", "0.0098"), leg("ETH-4DEC26-2900-P", "-20", "0.0205"),
             leg("ETH-4DEC26-3400-C", "-20", "0.0221"), leg("ETH-4DEC26-3600-C", "20", "0.0112")),
        # In coin even a put credit spread loses without bound as the coin falls.
        pool("put-credit-spread", "bull put spread in coin", "BTC", cash("0.6"),
             leg("BTC-25DEC26-84000-P", "-3", "0.0241"), leg("BTC-25DEC26-80000-P", "3", "0.0158")),
        # A percentage-of-underlying rule liquidates a worthless short put when the coin doubles.
        pool("sol-short-put", "short put in dollars", "USDC", cash("5200"),
             leg("SOL_USDC-25DEC26-120-P", "-200", "5.9")),
        # 3x in coin is 4x in dollars: the collateral falls with the position.
        pool("perp-long-3x", "long inverse perpetual", "BTC", equity("0.5"),
             leg("BTC-PERPETUAL", "138000", "91350")),
        # As much coin as it is short: no price liquidates it.
        pool("synthetic-dollar", "fully collateralised short", "BTC", cash("1.05"),
             leg("BTC-PERPETUAL", "-94000", "94100")),
        pool("covered-call", "covered call in coin", "BTC", cash("1.011"),
             leg("BTC-25DEC26-110000-C", "-1", "0.011")),
        pool("eth-calendar", "calendar", "ETH", cash("14"),
             leg("ETH-27NOV26-3200-C", "-30", "0.0265"), leg("ETH-25DEC26-3200-C", "30", "0.072")),
        # Delta near zero, so delta leverage says nothing: gamma and vega carry the risk.
        pool("hedged-straddle", "long straddle, perpetual hedge", "BTC", cash("0.12"),
             leg("BTC-25DEC26-92000-C", "4", "0.0615"), leg("BTC-25DEC26-92000-P", "4", "0.0528"),
             leg("BTC-PERPETUAL", "-42000", "92380")),
        pool("sol-perp-short", "short linear perpetual", "USDC", equity("2400"),
             leg("SOL_USDC-PERPETUAL", "-120", "138.4")),
        # Nobody said what stands behind it: shown as unknown, with how to give it.
        pool("naked-short-put", "short put, collateral not given", "BTC", None,
             leg("BTC-25DEC26-76000-P", "-5", "0.0101")),
        # A strike between two quoted ones: the report says that its volatility is interpolated.
        pool("unlisted-strike", "long straddle at an unquoted strike", "BTC", cash("0"),
             leg("BTC-27NOV26-98000-C", "1", "0.006"), leg("BTC-27NOV26-98000-P", "1", "0.065")),
        # An expired leg, still to be settled, beside a living one.
        pool("expired-leg", "put ladder, nearest expiry past", "ETH", cash("0"),
             leg("ETH-20NOV26-3200-P", "10", "0.013"), leg("ETH-27NOV26-3000-P", "10", "0.0168")),
        # A coin that the market files do not quote: visible, with its reason.
        pool("no-market", "perpetual without a market", "USDC", cash("500"),
             leg("AVAX_USDC-PERPETUAL", "40", "18.2")),
    ]
    return {"format": "fulcrum.book", "version": 1, "note": NOTE, "pools": pools}
