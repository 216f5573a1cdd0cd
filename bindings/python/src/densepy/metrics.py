"""Figures of merit as objects and by name; names, arguments and definitions as in Keras 3.

Besides ``compile(metrics=...)``, a metric works alone: ``update_state(y_true, y_pred)``, ``result()``, and
``reset_state()``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._configured import Configured, finder, refuse


class Metric(Configured):
    """Base of all metrics."""

    kind = "metric"

    name: str

    def _start(self, name: str | None, dtype: Any, **settings: Any) -> None:
        refuse(type(self).__name__, dtype=(None if dtype == "float32" else dtype, None))
        self.name = name or self.registered
        self._rows: list[tuple[Any, Any]] = []
        self._configure(**settings)

    def update_state(self, y_true: Any, y_pred: Any) -> None:
        """Takes in rows: targets (n,), (n, 1) or (n, outputs), and predictions (n, outputs) or (n,).

        The rows are copied and kept until ``reset_state``, since ``result`` runs over all of them.
        """
        self._rows.append((np.array(y_true), np.array(y_pred)))

    def result(self) -> float:
        """The figure over all rows since the last reset; NaN where there are none."""
        from ._scoring import measure

        if not self._rows:
            return float("nan")
        truths, predictions = zip(*self._rows, strict=True)
        return measure(self, np.concatenate(truths), np.concatenate(predictions))

    def reset_state(self) -> None:
        """Forgets all rows."""
        self._rows = []

    def __call__(self, y_true: Any, y_pred: Any) -> float:
        self.update_state(y_true, y_pred)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self.settings}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.get_config() == other.get_config()

    __hash__ = Configured.__hash__


class Accuracy(Metric):
    """The share of right answers: binary for one output, else of classes. (Keras's class of this name counts equal
    numbers; its *name* "accuracy" means what this class does.)"""

    registered = "accuracy"

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        self._start(name, dtype)


class BinaryAccuracy(Metric):
    """The share of outputs on the right side of ``threshold``."""

    registered = "binary_accuracy"

    def __init__(self, name: str | None = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        self._start(name, dtype, threshold=threshold)


class CategoricalAccuracy(Metric):
    """The share of rows whose largest output stands where the largest target does."""

    registered = "categorical_accuracy"

    def __init__(self, name: str | None = "categorical_accuracy", dtype: Any = None) -> None:
        self._start(name, dtype)


class SparseCategoricalAccuracy(Metric):
    """The share of rows whose largest output stands at the class number."""

    registered = "sparse_categorical_accuracy"

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        self._start(name, dtype)


class MeanSquaredError(Metric):
    """Mean of (y - p)**2."""

    registered = "mean_squared_error"

    def __init__(self, name: str | None = "mean_squared_error", dtype: Any = None) -> None:
        self._start(name, dtype)


class MeanAbsoluteError(Metric):
    """Mean of abs(y - p)."""

    registered = "mean_absolute_error"

    def __init__(self, name: str | None = "mean_absolute_error", dtype: Any = None) -> None:
        self._start(name, dtype)


class R2Score(Metric):
    """1 - squared error / squared deviation from the mean target, for each output, then averaged."""

    registered = "r2_score"

    def __init__(
        self,
        class_aggregation: str = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        refuse("R2Score", num_regressors=(num_regressors, 0))
        self._start(name, dtype, class_aggregation=class_aggregation)


class Precision(Metric):
    """True positives / (true + false positives) over all outputs; 0 where there are none."""

    registered = "precision"

    def __init__(
        self,
        thresholds: float | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._start(name, dtype, thresholds=_one(thresholds), top_k=top_k, class_id=class_id)


class Recall(Metric):
    """True positives / (true positives + false negatives) over all outputs; 0 where there are none."""

    registered = "recall"

    def __init__(
        self,
        thresholds: float | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._start(name, dtype, thresholds=_one(thresholds), top_k=top_k, class_id=class_id)


def _one(thresholds: Any) -> float | None:
    if isinstance(thresholds, (list, tuple)):
        if len(thresholds) != 1:
            raise ValueError(f"thresholds: expected one number or None, received {thresholds!r}")
        return float(thresholds[0])
    return None if thresholds is None else float(thresholds)


class F1Score(Metric):
    """2 tp / (2 tp + fp + fn) for each output, averaged. Keras's ``average=None`` gives one number for each output,
    which is not one figure: the default here is "macro"."""

    registered = "f1_score"

    def __init__(
        self,
        average: str = "macro",
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        self._start(name, dtype, average=average, threshold=threshold)


_CLASSES: list[type[Any]] = [
    Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, MeanSquaredError, MeanAbsoluteError,
    R2Score, Precision, Recall, F1Score,
]  # fmt: skip

get = finder(
    Metric,
    _CLASSES,
    {"acc": Accuracy, "mse": MeanSquaredError, "mae": MeanAbsoluteError, "r2": R2Score, "f1": F1Score},
)
