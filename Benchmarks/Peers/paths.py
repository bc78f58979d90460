"""Simulated pools: Fulcrum against numpy and numba doing the same work on one core.

    paths.py FULCRUM_BENCH [PATHS]

The pool of `fulcrum-bench paths`: four options and a perpetual, Merton jumps, 100 steps over 30 days, the
venue-style standard margin, full liquidation at the boundary that a Brownian bridge touches or where a jump lands.
Every version reads equity from a grid over price and time and the boundary from its zero, skips the bridge where no
draw can reach, and keeps terminal equity, liquidations, the deepest drawdown and the time under water. Those with "prices" are
the same without the grid: they price the four options at every step, as one would who had not thought of one. Rounds are
interleaved, each on one core; medians of nine. The probability of liquidation and the mean must agree within four
standard errors, or the comparison means nothing.
"""

import json
import math
import os
import statistics
import subprocess
import sys
import time

import numpy as np

ROUNDS = 9
STEPS, HORIZON, LIFE = 100, 30 / 365, 45 / 365
SPOT, CASH, VOLATILITY = 60_000.0, 14_000.0, 0.55
LEGS = [(-1, 45_000, 1), (-1, 50_000, -1), (1, 72_000, -1), (1, 80_000, 1)]
FUTURE, FUTURES_RATE, FEE, OPTION_RATE = 0.05, 0.0105, 0.0005, 0.075
SIGMA, PER_YEAR, JUMP, SPREAD = 0.5, 12.0, -0.03, 0.06
LOWEST, CELLS = -1.6, 1600
SPACING = -2 * LOWEST / CELLS


def black(sign, forward, strike, years):
    from scipy.special import ndtr

    w = VOLATILITY * np.sqrt(years)
    d1 = np.log(forward / strike) / w + w / 2
    return sign * (forward * ndtr(sign * d1) - strike * ndtr(sign * (d1 - w)))


def grids():
    """Value of the legs and the healthy stretch of ln S at every step's end."""
    x = LOWEST + SPACING * np.arange(CELLS + 1)
    forward = SPOT * np.exp(x)
    values, bounds = np.empty((STEPS + 1, CELLS + 1)), np.empty((STEPS + 1, 2))
    for node in range(STEPS + 1):
        years = LIFE - HORIZON * node / STEPS
        value = FUTURE * (forward - SPOT)
        need = FUTURES_RATE * FUTURE * forward
        for sign, strike, quantity in LEGS:
            price = black(sign, forward, strike, years)
            value = value + quantity * price
            if quantity < 0:
                base = forward if sign > 0 else np.maximum(forward, price)
                need = need - quantity * OPTION_RATE * base
        excess = CASH + value - need
        good = np.flatnonzero(excess >= 0)
        values[node] = value
        for side, at in ((0, good[0] - 1), (1, good[-1])):
            inside = 0 <= at < CELLS
            bounds[node, side] = (
                x[at] + SPACING * excess[at] / (excess[at] - excess[at + 1]) if inside else (side * 2 - 1) * np.inf
            )
    return values, bounds


VALUES, BOUNDS = grids()
NOTIONAL = FUTURE + sum(abs(quantity) for _, _, quantity in LEGS)
SLOPE = -PER_YEAR * np.expm1(JUMP + SPREAD**2 / 2) - SIGMA**2 / 2
STEP = HORIZON / STEPS
START = CASH + np.interp(0.0, LOWEST + SPACING * np.arange(CELLS + 1), VALUES[0])
REACH = 0.5 * SIGMA**2 * STEP * 37.43
# P(N <= n) of the jumps of a step.
JUMPS = np.cumsum([np.exp(-PER_YEAR * STEP) * (PER_YEAR * STEP) ** n / math.factorial(n) for n in range(12)])


def numpy_version(value):
    def run(paths, seed, chunk=20_000):
        draws = np.random.default_rng(seed)
        totals = np.zeros(5)
        for first in range(0, paths, chunk):
            totals += numpy_chunk(min(chunk, paths - first), draws, value)
        return totals / paths

    return run


