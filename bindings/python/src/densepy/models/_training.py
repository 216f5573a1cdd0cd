"""Compiling, fitting and evaluating a model."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _arrays
from .._backend import Handle, library
from .._configured import refuse
from ..callbacks import CallbackList, History, ProgbarLogger
from ..losses import Loss
from ..metrics import Metric
from ..optimizers import Optimizer
from ._compiled import Compiled
from ._contents import Contents
from ._data import TrainingData
from ._epochs import EpochReporter


class Trainer(Contents):
    """A stack of layers that learns. The loop over epochs and batches runs inside the engine."""

    stop_training = False
    history: History | None = None

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Chooses optimizer, loss and metrics, by name or as objects. The optimizer's state starts anew."""
        refuse(
            "compile",
            loss_weights=(loss_weights, None),
            weighted_metrics=(weighted_metrics, None),
            run_eagerly=(run_eagerly, False),
            steps_per_execution=(steps_per_execution, 1),
            jit_compile=(jit_compile, "auto"),
            auto_scale_loss=(auto_scale_loss, True),
        )
        if loss is None:
            raise ValueError("compile: expected a loss, such as 'mean_squared_error', received none")
        compiled = Compiled(optimizer, loss, metrics)
        if self._network is not None:
            compiled.apply(self._network)
        self._compiled = compiled

    @property
    def compiled(self) -> bool:
        """Whether the model has an optimizer and a loss."""
        return self._compiled is not None

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer, whose ``learning_rate`` is that of the training; None before ``compile``."""
        return None if self._compiled is None else self._compiled.optimizer

    @property
    def loss(self) -> Loss | None:
        """The loss; None before ``compile``."""
        return None if self._compiled is None else self._compiled.loss

    @property
    def metrics(self) -> list[Metric]:
        """The metrics that were given to ``compile``."""
        return [] if self._compiled is None else list(self._compiled.metrics)

    @property
    def metrics_names(self) -> list[str]:
        """ "loss" and the names of the metrics, in the order of results."""
        return [] if self._compiled is None else list(self._compiled.names)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
    ) -> History:
        """Trains on inputs (n, features) and targets (n,), (n, 1) or (n, outputs); arguments as in Keras 3.

        ``validation_split`` takes the last share of the rows, before any shuffling. ``verbose``: 1 or "auto" a bar, 2 a
        line each epoch, 0 nothing. Figures of validation do not depend on ``validation_batch_size``. Raises
        ``NonFiniteError``, naming epoch, step and layer, where a loss, gradient or weight becomes NaN or infinite.
        """
        refuse(
            "fit",
            steps_per_epoch=(steps_per_epoch, None),
            validation_steps=(validation_steps, None),
            validation_freq=(validation_freq, 1),
        )
        _arrays.batch_size(validation_batch_size, "validation_batch_size")
        compiled = self._require_compiled("fit")
        data = self._data("fit", x, y, sample_weight)
        validation = None
        if validation_data is not None:
            validation = self._data("validation_data", *_unpacked(validation_data))
        elif validation_split:
            data, validation = data.split(validation_split)
        data = data.weighted_by_class(class_weight)
        size = _arrays.batch_size(batch_size)
        params = {"verbose": _verbosity(verbose), "epochs": epochs, "initial_epoch": initial_epoch}
        params["steps"] = math.ceil(data.rows / size)
        bar = ProgbarLogger(params["verbose"]) if params["verbose"] else None
        hooks = CallbackList(callbacks, self, params)
        history = History()
        hooks.extend([bar, history] if bar is not None else [history])

        options = Handle(library.fit_options_create(), library.fit_options_destroy)
        settings = {"epochs": epochs, "initial_epoch": initial_epoch, "batch_size": size, "shuffle": bool(shuffle)}
        for name, value in settings.items():
            library.fit_options_set(options.value, name, float(value))
        if data.weights is not None:
            library.fit_options_set_sample_weights(options.value, data.weights, data.rows)
        if validation is not None:
            library.fit_options_set_validation_data(options.value, *validation.arguments)
        self.stop_training = False
        self.history = history
        reporter = EpochReporter(self, hooks, compiled.names, bar)
        try:
            hooks.call("on_train_begin", {})
            self._run(data, options, reporter)
            hooks.call("on_train_end", reporter.logs)
        finally:
            if bar is not None:
                bar.close()
        return history

    def _run(self, data: TrainingData, options: Handle, reporter: EpochReporter) -> None:
        library.fit_options_set_progress(options.value, reporter, reporter.wants_batches)
        record = 0
        try:
            record = library.network_fit(
                self._value, data.inputs, data.rows, self._inputs, data.targets, data.targets.shape[1], options.value
            )
        finally:
            library.fit_options_set_progress(options.value, None, False)
            library.history_destroy(record)
            # What a callback raised goes before what the engine says of the stopped run.
            if reporter.error is not None:
                raise reporter.error

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss, or a list of loss and metrics, or with ``return_dict`` these by name, over all rows, as in
        prediction."""
        refuse("evaluate", steps=(steps, None))
        compiled = self._require_compiled("evaluate")
        data = self._data("evaluate", x, y, sample_weight)
        hooks = CallbackList(callbacks, self, {"verbose": _verbosity(verbose), "steps": 1})
        hooks.call("on_test_begin", {})
        results = self._evaluate(data, _arrays.batch_size(batch_size))
        logs = dict(zip(compiled.names, results, strict=True))
        hooks.call("on_test_end", logs)
        if hooks.params["verbose"]:
            print(" - ".join(f"{name}: {value:.4g}" for name, value in logs.items()), flush=True)
        return _shaped(results, compiled.names, return_dict)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on one batch; the figures are those of this batch, before the step."""
        compiled = self._require_compiled("train_on_batch")
        count = len(compiled.names)
        if sample_weight is None and class_weight is None:
            figures = self._train_quickly(x, y, compiled.target_columns(self._outputs), count)
            if figures is not None:
                return _shaped(figures, compiled.names, return_dict)
        data = self._data("train_on_batch", x, y, sample_weight).weighted_by_class(class_weight)
        results = np.empty(count)
        library.network_train_batch(self._value, *data.arguments, results, count)
        return _shaped(results.tolist(), compiled.names, return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """The figures of one batch, as in prediction."""
        compiled = self._require_compiled("test_on_batch")
        data = self._data("test_on_batch", x, y, sample_weight)
        return _shaped(self._evaluate(data, data.rows), compiled.names, return_dict)

    def _evaluate(self, data: TrainingData, batch_size: int) -> list[float]:
        results = np.empty(len(self.metrics_names))
        library.network_evaluate(self._value, *data.arguments, batch_size, results, results.size)
        values: list[float] = results.tolist()
        return values

    def _require_compiled(self, verb: str) -> Compiled:
        if self._compiled is None:
            raise RuntimeError(f"{verb}: the model has no loss and optimizer yet; call compile first")
        return self._compiled

    def _data(self, verb: str, x: Any, y: Any = None, sample_weight: Any = None) -> TrainingData:
        compiled = self._require_compiled(verb)
        if x is None or y is None:
            missing = "inputs" if x is None else "targets"
            raise ValueError(f"{verb}: expected inputs and targets, received no {missing}")
        rows = self._rows(x)
        if not len(rows):
            raise ValueError(f"{verb}: expected at least one row, received none")
        targets = _arrays.targets(y, len(rows), compiled.target_columns(self._outputs), "y", compiled.loss.registered)
        return TrainingData(rows, targets, _arrays.weights(sample_weight, len(rows), "sample_weight"))


def _unpacked(validation_data: Any) -> tuple[Any, ...]:
    if not isinstance(validation_data, (tuple, list)) or len(validation_data) not in (2, 3):
        raise ValueError("validation_data: expected (x, y) or (x, y, sample_weight)")
    return tuple(validation_data)


def _verbosity(verbose: Any) -> int:
    if verbose in ("auto", 0, 1, 2):
        return 1 if verbose == "auto" else int(verbose)
    raise ValueError(f"verbose: expected 'auto', 0, 1 or 2, received {verbose!r}")


def _shaped(results: list[float], names: list[str], return_dict: bool) -> Any:
    if return_dict:
        return dict(zip(names, results, strict=True))
    return results[0] if len(results) == 1 else results
