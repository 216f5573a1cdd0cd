"""Dropout."""

from __future__ import annotations

from typing import Any

from .._configured import refuse
from ._layer import Layer


class Dropout(Layer):
    """In training sets the share ``rate`` of its inputs to zero and scales the others by 1 / (1 - rate); else hands its
    input on (Srivastava et al. 2014)."""

    registered = "dropout"

    def __init__(self, rate: float, noise_shape: Any = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        refuse("Dropout", noise_shape=(noise_shape, None))
        self.rate = float(rate)
        self.seed = None if seed is None else int(seed)
        self._set(rate=self.rate)
        if seed is not None:
            self._set(seed=seed)

    def _settings(self) -> dict[str, Any]:
        return {"rate": self.rate, "seed": self.seed}
