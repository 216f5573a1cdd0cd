"""The stack of layers of a model: adding, removing, building."""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import Iterable
from typing import Any

from .. import _arrays
from .._arrays import FloatArray
from .._backend import Handle, QuickCall, library, row_work
from .._seed import next_seed
from ..layers import Flatten, InputLayer, Layer
from ._compiled import Compiled

_numbers = itertools.count()


class Structure(QuickCall):
    """Layers one after the other. The engine's network is made when it is first needed and its input shape is known."""

    def __init__(self, layers: Iterable[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        number = next(_numbers)
        self.name = name or ("sequential" if number == 0 else f"sequential_{number}")
        self._layers: list[Layer] = []
        self._sample_shape: tuple[int, ...] | None = None
        self._seed: int | None = None
        self._network: Handle | None = None
        # The network's handle, inputs and outputs as plain numbers: what a call on one row needs.
        self._value = self._inputs = self._outputs = 0
        self._compiled: Compiled | None = None
        for layer in layers or ():
            self.add(layer)
        if not trainable:
            self.trainable = False

    # Layers

    @property
    def layers(self) -> list[Layer]:
        """The layers in order, without the input's declaration."""
        return list(self._layers)

    def add(self, layer: Layer | InputLayer) -> None:
        """Appends a layer. Layers that were built keep their weights."""
        if self._seed is None:
            self._seed = next_seed()
        if isinstance(layer, InputLayer):
            if self._layers or self._sample_shape is not None:
                raise ValueError(f"{self.name}: Input declares the shape of the whole model; it comes first")
            self._sample_shape = layer.shape
            return
        if not isinstance(layer, Layer):
            raise ValueError(
                f"{self.name}: expected a layer of densepy.layers, received {layer!r}; layers written in Python cannot "
                "run inside the engine"
            )
        owner = layer._model() if layer._model is not None else None
        if owner is not None:
            raise ValueError(f"{layer!r} belongs to model {owner.name!r} already; a layer is part of one model")
        if not self._layers and self._sample_shape is None:
            self._sample_shape = layer._declared_shape
        self._layers.append(layer)
        layer._model = weakref.ref(self)
        self._check_rank()
        self._unbuild()

    def pop(self) -> Layer:
        """Removes the last layer and returns it, to be used alone or elsewhere. The others keep their weights."""
        if not self._layers:
            raise ValueError(f"{self.name}: there is no layer to remove")
        layer = self._layers.pop()
        layer._model = None
        layer._renew()
        self._unbuild()
        return layer

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name, or at an index."""
        if (name is None) == (index is None):
            raise ValueError("get_layer: expected either a name or an index")
        if index is not None:
            if not -len(self._layers) <= index < len(self._layers):
                raise ValueError(f"get_layer: {self.name} has {len(self._layers)} layers, received index {index}")
            return self._layers[index]
        for layer in self._layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self._layers)
        raise ValueError(f"get_layer: no layer is called {name!r}; the layers are: {names}")

    @property
    def trainable(self) -> bool:
        """Whether any layer is trained; setting it sets all of them."""
        return any(layer.trainable for layer in self._layers)

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._layers:
            layer.trainable = value

    # Building

    @property
    def built(self) -> bool:
        """Whether the layers have their parameters."""
        return self._network is not None

    def build(self, input_shape: tuple[int | None, ...] | None = None) -> None:
        """Gives the layers their parameters. ``input_shape`` is (None, features), where no layer declares it."""
        if input_shape is not None:
            shape = tuple(input_shape)[1:]
            if not shape or not all(isinstance(n, int) and n > 0 for n in shape):
                raise ValueError(f"{self.name}.build expected a shape (None, features), received {input_shape!r}")
            if self._sample_shape not in (None, shape):
                raise ValueError(f"{self.name} takes samples of {self._sample_shape}, received {input_shape!r}")
            self._sample_shape = shape  # type: ignore[assignment]
        self._ready()

    def _ready(self) -> Handle:
        """The engine's network, made now if need be."""
        if self._network is None:
            if self._sample_shape is None:
                raise ValueError(
                    f"{self.name} does not know its input shape yet: give the first layer input_shape=(features,), "
                    "put an Input first, or call the model on data"
                )
            if not self._layers:
                raise ValueError(f"{self.name} has no layers yet")
            self._check_rank()
            self._network = self._assemble(self._sample_shape)
        return self._network

    def _assemble(self, shape: tuple[int, ...]) -> Handle:
        kept = [layer.get_weights() if layer.built else None for layer in self._layers]
        network = Handle(library.network_create(math.prod(shape)), library.network_destroy)
        library.network_set_seed(network.value, self._seed or 0)
        for layer, weights in zip(self._layers, kept, strict=True):
            if weights is not None:
                layer._renew()
            library.network_add(network.value, layer._handle.value)
        library.network_build(network.value)
        self._take(network)
        for layer, weights in zip(self._layers, kept, strict=True):
            if weights is not None:
                layer.set_weights(weights)
        if self._compiled is not None:
            self._compiled.apply(network)
        return network

    def _take(self, network: Handle) -> None:
        """Notes a built network and what the layers became in it."""
        self._network, self._value = network, network.value
        self._inputs, self._outputs = library.network_shape(network.value)
        self._aim(network.value, self._inputs, self._outputs, row_work(network), False)
        for layer in self._layers:
            layer._inputs = library.layer_shape(layer._handle.value)[0]
            layer._model = weakref.ref(self)

    def _unbuild(self) -> None:
        self._network, self._value = None, 0
        self._aim(0, 0, 0, 0, False)

    def _check_rank(self) -> None:
        shape = self._sample_shape
        if shape is not None and len(shape) > 1 and self._layers and not self._flattens:
            raise ValueError(
                f"{self.name} works on rows of features, but its samples have shape {shape}; put Flatten() first"
            )

    @property
    def _flattens(self) -> bool:
        return isinstance(self._layers[0], Flatten)

    def _rows(self, x: Any, what: str = "x") -> FloatArray:
        """``x`` as rows (n, features); the first call settles the input shape."""
        array = _arrays.floats(x, what)
        if self._sample_shape is None and array.ndim > 1:
            self._sample_shape = array.shape[1:]
        self._ready()
        return _arrays.model_rows(array, self._sample_shape or (), self._flattens, what, f"model {self.name!r}")

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """(None, features)."""
        self._ready()
        return (None, *(self._sample_shape or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, outputs)."""
        self._ready()
        return (None, self._outputs)

    def __repr__(self) -> str:
        return f"<Sequential name={self.name}, built={self.built}>"
