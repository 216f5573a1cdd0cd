"""Penalties on the size of weights, added to the loss; as objects and by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._configured import Part, finder


class Regularizer(Part):
    """Base of all regularizers."""

    kind = "regularizer"

    def __call__(self, x: Any) -> float:
        """The penalty l1 * sum(abs(x)) + l2 * sum(x**2) of an array, in double precision."""
        values = np.asarray(x, np.float64)
        l1, l2 = self.settings.get("l1", 0.0), self.settings.get("l2", 0.0)
        return float(l1 or 0.0) * float(np.abs(values).sum()) + float(l2 or 0.0) * float(np.square(values).sum())


class L1(Regularizer):
    """l1 * sum(abs(w))."""

    registered = "l1"

    def __init__(self, l1: float = 0.01) -> None:
        self._configure(l1=l1)


class L2(Regularizer):
    """l2 * sum(w**2)."""

    registered = "l2"

    def __init__(self, l2: float = 0.01) -> None:
        self._configure(l2=l2)


class L1L2(Regularizer):
    """l1 * sum(abs(w)) + l2 * sum(w**2)."""

    registered = "l1_l2"

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self._configure(l1=l1, l2=l2)


l1 = L1
l2 = L2
l1_l2 = L1L2

get = finder(Regularizer, [L1, L2, L1L2], {})
