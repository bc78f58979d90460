#!/usr/bin/env python3
"""The same fits by the packages that people use: arch (GARCH, GJR) and hmmlearn (hidden states).

    fulcrum-bench volatility FOLDER          times our own, and writes the series there
    python3 Benchmarks/Peers/volatility.py FOLDER

Medians of nine in milliseconds with the load of the machine. A package that is not installed is printed as
absent; install them in an environment of your own with: pip install arch hmmlearn
"""

import os
import statistics
import sys
import time
from pathlib import Path

try:
    import numpy
except ImportError:
    sys.exit("numpy: absent; install it with: pip install numpy arch hmmlearn")


def median_of_nine(body):
    body()
    samples = []
    for _ in range(9):
        began = time.perf_counter()
        body()
        samples.append((time.perf_counter() - began) * 1000)
    return statistics.median(samples)


def show(name, milliseconds, likelihood):
    print(f"{name:<55} {milliseconds:9.2f} ms   log likelihood {likelihood:.4f}   "
          f"load {os.getloadavg()[0]:.2f}")


folder = Path(sys.argv[1])
returns = numpy.loadtxt(folder / "returns.txt")
states = numpy.loadtxt(folder / "states.txt")

try:
    from arch import __version__ as arch_version
    from arch import arch_model

    for name, o in (("garch", 0), ("gjr", 1)):
        # The variance before the sample is the same: the mean square of the returns.
        def fit(o=o):
            model = arch_model(returns, mean="Zero", vol="GARCH", p=1, o=o, q=1, rescale=False)
            return model.fit(disp="off", backcast=float((returns**2).mean()))

        def errors(fit=fit):
            return fit().std_err

        show(f"arch {arch_version}: {name} fit with robust errors, {len(returns)} returns",
             median_of_nine(errors), fit().loglikelihood)
except ImportError:
    print("arch: absent (pip install arch)")

try:
    from hmmlearn import __version__ as hmm_version
    from hmmlearn.hmm import GaussianHMM

    column = states.reshape(-1, 1)

    def start(steps, tolerance):
        model = GaussianHMM(2, n_iter=steps, tol=tolerance, init_params="", covariance_type="diag",
                            min_covar=0, means_weight=0, covars_prior=0, covars_weight=0)
        model.startprob_ = numpy.array([0.5, 0.5])
        model.transmat_ = numpy.array([[0.9, 0.1], [0.1, 0.9]])
        model.means_ = numpy.array([[0.0], [0.0]])
        model.covars_ = numpy.array([[0.004**2], [0.03**2]])
        return model

    # Until the likelihood rises by less than 1e-8 of itself, as ours does.
    likelihood = start(1, 0).fit(column).score(column)
    full = start(500, 1e-8 * abs(likelihood))
    show(f"hmmlearn {hmm_version}: 2 states, {len(states)} points, one start",
         median_of_nine(lambda: start(500, 1e-8 * abs(likelihood)).fit(column)),
         full.fit(column).score(column))
    print(f"  in {full.monitor_.iter} steps")
    show(f"hmmlearn {hmm_version}: one step of {len(states)} points",
         median_of_nine(lambda: start(1, 0).fit(column)), likelihood)
except ImportError:
    print("hmmlearn: absent (pip install hmmlearn)")
