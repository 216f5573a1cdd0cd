"""What all layers share: the engine's object, building, stand-alone use, parameters."""

from __future__ import annotations

import json
import os
import weakref
from typing import Any, ClassVar

import numpy as np

from .. import _arrays
from .._arrays import FloatArray
from .._backend import Handle, library
from .._configured import Configured, apply, described, refuse, serialize
from .._seed import next_seed
from ..optimizers import Optimizer
from ._parameters import Parameters


class Layer(Parameters):
    """Base of all layers. A layer works inside a model, or alone: ``forward``, ``backward``, ``step``, ``save``.

    Keyword arguments of every layer: ``name`` (else Keras's default once it is in a model), ``trainable``, and
    ``input_shape`` or ``input_dim``, the shape of one sample, for the first layer of a ``Sequential``.
    """

    registered: ClassVar[str]

    def __init__(self, **options: Any) -> None:
        self._declared_shape = _declared_shape(type(self).__name__, options)
        name, trainable = options.pop("name", None), options.pop("trainable", True)
        refuse(type(self).__name__, **{key: (options.pop(key, None), None) for key in ("activity_regularizer",)})
        dtype = options.pop("dtype", None)
        refuse(type(self).__name__, dtype=(None if dtype in ("float32", np.float32) else dtype, None))
        if options:
            raise ValueError(f"{type(self).__name__} got unknown arguments: {', '.join(options)}")
        self._handle = Handle(library.layer_create(self.registered), library.layer_destroy)
        self._inputs: int | None = None
        # The model that the layer is part of.
        self._model: weakref.ref[Any] | None = None
        if name is not None:
            apply("layer", self._handle.value, "name", str(name))
        if not trainable:
            self.trainable = False

    def _set(self, **settings: Any) -> None:
        """Hands the constructor's arguments to the engine, which checks them."""
        for name, value in settings.items():
            apply("layer", self._handle.value, name, value)

    @classmethod
    def _of_handle(cls, handle: Handle) -> Layer:
        """The layer object around an engine's layer, such as one read from a file."""
        from . import CLASSES

        kind, settings = described(json.loads(library.layer_describe(handle.value))["settings"])
        layer = CLASSES[kind](**settings)
        layer._handle = handle
        return layer

    # Building

    @property
    def name(self) -> str:
        """The layer's name, unique in its model: "dense", "dense_1", ... where none was given."""
        return library.layer_get_text(self._handle.value, "name") or self.registered

    @property
    def trainable(self) -> bool:
        """Whether training changes the parameters; a frozen batch normalization uses its moving statistics."""
        return bool(library.layer_get(self._handle.value, "trainable"))

    @trainable.setter
    def trainable(self, value: bool) -> None:
        library.layer_set(self._handle.value, "trainable", float(bool(value)))

    def build(self, input_shape: int | tuple[int | None, ...]) -> None:
        """Gives a stand-alone layer its parameters, for inputs of (..., features)."""
        inputs = input_shape if isinstance(input_shape, int) else input_shape[-1]
        if not isinstance(inputs, (int, np.integer)) or inputs < 1:
            raise ValueError(f"{self._label()}: expected an input shape (..., features), received {input_shape!r}")
        library.layer_build(self._handle.value, int(inputs), next_seed())
        self._inputs = int(inputs)

    def _renew(self) -> None:
        """Takes a new layer of the engine with the same configuration and no parameters, free of any network."""
        fresh = type(self).from_config(self.get_config())
        self._handle, self._inputs = fresh._handle, None

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output for an input shape, either with None for the number of rows."""
        return input_shape

    # Stand-alone use

    def __call__(self, inputs: Any, training: bool | None = None) -> FloatArray:
        """The output (..., units) for inputs (..., features), as in prediction unless ``training``.

        The first call builds the layer."""
        return self.forward(inputs, training=bool(training))

    def forward(self, inputs: Any, training: bool = True) -> FloatArray:
        """The output (..., units) for inputs (..., features); in training it keeps what ``backward`` needs."""
        array = _arrays.floats(inputs, "inputs")
        if array.ndim < 2:
            raise ValueError(f"{self._label()} expected inputs of shape (n, features), received shape {array.shape}")
        if not self.built:
            self.build(array.shape)
        if array.shape[-1] != self._inputs:
            raise ValueError(
                f"{self._label()} expected inputs of shape (..., {self._inputs}), received shape {array.shape}"
            )
        shape = self.compute_output_shape(array.shape)
        output = np.empty(shape, np.float32)
        if array.size:
            rows = array.size // array.shape[-1]
            library.layer_forward(self._handle.value, array, rows, array.shape[-1], int(training), output, output.size)
        return output

    def backward(self, output_gradient: Any) -> FloatArray:
        """dL/dinput (..., features) from dL/doutput (..., units) of the last ``forward`` in training.

        Adds to the gradients of the parameters, which ``step`` uses up."""
        if self._inputs is None:
            raise ValueError(f"{self._label()}: forward comes before backward")
        gradient = _arrays.floats(output_gradient, "output_gradient")
        if gradient.ndim < 2:
            raise ValueError(
                f"{self._label()} expected an output gradient of shape (n, units), received shape {gradient.shape}"
            )
        result = np.empty((*gradient.shape[:-1], self._inputs), np.float32)
        rows = gradient.size // gradient.shape[-1]
        library.layer_backward(self._handle.value, gradient, rows, gradient.shape[-1], result, result.size)
        return result

    def step(self, optimizer: Optimizer) -> None:
        """Changes the parameters by their gradients, and sets these to zero. The optimizer's state lives in the
        layer."""
        library.layer_step(self._handle.value, optimizer.handle().value)

    def zero_gradients(self) -> None:
        """Forgets the gradients that ``backward`` added up."""
        library.layer_zero_gradients(self._handle.value)

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Writes the layer with its parameters to a file that ``densepy.layers.load`` reads."""
        library.layer_save(self._handle.value, os.fspath(filepath))

    # Configuration

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, from which ``from_config`` makes a new layer with new parameters."""
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        if self._declared_shape is not None:
            config["input_shape"] = self._declared_shape
        for name, value in self._settings().items():
            config[name] = serialize(value) if isinstance(value, Configured) else value
        return config

    def _settings(self) -> dict[str, Any]:
        """The arguments of this kind of layer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Layer:
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def __reduce__(self) -> tuple[Any, ...]:
        from ._copying import restore

        return restore, (type(self), self.get_config(), self._inputs, self.get_weights())


def _declared_shape(owner: str, options: dict[str, Any]) -> tuple[int, ...] | None:
    shape, size = options.pop("input_shape", None), options.pop("input_dim", None)
    if shape is None and size is not None:
        shape = (size,)
    if shape is None:
        return None
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    if not shape or not all(isinstance(n, (int, np.integer)) and n > 0 for n in shape):
        raise ValueError(f"{owner}: input_shape must be the shape of one sample, such as (100,); received {shape!r}")
    return tuple(int(n) for n in shape)