def numpy_chunk(paths, draws, value):
    x, equity = np.zeros(paths), np.full(paths, START)
    alive = np.ones(paths, bool)
    peak, deepest, under = np.full(paths, START), np.zeros(paths), np.zeros(paths)
    half = 0.5 * SIGMA**2 * STEP
    for node in range(1, STEPS + 1):
        (low0, high0), (low, high) = BOUNDS[node - 1], BOUNDS[node]
        to = x + SLOPE * STEP + SIGMA * np.sqrt(STEP) * draws.standard_normal(paths)
        with np.errstate(invalid="ignore"):
            below, above = (x - low0) * (to - low), (high0 - x) * (high - to)
        touched = np.zeros(paths, bool)
        at = to.copy()
        for near, bound, side in ((below, low, to <= low), (above, high, to >= high)):
            hit = side.copy()
            close = np.flatnonzero((near < REACH) & ~side & alive)
            hit[close] = near[close] < -half * np.log(draws.random(close.size))
            at[hit & ~touched] = bound
            touched |= hit
        uniform = draws.random(paths)
        jumps = np.flatnonzero(uniform >= JUMPS[0])
        landed = to.copy()
        counts = np.searchsorted(JUMPS, uniform[jumps], side="right")
        landed[jumps] += counts * JUMP + np.sqrt(counts) * SPREAD * draws.standard_normal(jumps.size)
        beyond = ((landed < low) | (landed > high)) & ~touched
        at[beyond] = landed[beyond]
        ended = alive & (touched | beyond)
        if ended.any():
            place = np.flatnonzero(ended)
            cash = CASH + value(at[place], node)
            cash = np.maximum(np.maximum(cash, 0) - FEE * NOTIONAL * SPOT * np.exp(at[place]), 0)
            equity[place] = cash
            alive[place] = False
        x = landed
        live = np.flatnonzero(alive)
        equity[live] = CASH + value(x[live], node)
        np.maximum(peak, equity, out=peak)
        drawdown = 1 - np.maximum(equity, 0) / peak
        np.maximum(deepest, drawdown, out=deepest)
        under += drawdown > 0.05
    return np.array([np.maximum(equity, 0).sum(), (equity**2).sum(), (~alive).sum(), deepest.sum(), under.sum() / STEPS])


def value_at(x, node):
    position = np.clip((x - LOWEST) / SPACING, 0, CELLS - 1)
    place = position.astype(np.int64)
    row = VALUES[node]
    left = row[place]
    return left + (position - place) * (row[place + 1] - left)


def priced_at(x, node):
    forward = SPOT * np.exp(x)
    total = FUTURE * (forward - SPOT)
    for sign, strike, quantity in LEGS:
        total += quantity * black(sign, forward, strike, LIFE - HORIZON * node / STEPS)
    return total


