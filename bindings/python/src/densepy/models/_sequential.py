"""The sequential model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _arrays
from .._arrays import FloatArray
from .._backend import library
from .._configured import refuse
from ..callbacks._callback import CallbackList
from . import _notes
from ._copying import pickled
from ._training import Trainer


class Sequential(Trainer):
    """Layers one after the other, as in Keras 3.

    ``Sequential([Dense(64, activation="relu", input_shape=(100,)), Dense(3, activation="softmax")])``. Without a
    declared input shape the first data settle it. Any number of threads may predict at once while none trains or
    changes the model.

    ``model(inputs, training=False, *, out=None)`` gives the outputs (n, outputs) for inputs (n, features), as float32.
    It is the quickest way in: a float32 C-contiguous array goes to the engine as it stands. ``training`` applies
    dropout and batch statistics. ``out``, a float32 C-contiguous array of the result's shape that does not overlap
    ``inputs``, receives and is the result.
    """

    if TYPE_CHECKING:

        def __call__(self, inputs: Any, training: bool = False, *, out: FloatArray | None = None) -> FloatArray: ...

    def _call(self, inputs: Any, training: bool = False, *, out: FloatArray | None = None) -> FloatArray:
        return self._outputs_of(self._rows(inputs, "inputs"), training, out, f"model {self.name!r}")

    def _outputs_of(self, rows: FloatArray, training: bool, out: FloatArray | None, what: str) -> FloatArray:
        shape = (rows.shape[0], self._outputs)
        output = np.empty(shape, np.float32) if out is None else _arrays.output(out, shape, rows, what)
        if output.size:
            if training:
                library.network_forward(self._value, rows, *rows.shape, 1, output, output.size)
            else:
                library.network_predict(self._value, rows, *rows.shape, output, output.size)
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
        if steps is not None or batch_size is not None:
            refuse("predict", steps=(steps, None))
            _arrays.batch_size(batch_size)
        if callbacks is None:
            return self(x) if out is None else self(x, out=out)
        rows = self._rows(x)
        hooks = CallbackList(callbacks, self, {})
        hooks.call("on_predict_begin")
        output = self._outputs_of(rows, False, out, "predict")
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
        _notes.write(self)
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
