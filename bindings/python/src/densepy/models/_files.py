"""Models from files."""

from __future__ import annotations

import os
from typing import Any

from .. import losses, metrics, optimizers
from .._backend import Handle, library
from .._configured import refuse
from ..layers import Layer
from . import _notes
from ._compiled import Compiled
from ._sequential import Sequential


def load_model(
    filepath: str | os.PathLike[str], custom_objects: Any = None, compile: bool = True, safe_mode: bool = True
) -> Sequential:
    """Reads a model that ``save`` wrote, compiled if it was, with the optimizer's state; without, for
    ``compile=False``.

    Files are data: none can run code, so ``safe_mode`` cannot be switched off. Raises ``FileFormatError`` naming the
    fault of a torn, damaged or foreign file, ``FileVersionError``, and ``FileAccessError``.
    """
    refuse("load_model", custom_objects=(custom_objects, None), safe_mode=(safe_mode, True))
    network = Handle(library.network_load(os.fspath(filepath)), library.network_destroy)
    model = Sequential()
    for index in range(library.network_layer_count(network.value)):
        handle = Handle(library.network_layer(network.value, index), library.layer_destroy)
        model._layers.append(Layer._of_handle(handle))
    model._take(network)
    model._sample_shape = (model._inputs,)
    description = model.describe()
    training = description["training"]
    if compile and training is not None:
        compiled = Compiled(
            optimizers.get(training["optimizer"]),
            losses.get(training["loss"]),
            [metrics.get(metric) for metric in training["metrics"]],
        )
        compiled.optimizer.attach(network)
        model._compiled = compiled
    _notes.read(model, description)
    return model
