"""Timed works in rounds: forward passes, training steps, whole trainings, products, and sweeps over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from .. import works
from ..machine import processors
from ..process import PeerAbsentError, PeerFailedError, Worker
from ..results import Row
from ..rounds import Bench, calibrate, measure, measure_all, prepare, take_turns
from ..works import Work


def with_peak(work: Work) -> Work:
    """The peak loop is one more participant of every round."""
    return replace(work, peers=(*work.peers, "peak"))


def forward(bench: Bench, chosen: Sequence[Work] = works.FORWARD) -> Iterator[Row]:
    """Forward passes. A row by itself waits for its weights, and zeros may be left out; the peak bounds others."""
    bounded = [with_peak(work) if work.rows > 1 and not work.of_digits else work for work in chosen]
    yield from measure_all(bench, "forward", bounded)


def adam(bench: Bench, chosen: Sequence[Work] = works.ADAM) -> Iterator[Row]:
    yield from measure_all(bench, "adam", chosen)


def fit(bench: Bench) -> Iterator[Row]:
    for row in measure_all(replace(bench, rounds=max(1, bench.rounds // 2)), "fit", works.FIT):
        row.requirements = list(works.FIT_REQUIREMENTS)
        yield row


def from_c(bench: Bench) -> Iterator[Row]:
    """FANN against the C interface: a forward row, and the race to equal accuracy."""
    yield from measure_all(bench, "c", works.FORWARD_C)
    yield from measure_all(replace(bench, rounds=max(1, bench.rounds // 2)), "c", works.RACE)


def gemm(bench: Bench, chosen: Sequence[Work] = works.GEMM) -> Iterator[Row]:
    """Products on one thread."""
    yield from measure_all(bench, "gemm", [with_peak(work) for work in chosen])


def threads(bench: Bench) -> Iterator[Row]:
    """One product at 1, 2, 4 ... threads. Every peer runs anew with each count, so rows compare across counts."""
    counts = sorted({1, len(processors())} | {2**power for power in range(1, 10) if 2**power <= len(processors())})
    for count in counts:
        for row in measure_all(bench, "threads", [works.gemm(1024, threads=count)]):
            row.facts["threads"] = count
            yield row


def scaling(bench: Bench) -> Iterator[Row]:
    """A product on one thread and on two, in rounds that take turns, beside what the machine itself gains by the
    second: the peak loop on one thread and on two at once, in seconds for the same number of operations."""
    work = works.gemm(1024)
    row = Row("scaling", "GEMM 1024 cubed, threads in turns", "2 threads")
    row.floors = ("FMA peak, 1 thread", "FMA peak, 2 threads")
    if len(processors()) < 2:
        row.notes[works.OURS_C] = "this machine has one processor"
        yield row
        return
    workers: dict[str, Worker] = {}
    calls: dict[str, int] = {}
    try:
        with bench.laid_out(work) as (path, expectation), ExitStack() as stack:
            for threads in (1, 2):
                label = f"{threads} thread{'s' if threads > 1 else ''}"
                for name, what in ((works.OURS_C, label), ("peak", f"FMA peak, {label}")):
                    workers[what] = stack.enter_context(bench.start(name, threads))
                    problem = prepare(workers[what], path, expectation)
                    if problem and name != "peak":
                        row.notes[what] = problem
                    else:
                        calls[what] = calibrate(workers[what], bench.slice_seconds)
            take_turns(bench, row, workers, calls)
    except PeerAbsentError as reason:
        row.notes[works.OURS_C] = f"absent: {reason}"
    except PeerFailedError as reason:
        row.notes[works.OURS_C] = f"failed: {reason}"
    doubled = row.floors[1]
    if doubled in row.samples:
        row.samples[doubled] = [seconds / 2 for seconds in row.samples[doubled]]
    yield row


def sharing(bench: Bench, chosen: Sequence[Work] = works.SHARING) -> Iterator[Row]:
    """Dense on one thread and on all, in turns and on the same processors: threads should never cost more than they
    gain."""
    threads = min(bench.threads, len(processors()))
    if threads < 2:
        yield Row("sharing", "one thread and more", "1 thread", notes={works.OURS_PYTHON: "one thread alone"})
        return
    counts = {"1 thread": 1, f"{threads} threads": threads}
    try:
        with ExitStack() as stack:
            workers = {
                label: stack.enter_context(bench.start(works.OURS_PYTHON, count, cpus=threads))
                for label, count in counts.items()
            }
            for work in chosen:
                row = measure(bench, "sharing", work, workers, {})
                row.ours = f"{threads} threads"
                yield row
    except PeerAbsentError as reason:
        yield Row("sharing", "one thread and more", "1 thread", notes={works.OURS_PYTHON: f"absent: {reason}"})


def sweep(bench: Bench, group: str, chosen: Sequence[Work], axis: str) -> Iterator[Row]:
    """The works in order, `bench.passes` times over; a row's samples are the medians of its passes."""
    merged: dict[str, Row] = {}
    short = replace(bench, rounds=max(1, bench.rounds // 3), slice_seconds=bench.slice_seconds / 2)
    for _ in range(bench.passes):
        for work, row in zip(chosen, measure_all(short, group, chosen), strict=True):
            whole = merged.setdefault(row.name, Row(group, row.name, row.ours, flops=row.flops))
            whole.facts = {"width": work.widths[0], "rows": work.rows, "axis": axis}
            whole.notes.update(row.notes)
            for peer in row.samples:
                whole.samples.setdefault(peer, []).append(row.median(peer))
    yield from merged.values()


def width_sweep(bench: Bench, chosen: Sequence[Work] = works.WIDTH_SWEEP) -> Iterator[Row]:
    yield from sweep(bench, "width", chosen, "width")


def rows_sweep(bench: Bench, chosen: Sequence[Work] = works.ROWS_SWEEP) -> Iterator[Row]:
    yield from sweep(bench, "rows", chosen, "rows")


def shapes_sweep(bench: Bench, chosen: Sequence[Work] = works.SHAPES_SWEEP) -> Iterator[Row]:
    yield from sweep(bench, "shapes", chosen, "rows")


def steps_sweep(bench: Bench, chosen: Sequence[Work] = works.STEPS_SWEEP) -> Iterator[Row]:
    yield from sweep(bench, "steps", chosen, "rows")


def activations_sweep(bench: Bench, chosen: Sequence[Work] = works.ACTIVATIONS_SWEEP) -> Iterator[Row]:
    yield from sweep(bench, "activations", chosen, "width")
