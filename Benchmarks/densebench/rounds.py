"""The heart of the suite: prepare a work everywhere, check it, and time it in rounds that take turns."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import data, folder
from .peers import PEERS
from .process import PeerAbsentError, PeerFailedError, Worker
from .reference import Expectation
from .results import Row
from .works import Work


@dataclass
class Bench:
    """What all experiments of a run share: how long to measure, where to put things, whom to ask.

    `rounds` and `slice_seconds` are the length of a measurement, `passes` how often a sweep is repeated. `about`
    collects each peer's versions, or why it is absent.
    """

    scratch: Path
    programs: Path
    threads: int = 2
    rounds: int = 15
    slice_seconds: float = 0.05
    passes: int = 3
    latency_calls: int = 100_000
    concurrency_seconds: float = 1.0
    wanted: tuple[str, ...] = ()
    about: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.scratch / "workers.log"

    def start(self, name: str, threads: int, cpus: int | None = None) -> Worker:
        """A worker for the peer. Raises PeerAbsentError where it was not asked for or is not installed."""
        if self.wanted and name not in self.wanted:
            self.about.setdefault(name, {"absent": "not asked for"})
            raise PeerAbsentError("not asked for")
        try:
            worker = Worker(PEERS[name], threads, self.programs, self.log, cpus)
        except PeerAbsentError as reason:
            self.about[name] = {"absent": str(reason)}
            raise
        self.about[name] = worker.about
        return worker

    def round_trip(self) -> float | None:
        """Nanoseconds in which two processors answer each other through one cache line; none where that is not known.

        On a virtual machine it tells where the host has put them: work that threads share is slower when they are far
        apart.
        """
        try:
            with self.start("peak", 2) as worker:
                return float(worker.ask("round_trip"))
        except (PeerAbsentError, PeerFailedError):
            return None

    @contextmanager
    def workers(self, names: Sequence[str], threads: int) -> Iterator[tuple[dict[str, Worker], dict[str, str]]]:
        """The workers that could be started, and the reasons of the others. All end with the context."""
        with ExitStack() as stack:
            started: dict[str, Worker] = {}
            reasons: dict[str, str] = {}
            for name in names:
                try:
                    started[name] = stack.enter_context(self.start(name, threads))
                except PeerAbsentError as reason:
                    reasons[name] = f"absent: {reason}"
            yield started, reasons

    @contextmanager
    def laid_out(self, work: Work) -> Iterator[tuple[Path, Expectation]]:
        """The work's folder and what its result must be; the folder is gone afterwards."""
        path = self.scratch / "work"
        path.mkdir()
        try:
            arrays = data.arrays(work)
            folder.write(path, work, arrays)
            yield path, Expectation(work, arrays)
        finally:
            shutil.rmtree(path)


def prepare(worker: Worker, path: Path, expectation: Expectation) -> str | None:
    """Has the worker build the work and checks its result. Returns what is wrong, or None."""
    result = path / "result.f32"
    result.unlink(missing_ok=True)
    try:
        worker.ask("prepare", path)
        complaint = expectation.complaint(np.fromfile(result, dtype=np.float32))
        return f"wrong result: {complaint}" if complaint else None
    except PeerFailedError as error:
        return f"failed: {error}"
    finally:
        worker.freeze()


def calibrate(worker: Worker, slice_seconds: float) -> int:
    """How many calls fill a slice. Warms the worker up on the way."""
    calls = 1
    while True:
        seconds = worker.run(calls)
        if seconds >= slice_seconds / 2 or calls >= 10**7:
            break
        calls = min(calls * 10, max(calls + 1, math.ceil(calls * slice_seconds / max(seconds, 1e-7))))
    worker.freeze()
    return max(1, round(calls * slice_seconds / max(seconds, 1e-9))) if seconds < slice_seconds * 2 else 1


def turn(worker: Worker, calls: int, slice_seconds: float, last: float) -> float:
    """One worker's turn in a round: a short warm-up after its rest, then the timed calls. Seconds per call."""
    warm_up = math.ceil(calls * 0.2)
    if last * warm_up <= max(slice_seconds, 0.5):
        worker.run(warm_up)
    seconds = worker.run(calls) / calls
    worker.freeze()
    return seconds


def prepare_all(bench: Bench, row: Row, workers: dict[str, Worker], path: Path, check: Expectation) -> dict[str, int]:
    """Has every worker build the work; returns the calls of a slice of each that has it right."""
    calls: dict[str, int] = {}
    for name, worker in workers.items():
        problem = prepare(worker, path, check)
        if name == "peak":
            # Its result is not the work's, but how many operations a run takes, in units of 10^9.
            row.facts["peak_flops"] = float(np.fromfile(path / "result.f32", dtype=np.float32)[0]) * 1e9
        elif problem:
            row.notes[name] = problem
            continue
        try:
            calls[name] = calibrate(worker, bench.slice_seconds)
        except PeerFailedError as error:
            row.notes[name] = f"failed: {error}"
    return calls


def take_turns(bench: Bench, row: Row, workers: dict[str, Worker], calls: dict[str, int]) -> None:
    """The rounds. A worker that fails in one of them leaves the row, with its reason."""
    row.samples = {name: [] for name in calls}
    for _ in range(bench.rounds):
        for name in list(row.samples):
            last = row.samples[name][-1] if row.samples[name] else 0.0
            try:
                row.samples[name].append(turn(workers[name], calls[name], bench.slice_seconds, last))
            except PeerFailedError as error:
                row.notes[name] = f"failed: {error}"
                del row.samples[name]


def measure(bench: Bench, group: str, work: Work, workers: dict[str, Worker], reasons: dict[str, str]) -> Row:
    """Runs `work` on all workers, in turns."""
    row = Row(group, work.name, work.ours, notes=dict(reasons), flops=work.flops)
    row.requirements = [work.requirement] if work.requirement else []
    try:
        with bench.laid_out(work) as (path, expectation):
            calls = prepare_all(bench, row, workers, path, expectation)
            take_turns(bench, row, workers, calls)
    except data.DataMissingError as error:
        row.notes["data"] = str(error)
    return row


def measure_all(bench: Bench, group: str, works: Sequence[Work]) -> Iterator[Row]:
    """Rows for works that share peers and threads: one worker per peer serves them all, one work after another."""
    names = dict.fromkeys(name for work in works for name in work.everyone)
    with bench.workers(tuple(names), works[0].threads or bench.threads) as (workers, reasons):
        for work in works:
            asked = {name: workers[name] for name in work.everyone if name in workers}
            why = {name: reasons[name] for name in work.everyone if name in reasons}
            yield measure(bench, group, work, asked, why)
