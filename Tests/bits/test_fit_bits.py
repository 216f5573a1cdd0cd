"""The same bits: a run of three epochs with dropout and batch normalization, on any instruction set and threads."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

HERE = pathlib.Path(__file__).parent


def fit(folder, **environment):
    command = [sys.executable, str(HERE / "fit.py"), str(folder / "result")]
    done = subprocess.run(command, env={**os.environ, **environment}, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return np.fromfile(folder / "result", np.float64), done.stdout.strip()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    values, _ = fit(tmp_path_factory.mktemp("fit"), DENSE_NUM_THREADS="1")
    assert np.isfinite(values).all()
    assert len(np.unique(values)) > 100_000
    return values


@pytest.mark.parametrize("threads", ["1", "2", "3", "8"])
def test_fit(tmp_path, expected, instruction_set, threads):
    found, used = fit(tmp_path, DENSE_ISA=instruction_set, DENSE_NUM_THREADS=threads)
    assert used == instruction_set
    np.testing.assert_array_equal(found.view(np.uint64), expected.view(np.uint64))
