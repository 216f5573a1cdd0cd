"""The Python side of a training run: what the engine's progress callback does with each event."""

from __future__ import annotations

from typing import Any

from .. import _abi
from ..callbacks._callback import CallbackList, Logs
from ..callbacks._progress import ProgbarLogger

_EPOCH_BEGIN, _EPOCH_END = _abi.EVENTS["epoch_begin"], _abi.EVENTS["epoch_end"]


class EpochReporter:
    """Called by the engine: hands events on to callbacks, and keeps what they raise.

    An exception must not pass through the engine: the back end keeps it in ``error`` and stops the run, and ``fit``
    raises it.
    """

    def __init__(self, model: Any, callbacks: CallbackList, names: list[str], bar: ProgbarLogger | None) -> None:
        self.model = model
        self.callbacks = callbacks
        self.names = names + [f"val_{name}" for name in names]
        self.bar = bar
        self.wants_batches = callbacks.wants_batches
        self.logs: Logs = {}
        self.error: BaseException | None = None

    def __call__(self, event: int, epoch: int, step: int, steps: int, values: tuple[float, ...]) -> bool:
        """True stops the run."""
        logs = dict(zip(self.names, values, strict=False))
        if event == _EPOCH_BEGIN:
            self.callbacks.call("on_epoch_begin", epoch, {})
            if self.wants_batches:
                self.callbacks.call("on_train_batch_begin", 0, {})
        elif event == _EPOCH_END:
            self.logs = logs
            self.callbacks.call("on_epoch_end", epoch, logs)
        else:
            self._batch_ended(epoch, step, steps, logs)
        return bool(self.model.stop_training)

    def _batch_ended(self, epoch: int, step: int, steps: int, logs: Logs) -> None:
        if self.bar is not None:
            self.bar.progress(epoch, step, logs)
        if self.wants_batches:
            self.callbacks.call("on_train_batch_end", step - 1, logs)
            if step < steps and not self.model.stop_training:
                self.callbacks.call("on_train_batch_begin", step, {})
