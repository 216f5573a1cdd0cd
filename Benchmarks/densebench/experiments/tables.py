"""Timed works in rounds: forward passes, training steps, whole trainings, products, and sweeps over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .. import works
from ..machine import processors
from ..results import Row
from ..rounds import Bench, measure_all
from ..works import Work


def forward(bench: Bench, chosen: Sequence[Work] = works.FORWARD) -> Iterator[Row]:
    yield from measure_all(bench, "forward", chosen)


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
    """Products on one thread, with the peak loop as one more participant of every round."""
    with_peak = [replace(work, peers=(*work.peers, "peak")) for work in chosen]
    yield from measure_all(bench, "gemm", with_peak)


def threads(bench: Bench) -> Iterator[Row]:
    """One product at 1, 2, 4 ... threads. Every peer runs anew with each count, so rows compare across counts."""
    counts = sorted({1, len(processors())} | {2**power for power in range(1, 10) if 2**power <= len(processors())})
    for count in counts:
        for row in measure_all(bench, "threads", [works.gemm(1024, threads=count)]):
            row.facts["threads"] = count
            yield row


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
