"""Copies and pickles of models: the bytes of the file that ``save`` writes."""

from __future__ import annotations

import os
import tempfile
from typing import Any


def pickled(model: Any) -> tuple[Any, ...]:
    """How pickle makes ``model`` again: exactly where it is built, else from its configuration."""
    names = None if model._compiled is None else [metric.name for metric in model._compiled.metrics]
    if not model.built:
        compiled = model._compiled
        parts = None if compiled is None else (compiled.optimizer, compiled.loss, compiled.metrics)
        return _from_config, (type(model), model.get_config(), parts)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        model.save(path)
        with open(path, "rb") as file:
            return _from_bytes, (file.read(), model.name, model._sample_shape, names)


def _from_config(model_class: Any, config: dict[str, Any], parts: tuple[Any, ...] | None) -> Any:
    model = model_class.from_config(config)
    if parts is not None:
        model.compile(*parts[:2], metrics=parts[2])
    return model


def _from_bytes(content: bytes, name: str, shape: tuple[int, ...], metric_names: list[str] | None) -> Any:
    from ._files import load_model

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        with open(path, "wb") as file:
            file.write(content)
        model = load_model(path)
    model.name, model._sample_shape = name, shape
    if metric_names is not None and model._compiled is not None:
        model._compiled.rename(metric_names)
    return model
