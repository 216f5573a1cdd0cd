"""Arrays on their way into the engine: float32, C-contiguous, and of the right shape or refused with both shapes named.

An array that is float32 and C-contiguous already goes in without a copy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_float32 = np.dtype(np.float32)


def floats(value: Any, what: str) -> FloatArray:
    """``value`` as a C-contiguous float32 array of any shape; the array itself where it is one already.

    Raises ``TypeError`` for what is no array of real numbers. ``what`` names the value in messages.
    """
    if type(value) is np.ndarray and value.dtype == _float32:
        flags = value.flags
        if flags.c_contiguous and flags.aligned:
            return value
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"{what}: expected an array of numbers, received rows of different lengths") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{what}: expected an array of real numbers, received {_described(value, array)}")
    if array.dtype != _float32 or not array.ndim:
        return array.astype(np.float32, order="C")
    return np.require(array, np.float32, ("C", "ALIGNED"))


def _described(value: Any, array: NDArray[Any]) -> str:
    if array.dtype.kind == "O" and array.ndim == 0:
        return f"a {type(value).__module__}.{type(value).__qualname__}"
    advice = {"O": " (columns of mixed type? convert them to numbers first)", "c": " (take real and imaginary parts)"}
    return f"dtype {array.dtype}{advice.get(array.dtype.kind, '')}"


def features(shape: tuple[int, ...]) -> int:
    """Numbers in one sample of ``shape``."""
    return math.prod(shape)


def samples(value: Any, shape: tuple[int, ...], what: str, owner: str) -> FloatArray:
    """``value`` as rows of samples: an array of (n, \\*shape), returned as (n, features).

    ``owner`` names the model or layer in the message of a wrong shape.
    """
    array = floats(value, what)
    if array.shape[1:] != shape or array.ndim == 0:
        expected = ", ".join(map(str, ("n", *shape)))
        raise ValueError(f"{owner} expected {what} of shape ({expected}), received shape {array.shape}")
    return array if array.ndim == 2 else array.reshape(array.shape[0], features(shape))


def model_rows(array: FloatArray, shape: tuple[int, ...], flattens: bool, what: str, owner: str) -> FloatArray:
    """``array`` as rows (n, features) of a model whose samples have ``shape``. ``flattens`` says that it begins with
    Flatten, so that samples of other shapes with as many numbers will do."""
    if array.ndim == 2 and array.shape[1:] == shape:
        return array
    if array.ndim == 1 and shape == (1,):
        array = array.reshape(-1, 1)
    if flattens and array.ndim > 1 and features(array.shape[1:]) == features(shape):
        return array.reshape(array.shape[0], features(shape))
    return samples(array, shape, what, owner)


def output(out: Any, shape: tuple[int, ...], rows: FloatArray, what: str) -> FloatArray:
    """``out``, after a check that the engine can write a result of ``shape`` for ``rows`` to it."""
    if type(out) is not np.ndarray or out.dtype != _float32 or out.shape != shape or not out.flags.c_contiguous:
        received = f"{out.dtype} array of shape {out.shape}" if isinstance(out, np.ndarray) else repr(type(out))
        raise ValueError(f"{what}: out must be a C-contiguous float32 array of shape {shape}, received a {received}")
    if not out.flags.writeable:
        raise ValueError(f"{what}: out is read-only")
    if not out.flags.aligned:
        raise ValueError(f"{what}: out does not start at a multiple of four bytes")
    if np.may_share_memory(out, rows):
        raise ValueError(f"{what}: out shares memory with the inputs")
    return out


def targets(value: Any, rows: int, columns: int, what: str, loss: str) -> FloatArray:
    """``value`` as targets (rows, columns). A flat array of ``rows`` numbers stands for one column."""
    array = floats(value, what)
    if array.shape == (rows, columns):
        return array
    if array.ndim == 0 or array.shape[0] != rows:
        raise ValueError(f"{what}: expected {rows} rows, as many as the inputs have, received shape {array.shape}")
    flat = array.reshape(rows, -1) if array.ndim != 2 else array
    if flat.shape[1] != columns or (array.ndim > 2 and columns != 1):
        raise ValueError(_targets_advice(array.shape, rows, columns, what, loss))
    return flat


def _targets_advice(shape: tuple[int, ...], rows: int, columns: int, what: str, loss: str) -> str:
    text = f"{what}: loss '{loss}' of this model expects targets of shape ({rows}, {columns})"
    if columns == 1:
        text = f"{what}: loss '{loss}' of this model expects targets of shape ({rows},) or ({rows}, 1)"
    text += f", received shape {shape}"
    if loss == "categorical_crossentropy" and len(shape) == 1:
        text += "; for class numbers use 'sparse_categorical_crossentropy', or utils.to_categorical(y)"
    if loss == "sparse_categorical_crossentropy":
        text += "; for one-hot rows use 'categorical_crossentropy'"
    return text


def weights(value: Any, rows: int, what: str) -> FloatArray | None:
    """``value`` as one weight for each row, shape (rows,) or (rows, 1); None stays None."""
    if value is None:
        return None
    array = floats(value, what)
    if array.shape not in ((rows,), (rows, 1)):
        raise ValueError(f"{what}: expected one weight for each of {rows} rows, received shape {array.shape}")
    return array.reshape(rows)


def class_weights(classes: Any, weight_of: dict[int, float], rows: int) -> FloatArray:
    """A weight for each row from the weight of its class; classes without an entry weigh 1.

    ``classes`` are class numbers (n,), (n, 1), or one-hot rows (n, classes).
    """
    labels = np.asarray(classes)
    if labels.ndim > 1:
        labels = labels.reshape(rows, -1) if labels.shape[-1] == 1 else labels.argmax(axis=-1)
    labels = np.rint(labels.reshape(rows)).astype(np.int64)
    result = np.ones(rows, np.float32)
    for label, weight in weight_of.items():
        result[labels == label] = weight
    return result


def batch_size(value: int | None, what: str = "batch_size") -> int:
    """Keras's default of 32 for None; refuses what is no positive whole number."""
    if value is None:
        return 32
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{what}: expected a positive whole number or None, received {value!r}")
    return int(value)
