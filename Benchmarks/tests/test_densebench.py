"""The suite's own parts: its reference, its statistics, its judgement, and one quick run from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1]
sys.path.insert(0, str(BENCHMARKS))

from densebench import data, folder, requirements, works  # noqa: E402
from densebench.peers import PEERS, numpy_by_hand  # noqa: E402
from densebench.reference import Expectation, Model  # noqa: E402
from densebench.reporting import markdown  # noqa: E402
from densebench.results import Row, Run  # noqa: E402
from densebench.works import Requirement  # noqa: E402

SMALL_STEP = replace(works.ADAM[0], widths=(12, 8, 5), rows=6, learning_rate=1e-3)


def loss(work: works.Work, model: Model, arrays: dict[str, np.ndarray]) -> float:
    output = model.forward(arrays["x"].astype(np.float64))[-1]
    if work.loss == "squared":
        return float(np.mean((output - arrays["targets"]) ** 2))
    logarithm = np.log(np.exp(output).sum(axis=1))
    return float(np.mean(logarithm - output[np.arange(len(output)), arrays["labels"]]))


@pytest.mark.parametrize("kind", ["cross_entropy", "squared"])
def test_reference_gradient_is_that_of_its_loss(kind: str) -> None:
    work = replace(SMALL_STEP, loss=kind)
    arrays = data.arrays(work)
    model = Model(work, arrays)
    model.step(arrays["x"].astype(np.float64), arrays)
    # After one step Adam's first moment is a tenth of the gradient.
    first = [m * 10 for m in model.first]
    for parameter, (index, gradient) in enumerate(zip([(3, 2), (1, 4), (0,), (1,)], first, strict=True)):
        sides = []
        for nudge in (1e-5, -1e-5):
            fresh = Model(work, arrays)
            fresh.parameters[parameter][index] += nudge
            sides.append(loss(work, fresh, arrays))
        assert gradient[index] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-4, abs=1e-9)


def test_a_work_reads_back_as_it_was_written(tmp_path: Path) -> None:
    arrays = data.arrays(SMALL_STEP)
    folder.write(tmp_path, SMALL_STEP, arrays)
    task = folder.Task(tmp_path)
    assert (task.widths, task.rows, task.loss, task.learning_rate) == ((12, 8, 5), 6, "cross_entropy", 1e-3)
    assert np.array_equal(task.weights[1], arrays["w1"])
    assert np.array_equal(task.labels, arrays["labels"])


def test_a_right_result_passes_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    arrays = data.arrays(SMALL_STEP)
    folder.write(tmp_path, SMALL_STEP, arrays)
    expectation = Expectation(SMALL_STEP, arrays)
    result = numpy_by_hand.prepare(folder.Task(tmp_path)).result()
    assert expectation.complaint(result) is None
    assert "received 29" in str(expectation.complaint(result.ravel()[:-1]))
    untrained = Model(SMALL_STEP, arrays).forward(arrays["x"].astype(np.float64))[-1]
    assert "relative error" in str(expectation.complaint(untrained.astype(np.float32)))


def test_ratio_is_of_the_best_peer_and_never_of_an_absent_one() -> None:
    row = Row("forward", "a work", "densepy")
    row.samples = {"densepy": [2.0, 1.0, 3.0], "numpy": [4.0, 4.0, 9.0], "torch": [8.0, 8.0, 8.0]}
    assert row.best() == "numpy"
    assert row.ratio() == 2.0
    assert row.ratio(("torch",)) == 4.0
    assert row.ratio(("jax",)) is None


def test_a_missed_or_unmeasured_requirement_says_so() -> None:
    row = Row("forward", "a work", "densepy", requirements=[Requirement(3.0), Requirement(1.0, ("jax",))])
    row.samples = {"densepy": [1.0], "numpy": [2.0]}
    run = Run("now", {}, {}, rows=[row])
    assert [verdict.word for verdict in requirements.judge(run)] == ["missed", "not measured"]


def test_the_peak_of_the_arithmetic_bounds_a_ratio() -> None:
    row = Row("forward", "a work", "densepy", requirements=[Requirement(1.2)], flops=80.0)
    # The loop does 100 operations in a second, at which the work would take 0.8 of one.
    row.samples = {"densepy": [0.9], "numpy": [1.0], "peak": [2.0]}
    row.facts["peak_flops"] = 200.0
    (verdict,) = requirements.judge(Run("now", {}, {}, rows=[row]))
    assert verdict.ceiling == 1.25 and verdict.word == "missed"
    assert row.best() == "numpy"
    assert markdown.verdict_cells(verdict)[3:] == ["1.11 (1.11...1.11)", "1.25", "**missed**"]


def test_every_work_names_known_peers() -> None:
    tables = (works.FORWARD, works.ADAM, works.FIT, works.RACE, works.FORWARD_C, works.GEMM, works.WIDTH_SWEEP)
    names = {name for table in tables for work in table for name in work.everyone}
    assert names <= set(PEERS)


def test_a_quick_run_reports_present_and_absent_peers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "densebench", "--quick", "--peers", "numpy,peak", "--only", "forward,adam,width"]
    subprocess.run([*command, "--output", str(tmp_path)], cwd=BENCHMARKS, check=True, capture_output=True, timeout=120)
    results = json.loads((tmp_path / "results.json").read_text())
    assert all(len(row["samples"]["numpy"]) > 0 for row in results["rows"])
    assert results["peers"]["densepy"] == {"absent": "not asked for"}
    assert "not measured" in (tmp_path / "README.md").read_text()
