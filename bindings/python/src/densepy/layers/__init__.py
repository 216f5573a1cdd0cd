"""Layers, for models and by themselves."""

from __future__ import annotations

import os
from typing import Any

from .._backend import Handle, library
from ._batch_normalization import BatchNormalization
from ._dense import Dense
from ._dropout import Dropout
from ._layer import Layer
from ._shaping import Activation, Flatten, Input, InputLayer

__all__ = [
    "Activation",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "InputLayer",
    "Layer",
    "load",
]

CLASSES: dict[str, type[Layer]] = {
    cls.registered: cls for cls in (Dense, Dropout, BatchNormalization, Activation, Flatten)
}
CLASSES_BY_NAME: dict[str, Any] = {"InputLayer": InputLayer} | {cls.__name__: cls for cls in CLASSES.values()}


def load(filepath: str | os.PathLike[str]) -> Layer:
    """Reads a layer that ``Layer.save`` wrote.

    Raises ``FileFormatError`` naming the fault of a torn or foreign file, and ``FileAccessError``.
    """
    layer = Layer._of_handle(Handle(library.layer_load(os.fspath(filepath)), library.layer_destroy))
    layer._inputs = library.layer_shape(layer._handle.value)[0]
    return layer