def numba_version(priced):
    import numba

    signs = np.array([float(sign) for sign, _, _ in LEGS])
    strikes = np.array([float(strike) for _, strike, _ in LEGS])
    quantities = np.array([float(quantity) for _, _, quantity in LEGS])

    @numba.njit
    def pool_value(x, node):
        forward = SPOT * np.exp(x)
        total = FUTURE * (forward - SPOT)
        w = VOLATILITY * np.sqrt(LIFE - HORIZON * node / STEPS)
        for leg in range(4):
            d1 = np.log(forward / strikes[leg]) / w + w / 2
            high = 0.5 * math.erfc(-signs[leg] * d1 * math.sqrt(0.5))
            low = 0.5 * math.erfc(-signs[leg] * (d1 - w) * math.sqrt(0.5))
            total += quantities[leg] * signs[leg] * (forward * high - strikes[leg] * low)
        return total

    @numba.njit(fastmath=False, cache=False)
    def run(paths, seed, values, bounds, laws):
        np.random.seed(seed)
        totals = np.zeros(5)
        half, root = 0.5 * SIGMA**2 * STEP, SIGMA * np.sqrt(STEP)
        for _ in range(paths):
            x, equity, peak, deepest, under = 0.0, START, START, 0.0, 0.0
            alive = True
            for node in range(1, STEPS + 1):
                if alive:
                    low0, high0, low, high = bounds[node - 1, 0], bounds[node - 1, 1], bounds[node, 0], bounds[node, 1]
                    to = x + SLOPE * STEP + root * np.random.standard_normal()
                    at, hit = to, False
                    below, above = (x - low0) * (to - low), (high0 - x) * (high - to)
                    if to <= low or (below < REACH and below < -half * np.log(np.random.random())):
                        at, hit = low, True
                    elif to >= high or (above < REACH and above < -half * np.log(np.random.random())):
                        at, hit = high, True
                    landed = to
                    uniform = np.random.random()
                    if uniform >= laws[0]:
                        count = 1
                        while count < 11 and uniform >= laws[count]:
                            count += 1
                        landed += count * JUMP + np.sqrt(count) * SPREAD * np.random.standard_normal()
                    if not hit and (landed < low or landed > high):
                        at, hit = landed, True
                    x = landed
                    where = at if hit else x
                    if priced:
                        value = pool_value(where, node)
                    else:
                        position = min(max((where - LOWEST) / SPACING, 0.0), CELLS - 1.0)
                        place = int(position)
                        left = values[node, place]
                        value = left + (position - place) * (values[node, place + 1] - left)
                    equity = CASH + value
                    if hit:
                        alive = False
                        equity = max(max(equity, 0.0) - FEE * NOTIONAL * SPOT * np.exp(at), 0.0)
                if equity > peak:
                    peak = equity
                drawdown = 1 - max(equity, 0.0) / peak
                if drawdown > deepest:
                    deepest = drawdown
                if drawdown > 0.05:
                    under += 1
            totals[0] += max(equity, 0.0)
            totals[1] += equity * equity
            totals[2] += 0.0 if alive else 1.0
            totals[3] += deepest
            totals[4] += under / STEPS
        return totals / paths

    run(10, 1, VALUES, BOUNDS, JUMPS)
    return lambda paths, seed: run(paths, seed, VALUES, BOUNDS, JUMPS)


def with_fulcrum(bench):
    def run(paths, seed):
        line = subprocess.run([bench, "paths", str(paths), str(seed)], check=True, capture_output=True, text=True)
        answer = json.loads(line.stdout)
        run.seconds = answer["seconds"]
        return np.array([answer["mean"], answer["square"], answer["liquidated"], answer["deepest"], answer["under"]])

    return run


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 64
    paths = int(arguments[1]) if len(arguments) > 1 else 200_000
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    versions = {"fulcrum": with_fulcrum(arguments[0]), "numpy": numpy_version(value_at), "numpy, prices": numpy_version(priced_at)}
    try:
        versions["numba"] = numba_version(False)
        versions["numba, prices"] = numba_version(True)
    except ImportError:
        print("absent: numba")
    seconds = {name: [] for name in versions}
    answers = {}
    for turn in range(ROUNDS):
        for name, run in versions.items():
            began = time.perf_counter()
            answers[name] = run(paths, turn + 1)
            seconds[name].append(getattr(run, "seconds", None) or time.perf_counter() - began)
    ours = statistics.median(seconds["fulcrum"])
    print(f"{paths} paths of {STEPS} steps, one core, medians of {ROUNDS}, load {os.getloadavg()[0]:.2f}")
    print(f"{'':14}{'ns a step':>10}{'ratio':>8}{'liquidated':>12}{'mean':>12}{'drawdown':>10}{'under 5 %':>10}")
    bad = 0
    for name, times in seconds.items():
        took, answer = statistics.median(times), answers[name]
        deviation = max(answer[1] - answer[0] ** 2, 0) ** 0.5
        error = 4 * (2 / paths) ** 0.5
        chance = answers["fulcrum"][2]
        apart = abs(answer[0] - answers["fulcrum"][0]) > error * deviation or abs(answer[2] - chance) > error * (
            chance * (1 - chance)) ** 0.5 + 1e-4
        bad += apart
        print(f"{name:14}{took / paths / STEPS * 1e9:10.1f}{took / ours:8.1f}{answer[2]:12.4f}{answer[0]:12.2f}"
              f"{answer[3]:10.4f}{answer[4]:10.4f}{'  DISAGREES' if apart else ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
