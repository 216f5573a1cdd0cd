"""The examples run as they stand and reach their figures on real data."""

import pytest
from conftest import DIGITS, ROOT, compile_and_run, figure, run, run_python


def test_mnist_demo():
    output = run_python("mnist.py")
    assert figure("test accuracy", output) >= 0.935
    assert "reloaded predictions equal: True" in output
    assert figure("time per epoch", output) > 0
    assert "worst two digits:" in output
    assert "Epoch 20/20: 100%|" in output


def test_mnist_mean_of_five_splits():
    assert figure("mean test accuracy", run_python("mnist.py", "--splits")) >= 0.945


def test_breast_cancer():
    output = run_python("breast_cancer.py")
    assert figure("one sigmoid unit: mean test accuracy", output) >= 0.965
    assert figure("hidden layer of 16: mean test accuracy", output) >= 0.965


def test_diabetes():
    lines = run_python("diabetes.py").splitlines()
    scores = [[float(part.split()[-1]) for part in line.split(",")] for line in lines]
    *splits, (mean, _, mean_of_ridge_on_standardized_inputs) = scores
    assert len(splits) == 5
    assert all(ours >= ridge for ours, ridge, _ in splits)
    assert mean >= mean_of_ridge_on_standardized_inputs


def test_c_and_cpp_digits(tmp_path):
    c = compile_and_run(ROOT / "Examples/c/digits.c", tmp_path, DIGITS)
    assert figure("test accuracy", c) >= 0.96
    # The same network from the same seed on the same data.
    assert c == compile_and_run(ROOT / "Examples/cpp/digits.cpp", tmp_path, DIGITS, compiler="g++", standard="c++17")


def test_swift_digits(tmp_path):
    output = run("swift", "run", "-c", "release", "--package-path", ROOT / "Examples/swift", "digits", DIGITS)
    assert output == compile_and_run(ROOT / "Examples/c/digits.c", tmp_path, DIGITS)


SOURCES = [
    path
    for path in sorted((ROOT / "Examples").rglob("*.*"))
    if path.suffix in {".py", ".c", ".cpp", ".swift"} and ".build" not in path.parts
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_examples_are_short(path):
    assert len(path.read_text().splitlines()) < 100
