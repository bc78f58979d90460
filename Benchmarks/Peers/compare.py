"""Time Fulcrum and its peers on the same options in interleaved rounds, one thread each, and judge their answers.

usage: compare.py FOLDER FULCRUM_BENCH [NAME=COMMAND ...]

Peers of this environment are imported; others are processes that answer "time JOB LEVEL" and
"dump JOB LEVEL FILE" on standard input. Every round times all in turn; a ratio is the median of the ratios within
rounds. A peer slower than 2 us a row gets the first rows of the same book. Absent peers are printed as absent.
"""
import importlib.metadata as metadata
import math
import os
import subprocess
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
ROUNDS = 9
SLOW_ROWS = 2000
SLOW_NS = 2000
JOBS = ("greeks", "iv", "grid", "walk")
TITLE = {
    "greeks": "price with delta, gamma, vega and theta: ns per option",
    "iv": "implied volatility of out-of-the-money quotes: ns per quote",
    "grid": "1,000 legs at 33 scenarios: ns per revaluation",
    "walk": "Monte Carlo step watched by a bridge to a barrier: ns per path and step",
}


class Process:
    """A peer in another process."""

    def __init__(self, command, greeting):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.greeting = self.process.stdout.readline().strip() if greeting else ""

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            return self.process.stdout.readline().strip()
        except OSError:
            return ""


class Peer:
    """run(job, rows) gives an answer; or an external process gives its own times."""

    def __init__(self, name, jobs=None, process=None, level="-"):
        self.name, self.jobs, self.process, self.level = name, jobs or {}, process, level
        self.rows, self.process_absent = {}, set()

    def has(self, job):
        if self.process:
            return job not in self.process_absent
        return job in self.jobs

    def probe(self):
        """Which jobs an external process has."""
        if self.process:
            self.process_absent = {job for job in JOBS
                                   if not is_number(self.process.ask(f"time {job} {self.level}"))}

    def time(self, job):
        if self.process:
            return float(self.process.ask(f"time {job} {self.level}"))
        # The least of a few samples, as our own side takes it: a neighbour on the core only adds.
        rows, best, spent, taken = self.rows.get(job), math.inf, 0.0, 0
        while taken < 5 and spent < 0.1:
            start = time.perf_counter()
            items = self.jobs[job](rows)
            elapsed = time.perf_counter() - start
            spent, taken, best = spent + elapsed, taken + 1, min(best, elapsed / items)
        return best * 1e9


def is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def version(package):
    return metadata.version(package)


def load(folder):
    book = np.fromfile(f"{folder}/book.bin").reshape(6, -1)
    hard = np.fromfile(f"{folder}/hard.bin").reshape(7, -1)
    reference = np.fromfile(f"{folder}/reference.bin").reshape(5, -1)
    return book, hard, reference


class Data:
    def __init__(self, folder):
        self.book, self.hard, self.reference = load(folder)
        F, K, T, S, C, P = self.book
        outside = ((C > 0.5) == (K > F)) & (K != F) & (P > 1e-9 * F)
        self.quotes = [np.ascontiguousarray(x[outside]) for x in (P, F, K, T)] + [C[outside] > 0.5]
        self.sigma = S[outside]
        self.judged = self.reference.shape[1] > 0
        self.call = C > 0.5
        h = self.hard
        self.hard_quotes = [np.ascontiguousarray(x) for x in (h[5], h[0], h[1], h[2])] + [h[4] > 0.5]


