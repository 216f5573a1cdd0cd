"""What of a model the engine does not know and its files carry as notes: its name, the shape of a sample, and the names
of metrics."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .._backend import library
from .._errors import FileFormatError

if TYPE_CHECKING:
    from ._sequential import Sequential

_PREFIX = "densepy."


def write(model: Sequential) -> None:
    """Notes in a built model's network what is now true of the model."""
    network = model._ready().value
    notes = {"name": model.name, "sample_shape": ",".join(str(n) for n in model._sample_shape or ())}
    for index, metric in enumerate(() if model._compiled is None else model._compiled.metrics):
        notes[f"metrics.{index}"] = metric.name
    for name, text in notes.items():
        library.network_set_note(network, _PREFIX + name, text)


def read(model: Sequential, description: dict[str, Any]) -> None:
    """Takes over the notes of a description, where there are any: other programs and older versions write none."""
    notes: dict[str, str] = description.get("notes", {})
    model.name = notes.get(f"{_PREFIX}name", model.name)
    shape = notes.get(f"{_PREFIX}sample_shape")
    if shape is not None:
        model._sample_shape = _shape(shape, model._inputs, model._flattens)
    if model._compiled is not None:
        metrics = model._compiled.metrics
        names = [notes.get(f"{_PREFIX}metrics.{index}", metric.name) for index, metric in enumerate(metrics)]
        model._compiled.rename(names)


def _shape(text: str, inputs: int, flattens: bool) -> tuple[int, ...]:
    sizes = text.split(",")
    # As many digits as a size can have: longer texts are no numbers to compute with.
    if all(size.isascii() and size.isdigit() and len(size) < 20 for size in sizes):
        shape = tuple(map(int, sizes))
        if math.prod(shape) == inputs and (len(shape) == 1 or flattens):
            return shape
    expected = f"sizes whose product is {inputs}" if flattens else f"{inputs}, as the model does not begin with Flatten"
    raise FileFormatError(f"note '{_PREFIX}sample_shape': expected {expected}, received {text!r}")
