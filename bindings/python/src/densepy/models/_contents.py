"""What a stack of layers has learned and what it is made of: weights, counts, summary, configuration."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from .._arrays import FloatArray
from .._backend import library
from .._configured import refuse
from ..layers import CLASSES_BY_NAME
from ._structure import Structure


class Contents(Structure):
    """The weights and the description of a stack of layers."""

    def get_weights(self) -> list[FloatArray]:
        """Copies of the parameters of all layers, layer by layer."""
        self._ready()
        return [array for layer in self._layers for array in layer.get_weights()]

    def set_weights(self, weights: list[Any]) -> None:
        """Sets the parameters from arrays in the order and of the shapes of ``get_weights``, or changes nothing."""
        self._ready()
        counts = [len(layer._parameters()) for layer in self._layers]
        if len(weights) != sum(counts):
            raise ValueError(f"{self.name} expected {sum(counts)} arrays of weights, received {len(weights)}")
        given = iter(weights)
        checked = [
            layer._checked(list(itertools.islice(given, count)))
            for layer, count in zip(self._layers, counts, strict=True)
        ]
        for layer, arrays in zip(self._layers, checked, strict=True):
            layer._write(arrays)

    @property
    def weights(self) -> list[FloatArray]:
        """Copies of all parameters; change them with ``set_weights``."""
        return self.get_weights()

    def count_params(self) -> int:
        """How many numbers the model has learned or counted: 784-128-10 has 101,770."""
        return int(library.network_count(self._ready().value, "parameters", 1, None))

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Prints layers, shapes and parameter counts; ``print_fn`` receives the text instead."""
        refuse(
            "summary",
            line_length=(line_length, None),
            positions=(positions, None),
            expand_nested=(expand_nested, False),
            show_trainable=(show_trainable, False),
            layer_range=(layer_range, None),
        )
        (print_fn or print)(library.network_summary(self._ready().value))

    # Configuration

    def describe(self) -> dict[str, Any]:
        """The engine's description of the network, as it stands in model files."""
        return dict(json.loads(library.network_describe(self._ready().value)))

    def get_config(self) -> dict[str, Any]:
        """Name and layers, from which ``from_config`` makes a new model with new parameters."""
        layers: list[dict[str, Any]] = []
        if self._sample_shape is not None:
            layers.append({"class_name": "InputLayer", "config": {"shape": self._sample_shape}})
        for layer in self._layers:
            layers.append({"class_name": type(layer).__name__, "config": layer.get_config()})
        return {"name": self.name, "layers": layers}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        layers: list[Any] = []
        for entry in config["layers"]:
            layer_class = CLASSES_BY_NAME.get(entry["class_name"])
            if layer_class is None:
                raise ValueError(
                    f"unknown layer {entry['class_name']!r}; expected one of: {', '.join(CLASSES_BY_NAME)}"
                )
            layers.append(layer_class(**entry["config"]))
        return cls(layers, name=config.get("name"))
