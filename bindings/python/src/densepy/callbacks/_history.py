"""The record of a training run."""

from __future__ import annotations

from typing import Any

from ._callback import Callback, Logs


class History(Callback):
    """What ``fit`` returns: ``history`` has a list for each of "loss", the metrics, and "val_..." of these, with one
    figure for each epoch; ``epoch`` has the numbers of the epochs."""

    def __init__(self) -> None:
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def __getstate__(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "history": self.history}
