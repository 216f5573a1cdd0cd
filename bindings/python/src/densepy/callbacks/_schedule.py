"""Learning rates that change by epoch."""

from __future__ import annotations

from collections.abc import Callable

from ._callback import Callback, Logs


class LearningRateScheduler(Callback):
    """Before each epoch sets the learning rate to ``schedule(epoch, rate)``, and logs it as "learning_rate"."""

    def __init__(self, schedule: Callable[[int, float], float], verbose: int = 0) -> None:
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        rate = float(self.schedule(epoch, self.model.optimizer.learning_rate))
        self.model.optimizer.learning_rate = rate
        if self.verbose > 0:
            print(f"Epoch {epoch + 1}: learning rate {rate}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["learning_rate"] = self.model.optimizer.learning_rate
