"""Rows to learn from or to be measured on."""

from __future__ import annotations

from typing import Any

from .. import _arrays
from .._arrays import FloatArray


class TrainingData:
    """Inputs (n, features), targets (n, columns), and a weight for each row or None."""

    def __init__(self, inputs: FloatArray, targets: FloatArray, weights: FloatArray | None) -> None:
        self.inputs = inputs
        self.targets = targets
        self.weights = weights

    @property
    def rows(self) -> int:
        return len(self.inputs)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the C ABI: inputs, rows, columns, targets, target columns, weights."""
        return (self.inputs, *self.inputs.shape, self.targets, self.targets.shape[1], self.weights)

    def split(self, share: float) -> tuple[TrainingData, TrainingData]:
        """The first rows, and the last ``share`` of them for validation, as Keras splits."""
        if not 0 < share < 1:
            raise ValueError(f"validation_split: expected a number in [0, 1), received {share!r}")
        first = int(self.rows * (1 - share))
        if first == 0 or first == self.rows:
            raise ValueError(f"validation_split={share!r} leaves {first} of {self.rows} rows for training")
        return self._slice(slice(0, first)), self._slice(slice(first, None))

    def weighted_by_class(self, class_weight: dict[int, float] | None) -> TrainingData:
        """With the weight of each row's class, times its own where it has one."""
        if class_weight is None:
            return self
        weights = _arrays.class_weights(self.targets, class_weight, self.rows)
        return TrainingData(self.inputs, self.targets, weights if self.weights is None else weights * self.weights)

    def _slice(self, rows: slice) -> TrainingData:
        return TrainingData(self.inputs[rows], self.targets[rows], None if self.weights is None else self.weights[rows])
