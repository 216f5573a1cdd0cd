"""What callbacks that watch one figure share."""

from __future__ import annotations

import warnings
from typing import Any

from ._callback import Callback, Logs

# The metrics of which more is better; for all others, and every loss, less is.
_RISING = ("accuracy", "acc", "r2", "r2_score", "precision", "recall", "f1", "f1_score", "auc")


class MonitoringCallback(Callback):
    """Watches the figure ``monitor``; ``mode`` "min", "max", or "auto" for what its name suggests."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"{type(self).__name__}: mode: expected 'auto', 'min' or 'max', received {mode!r}")
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(min_delta)

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Whether ``value`` is better than ``reference`` by more than ``min_delta``."""
        if reference is None:
            return True
        if self._rises():
            return value - self.min_delta > reference
        return value + self.min_delta < reference

    def value(self, logs: Logs | None) -> float | None:
        """The watched figure; a warning and None where there is none of this name."""
        found = (logs or {}).get(self.monitor)
        if found is None:
            names = ", ".join(logs or {})
            warnings.warn(
                f"{type(self).__name__} watches {self.monitor!r}, which is not among the figures: {names}", stacklevel=3
            )
        return found

    def _rises(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        return name in _RISING or name.endswith("accuracy") or self._is_rising_metric(name)

    def _is_rising_metric(self, name: str) -> bool:
        metrics: list[Any] = getattr(self.model, "metrics", [])
        return any(metric.name == name and metric.registered in _RISING for metric in metrics)
