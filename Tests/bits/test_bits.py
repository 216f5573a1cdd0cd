"""The same bits: 20 training steps and the predictions after them, whoever computes them and on what."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import densepy
from densepy import layers

ROOT = pathlib.Path(__file__).parents[2]
HERE = pathlib.Path(__file__).parent


def networks():
    """Networks that take every kind of kernel: wide enough to be shared between threads, narrow and odd layers, every
    costly activation, both kinds of state."""
    yield "adam", [layers.Dense(37, "gelu"), layers.BatchNormalization(), layers.Dropout(0.2), layers.Dense(16, "tanh")]
    yield "rmsprop", [layers.Dense(128, "silu"), layers.Dense(5, "softplus"), layers.Dense(33, "sigmoid")]
    yield "sgd", [layers.Dense(1024, "relu"), layers.Dense(300, "elu"), layers.Dense(1), layers.Dense(64, "leaky_relu")]


@pytest.fixture(scope="session", params=["adam", "rmsprop", "sgd"])
def case(request, tmp_path_factory):
    """A folder with a saved network and data, and what they come to on this machine by default."""
    folder = tmp_path_factory.mktemp(request.param)
    table = np.loadtxt(ROOT / "Examples/data/digits.csv", delimiter=",", skiprows=1, dtype=np.float32)[:640]
    np.concatenate([(table[:, :64] / 16).ravel(), table[:, 64]]).tofile(folder / "data")
    densepy.utils.set_random_seed(11)
    hidden = dict(networks())[request.param]
    model = densepy.Sequential([densepy.Input((64,)), *hidden, layers.Dense(10, "softmax")])
    model.compile(request.param, "sparse_categorical_crossentropy")
    model.save(folder / "model.safetensors")
    expected, _ = compute(folder, python())
    # Beyond weights and predictions that are all zero or all the same, equality would say nothing.
    assert len(np.unique(expected)) > 1000
    assert np.isfinite(expected).all()
    return folder, expected


def python():
    return [sys.executable, HERE / "workload.py"]


def compute(folder, program, batch=640, **environment):
    command = [*program, folder / "model.safetensors", folder / "data", folder / "result", batch]
    done = subprocess.run(
        [str(part) for part in command], env={**os.environ, **environment}, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return np.fromfile(folder / "result", np.float32), done.stdout.split()


def assert_same_bits(found, expected):
    assert found.shape == expected.shape
    np.testing.assert_array_equal(found.view(np.uint32), expected.view(np.uint32))


def test_instruction_sets(case, instruction_set):
    folder, expected = case
    found, (used, _) = compute(folder, python(), DENSE_ISA=instruction_set)
    assert used == instruction_set
    assert_same_bits(found, expected)


@pytest.mark.parametrize("name", ["native", "ctypes"])
def test_back_ends(case, name):
    folder, expected = case
    found, (_, used) = compute(folder, python(), DENSEPY_BACKEND=name)
    assert used == name
    assert_same_bits(found, expected)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_thread_counts(case, threads):
    folder, expected = case
    assert_same_bits(compute(folder, python(), DENSE_NUM_THREADS=str(threads))[0], expected)


@pytest.mark.parametrize("batch", [1, 7, 13, 32, 639])
def test_batch_splits(case, batch):
    folder, expected = case
    assert_same_bits(compute(folder, python(), batch)[0], expected)


@pytest.fixture(scope="session")
def c_program(tmp_path_factory):
    program = tmp_path_factory.mktemp("c") / "workload"
    library = ROOT / "build/lib"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{library}", "-ldense"]
    subprocess.run(["gcc", HERE / "workload.c", *flags, f"-Wl,-rpath,{library}", "-o", program], check=True)
    return program


@pytest.mark.parametrize("batch", [1, 640])
def test_c_program(case, c_program, batch):
    folder, expected = case
    found, (_, used) = compute(folder, [c_program], batch)
    assert used == "c"
    assert_same_bits(found, expected)