def make_peers(data):
    """Peers of this environment: name, greeks(rows) -> five arrays, iv(P, F, K, T, call) -> sigma."""
    F, K, T, S, C, P = data.book
    call = data.call
    found, absent = [], []

    def add(package, build):
        try:
            found.append(build())
        except Exception as error:
            absent.append(f"{package} ({type(error).__name__}: {str(error)[:60]})")

    def numba():
        import numba as nb

        @nb.njit
        def loop(F, K, T, S, c, a, b, d, v, t):
            for i in range(F.shape[0]):
                st = math.sqrt(T[i])
                w = S[i] * st
                d1 = math.log(F[i] / K[i]) / w + 0.5 * w
                d2 = d1 - w
                e = 1.0 if c[i] else -1.0
                n1 = 0.5 * math.erfc(-e * d1 * 0.7071067811865476)
                n2 = 0.5 * math.erfc(-e * d2 * 0.7071067811865476)
                p = 0.3989422804014327 * math.exp(-0.5 * d1 * d1)
                a[i] = e * (F[i] * n1 - K[i] * n2)
                b[i] = e * n1
                d[i] = p / (F[i] * w)
                v[i] = F[i] * p * st
                t[i] = -F[i] * p * S[i] / (2 * st)

        out = [np.empty(len(F)) for _ in range(5)]

        def greeks(rows):
            loop(F[:rows], K[:rows], T[:rows], S[:rows], call[:rows], *[o[:rows] for o in out])
            return [o[:rows] for o in out]

        @nb.njit
        def grid(F, K, T, S, c, moves, scales):
            total = 0.0
            for j in range(moves.shape[0]):
                for i in range(F.shape[0]):
                    f = F[i] * moves[j]
                    w = S[i] * scales[j] * math.sqrt(T[i])
                    d1 = math.log(f / K[i]) / w + w / 2
                    q = 1.0 if c[i] else -1.0
                    total += q * (f * .5 * math.erfc(-q * d1 * 0.7071067811865476)
                                  - K[i] * .5 * math.erfc(-q * (d1 - w) * 0.7071067811865476))
            return total

        moves = np.repeat(0.75 + 0.05 * np.arange(11), 3)
        scales = np.tile([0.75, 1.0, 1.5], 11)

        def run_grid(_):
            grid(F[:1000], K[:1000], T[:1000], S[:1000], call[:1000], moves, scales)
            return 33_000

        @nb.njit
        def walk(n, drift, v, barrier):
            total = 0.0
            for _ in range(n):
                x, alive = 0.0, 1.0
                for _ in range(100):
                    y = x + drift + v * np.random.standard_normal()
                    if y <= barrier:
                        alive = 0.0
                        break
                    alive *= 1.0 - math.exp(-2 * (x - barrier) * (y - barrier) / (v * v))
                    x = y
                total += alive
            return total / n

        def run_walk(_):
            walk(4096, -6e-5, 0.0111, math.log(0.85))
            return 409_600
        return f"numba {nb.__version__} loop", greeks, None, {"grid": run_grid, "walk": run_walk}

    def numpy_scipy():
        import scipy
        from scipy.special import ndtr

        def greeks(rows):
            f, k, t, s, c = F[:rows], K[:rows], T[:rows], S[:rows], call[:rows]
            w = s * np.sqrt(t)
            d1 = np.log(f / k) / w + w / 2
            d2 = d1 - w
            e = np.where(c, 1., -1.)
            p = np.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
            return [e * (f * ndtr(e * d1) - k * ndtr(e * d2)), e * ndtr(e * d1), p / (f * w),
                    f * p * np.sqrt(t), -f * p * s / (2 * np.sqrt(t))]

        generator = np.random.Generator(np.random.SFC64(1))

        def run_walk(_):
            n, drift, v, barrier = 20_000, -6e-5, 0.0111, math.log(0.85)
            x, alive = np.zeros(n), np.ones(n)
            for _ in range(50):
                y = x + drift + v * generator.standard_normal(n)
                d0, d1 = x - barrier, y - barrier
                alive *= np.where((d0 > 0) & (d1 > 0), 1 - np.exp(np.minimum(-2 / (v * v) * d0 * d1, 0)), 0)
                x = y
            return n * 50
        return f"numpy {np.__version__} + scipy {scipy.__version__}", greeks, None, {"walk": run_walk}

    def opengreeks():
        import opengreeks.black76 as b
        split = [(flag, np.where(call == want)[0]) for flag, want in (("c", True), ("p", False))]
        cut = {flag: [np.ascontiguousarray(x[i]) for x in (F, K, T, S)] for flag, i in split}

        def greeks(rows):
            out = [np.empty(len(F)) for _ in range(5)]
            for flag, i in split:
                f, k, t, s = cut[flag]
                calls = (b.black_array, b.delta_array, b.gamma_array, b.vega_array, b.theta_array)
                for place, function in enumerate(calls):
                    out[place][i] = function(flag, f, k, t, 0.0, s)
            out[3] *= 100
            out[4] *= 365
            return out

        def iv(p, f, k, t, c):
            out = np.full(len(p), np.nan)
            for flag, m in (("c", c), ("p", ~c)):
                if m.any():
                    arrays = [np.ascontiguousarray(x[m]) for x in (p, f, k, t)]
                    out[m] = b.implied_volatility_array(arrays[0], arrays[1], arrays[2], 0.0, arrays[3], flag)
            return out
        return "opengreeks " + version("opengreeks"), greeks, iv, {}

    def lbriv():
        import lbriv as l

        def iv(p, f, k, t, c):
            out = [np.empty(len(p)) for _ in range(4)]
            l.compute_trades_greeks(p, f, k, c.astype(np.int8), np.ones(len(p)), *out)
            return out[0] / np.sqrt(t)
        return "lbriv " + version("lbriv"), None, iv, {}

    def vectorized():
        import py_vollib_vectorized as b
        flag = np.where(call, "c", "p")

        def greeks(rows):
            z = np.zeros(len(F[:rows]))
            d = b.get_all_greeks(flag[:rows], F[:rows], K[:rows], T[:rows], z, S[:rows], model="black", return_as="dict")
            price = b.vectorized_black(flag[:rows], F[:rows], K[:rows], T[:rows], z, S[:rows], return_as="numpy")
            return [price, d["delta"], d["gamma"], np.asarray(d["vega"]) * 100, np.asarray(d["theta"]) * 365]

        def iv(p, f, k, t, c):
            return np.asarray(b.vectorized_implied_volatility_black(
                p, f, k, np.zeros(len(p)), t, np.where(c, "c", "p"), return_as="numpy", on_error="ignore")).ravel()
        return "py_vollib_vectorized " + version("py-vollib-vectorized"), greeks, iv, {}

    def quantlib():
        import QuantLib as ql

        def greeks(rows):
            out = [np.empty(len(F[:rows])) for _ in range(5)]
            for i in range(len(out[0])):
                right = ql.Option.Call if call[i] else ql.Option.Put
                b = ql.BlackCalculator(ql.PlainVanillaPayoff(right, K[i]), F[i], S[i] * math.sqrt(T[i]), 1.0)
                out[0][i], out[1][i], out[2][i] = b.value(), b.deltaForward(), b.gammaForward()
                out[3][i], out[4][i] = b.vega(T[i]), b.theta(F[i], T[i])
            return out

        def iv(p, f, k, t, c):
            out = np.empty(len(p))
            for i in range(len(p)):
                right = ql.Option.Call if c[i] else ql.Option.Put
                try:
                    out[i] = ql.blackFormulaImpliedStdDev(
                        right, float(k[i]), float(f[i]), float(p[i]), 1.0, 0.0, 0.2 * math.sqrt(t[i]), 1e-12,
                        200) / math.sqrt(t[i])
                except Exception:
                    out[i] = np.nan
            return out
        return "QuantLib-Python " + ql.__version__, greeks, iv, {}

    only = os.environ.get("FULCRUM_PEERS")
    makers = {"numba": numba, "numpy": numpy_scipy, "opengreeks": opengreeks, "lbriv": lbriv,
              "py_vollib_vectorized": vectorized, "QuantLib": quantlib}
    for package, build in makers.items():
        if only is None or package in only.split(","):
            add(package, build)
    return found, absent


