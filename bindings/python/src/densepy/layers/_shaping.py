"""Layers without parameters: activations by themselves, flattening, and the declaration of an input."""

from __future__ import annotations

import math
from typing import Any

from .. import _arrays, activations
from .._arrays import FloatArray
from .._configured import refuse
from ._layer import Layer


class Activation(Layer):
    """An activation function as a layer of its own."""

    registered = "activation"

    def __init__(self, activation: Any, **options: Any) -> None:
        super().__init__(**options)
        self.activation = activations.get(activation) or activations.get("linear")
        self._set(activation=self.activation)

    def _settings(self) -> dict[str, Any]:
        return {"activation": self.activation}


class Flatten(Layer):
    """(n, a, b, ...) to (n, a * b * ...)."""

    registered = "flatten"

    def __init__(self, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        refuse("Flatten", data_format=(None if data_format == "channels_last" else data_format, None))

    def forward(self, inputs: Any, training: bool = True) -> FloatArray:
        array = _arrays.floats(inputs, "inputs")
        if array.ndim < 1:
            raise ValueError(f"{self._label()} expected inputs of shape (n, ...), received shape {array.shape}")
        return super().forward(array.reshape(array.shape[0], math.prod(array.shape[1:])), training)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        sizes = input_shape[1:]
        return (input_shape[0], None if None in sizes else math.prod(sizes))


class InputLayer:
    """Declares the shape of one sample, as the first entry of a ``Sequential``."""

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
    ) -> None:
        refuse(
            "Input",
            dtype=(None if dtype == "float32" else dtype, None),
            sparse=(sparse or None, None),
            ragged=(ragged or None, None),
            input_tensor=(input_tensor, None),
            optional=(optional, False),
        )
        if batch_shape is not None:
            if shape is not None:
                raise ValueError("Input: expected shape or batch_shape, received both")
            batch_size, shape = batch_shape[0], tuple(batch_shape)[1:]
        refuse("Input", batch_size=(batch_size, None))
        if shape is None:
            raise ValueError("Input: expected the shape of one sample, such as (100,), received none")
        sizes = (shape,) if isinstance(shape, int) else tuple(shape)
        if not sizes or not all(isinstance(n, int) and n > 0 for n in sizes):
            raise ValueError(f"Input: expected positive sizes, such as (100,), received shape {shape!r}")
        self.shape: tuple[int, ...] = sizes
        self.name = name or "input_layer"

    @property
    def batch_shape(self) -> tuple[int | None, ...]:
        return (None, *self.shape)

    def get_config(self) -> dict[str, Any]:
        return {"shape": self.shape, "name": self.name}

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError("Input is no array: layers are stacked in a Sequential, not called on an Input")


def Input(  # noqa: N802 - Keras's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> InputLayer:
    """The shape of one sample, for the first entry of a ``Sequential``: ``Input((100,))``."""
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name)
