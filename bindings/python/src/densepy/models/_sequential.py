"""The sequential model."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .. import _arrays
from .._arrays import FloatArray
from .._backend import library
from .._configured import refuse
from ..callbacks._callback import CallbackList
from ._copying import pickled
from ._training import Trainer

_float32, _empty = np.dtype(np.float32), np.empty
_predict, _predict_rows = library.network_predict, library.predict_rows


class Sequential(Trainer):
    """Layers one after the other, as in Keras 3.

    ``Sequential([Dense(64, activation="relu", input_shape=(100,)), Dense(3, activation="softmax")])``. Without a
    declared input shape the first data settle it. Any number of threads may predict at once while none trains or
    changes the model.
    """

    def __call__(self, inputs: Any, training: bool = False) -> FloatArray:
        """The outputs (n, outputs) for inputs (n, features), as float32.

        The quickest way in: a float32 C-contiguous array goes to the engine as it stands. ``training`` applies dropout
        and batch statistics.
        """
        if not training and self._value:
            quick: FloatArray | None = _predict_rows(self._value, self._inputs, self._outputs, inputs, _empty, _float32)
            if quick is not None:
                return quick
        rows_in = self._rows(inputs, "inputs")
        output = _empty((rows_in.shape[0], self._outputs), _float32)
        if output.size:
            if training:
                library.network_forward(self._value, rows_in, *rows_in.shape, 1, output, output.size)
            else:
                _predict(self._value, rows_in, *rows_in.shape, output, output.size)
        return output

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        *,
        out: FloatArray | None = None,
    ) -> FloatArray:
        """The outputs (n, outputs) for inputs (n, features).

        ``out``, a float32 C-contiguous array of that shape, receives and is the result. No result depends on
        ``batch_size``, and prediction shows no progress: both are there for Keras's sake, and checked.
        """
        refuse("predict", steps=(steps, None))
        _arrays.batch_size(batch_size)
        if callbacks is None and out is None:
            return self(x)
        rows = self._rows(x)
        shape = (rows.shape[0], self._outputs)
        output = _empty(shape, _float32) if out is None else _arrays.output(out, shape, rows, "predict")
        hooks = None if callbacks is None else CallbackList(callbacks, self, {})
        if hooks is not None:
            hooks.call("on_predict_begin")
        if output.size:
            _predict(self._value, rows, *rows.shape, output, output.size)
        if hooks is not None:
            hooks.call("on_predict_end")
        return output

    def predict_on_batch(self, x: Any) -> FloatArray:
        """The same as calling the model."""
        return self(x)

    def save(self, filepath: str | os.PathLike[str], overwrite: bool = True, zipped: bool | None = None) -> None:
        """Writes description, weights and the optimizer's state to one safetensors file, whole or not at all.

        ``densepy.models.load_model`` reads it, and training goes on as if it had never stopped.
        """
        refuse("save", zipped=(zipped, None))
        path = os.fspath(filepath)
        if path.endswith((".keras", ".h5", ".hdf5")):
            raise ValueError(
                f"save: {path!r} is named like a file of Keras's own formats, which densepy does not write; "
                "choose another suffix, such as .safetensors"
            )
        if not overwrite and os.path.exists(path):
            raise FileExistsError(f"save: {path!r} exists, and overwrite is False")
        library.network_save(self._ready().value, path)

    def save_weights(self, filepath: str | os.PathLike[str], overwrite: bool = True) -> None:
        """Writes the same file as ``save``, for ``load_weights`` of a model of the same layers."""
        self.save(filepath, overwrite)

    def load_weights(self, filepath: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
        """Sets the weights from a file that ``save`` or ``save_weights`` wrote. Raises ``ValueError`` for other
        shapes."""
        from ._files import load_model

        refuse("load_weights", skip_mismatch=(skip_mismatch, False))
        self.set_weights(load_model(filepath, compile=False).get_weights())

    def __reduce__(self) -> tuple[Any, ...]:
        return pickled(self)
