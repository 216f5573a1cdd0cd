"""Copies and pickles of layers: the constructor's arguments and the parameters, in a layer of its own."""

from __future__ import annotations

from typing import Any

from ._layer import Layer


def restore(layer_class: type[Layer], config: dict[str, Any], inputs: int | None, weights: list[Any]) -> Layer:
    """A new layer of the same configuration and parameters. Gradients and optimizer state stay behind."""
    layer = layer_class.from_config(config)
    if inputs is not None:
        layer.build(inputs)
        layer.set_weights(weights)
    return layer
