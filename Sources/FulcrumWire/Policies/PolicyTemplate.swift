/// The policy file that `fulcrum policy init` writes; `fulcrum policy check` takes it as it is.
package enum PolicyTemplate {
  package static let text = """
    # A leverage policy: docs/reference/policy.md. Percent, bp, x, USD and durations (30d, 1h) may be
    # written out. `fulcrum policy check FILE` says whether it can be used and what it allows.
    version: 1

    # How rough the market is. A score of 1.5 means one and a half times the median volatility of the
    # reference span. Enter above, leave below; the gap between the two keeps the regime from flapping.
    regime:
      score: relative          # or volatility: a year, 0.9 = 90 %; or hmm
      enter: [0.9, 1.5]        # calm to normal, normal to stressed
      leave: [0.75, 1.25]      # normal to calm, stressed to normal
      dwell-up: 1              # steps beyond a threshold before a switch
      dwell-down: 3
      reference: 365d

    # Forecast for the budgets: the larger of GJR and HAR, mixed with implied volatility where there is
    # one, never below the forecast. Fits see the window behind them only.
    volatility:
      step: 1d                 # of the models; that of the bars where they are longer
      implied-weight: 50%
      window: 730d
      refit: 30d
      horizon: 30d

    # What holds for every pool. The smallest of all lines decides; budgets are multiplied by the
    # regime, caps are not. Leave a line out, or write none, and it does not limit.
    defaults:
      budgets:
        volatility-target: 60%                        # leverage = 60 % / forecast volatility
        shortfall: {budget: 15%, tail: 5%, horizon: 1d}
        drawdown: {limit: 60%, multiple: 2.5}         # no leverage at 40 % of the high; gap: 20%
        # kelly: {drift: 20%, drift-error: 30%, z: 1}  # of a fraction that follows from the error
      caps:
        liquidation: {probability: 1%, horizon: 30d}
        leverage: {calm: 5, normal: 4, stressed: 2}
        # largest-notional: 5_000_000 USD
      multipliers: {calm: 100%, normal: 75%, stressed: 40%}
      risk-budget: 2%          # worst loss, of the account, of pools whose leverage no order can change
      fill-risk-budget: no     # yes: smaller ones are enlarged up to it
      trading:
        band: 10%              # half-width of the no-trade band, of the target
        mode: edge             # or target
        smallest-order: 50 USD
        dwell: 1h              # between two increases; reductions never wait
        confirmations: 2       # evaluations in a row before an increase
        smoothing: 1d          # half-life of the forecast

    # The first rule that matches a pool changes what it names; the rest is as above.
    rules: []
    # rules:
    #   - class: option        # or future
    #     coin: ETH
    #     budgets: {volatility-target: 40%}
    #   - pool: weekly-strangle
    #     caps: {leverage: 1.5}

    """
}
