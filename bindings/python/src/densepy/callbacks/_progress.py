"""Progress of a training run in the terminal."""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

from ._callback import Callback, Logs


class ProgbarLogger(Callback):
    """Shows the run: ``verbose`` 1 for a bar over all batches (needs tqdm, in the extra "progress"; plain lines without
    it), 2 for a line each epoch. ``fit(verbose=...)`` adds one by itself."""

    def __init__(self, verbose: int = 1) -> None:
        self.verbose = verbose
        self._bar: Any = None
        self._began = 0.0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        if self.verbose == 1:
            self._bar = _make_bar(self.params["epochs"] - self.params["initial_epoch"], self.params["steps"])

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._began = time.perf_counter()
        if self._bar is not None:
            self._bar.set_description_str(f"Epoch {epoch + 1}/{self.params['epochs']}", refresh=False)

    def progress(self, epoch: int, step: int, logs: Logs) -> None:
        """Moves the bar to the batches done; ``fit`` calls it some times a second."""
        if self._bar is not None:
            self._bar.set_postfix_str(_shown(logs), refresh=False)
            done = (epoch - self.params["initial_epoch"]) * self.params["steps"] + step
            self._bar.update(done - self._bar.n)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.progress(epoch, self.params["steps"], logs or {})
        if self._bar is None:
            seconds = time.perf_counter() - self._began
            print(f"Epoch {epoch + 1}/{self.params['epochs']} - {seconds:.2f}s - {_shown(logs or {})}", flush=True)

    def on_train_end(self, logs: Logs | None = None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the bar; also after a failure."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _shown(logs: Logs) -> str:
    return " - ".join(f"{name}: {value:.4g}" for name, value in logs.items())


def _make_bar(epochs: int, steps: int) -> Any:
    try:
        tqdm = importlib.import_module("tqdm").tqdm
    except ModuleNotFoundError:
        return None
    return tqdm(total=epochs * steps, unit="batch", file=sys.stderr, leave=True)
