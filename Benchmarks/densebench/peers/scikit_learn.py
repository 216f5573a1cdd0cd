"""scikit-learn's multilayer perceptron: `predict`, `partial_fit` of one batch, and `fit`."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

from ..folder import Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError


def versions() -> dict[str, str]:
    return {"scikit-learn": sklearn.__version__, "numpy": np.__version__}


def estimator(task: Task, epochs: int) -> Any:
    """An unfitted network of the task's shape. Without penalty and early stopping, so that it does the same work."""
    kind = MLPClassifier if task.loss == "cross_entropy" else MLPRegressor
    return kind(
        hidden_layer_sizes=task.widths[1:-1],
        activation="relu",
        solver="adam",
        alpha=0.0,
        batch_size=min(task.batch, len(task.x)) if task.kind == "fit" else task.rows,
        learning_rate_init=task.learning_rate,
        max_iter=epochs,
        epsilon=1e-7,
        tol=0.0,
        n_iter_no_change=10**6,
        random_state=1,
    )


def with_parameters(task: Task) -> Any:
    """A network that holds the task's parameters and a fresh Adam state; one step of fitting builds its arrays."""
    network = estimator(task, 1)
    columns = task.widths[-1]
    if task.loss == "cross_entropy":
        network.partial_fit(task.x, task.labels, classes=np.arange(columns))
    else:
        network.partial_fit(task.x, np.zeros((task.rows, columns) if columns > 1 else task.rows, np.float32))
    for own, given in zip(network.coefs_ + network.intercepts_, task.weights + task.biases, strict=True):
        own[...] = given
    # Adam's state: (re)made by partial_fit where it is missing.
    del network._optimizer
    return network


def prepare_step(task: Task) -> Prepared:
    network = with_parameters(task)
    y = task.labels if task.loss == "cross_entropy" else task.targets

    def step() -> None:
        network.partial_fit(task.x, y)

    def check() -> npt.NDArray[Any]:
        for _ in range(CHECK_STEPS):
            step()
        value = task.x
        for weight, bias in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
            value = np.maximum(value @ weight + bias, 0)
        return np.asarray(value @ network.coefs_[-1] + network.intercepts_[-1])

    return Prepared(call=step, result=check)


def prepare_fit(task: Task) -> Prepared:
    network = estimator(task, task.epochs)

    def fit() -> None:
        network.fit(task.x, task.labels)

    def check() -> npt.NDArray[Any]:
        fit()
        return np.array([network.score(task.test_x, task.test_labels)], np.float32)

    return Prepared(call=fit, result=check)


def prepare(task: Task) -> Prepared:
    warnings.filterwarnings("ignore", module="sklearn")  # reaching max_iter is what is asked of it
    if task.kind == "forward":
        network = with_parameters(task)
        return Prepared(call=lambda: network.predict(task.x), result=lambda: network.predict(task.x))
    if task.kind == "adam":
        return prepare_step(task)
    if task.kind == "fit":
        return prepare_fit(task)
    raise UnsupportedError(f"scikit-learn does no work of kind '{task.kind}'")
