"""The parameters of a layer, as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _arrays
from .._arrays import FloatArray
from .._backend import Handle, library


class Parameters:
    """Reads and writes what a layer has learned."""

    name: Any
    _handle: Handle
    # Features of an input row; None before the layer was built.
    _inputs: int | None

    @property
    def built(self) -> bool:
        """Whether the layer has its parameters."""
        return self._inputs is not None

    def _label(self) -> str:
        return f"{type(self).__name__} layer {self.name!r}"

    def _parameters(self) -> list[tuple[str, tuple[int, ...], bool]]:
        """Name, shape and whether trainable, of each parameter."""
        if not self.built:
            return []
        found = []
        for index in range(library.layer_parameter_count(self._handle.value)):
            name, rows, columns, trainable = library.layer_parameter_info(self._handle.value, index)
            found.append((name, (rows, columns) if name == "kernel" else (rows * columns,), bool(trainable)))
        return sorted(found, key=lambda parameter: not parameter[2])

    def _parameter(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        values = np.empty(shape, np.float32)
        library.layer_get_parameter(self._handle.value, name, values, values.size)
        return values

    def get_weights(self) -> list[FloatArray]:
        """Copies of all parameters, trainable ones first: kernel (inputs, units), bias (units,), ..."""
        return [self._parameter(name, shape) for name, shape, _ in self._parameters()]

    def set_weights(self, weights: list[Any]) -> None:
        """Sets all parameters from arrays in the order and of the shapes of ``get_weights``, or changes nothing."""
        self._write(self._checked(weights))

    def _checked(self, weights: list[Any]) -> list[FloatArray]:
        parameters = self._parameters()
        if len(weights) != len(parameters):
            raise ValueError(
                f"{self._label()} expected {len(parameters)} arrays of weights, received {len(weights)}"
                + ("" if self.built else "; the layer is not built yet")
            )
        arrays = [_arrays.floats(value, name) for value, (name, _, _) in zip(weights, parameters, strict=True)]
        for array, (name, shape, _) in zip(arrays, parameters, strict=True):
            if array.shape != shape:
                raise ValueError(f"{self._label()} expected {name} of shape {shape}, received shape {array.shape}")
        return arrays

    def _write(self, arrays: list[FloatArray]) -> None:
        for array, (name, _, _) in zip(arrays, self._parameters(), strict=True):
            library.layer_set_parameter(self._handle.value, name, array, array.size)

    def get_gradients(self) -> list[FloatArray]:
        """Copies of the gradients that ``backward`` added up, one for each trainable parameter."""
        gradients = []
        for name, shape, trainable in self._parameters():
            if trainable:
                values = np.empty(shape, np.float32)
                library.layer_get_gradient(self._handle.value, name, values, values.size)
                gradients.append(values)
        return gradients

    @property
    def weights(self) -> list[FloatArray]:
        """Copies of all parameters; change them with ``set_weights``."""
        return self.get_weights()

    def count_params(self) -> int:
        """How many numbers the layer has learned or counted."""
        if not self.built:
            raise ValueError(f"{self._label()} is not built yet, so it has no parameters to count")
        return int(library.layer_count(self._handle.value, 0, "parameters", 1, None))


def parameter(name: str, meaning: str) -> Any:
    """A property of a layer class: a copy of the parameter called ``name``, or None where the layer has none."""

    def read(layer: Parameters) -> FloatArray | None:
        if not layer.built:
            raise AttributeError(f"{layer._label()} is not built yet, so it has no {name}")
        shapes = {found: shape for found, shape, _ in layer._parameters()}
        return layer._parameter(name, shapes[name]) if name in shapes else None

    return property(read, doc=f"A copy of {meaning}; None where the layer has none.")
