"""The parameter calculator, in Python and on the command line."""

from __future__ import annotations

import json

import pytest
from conftest import Run

import densepy
from densepy import __main__ as command
from densepy import layers


def test_the_known_network() -> None:
    calculation = densepy.calculate(784, 128, 10, optimizer="adam", batch_size=32)
    assert calculation.parameters == 101_770
    assert calculation["weights"] == 784 * 128 + 128 * 10
    assert calculation.biases == 138
    assert calculation.parameter_bytes >= 4 * 101_770
    assert set(calculation) == set(calculation.as_dict())
    assert "101,770" in str(calculation)
    assert repr(calculation) == "<Calculation 784-128-10: 101,770 parameters>"
    with pytest.raises(AttributeError, match="a calculation has no 'petals'; it has: weights"):
        _ = calculation.petals


def test_optimizers_cost_memory() -> None:
    cost = {
        name: densepy.calculate(100, 10, optimizer=rule).optimizer_bytes
        for name, rule in {
            "none": None,
            "sgd": "sgd",
            "momentum": densepy.optimizers.SGD(momentum=0.9),
            "adam": densepy.optimizers.Adam(),
        }.items()
    }
    assert cost["none"] == cost["sgd"] == 0
    assert cost["adam"] >= 8 * 1010


def test_a_model_says_the_same() -> None:
    model = densepy.Sequential([densepy.Input((784,)), layers.Dense(128, "relu"), layers.Dense(10, "softmax")])
    assert model.count_params() == densepy.calculate(784, 128, 10).parameters
    assert [layer.count_params() for layer in model.layers] == [100_480, 1_290]
    norm = densepy.Sequential([layers.BatchNormalization(input_shape=(6,))])
    assert norm.count_params() == 24


def test_memory_is_what_the_engine_allocates() -> None:
    before = densepy.memory_in_use()
    model = densepy.Sequential([densepy.Input((784,)), layers.Dense(128, "relu"), layers.Dense(10, "softmax")])
    model.build()
    calculation = densepy.calculate(784, 128, 10)
    assert densepy.memory_in_use() - before >= calculation.parameter_bytes
    del model
    assert densepy.memory_in_use() == before


def test_refusals() -> None:
    with pytest.raises(ValueError, match="width"):
        densepy.calculate(784)
    with pytest.raises(ValueError, match="received"):
        densepy.calculate(784, 0)
    with pytest.raises(ValueError, match=r"expected whole numbers as widths, received \(3.5, 2\)"):
        densepy.calculate(3.5, 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="adamm"):
        densepy.calculate(3, 2, optimizer="adamm")
    with pytest.raises(OverflowError):
        densepy.calculate(2**40, 2**40)


def test_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["calculate", "784", "128", "10", "--optimizer", "adam", "--batch-size", "32"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("784-128-10, trained by adam, batches of 32")
    assert "101,770" in printed
    assert command.main(["calculate", "784", "128", "10", "--optimizer", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 101_770
    with pytest.raises(SystemExit):
        command.main(["calculate", "0"])
    assert "error:" in capsys.readouterr().err


def test_it_runs_as_a_module(run: Run) -> None:
    code = """
import runpy, sys
sys.argv = ["densepy", "calculate", "4", "2"]
runpy.run_module("densepy", run_name="__main__")
"""
    assert "4-2, trained by adam, batches of 32" in run(code)
