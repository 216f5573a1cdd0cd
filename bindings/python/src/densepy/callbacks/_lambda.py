"""Callbacks from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._callback import Callback

_HOOKS = {name for name in vars(Callback) if name.startswith("on_")}


class LambdaCallback(Callback):
    """Calls functions at hooks: ``LambdaCallback(on_epoch_end=lambda epoch, logs: ...)``.

    Begin and end of training take (logs), those of epochs (epoch, logs), those of batches (batch, logs).
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **others: Callable[..., Any],
    ) -> None:
        unknown = set(others) - _HOOKS
        if unknown:
            raise ValueError(f"LambdaCallback: no hook is called {', '.join(sorted(unknown))}")
        hooks = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **others,
        }
        for name, function in hooks.items():
            if function is not None:
                setattr(self, name, function)
