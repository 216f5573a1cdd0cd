"""A single row under a microscope: the distribution of its latency, and how many threads may ask at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from .. import works
from ..machine import processors
from ..process import PeerAbsentError, PeerFailedError
from ..results import Row
from ..rounds import Bench, prepare

#: What is kept of a distribution; the report's table shows three of them, its plot all.
PERCENTILES = ("1", "10", "25", "50", "75", "90", "95", "99", "99.5", "99.9", "99.95", "99.99")


def percentiles(nanoseconds: npt.NDArray[np.int64]) -> dict[str, float]:
    """Seconds, by percentile."""
    values = np.percentile(nanoseconds, [float(p) for p in PERCENTILES])
    return {p: float(value) * 1e-9 for p, value in zip(PERCENTILES, values, strict=True)}


def latency(bench: Bench) -> Iterator[Row]:
    """Every call of many timed by itself. From C each call is followed by an empty loop of the same length, whose
    own distribution tells what the machine does to any code."""
    work = replace(works.SINGLE_ROW, threads=1)
    row = Row("latency", f"{work.name}, each call timed", works.OURS_C)
    file = bench.scratch / "latency.i64"
    with bench.laid_out(work) as (path, expectation):
        for name in (works.OURS_C, works.OURS_PYTHON, *works.SWEEP_PEERS):
            try:
                with bench.start(name, work.threads) as worker:
                    problem = prepare(worker, path, expectation)
                    if problem:
                        row.notes[name] = problem
                        continue
                    worker.run(1000)
                    worker.ask("latency", file, bench.latency_calls)
            except PeerAbsentError as reason:
                row.notes[name] = f"absent: {reason}"
            except PeerFailedError as reason:
                row.notes[name] = f"failed: {reason}"
            else:
                times = np.fromfile(file, dtype=np.int64)
                row.facts[name] = percentiles(times[: bench.latency_calls])
                if len(times) > bench.latency_calls:
                    row.facts["spin"] = percentiles(times[bench.latency_calls :])
    yield row


def concurrency(bench: Bench) -> Iterator[Row]:
    """Single rows from one thread and from twice as many threads as processors, all on one network: seconds per row
    of all threads together, in rounds that take turns."""
    work = replace(works.SINGLE_ROW, threads=1)
    cpus = min(2, len(processors()))
    row = Row("concurrency", f"{work.name}, concurrent predictors on {cpus} processors", "4 threads")
    counts = (1, 2, 4)
    try:
        with bench.laid_out(work) as (path, expectation), bench.start(works.OURS_C, 1, cpus) as worker:
            problem = prepare(worker, path, expectation)
            if problem:
                row.notes[works.OURS_C] = problem
            else:
                for _ in range(bench.rounds):
                    for count in counts:
                        rate = float(worker.ask("concurrent", count, bench.concurrency_seconds))
                        label = f"{count} thread{'s' if count > 1 else ''}"
                        row.samples.setdefault(label, []).append(1.0 / rate)
    except PeerAbsentError as reason:
        row.notes[works.OURS_C] = f"absent: {reason}"
    except PeerFailedError as reason:
        row.notes[works.OURS_C] = f"failed: {reason}"
    yield row
