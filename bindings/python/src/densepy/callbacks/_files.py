"""Callbacks that write files."""

from __future__ import annotations

import os
from typing import Any

from .._configured import refuse
from ._callback import Logs
from ._monitoring import MonitoringCallback


class ModelCheckpoint(MonitoringCallback):
    """Saves the model after epochs; with ``save_best_only``, after those in which ``monitor`` improved.

    ``filepath`` may name figures: "model-{epoch:02d}-{val_loss:.3f}.safetensors", where epochs count from 1.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        refuse("ModelCheckpoint", save_freq=(save_freq, "epoch"))
        self.filepath = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.best = initial_value_threshold

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.save_best_only:
            value = self.value(logs)
            if value is None or not self.is_improvement(value, self.best):
                return
            self.best = value
        path = self.filepath.format(epoch=epoch + 1, **(logs or {}))
        if self.save_weights_only:
            self.model.save_weights(path)
        else:
            self.model.save(path)
        if self.verbose > 0:
            print(f"Epoch {epoch + 1}: saved {path}")
