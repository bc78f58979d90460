"""Write the options that kernels and peers are compared on.

usage: inputs.py FOLDER ROWS

book.bin: rows F, K, T, sigma, isCall, undiscounted price: forwards near 50,000, K/F log-uniform in 0.3 to 3,
an hour to two years, 20 % to 200 %. hard.bin: the same and vega, K/F 0.05 to 10, a minute to two years, 2 % to
500 %, prices down to 1e-290 of the forward, rounded from 60 digits. reference.bin: price, delta, gamma, vega, theta
of the first rows of the book from 40 digits. Without mpmath the last is empty, and the hard
grid one harmless option that nothing is judged on.
"""
import math
import sys

import numpy as np

try:
    from scipy.special import ndtr
except ImportError:
    ndtr = np.vectorize(lambda z: 0.5 * math.erfc(-z * math.sqrt(0.5)))
try:
    import mpmath as mp
except ImportError:
    mp = None

REFERENCE_ROWS = 1500


def exact(f, k, t, s, call):
    f, k, t, s = mp.mpf(f), mp.mpf(k), mp.mpf(t), mp.mpf(s)
    w = s * mp.sqrt(t)
    d1 = mp.log(f / k) / w + w / 2
    e = 1 if call else -1
    n = lambda z: mp.erfc(-z / mp.sqrt(2)) / 2
    density = mp.npdf(d1)
    return (e * (f * n(e * d1) - k * n(e * (d1 - w))), e * n(e * d1), density / (f * w),
            f * density * mp.sqrt(t), -f * density * s / (2 * mp.sqrt(t)))


def main(folder, rows):
    g = np.random.default_rng(76)
    f = 50_000 * np.exp(0.1 * g.standard_normal(rows))
    k = f * np.exp(g.uniform(np.log(0.3), np.log(3.0), rows))
    t = np.exp(g.uniform(np.log(1 / 8760), np.log(2.0), rows))
    s = g.uniform(0.2, 2.0, rows)
    call = (g.random(rows) < 0.5).astype(float)
    w = s * np.sqrt(t)
    d1 = np.log(f / k) / w + w / 2
    q = 2 * call - 1
    price = q * (f * ndtr(q * d1) - k * ndtr(q * (d1 - w)))
    book = np.ascontiguousarray(np.stack([f, k, t, s, call, price]))
    book.tofile(f"{folder}/book.bin")
    if mp is None:
        np.zeros((5, 0)).tofile(f"{folder}/reference.bin")
        np.ascontiguousarray([[50_000.0], [50_000.0], [1.0], [0.5], [1.0], [9870.63], [18_000.0]]).tofile(f"{folder}/hard.bin")
        return
    mp.mp.dps = 40
    count = min(REFERENCE_ROWS, rows)
    reference = [[float(v) for v in exact(*book[:4, i], call[i] > 0.5)] for i in range(count)]
    np.ascontiguousarray(np.array(reference).T).tofile(f"{folder}/reference.bin")
    mp.mp.dps = 60
    hard = []
    for m in (.05, .1, .2, .3, .5, .7, .9, .99, .999, 1, 1.001, 1.01, 1.1, 1.5, 2, 3, 5, 10):
        for years in (1 / 525600, 1 / 8760, 1 / 365, 7 / 365, 30 / 365, .5, 2.):
            for sigma in (.02, .05, .1, .2, .5, 1., 2., 3., 5.):
                for right in (0, 1):
                    value = exact(50_000.0, 50_000.0 * m, years, sigma, right)
                    p, v = float(value[0]), float(value[3])
                    if p / 50_000 > 1e-290 and v > 0:
                        hard.append((50_000.0, 50_000.0 * m, years, sigma, right, p, v))
    np.ascontiguousarray(np.array(hard).T).tofile(f"{folder}/hard.bin")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
