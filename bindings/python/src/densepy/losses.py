"""Losses as objects and by name; arguments, defaults and formulas as in Keras 3.

A loss is the mean over rows, each the mean over its outputs. Softmax or sigmoid before a cross-entropy is computed
together with it, so that extreme outputs stay exact.
"""

from __future__ import annotations

from typing import Any

from ._configured import Configured, finder, refuse


class Loss(Configured):
    """Base of all losses."""

    kind = "loss"

    name: str

    def _start(self, name: str, dtype: Any, **settings: Any) -> None:
        refuse(type(self).__name__, dtype=(None if dtype == "float32" else dtype, None))
        self.name = name
        self._configure(**settings)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """The loss of predictions (n, outputs) against targets of the shape that training takes."""
        from ._scoring import score

        return score(self, [], y_true, y_pred, sample_weight)[0]

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self.settings}


class MeanSquaredError(Loss):
    """(y - p)**2."""

    registered = "mean_squared_error"

    def __init__(
        self, reduction: str = "sum_over_batch_size", name: str = "mean_squared_error", dtype: Any = None
    ) -> None:
        self._start(name, dtype, reduction=reduction)


class MeanAbsoluteError(Loss):
    """abs(y - p)."""

    registered = "mean_absolute_error"

    def __init__(
        self, reduction: str = "sum_over_batch_size", name: str = "mean_absolute_error", dtype: Any = None
    ) -> None:
        self._start(name, dtype, reduction=reduction)


class Huber(Loss):
    """Half the squared error up to ``delta``, linear beyond it (Huber 1964)."""

    registered = "huber"

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        self._start(name, dtype, delta=delta, reduction=reduction)


class BinaryCrossentropy(Loss):
    """-y log(p) - (1 - y) log(1 - p) for outputs that are probabilities, or logits with ``from_logits``."""

    registered = "binary_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        refuse("BinaryCrossentropy", axis=(axis, -1))
        self._start(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, reduction=reduction)


class CategoricalCrossentropy(Loss):
    """-sum(y log(p)) for one-hot targets (n, outputs)."""

    registered = "categorical_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        refuse("CategoricalCrossentropy", axis=(axis, -1))
        self._start(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, reduction=reduction)


class SparseCategoricalCrossentropy(Loss):
    """-log(p[y]) for class numbers (n,) or (n, 1)."""

    registered = "sparse_categorical_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        refuse("SparseCategoricalCrossentropy", ignore_class=(ignore_class, None), axis=(axis, -1))
        self._start(name, dtype, from_logits=from_logits, reduction=reduction)


_CLASSES: list[type[Any]] = [
    MeanSquaredError, MeanAbsoluteError, Huber, BinaryCrossentropy, CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
]  # fmt: skip

get = finder(
    Loss,
    _CLASSES,
    {"mse": MeanSquaredError, "mae": MeanAbsoluteError, "bce": BinaryCrossentropy, "huber_loss": Huber},
)
