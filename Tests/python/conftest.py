"""What the tests share. The back end is the one that DENSEPY_BACKEND names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import densepy
from densepy import layers

Run = Callable[..., str]
Classes = tuple[NDArray[np.float32], NDArray[np.int64]]


@pytest.fixture
def classes() -> Classes:
    """200 rows of 4 features in 3 classes that a small network tells apart."""
    rng = np.random.default_rng(7)
    y = rng.integers(0, 3, 200)
    centres = np.array([[2, 0, 0, 1], [0, 2, 0, -1], [0, 0, 2, 0]])
    return (centres[y] + rng.normal(0, 0.5, (200, 4))).astype(np.float32), y


@pytest.fixture
def classifier() -> densepy.Sequential:
    """A compiled 4-8-3 network."""
    densepy.utils.set_random_seed(3)
    model = densepy.Sequential(
        [layers.Dense(8, activation="relu", input_shape=(4,)), layers.Dense(3, activation="softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture
def run() -> Run:
    """Runs Python code in a process of its own and returns what it prints."""

    def run(code: str, backend: str | None = None, expect: int = 0, **environment: str) -> str:
        variables = {**os.environ, **environment}
        if backend is not None:
            variables["DENSEPY_BACKEND"] = backend
        result = subprocess.run(
            [sys.executable, "-c", code], env=variables, capture_output=True, text=True, timeout=120
        )
        assert result.returncode == expect, result.stdout + result.stderr
        return result.stdout if expect == 0 else result.stdout + result.stderr

    return run