def serve(folder):
    """This environment's one peer as a process for another environment's driver."""
    data = Data(folder)
    found, absent = make_peers(data)
    if not found:
        sys.exit(f"absent: {', '.join(absent)}")
    name, greeks, iv, _ = found[0]
    print(name, flush=True)
    rows = SLOW_ROWS
    answers = {"greeks": lambda: np.concatenate([np.asarray(x) for x in greeks(rows)]),
               "iv": lambda: iv(*[x[:rows] for x in data.quotes]), "hard": lambda: iv(*data.hard_quotes)}
    for line in sys.stdin:
        verb, job, *rest = line.split()
        if job not in answers:
            print("absent", flush=True)
            continue
        result, elapsed = None, math.inf
        for _ in range(1 if verb == "dump" else 5):
            start = time.perf_counter()
            result = answers[job]()
            elapsed = min(elapsed, time.perf_counter() - start)
        if verb == "dump":
            np.asarray(result, float).tofile(rest[1])
            print("done", flush=True)
        else:
            print(elapsed * 1e9 / rows, flush=True)


def greek_error(data, result):
    """Worst price/F, delta, gamma (relative, where it is above 1e-12 of the greatest) on the judged rows."""
    n = min(data.reference.shape[1], len(np.asarray(result[0])))
    r = data.reference[:, :n]
    got = [np.asarray(x, float)[:n] for x in result]
    big = r[2] > 1e-12 * r[2].max()
    return (np.max(np.abs(got[0] - r[0]) / data.book[0][:n]), np.max(np.abs(got[1] - r[1])),
            np.max(np.abs(got[2] / r[2] - 1)[big]))


def iv_error(data, sigma, hard):
    sigma = np.asarray(sigma, float)
    known = data.sigma[:len(sigma)]
    worst = np.nanmax(np.abs(sigma - known)) if len(sigma) else math.nan
    missed = int((~(np.abs(sigma - known) < 1e-6)).sum())
    condition = np.spacing(data.hard[5]) / data.hard[6]
    error = np.abs(np.asarray(hard, float) - data.hard[3])
    failed = int((~(error <= np.maximum(1e-6 * data.hard[3], 50 * condition))).sum())
    return worst, missed, int((~np.isfinite(hard)).sum()), failed


