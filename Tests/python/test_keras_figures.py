"""densepy trains as Keras does: every figure of the runs in keras_figures.py, against those that Keras itself gave."""

from __future__ import annotations

import json
from typing import Any

import keras_figures
import pytest

import densepy

EXPECTED: dict[str, Any] = json.loads(keras_figures.PATH.read_text())["figures"]


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return keras_figures.figures(densepy)


def assert_close(found: Any, expected: Any, path: str) -> None:
    if isinstance(expected, dict):
        assert set(found) == set(expected), path
        for name, value in expected.items():
            assert_close(found[name], value, f"{path}, {name}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), path
        for index, value in enumerate(expected):
            assert_close(found[index], value, f"{path}[{index}]")
    else:
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-6), path


@pytest.mark.parametrize("run", EXPECTED)
def test_figures_are_those_of_keras(found: dict[str, Any], run: str) -> None:
    assert_close(found[run], EXPECTED[run], run)
