"""The demo book: each pool teaches one thing that an account-wide number hides. Sizes, entries and
collateral are made up. Cash is after premia paid and received, equity is cash plus the marks."""

NOTE = "SYNTHETIC book, nobody's positions: written by Scripts/demo/book.py, one lesson a pool."


def leg(instrument, size, entry):
    return {"instrument": instrument, "size": size, "entry": entry}


def pool(name, strategy, currency, collateral, note, *legs):
    given = {} if collateral is None else {"collateral": collateral}
    return {"id": name, "strategy": strategy, "note": note, "currency": currency, **given, "legs": list(legs)}


def cash(amount):
    return {"cash": amount}


def equity(amount):
    return {"equity": amount}


def book():
    pools = [
        pool("weekly-calls", "long out-of-the-money calls", "BTC", cash("0"),
             "40 weekly calls 10 % out of the money: small in the account, tens of times levered themselves.",
             leg("BTC-27NOV26-102000-C", "40", "0.0019")),
        pool("eth-call-spread", "bull call spread", "ETH", cash("4"),
             "Margin asks for idle cash beside it; it can lose only its own value, so the cash dilutes nothing.",
             leg("ETH-25DEC26-3200-C", "50", "0.071"), leg("ETH-25DEC26-3600-C", "-50", "0.034")),
        pool("weekly-strangle", "short strangle", "BTC", cash("0.42"),
             "Dies on both sides: two liquidation prices.",
             leg("BTC-27NOV26-86000-P", "-2", "0.0062"), leg("BTC-27NOV26-100000-C", "-2", "0.0036")),
        pool("eth-condor", "iron condor", "ETH", cash("8.5"),
             "Defined risk, and yet standard margin can liquidate it before expiry.",
             leg("ETH-4DEC26-2700-P", "20", "0.0098"), leg("ETH-4DEC26-2900-P", "-20", "0.0205"),
             leg("ETH-4DEC26-3400-C", "-20", "0.0221"), leg("ETH-4DEC26-3600-C", "20", "0.0112")),
        pool("put-credit-spread", "bull put spread in coin", "BTC", cash("0.6"),
             "In coin even a put credit spread loses without bound as the coin falls.",
             leg("BTC-25DEC26-84000-P", "-3", "0.0241"), leg("BTC-25DEC26-80000-P", "3", "0.0158")),
        pool("sol-short-put", "short put in dollars", "USDC", cash("5200"),
             "A percentage-of-underlying rule liquidates a worthless short put when the coin doubles.",
             leg("SOL_USDC-25DEC26-120-P", "-200", "5.9")),
        pool("perp-long-3x", "long inverse perpetual", "BTC", equity("0.5"),
             "3x in coin is 4x in dollars: the collateral falls with the position.",
             leg("BTC-PERPETUAL", "138000", "91350")),
        pool("synthetic-dollar", "fully collateralised short", "BTC", cash("1.05"),
             "As much coin as it is short: no price liquidates it.",
             leg("BTC-PERPETUAL", "-94000", "94100")),
        pool("covered-call", "covered call in coin", "BTC", cash("1.011"),
             "A call short against one coin each is bounded: a call pays less than one coin.",
             leg("BTC-25DEC26-110000-C", "-1", "0.011")),
        pool("eth-calendar", "calendar", "ETH", cash("14"),
             "Two expiries: maximum loss needs a model of the later one, so capital is equity.",
             leg("ETH-27NOV26-3200-C", "-30", "0.0265"), leg("ETH-25DEC26-3200-C", "30", "0.072")),
        pool("hedged-straddle", "long straddle, perpetual hedge", "BTC", cash("0.12"),
             "Delta near zero, so delta leverage says nothing: gamma and vega carry the risk.",
             leg("BTC-25DEC26-92000-C", "4", "0.0615"), leg("BTC-25DEC26-92000-P", "4", "0.0528"),
             leg("BTC-PERPETUAL", "-42000", "92380")),
        pool("sol-perp-short", "short linear perpetual", "USDC", equity("2400"),
             "A linear short: one liquidation price, above.",
             leg("SOL_USDC-PERPETUAL", "-120", "138.4")),
        pool("naked-short-put", "short put, collateral not given", "BTC", None,
             "Nobody said what stands behind it: shown as unknown, with how to give it.",
             leg("BTC-25DEC26-76000-P", "-5", "0.0101")),
        pool("unlisted-strike", "long straddle at an unquoted strike", "BTC", cash("0"),
             "A strike between two quoted ones: the report says that its volatility is interpolated.",
             leg("BTC-27NOV26-98000-C", "1", "0.006"), leg("BTC-27NOV26-98000-P", "1", "0.065")),
        pool("expired-leg", "put ladder, nearest expiry past", "ETH", cash("0"),
             "An expired leg, still to be settled, beside a living one.",
             leg("ETH-20NOV26-3200-P", "10", "0.013"), leg("ETH-27NOV26-3000-P", "10", "0.0168")),
        pool("no-market", "perpetual without a market", "USDC", cash("500"),
             "A coin that the market files do not quote: visible, with its reason.",
             leg("AVAX_USDC-PERPETUAL", "40", "18.2")),
    ]
    return {"format": "fulcrum.book", "version": 1, "note": NOTE, "pools": pools}


def account():
    """An account-summary reply: the equity that account leverage divides by."""
    def summary(currency, equity):
        return {"currency": currency, "equity": equity, "margin_model": "segregated_sm"}
    summaries = [summary("BTC", 12.0), summary("ETH", 150.0), summary("USDC", 60000.0)]
    return {"note": NOTE.replace("book", "account"), "jsonrpc": "2.0", "id": 1, "result": {"summaries": summaries}}
