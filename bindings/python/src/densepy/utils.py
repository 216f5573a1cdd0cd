"""Helpers with Keras's names."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._seed import set_seed


def set_random_seed(seed: int) -> None:
    """Makes what follows repeatable: seeds ``random``, ``numpy.random``, and the models that are made from now on.

    The next model takes ``seed`` itself, as ``dense_network_set_seed`` of the C ABI does.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(f"set_random_seed: expected a whole number, received {seed!r}")
    random.seed(int(seed))
    np.random.seed(int(seed) & 0xFFFFFFFF)
    set_seed(int(seed))


def to_categorical(x: Any, num_classes: int | None = None) -> NDArray[np.float64]:
    """One-hot rows (..., num_classes) of class numbers (...) or (..., 1); the number of classes from the largest
    one."""
    labels = np.asarray(x)
    is_whole = labels.dtype.kind in "iub" or (labels.dtype.kind == "f" and np.array_equal(labels, np.rint(labels)))
    if not is_whole:
        raise ValueError(f"to_categorical: expected class numbers, received an array of {labels.dtype}")
    labels = labels.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    classes = num_classes or (int(labels.max()) + 1 if labels.size else 0)
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(
            f"to_categorical: expected class numbers from 0 to {classes - 1}, received {labels.min()} to {labels.max()}"
        )
    one_hot: NDArray[np.float64] = (labels[..., None] == np.arange(classes)).astype(np.float64)
    return one_hot
