"""The documented surface that the demo market is drawn from. Nothing in it is observed.

Forwards   F(T) = S·exp(b(T)·T),  b(T) = near + (far − near)·(1 − e^(−4T))      per year
At the money  σ(T) = far + (near − far)·e^(−6T),  θ(T) = σ(T)²·T               total variance
Smile      w(k, θ) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)),  φ = η/√θ,  k = ln(K/F)

The smile is the SSVI form of Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces"
(arXiv:1204.0646): free of butterfly arbitrage where η²(1 + |ρ|) ≤ 4 and η√θ(1 + |ρ|) ≤ 4, and of
calendar arbitrage where θ grows with T. `check` asserts all three.
"""

import math
from dataclasses import dataclass

YEAR_SECONDS = 31_536_000  # ACT/365


@dataclass(frozen=True)
class Surface:
    coin: str
    index: float  # USD per coin
    basis_near: float  # per year
    basis_far: float
    vol_near: float  # 1 = 100 % a year
    vol_far: float
    rho: float
    eta: float

    def forward(self, years):
        basis = self.basis_near + (self.basis_far - self.basis_near) * (1 - math.exp(-4 * years))
        return self.index * math.exp(basis * years)

    def vol_at_the_money(self, years):
        return self.vol_far + (self.vol_near - self.vol_far) * math.exp(-6 * years)

    def total_variance(self, strike, years):
        theta = self.vol_at_the_money(years) ** 2 * years
        phi = self.eta / math.sqrt(theta)
        k = math.log(strike / self.forward(years))
        root = math.sqrt((phi * k + self.rho) ** 2 + 1 - self.rho**2)
        return theta / 2 * (1 + self.rho * phi * k + root)

    def vol(self, strike, years):
        return math.sqrt(self.total_variance(strike, years) / years)

    def check(self, tenors):
        thetas = [self.vol_at_the_money(years) ** 2 * years for years in tenors]
        assert self.eta**2 * (1 + abs(self.rho)) <= 4, f"{self.coin}: butterfly bound on eta"
        for theta in thetas:
            assert self.eta * math.sqrt(theta) * (1 + abs(self.rho)) <= 4, f"{self.coin}: butterfly bound"
        assert thetas == sorted(thetas), f"{self.coin}: total variance falls with time"


SURFACES = [
    Surface("BTC", 92_480.55, 0.035, 0.065, 0.44, 0.50, -0.22, 0.60),
    Surface("ETH", 3_145.20, 0.030, 0.055, 0.62, 0.68, -0.15, 0.62),
    Surface("SOL", 142.36, 0.020, 0.040, 0.78, 0.84, -0.08, 0.62),
]


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black(sign, forward, strike, years, vol):
    """Undiscounted Black (1976) price, USD per coin; sign +1 call, −1 put."""
    deviation = vol * math.sqrt(years)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    d2 = d1 - deviation
    return sign * (forward * normal_cdf(sign * d1) - strike * normal_cdf(sign * d2))


class Draws:
    """Seeded draws, the same on every machine: SplitMix64 keyed by a name, never by order."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.seed = seed

    def uniform(self, name):
        """In [0, 1), from the seed and the name alone."""
        state = self.seed & self.MASK
        for byte in name.encode():
            state = self.mix(state ^ byte)
        return (self.mix(state) >> 11) / 2**53

    @classmethod
    def mix(cls, state):
        state = (state + 0x9E3779B97F4A7C15) & cls.MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & cls.MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & cls.MASK
        return state ^ (state >> 31)
