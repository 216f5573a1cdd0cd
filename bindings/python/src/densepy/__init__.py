"""Dense neural networks in one small library, under Keras 3's names.

>>> import densepy
>>> from densepy import layers
>>> model = densepy.Sequential([densepy.Input((4,)), layers.Dense(8, "relu"), layers.Dense(3, "softmax")])
>>> model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
>>> history = model.fit(x, y, epochs=20)
>>> probabilities = model.predict(x)

The engine is a shared library behind a C interface; this package reaches it through a thin extension module or ctypes
(``DENSEPY_BACKEND``). Everything but the errors is imported when it is first used.
"""

from __future__ import annotations

from . import _backend as _backend  # A missing or foreign library is refused here and now.
from ._abi import VERSION
from ._errors import (
    ArgumentError,
    DenseError,
    FileAccessError,
    FileFormatError,
    FileVersionError,
    HandleError,
    NonFiniteError,
    OutOfMemoryError,
    ShapeError,
    SizeError,
    StateError,
    UnknownNameError,
)

__version__ = VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import activations, callbacks, initializers, layers, losses, metrics, models, optimizers, regularizers, utils
    from ._calculator import Calculation, calculate
    from ._predictor import Predictor
    from ._threads import instruction_set, memory_in_use, num_threads, set_num_threads
    from .layers import Input
    from .models import Sequential

_MODULES = (
    "activations",
    "callbacks",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "regularizers",
    "utils",
)
_NAMES = {
    "Calculation": "_calculator",
    "Input": "layers",
    "Predictor": "_predictor",
    "Sequential": "models",
    "calculate": "_calculator",
    "instruction_set": "_threads",
    "memory_in_use": "_threads",
    "num_threads": "_threads",
    "set_num_threads": "_threads",
}

__all__ = [
    "ArgumentError",
    "Calculation",
    "DenseError",
    "FileAccessError",
    "FileFormatError",
    "FileVersionError",
    "HandleError",
    "Input",
    "NonFiniteError",
    "OutOfMemoryError",
    "Predictor",
    "Sequential",
    "ShapeError",
    "SizeError",
    "StateError",
    "UnknownNameError",
    "__version__",
    "activations",
    "calculate",
    "callbacks",
    "initializers",
    "instruction_set",
    "layers",
    "losses",
    "memory_in_use",
    "metrics",
    "models",
    "num_threads",
    "optimizers",
    "regularizers",
    "set_num_threads",
    "utils",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"densepy.{name}")
    if name in _NAMES:
        value = getattr(import_module(f"densepy.{_NAMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'densepy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
