"""`python -m densebench`: measures, judges and writes a report. See Benchmarks/README.md."""

from __future__ import annotations

import argparse
import datetime
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from . import machine, programs, requirements, works
from .experiments import footprint, single_row, tables
from .reporting import markdown, plots
from .results import Row, Run
from .rounds import Bench
from .works import OURS_C, OURS_PYTHON

RESULTS = Path(__file__).parents[1] / "results"

Experiment = Callable[[Bench], Iterator[Row]]

EXPERIMENTS: dict[str, Experiment] = {
    "forward": tables.forward,
    "adam": tables.adam,
    "fit": tables.fit,
    "c": tables.from_c,
    "gemm": tables.gemm,
    "threads": tables.threads,
    "scaling": tables.scaling,
    "sharing": tables.sharing,
    "latency": single_row.latency,
    "concurrency": single_row.concurrency,
    "width": tables.width_sweep,
    "rows": tables.rows_sweep,
    "shapes": tables.shapes_sweep,
    "steps": tables.steps_sweep,
    "activations": tables.activations_sweep,
    "import": footprint.start_up,
    "memory": footprint.memory,
}

#: A few seconds that touch every kind of work: whether the suite itself works.
QUICK: dict[str, Experiment] = {
    "forward": lambda bench: tables.forward(bench, works.FORWARD[:2]),
    "adam": lambda bench: tables.adam(bench, works.ADAM[:1]),
    "gemm": lambda bench: tables.gemm(bench, [works.gemm(128, at_least=0.82)]),
    "scaling": tables.scaling,
    "sharing": lambda bench: tables.sharing(bench, works.SHARING[:1]),
    "latency": single_row.latency,
    "concurrency": single_row.concurrency,
    "width": lambda bench: tables.width_sweep(bench, works.WIDTH_SWEEP[2:4]),
    "rows": lambda bench: tables.rows_sweep(bench, works.ROWS_SWEEP[2:4]),
    "shapes": lambda bench: tables.shapes_sweep(bench, works.SHAPES_SWEEP[:2]),
    "activations": lambda bench: tables.activations_sweep(bench, works.ACTIVATIONS_SWEEP[::2]),
    "import": footprint.start_up,
}


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="densebench", description="Dense beside the libraries people know.")
    parser.add_argument("--peers", help="who takes part, separated by commas (default: all that are installed)")
    parser.add_argument("--without-peers", action="store_true", help="Dense and NumPy alone")
    parser.add_argument("--only", help=f"which parts, separated by commas: {', '.join(EXPERIMENTS)}")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of a measurement (default 15)")
    parser.add_argument("--slice", type=float, default=0.05, help="seconds of one library's turn (default 0.05)")
    parser.add_argument("--threads", type=int, default=2, help="threads of every library (default 2)")
    parser.add_argument("--quick", action="store_true", help="a few seconds that check the suite itself")
    parser.add_argument("--output", type=Path, help="folder of the report (default: results/<date>-<machine>)")
    return parser.parse_args(given)


def bench_for(options: argparse.Namespace, scratch: Path) -> Bench:
    bench = Bench(scratch, scratch / "programs", options.threads, options.rounds, options.slice)
    if options.without_peers:
        bench.wanted = (OURS_PYTHON, OURS_C, "numpy", "peak")
    if options.peers:
        bench.wanted = tuple(options.peers.split(","))
    if options.quick:
        bench.rounds, bench.slice_seconds, bench.passes = 3, 0.002, 1
        bench.latency_calls, bench.concurrency_seconds = 2000, 0.02
    return bench


def chosen_experiments(options: argparse.Namespace) -> dict[str, Experiment]:
    """Raises SystemExit, naming the parts there are, for an unknown one."""
    table = QUICK if options.quick else EXPERIMENTS
    if not options.only:
        return table
    names = options.only.split(",")
    unknown = [name for name in names if name not in table]
    if unknown:
        raise SystemExit(f"expected parts among {', '.join(table)}; received {', '.join(unknown)}")
    return {name: table[name] for name in names}


def default_folder(options: argparse.Namespace, now: datetime.datetime) -> Path:
    """One folder a day and machine. A run of parts or of some peers has its own, so that it never replaces a whole
    one's results."""
    is_partial = options.quick or options.only or options.peers or options.without_peers
    return RESULTS / f"{now.date().isoformat()}-{machine.name()}{'-partial' if is_partial else ''}"


def measure(bench: Bench, run: Run, experiments: dict[str, Experiment]) -> None:
    """Runs the experiments, telling on standard error what is being measured."""
    for name, experiment in experiments.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        for row in experiment(bench):
            run.rows.append(row)
            print(f"  {markdown.one_line(row)}", file=sys.stderr, flush=True)


def main(given: Sequence[str]) -> int:
    options = arguments(given)
    experiments = chosen_experiments(options)
    now = datetime.datetime.now(datetime.UTC)
    scratch = Path(tempfile.mkdtemp(prefix="densebench-"))
    try:
        bench = bench_for(options, scratch)
        kept = ("threads", "rounds", "slice_seconds", "passes", "latency_calls")
        settings = {"quick": options.quick} | {key: getattr(bench, key) for key in kept}
        run = Run(now.isoformat(timespec="seconds"), machine.description(), settings)
        if machine.is_busy():
            print("something else is running on this machine: times will not be those of a quiet one", file=sys.stderr)
        for name, reason in programs.build(bench.programs).items():
            print(f"{name} takes no part: {reason}", file=sys.stderr)
        run.machine["round_trip_ns_before"] = bench.round_trip()
        measure(bench, run, experiments)
        run.machine["round_trip_ns_after"] = bench.round_trip()
        run.machine["load_after"] = machine.load()
        run.peers = bench.about
        run.verdicts = requirements.judge(run)
        folder = options.output or default_folder(options, now)
        folder.mkdir(parents=True, exist_ok=True)
        run.write(folder / "results.json")
        pictures = plots.draw(run, folder)
        (folder / "README.md").write_text(markdown.report(run, pictures))
        print(markdown.headline(run))
        print(f"written to {folder}", file=sys.stderr)
    finally:
        shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
