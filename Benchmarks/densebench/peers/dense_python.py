"""Dense from Python on densepy's native back end: predictors, and the Keras-like API for training."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

import densepy

from ..folder import Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError, accuracy


def versions() -> dict[str, str]:
    return {"densepy": densepy.__version__, "numpy": np.__version__}


def initial(task: Task) -> list[npt.NDArray[np.float32]]:
    return [array for pair in zip(task.weights, task.biases, strict=True) for array in pair]


def model(task: Task) -> Any:
    network = densepy.Sequential([densepy.Input((task.widths[0],))])
    for width, activation in zip(task.widths[1:], task.activations, strict=True):
        network.add(densepy.layers.Dense(width, activation=activation))
    network.set_weights(initial(task))
    return network


def compiled(task: Task) -> Any:
    network = model(task)
    loss = (
        densepy.losses.SparseCategoricalCrossentropy(from_logits=True)
        if task.loss == "cross_entropy"
        else densepy.losses.MeanSquaredError()
    )
    network.compile(optimizer=densepy.optimizers.Adam(task.learning_rate), loss=loss)
    return network


def prepare_step(task: Task) -> Prepared:
    network = compiled(task)
    x, y = task.x, task.labels if task.loss == "cross_entropy" else task.targets

    def check() -> npt.NDArray[Any]:
        for _ in range(CHECK_STEPS):
            network.train_on_batch(x, y)
        return np.asarray(network(x))

    return Prepared(call=lambda: network.train_on_batch(x, y), result=check)


def prepare_fit(task: Task) -> Prepared:
    """Each fit makes its model anew, as scikit-learn's does: Keras alone is spared that."""
    state: dict[str, Any] = {}

    def fit() -> None:
        network = compiled(task)
        network.fit(task.x, task.labels, batch_size=task.batch, epochs=task.epochs, verbose=0)
        state["network"] = network

    def check() -> npt.NDArray[Any]:
        fit()
        return accuracy(np.asarray(state["network"](task.test_x)), task.test_labels)

    return Prepared(call=fit, result=check)


def prepare_forward(task: Task) -> Prepared:
    """A predictor with the result's array given, as ONNX Runtime has its bound output."""
    threads = 0 if int(os.environ["DENSEBENCH_THREADS"]) > 1 else 1
    predictor = densepy.Predictor(model(task), max_rows=min(task.rows, 256), num_threads=threads)
    x, output = task.x, np.empty((task.rows, task.widths[-1]), np.float32)

    def check() -> npt.NDArray[np.float32]:
        return predictor(x, output).copy()

    return Prepared(call=lambda: predictor(x, output), result=check)


def prepare(task: Task) -> Prepared:
    if task.kind in ("forward", "gemm"):
        return prepare_forward(task)
    if task.kind == "adam":
        return prepare_step(task)
    if task.kind == "fit":
        return prepare_fit(task)
    raise UnsupportedError(f"densepy does no work of kind '{task.kind}'")
