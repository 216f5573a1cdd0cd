"""Activation functions on arrays and as arguments of layers; names, arguments and defaults as in Keras 3.

Each takes an array of any shape and returns a float32 array of the same shape, computed by the engine. As an argument
of a layer, a function, its name, or ``functools.partial(leaky_relu, negative_slope=0.1)`` will do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._arrays import FloatArray, floats
from ._backend import Handle, library
from ._configured import Part, apply, described, refuse

_DEFAULTS: dict[str, dict[str, float | bool]] = {
    "leaky_relu": {"negative_slope": 0.2},
    "elu": {"alpha": 1.0},
    "gelu": {"approximate": False},
}


class Activation(Part):
    """A registered activation with its parameter, as layers hand it to the engine."""

    kind = "activation"

    def __init__(self, registered: str, **settings: float | bool) -> None:
        self.registered = registered  # type: ignore[misc]
        self._configure(**{**_DEFAULTS.get(registered, {}), **settings})

    def get_config(self) -> dict[str, Any]:
        return {"registered": self.registered, **self.settings}

    def __call__(self, x: Any) -> FloatArray:
        """The function of each element; softmax of each row, the last axis."""
        array = floats(x, "x")
        if array.size == 0:
            return array
        flat = array.reshape(-1, array.shape[-1] if array.ndim else 1)
        layer = Handle(library.layer_create("activation"), library.layer_destroy)
        apply("layer", layer.value, "activation", self)
        library.layer_build(layer.value, flat.shape[1], 0)
        output = np.empty_like(flat)
        library.layer_forward(layer.value, flat, *flat.shape, 0, output, output.size)
        return output.reshape(array.shape)


def linear(x: Any) -> FloatArray:
    """x."""
    return Activation("linear")(x)


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> FloatArray:
    """max(x, 0), or negative_slope * x below 0."""
    return _relu(negative_slope, max_value, threshold)(x)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> FloatArray:
    """x above 0, else negative_slope * x."""
    return Activation("leaky_relu", negative_slope=negative_slope)(x)


def elu(x: Any, alpha: float = 1.0) -> FloatArray:
    """x above 0, else alpha * (exp(x) - 1)."""
    return Activation("elu", alpha=alpha)(x)


def sigmoid(x: Any) -> FloatArray:
    """1 / (1 + exp(-x))."""
    return Activation("sigmoid")(x)


def tanh(x: Any) -> FloatArray:
    """The hyperbolic tangent."""
    return Activation("tanh")(x)


def softplus(x: Any) -> FloatArray:
    """log(1 + exp(x))."""
    return Activation("softplus")(x)


def silu(x: Any) -> FloatArray:
    """x * sigmoid(x)."""
    return Activation("silu")(x)


def gelu(x: Any, approximate: bool = False) -> FloatArray:
    """x * (1 + erf(x / sqrt(2))) / 2, or its form with tanh (Hendrycks and Gimpel 2016)."""
    return Activation("gelu", approximate=approximate)(x)


def softmax(x: Any, axis: int = -1) -> FloatArray:
    """exp(x) / sum(exp(x)) along the last axis."""
    refuse("softmax", axis=(-1 if axis == np.ndim(x) - 1 else axis, -1))
    return Activation("softmax")(x)


swish = silu


def _relu(negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Activation:
    refuse("relu", max_value=(max_value, None), threshold=(threshold, 0.0))
    return Activation("leaky_relu", negative_slope=negative_slope) if negative_slope else Activation("relu")


def _softmax(axis: int = -1) -> Activation:
    refuse("softmax", axis=(axis, -1))
    return Activation("softmax")


def _plain(registered: str) -> Callable[..., Activation]:
    return lambda **settings: Activation(registered, **settings)


_FUNCTIONS: list[Callable[..., FloatArray]] = [
    linear, relu, leaky_relu, elu, sigmoid, tanh, softplus, silu, gelu, softmax,
]  # fmt: skip
_MAKERS: dict[Any, Callable[..., Activation]] = {f: _plain(f.__name__) for f in _FUNCTIONS}
_MAKERS[relu], _MAKERS[softmax] = _relu, _softmax
_BY_NAME: dict[str, Callable[..., FloatArray]] = {f.__name__: f for f in _FUNCTIONS} | {"swish": silu}


def get(identifier: Any) -> Activation | None:
    """The activation that a name, function, ``functools.partial`` of one, or configuration stands for; None stays
    None."""
    if identifier is None or isinstance(identifier, Activation):
        return identifier
    if isinstance(identifier, str) and identifier.lower() in _BY_NAME:
        return _MAKERS[_BY_NAME[identifier.lower()]]()
    if isinstance(identifier, dict):
        name, config = described(identifier)
        return Activation(**config) if name == "Activation" else Activation(name, **config)
    function, settings = getattr(identifier, "func", identifier), getattr(identifier, "keywords", {})
    if callable(function) and function in _MAKERS and not getattr(identifier, "args", ()):
        return _MAKERS[function](**settings)
    raise ValueError(
        f"expected one of the activations {', '.join(f.__name__ for f in _FUNCTIONS)}, received {identifier!r}; "
        "functions written in Python cannot run inside the engine"
    )
