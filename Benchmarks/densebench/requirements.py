"""Holds what was measured against what must be reached. A row that misses is reported like one that meets."""

from __future__ import annotations

from collections.abc import Iterator

from .peers import PEERS
from .results import Row, Run, Verdict
from .works import OURS_C, OURS_PYTHON

SWEEP_RATIO = 0.9
SWEEPS = {
    "width": "width sweep",
    "rows": "rows sweep",
    "shapes": "other shapes",
    "steps": "steps of other shapes",
    "activations": "activations",
}
THREADS_RATIO = 1.9
CONCURRENCY_RATIO = 1.9
IMPORT_SECONDS = 0.015
MEMORY_FACTOR = 1.1


def _titles(names: tuple[str, ...]) -> str:
    return " or ".join(PEERS[name].title for name in names) if names else "the best peer"


def _fractions(row: Row) -> dict[str, float]:
    """Everyone's fraction of the peak of the same rounds, which becomes one of the row's facts."""
    if "peak" not in row.samples or not row.facts.get("peak_flops"):
        return {}
    peak = row.facts["peak_flops"] / row.median("peak")
    fractions = {p: row.flops / row.median(p) / peak for p in row.samples if p != "peak"}
    row.facts["fractions"] = fractions
    return fractions


def timed(row: Row) -> Iterator[Verdict]:
    """Times as fast as the best peer; where the peak is known, how many times there are to be had."""
    fractions = _fractions(row)
    for requirement in row.requirements:
        what = f"times as fast as {_titles(requirement.peers)}"
        among = requirement.peers
        best = row.best(among)
        ceiling = 1 / fractions[best] if best in fractions else None
        spread = row.ratio_spread(among)
        yield Verdict(row.name, what, requirement.at_least, row.ratio(among), spread, ceiling=ceiling)


def gemm(row: Row) -> Iterator[Verdict]:
    """The fraction of the peak of the same rounds, and above PyTorch's."""
    fractions = _fractions(row)
    for requirement in row.requirements:
        yield Verdict(row.name, "of the FMA peak", requirement.at_least, fractions.get(row.ours))
    if row.requirements:
        yield Verdict(row.name, "times as fast as PyTorch's MKL", 1.0, row.ratio(("torch",)))


def sweeps(run: Run) -> Iterator[Verdict]:
    """One verdict a sweep, on its worst point."""
    for group, title in SWEEPS.items():
        ratios = {row.name: ratio for row in run.group(group) if (ratio := row.ratio()) is not None}
        if run.group(group):
            worst = min(ratios, key=lambda name: ratios[name]) if ratios else None
            what = f"times as fast as the best peer at the worst point ({worst})"
            yield Verdict(title, what, SWEEP_RATIO, ratios[worst] if worst else None)


def scaling(run: Run) -> Iterator[Verdict]:
    for row in run.group("scaling"):
        what = "times one thread's speed on two"
        one = ("1 thread",)
        yield Verdict("GEMM 1024 cubed", what, THREADS_RATIO, row.ratio(one), row.ratio_spread(one))


def single_row(run: Run) -> Iterator[Verdict]:
    for row in run.group("concurrency"):
        yield Verdict(row.name, "times one thread's throughput", CONCURRENCY_RATIO, row.ratio(("1 thread",)))
    for row in run.group("latency"):
        ours, spin = row.facts.get(OURS_C), row.facts.get("spin")
        # Beyond what an empty loop of the same length suffers, the tail may be three medians long.
        reached = (ours["99.9"] - (spin["99.9"] - spin["50"])) / ours["50"] if ours and spin else None
        what = "medians at the 99.9th percentile, less what an empty loop shows"
        yield Verdict(row.name, what, 3.0, reached, at_most=True)


def footprint(run: Run) -> Iterator[Verdict]:
    for row in run.group("import"):
        known = OURS_PYTHON in row.samples and "numpy" in row.samples
        reached = (row.median(OURS_PYTHON) - row.median("numpy")) * 1e3 if known else None
        yield Verdict(row.name, "ms over NumPy", IMPORT_SECONDS * 1e3, reached, at_most=True)
    for row in run.group("memory"):
        ours = row.median(OURS_PYTHON) if OURS_PYTHON in row.samples else None
        figure = row.facts.get("calculated")
        reached = ours / figure if ours and figure else None
        yield Verdict(row.name, "times the calculator's figure", MEMORY_FACTOR, reached, at_most=True)
        yield Verdict(row.name, "times below the leanest peer", 1.0, row.ratio())


def judge(run: Run) -> list[Verdict]:
    """Every verdict, in the order of the report."""
    verdicts: list[Verdict] = []
    for group in ("forward", "adam", "fit", "c"):
        verdicts += [verdict for row in run.group(group) for verdict in timed(row)]
    verdicts += [verdict for row in run.group("gemm") for verdict in gemm(row)]
    return verdicts + [*scaling(run), *single_row(run), *sweeps(run), *footprint(run)]
