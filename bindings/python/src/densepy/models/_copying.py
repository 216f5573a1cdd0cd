"""Copies and pickles of models: the bytes of the file that ``save`` writes."""

from __future__ import annotations

import os
import tempfile
from typing import Any


def pickled(model: Any) -> tuple[Any, ...]:
    """How pickle makes ``model`` again: exactly where it is built, else from its configuration."""
    if not model.built:
        compiled = model._compiled
        parts = None if compiled is None else (compiled.optimizer, compiled.loss, compiled.metrics)
        return _from_config, (type(model), model.get_config(), parts)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        model.save(path)
        with open(path, "rb") as file:
            return _from_bytes, (file.read(),)


def _from_config(model_class: Any, config: dict[str, Any], parts: tuple[Any, ...] | None) -> Any:
    model = model_class.from_config(config)
    if parts is not None:
        model.compile(*parts[:2], metrics=parts[2])
    return model


def _from_bytes(content: bytes) -> Any:
    from ._files import load_model

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.safetensors")
        with open(path, "wb") as file:
            file.write(content)
        return load_model(path)
