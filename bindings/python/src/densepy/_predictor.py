"""A model made ready to predict, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import _arrays
from ._arrays import FloatArray
from ._backend import Handle, QuickCall, library, row_work

if TYPE_CHECKING:
    from .models import Sequential


class Predictor(QuickCall):
    """The predictions of ``model`` as it is now, from a copy of its weights that later training does not change.

    ``predictor(x, out=None)`` gives the outputs (n, outputs) for inputs (n, features), as float32. A float32
    C-contiguous array goes in as it stands. ``out``, a float32 C-contiguous array of the result's shape that does not
    overlap ``x``, receives and is the result.

    Results have the bits of ``model.predict``. Any number of threads may call one predictor at once, without waiting
    for each other in the engine; the interpreter lock is free during work of more than some microseconds.

    Arguments:
        model: a model that is built.
        max_rows: rows that pass through the network at a time; more are no error. 1 suits single rows best.
        workspaces: calls that may run at once without memory of their own.
        num_threads: 1 for all work on the caller's thread, 0 to share large work with the engine's threads.
    """

    def __init__(self, model: Sequential, max_rows: int = 256, workspaces: int = 4, num_threads: int = 1) -> None:
        network = model._ready()
        options = Handle(library.predictor_options_create(), library.predictor_options_destroy)
        for name, value in (("max_rows", max_rows), ("workspaces", workspaces), ("num_threads", num_threads)):
            library.predictor_options_set(options.value, name, float(value))
        self._handle = Handle(library.predictor_create(network.value, options.value), library.predictor_destroy)
        inputs, self._outputs = library.predictor_shape(self._handle.value)
        self._aim(self._handle.value, inputs, self._outputs, row_work(network), True)
        self._sample_shape = model._sample_shape or ()
        self._flattens, self._owner = model._flattens, f"predictor of {model.name!r}"

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """(None, \\*sample shape), as of the model."""
        return (None, *self._sample_shape)

    @property
    def output_shape(self) -> tuple[int | None, int]:
        """(None, outputs)."""
        return (None, self._outputs)

    if TYPE_CHECKING:

        def __call__(self, x: Any, out: FloatArray | None = None) -> FloatArray: ...

    def _call(self, x: Any, out: FloatArray | None = None) -> FloatArray:
        rows = _arrays.model_rows(_arrays.floats(x, "x"), self._sample_shape, self._flattens, "x", self._owner)
        shape = (rows.shape[0], self._outputs)
        output = np.empty(shape, np.float32) if out is None else _arrays.output(out, shape, rows, "predictor")
        if output.size:
            library.predictor_run(self._handle.value, rows, *rows.shape, output, output.size)
        return output

    def __reduce__(self) -> Any:
        raise TypeError("a Predictor cannot be pickled; pickle the model and make a predictor of it")
