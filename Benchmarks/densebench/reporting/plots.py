"""The report's plots, as SVG. Without matplotlib there are none, and the report says nothing of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..results import Row, Run
from .markdown import title

#: Okabe and Ito's colours, which colour-blind readers can tell apart; ours is the darkest line.
COLOURS = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2", "#999999")


def headline(run: Run, axes: Any) -> bool:
    """How many times the best peer's time is ours, with the bar to reach."""
    bars = [v for v in run.verdicts if v.reached is not None and v.what.startswith("times as fast as")]
    bars = [v for v in bars if "worst point" not in v.what]
    if not bars:
        return False
    places = range(len(bars))
    axes.barh(places, [v.reached for v in bars], color=["#0072B2" if v.met else "#D55E00" for v in bars])
    axes.scatter([v.at_least for v in bars], places, marker="|", s=200, color="black", label="required")
    axes.set_yticks(places, [f"{v.work}\n{v.what.removeprefix('times as fast as ')}" for v in bars], fontsize=7)
    axes.axvline(1, color="#999999", linewidth=0.8)
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_xlabel("times as fast (blue: bar met, orange: missed)")
    axes.legend(loc="lower right")
    return True


def _lines(axes: Any, rows: list[Row], axis: str, style: str = "-", suffix: str = "") -> None:
    everyone = dict.fromkeys(peer for row in rows for peer in row.samples)
    if not everyone:
        return
    for i, peer in enumerate(everyone):
        points = [(row.facts[axis], row.median(peer), row.spread(peer)) for row in rows if peer in row.samples]
        places, middles = [p[0] for p in points], [p[1] * 1e6 for p in points]
        colour = COLOURS[i % len(COLOURS)]
        axes.plot(places, middles, style, marker=".", color=colour, label=title(peer) + suffix)
        low, high = [p[2][0] * 1e6 for p in points], [p[2][1] * 1e6 for p in points]
        axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_ylabel("microseconds")
    axes.set_xlabel(axis)
    axes.legend(fontsize=7)


def width(run: Run, axes: Any) -> bool:
    rows = run.group("width")
    for style, count in (("-", 1), ("--", 32)):
        _lines(axes, [row for row in rows if row.facts["rows"] == count], "width", style, f", {count} rows")
    return bool(rows)


def rows(run: Run, axes: Any) -> bool:
    _lines(axes, run.group("rows"), "rows")
    return bool(run.group("rows"))


def threads(run: Run, axes: Any) -> bool:
    _lines(axes, run.group("threads"), "threads")
    return bool(run.group("threads"))


def gemm(run: Run, axes: Any) -> bool:
    """Fractions of the peak, grouped by size."""
    measured = [row for row in run.group("gemm") if row.facts.get("fractions")]
    if not measured:
        return False
    everyone = list(dict.fromkeys(peer for row in measured for peer in row.facts["fractions"]))
    for i, peer in enumerate(everyone):
        places = [place + 0.8 * i / len(everyone) for place in range(len(measured))]
        shares = [row.facts["fractions"].get(peer, 0.0) for row in measured]
        axes.bar(places, shares, 0.75 / len(everyone), color=COLOURS[i % len(COLOURS)], label=title(peer))
    axes.set_xticks([place + 0.3 for place in range(len(measured))], [row.name for row in measured], fontsize=7)
    axes.set_ylabel("fraction of the FMA peak")
    axes.legend(fontsize=7)
    return True


def latency(run: Run, axes: Any) -> bool:
    """Each percentile's time; the axis stretches the tail, where a single row's worst cases are."""
    distributions = {name: values for row in run.group("latency") for name, values in row.facts.items()}
    for i, (name, values) in enumerate(distributions.items()):
        label = "an empty loop" if name == "spin" else title(name)
        shares = [1 - float(percentile) / 100 for percentile in values]
        times = [value * 1e6 for value in values.values()]
        axes.plot(shares, times, marker=".", color=COLOURS[i % len(COLOURS)], label=label)
    if not distributions:
        return False
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.set_yscale("log")
    axes.set_xlabel("share of calls that take longer")
    axes.set_ylabel("microseconds")
    axes.legend(fontsize=7)
    return True


PLOTS: dict[str, Callable[[Run, Any], bool]] = {
    "headline": headline,
    "width": width,
    "rows": rows,
    "threads": threads,
    "gemm": gemm,
    "latency": latency,
}


def draw(run: Run, folder: Path) -> dict[str, str]:
    """Draws what the run has data for into `folder`; returns the file of each plot."""
    try:
        import matplotlib
    except ImportError:
        print("no plots: matplotlib is not installed", file=sys.stderr)
        return {}
    matplotlib.use("svg")
    # Names of shapes that do not change with each run keep the committed files' differences small.
    matplotlib.rcParams["svg.hashsalt"] = "densebench"
    from matplotlib import pyplot

    files = {}
    for name, plot in PLOTS.items():
        figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
        if plot(run, axes):
            files[name] = f"{name}.svg"
            figure.savefig(folder / files[name], metadata={"Date": None})
        pyplot.close(figure)
    return files
