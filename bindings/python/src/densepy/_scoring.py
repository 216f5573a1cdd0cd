"""Losses and metrics of given predictions: the engine evaluates a network that hands its input on."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _arrays
from ._backend import Handle, library
from .losses import Loss, MeanSquaredError, SparseCategoricalCrossentropy
from .metrics import Metric
from .models._compiled import Compiled
from .optimizers import SGD


def score(loss: Loss, metrics: list[Metric], y_true: Any, y_pred: Any, sample_weight: Any = None) -> list[float]:
    """Loss and metrics of predictions (n, outputs) or (n,)."""
    predictions = _arrays.floats(y_pred, "y_pred")
    predictions = predictions.reshape(-1, 1) if predictions.ndim < 2 else predictions
    rows, outputs = predictions.shape
    columns = 1 if isinstance(loss, SparseCategoricalCrossentropy) else outputs
    truths = _arrays.targets(y_true, rows, columns, "y_true", loss.registered)
    weights = _arrays.weights(sample_weight, rows, "sample_weight")
    network = Handle(library.network_create(outputs), library.network_destroy)
    with Handle(library.layer_create("activation"), library.layer_destroy) as identity:
        library.network_add(network.value, identity)
    library.network_build(network.value)
    Compiled(SGD(), loss, metrics).apply(network)
    results = np.empty(1 + len(metrics))
    library.network_evaluate(
        network.value, predictions, rows, outputs, truths, columns, weights, 1024, results, results.size
    )
    return [float(value) for value in results]


def measure(metric: Metric, y_true: Any, y_pred: Any) -> float:
    """A metric of predictions (n, outputs) or (n,), against targets of the same shape or class numbers (n,)."""
    outputs = 1 if np.ndim(y_pred) < 2 else np.shape(y_pred)[1]
    columns = 1 if np.ndim(y_true) < 2 else np.shape(y_true)[1]
    loss: Loss = SparseCategoricalCrossentropy() if columns == 1 and outputs > 1 else MeanSquaredError()
    return score(loss, [metric], y_true, y_pred)[1]
