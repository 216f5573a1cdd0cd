"""Chooses the back end: ``library`` offers every function of the C ABI, without its ``dense_`` prefix.

Both back ends serve the same library with equal results. ``DENSEPY_BACKEND=native`` or ``ctypes`` forces one; else
``ctypes`` serves where the extension module was not built.
"""

from __future__ import annotations

import importlib
import os

from . import _abi, _library
from ._errors import make_error

# `typing` itself costs milliseconds where NumPy does not load it, so the import path does without it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMES = ("native", "ctypes")


def _choose() -> tuple[str, Any]:
    forced = os.environ.get("DENSEPY_BACKEND")
    if forced:
        if forced not in _NAMES:
            raise ImportError(f"DENSEPY_BACKEND: expected one of: {', '.join(_NAMES)}; received {forced!r}")
        return forced, importlib.import_module(f"densepy._{forced}")
    try:
        return "native", importlib.import_module("densepy._native")
    except ModuleNotFoundError:
        return "ctypes", importlib.import_module("densepy._ctypes")


name, library = _choose()
path = _library.find()
library.load(path, _abi.VERSION, make_error)


def names(kind: str) -> list[str]:
    """The registered names of a kind: "activation", "initializer", "optimizer", ..."""
    found: list[str] = []
    while (entry := library.names(kind, len(found))) is not None:
        found.append(entry)
    return found


class Handle:
    """Owns a handle of the C ABI and closes it with itself."""

    __slots__ = ("_destroy", "value")

    def __init__(self, value: int, destroy: Any) -> None:
        self.value: int = value
        self._destroy = destroy

    def __enter__(self) -> int:
        """The handle, kept open at least as long as the block runs."""
        return self.value

    def __exit__(self, *_: object) -> None:
        pass

    def __del__(self) -> None:
        self._destroy(self.value)


def row_work(network: Handle) -> int:
    """Multiplications of one row of a built network, about."""
    return int(library.network_count(network.value, "parameters", 1, None))


if TYPE_CHECKING:

    class QuickCall:
        """The base of classes whose objects are called on an array of rows, as ``object(x)`` or ``object(x, out=y)``.

        Arrays that are float32, C-contiguous and of the right shapes go to the engine at once where the back end can
        do that. Every other call becomes one of ``object._call``, with the same arguments.
        """

        def _aim(self, handle: int, inputs: int, outputs: int, row_work: int, is_predictor: bool) -> None:
            """Sets what quick calls run: a network or predictor, or nothing with handle 0."""

        def _train_quickly(self, x: Any, y: Any, target_columns: int, result_count: int) -> list[float] | None:
            """One step of training of a compiled network, and its figures. None, and no step, where the back end cannot
            do that at once with arrays such as these."""

else:
    QuickCall = library.QuickCall
