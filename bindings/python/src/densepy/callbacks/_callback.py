"""The base of callbacks, and the list that calls them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Logs = dict[str, float]

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_ABSENT_HOOKS = ("on_test_batch_begin", "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end")


class Callback:
    """Base of all callbacks: override the hooks that are of interest.

    Training itself runs in the engine. Python is called at the ends of epochs, and at batches only where a callback
    overrides a hook of batches. ``model`` and ``params`` (epochs, steps, verbose) are set before the first hook. A
    hook that raises stops the training, and the exception comes out of ``fit``.
    """

    model: Any = None
    params: dict[str, Any]

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params

    def set_model(self, model: Any) -> None:
        self.model = model

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch; ``logs`` are its figures."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before epoch number ``epoch``, from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation; ``logs`` are loss, metrics and those of validation after "val_"."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Another name of ``on_train_batch_begin``."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Another name of ``on_train_batch_end``."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before batch number ``batch`` of the epoch."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch; ``logs`` are the epoch's figures so far."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before ``evaluate``. The validation inside ``fit`` runs in the engine and does not call it."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """After ``evaluate``."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Before ``predict``."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """After ``predict``."""


class CallbackList(Callback):
    """Calls several callbacks in order."""

    def __init__(self, callbacks: Any, model: Any, params: dict[str, Any]) -> None:
        given = [] if callbacks is None else [callbacks] if isinstance(callbacks, Callback) else list(callbacks)
        for callback in given:
            _check(callback)
        self.callbacks: list[Callback] = given
        self.set_params(params)
        self.set_model(model)

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def extend(self, callbacks: list[Callback]) -> None:
        """Appends callbacks, which come after all others."""
        self.callbacks += callbacks
        self.set_params(self.params)
        self.set_model(self.model)

    @property
    def wants_batches(self) -> bool:
        """Whether a callback overrides a hook of batches."""
        return any(_overrides(callback, _BATCH_HOOKS) for callback in self.callbacks)

    def call(self, hook: str, *arguments: Any) -> None:
        """Calls ``hook`` of every callback."""
        for callback in self.callbacks:
            getattr(callback, hook)(*arguments)


def _overrides(callback: Callback, hooks: Iterable[str]) -> list[str]:
    """The hooks among ``hooks`` that the callback brings itself, on its class or on itself."""
    base = Callback.__dict__
    return [
        hook
        for hook in hooks
        if hook in callback.__dict__ or getattr(type(callback), hook, base.get(hook)) is not base.get(hook)
    ]


def _check(callback: Any) -> None:
    if not isinstance(callback, Callback):
        raise ValueError(f"callbacks: expected objects of densepy.callbacks.Callback, received {callback!r}")
    absent = _overrides(callback, _ABSENT_HOOKS)
    if absent:
        raise ValueError(
            f"{type(callback).__name__}.{absent[0]} would never be called: evaluation and prediction run in the engine "
            "as a whole; use on_test_end or on_predict_end"
        )