def rows_of(run):
    """How many rows a job is timed on: None for all, SLOW_ROWS where one costs more than SLOW_NS."""
    run(SLOW_ROWS)
    start = time.perf_counter()
    items = run(SLOW_ROWS)
    return SLOW_ROWS if (time.perf_counter() - start) * 1e9 / items > SLOW_NS else None


def main(folder, bench, extra):
    data = Data(folder)
    found, absent = make_peers(data)
    peers, judged = [], {}
    ours = Process([bench, "serve", f"{folder}/book.bin", f"{folder}/hard.bin"], greeting=False)
    for level in ("avx512", "avx2", "portable", "swift"):
        peer = Peer(f"Fulcrum, {level}", process=ours, level=level)
        peer.probe()
        if peer.has("greeks"):
            peers.append(peer)
        else:
            absent.append(f"Fulcrum, {level} (no such instructions here)")
    for item in extra:
        name, command = item.split("=", 1)
        try:
            process = Process(command.split(), greeting=True)
        except OSError:
            process = None
        if process is None or not process.greeting:
            absent.append(f"{name} (does not start)")
            continue
        peer = Peer(process.greeting, process=process)
        peer.probe()
        peers.append(peer)
    for name, greeks, iv, jobs in found:
        made = dict(jobs)
        if greeks:
            made["greeks"] = lambda rows, g=greeks: len(np.asarray(g(rows)[0]))
        if iv:
            made["iv"] = lambda rows, v=iv: len(v(*[x[:rows] for x in data.quotes]))
        peer = Peer(name, made)
        peers.append(peer)
        for job in ("greeks", "iv"):
            if job in made:
                peer.rows[job] = rows_of(made[job])
        if greeks and data.judged:
            judged[name, "greeks"] = greek_error(data, greeks(data.reference.shape[1]))
        if iv and data.judged:
            sigma = iv(*[x[:peer.rows["iv"]] for x in data.quotes])
            judged[name, "iv"] = iv_error(data, sigma, iv(*data.hard_quotes))
    for peer in peers:
        if not (peer.process and data.judged):
            continue
        dumped = {}
        for job in ("greeks", "iv", "hard"):
            if peer.process.ask(f"dump {job} {peer.level} {folder}/dump.bin") == "done":
                dumped[job] = np.fromfile(f"{folder}/dump.bin")
        if "greeks" in dumped:
            judged[peer.name, "greeks"] = greek_error(data, dumped["greeks"].reshape(5, -1))
        if "iv" in dumped and "hard" in dumped:
            judged[peer.name, "iv"] = iv_error(data, dumped["iv"], dumped["hard"])
    times = {(peer.name, job): [] for peer in peers for job in JOBS if peer.has(job)}
    for peer in peers:
        for job in JOBS:
            if peer.has(job):
                peer.time(job)
    for _ in range(ROUNDS):
        for job in JOBS:
            for peer in peers:
                if peer.has(job):
                    times[peer.name, job].append(peer.time(job))
    report(data, peers, times, judged, absent)


def report(data, peers, times, judged, absent):
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if "model name" in line), "unknown")
    print(f"machine: {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; one thread each, "
          f"median of {ROUNDS} interleaved rounds; {data.book.shape[1]} options, {len(data.sigma)} quotes, "
          + (f"hard grid of {data.hard.shape[1]}" if data.judged else "no reference here: errors are not judged"))
    best = peers[0].name
    for job in JOBS:
        rows = [peer for peer in peers if (peer.name, job) in times]
        if not rows:
            continue
        columns = {"greeks": "worst error: price/F, delta, gamma (relative)",
                   "iv": "worst |error|, missed by 1e-6; hard grid: no number, failures"}.get(job, "")
        print(f"\n### {TITLE[job]}\n\n| | ns | times {best} | {columns} |\n|---|---|---|---|")
        for peer in sorted(rows, key=lambda p: np.median(times[p.name, job])):
            t = np.array(times[peer.name, job])
            ratio = np.median(t / np.array(times[best, job]))
            error = judged.get((peer.name, job))
            text = ""
            if error and job == "greeks":
                text = ", ".join(f"{x:.0e}" for x in error)
            elif error:
                text = f"{error[0]:.0e}, {error[1]}; {error[2]}, {error[3]}"
            print(f"| {peer.name} | {np.median(t):.1f} | {ratio:.2f} | {text} |")
    for name in absent:
        print(f"\nabsent: {name}")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        main(sys.argv[1], sys.argv[2], sys.argv[3:])
