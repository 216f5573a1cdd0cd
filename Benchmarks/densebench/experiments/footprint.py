"""What a library costs beside its arithmetic: the time of its import, and the memory of a fit."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .. import data, folder, works
from ..process import PeerAbsentError, PeerFailedError, environment
from ..results import Row
from ..rounds import Bench

#: What a user types first, by label. NumPy alone is the floor that the others are compared with.
IMPORTS = {
    "python": "pass",
    "numpy": "import numpy",
    "densepy": "import numpy, densepy",
    "torch": "import numpy, torch",
    "onnxruntime": "import numpy, onnxruntime",
    "jax": "import numpy, jax.numpy",
    "scikit-learn": "import numpy, sklearn.neural_network",
    "keras": "import numpy, keras",
}


def start_up(bench: Bench) -> Iterator[Row]:
    """Whole processes from start to end, in turns; the first round only fills the disk cache."""
    row = Row("import", "import, a whole process", works.OURS_PYTHON, floors=("python", "numpy"))
    usable = dict(IMPORTS)
    for turn in range(bench.rounds + 1):
        for label, code in list(usable.items()):
            if bench.wanted and label not in (*bench.wanted, "python", "numpy"):
                del usable[label]
                row.notes[label] = "absent: not asked for"
                continue
            begin = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=environment(2, {"KERAS_BACKEND": "tensorflow"}),
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.perf_counter() - begin
            if done.returncode:
                del usable[label]
                row.notes[label] = f"absent: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
            elif turn:
                row.samples.setdefault(label, []).append(seconds)
    yield row


def _lay_out_warm_up(path: Path) -> None:
    """A tiny training beside the real one, which each library runs first."""
    tiny = replace(works.MEMORY, widths=(784, 8, 10), activations=("relu", "linear"), epochs=1)
    (path / "warm-up").mkdir()
    folder.write(path / "warm-up", tiny, data.arrays(tiny))


def memory(bench: Bench) -> Iterator[Row]:
    """Peak resident memory that a fit adds to a process which holds library and data. The samples are bytes. A fresh
    process each, because libraries keep what they once had."""
    work = works.MEMORY
    row = Row("memory", work.name, work.ours)
    try:
        with bench.laid_out(work) as (path, _):
            _lay_out_warm_up(path)
            for _ in range(min(3, bench.rounds)):
                for name in work.everyone:
                    _measure(bench, name, path, row)
            _calculate(bench, path, row)
    except data.DataMissingError as error:
        row.notes["data"] = str(error)
    yield row


def _measure(bench: Bench, name: str, path: Path, row: Row) -> None:
    try:
        with bench.start(name, bench.threads) as worker:
            row.samples.setdefault(name, []).append(float(worker.ask("memory", path)))
    except PeerAbsentError as reason:
        row.notes[name] = f"absent: {reason}"
    except PeerFailedError as reason:
        row.notes[name] = f"failed: {reason}"
    if not row.samples.get(name):
        row.samples.pop(name, None)


def _calculate(bench: Bench, path: Path, row: Row) -> None:
    """The figure that the calculator gives for this training."""
    try:
        with bench.start(works.OURS_C, 1) as worker:
            row.facts["calculated"] = int(worker.ask("count", path, "training_bytes"))
    except (PeerAbsentError, PeerFailedError) as reason:
        row.notes["calculator"] = str(reason)
