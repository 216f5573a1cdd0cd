"""Laws from which the first values of weights are drawn, as objects and by name.

Draws follow the model's seed (``densepy.utils.set_random_seed``), or ``seed`` where an initializer has one. Formulas
are Keras's: glorot, he and lecun limits from fan-in and fan-out, truncated normal cut at two standard deviations.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._arrays import FloatArray
from ._backend import Handle, library
from ._configured import Part, apply, finder, refuse
from ._seed import next_seed


class Initializer(Part):
    """Base of all initializers."""

    kind = "initializer"

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> FloatArray:
        """Draws an array of ``shape``: (inputs, units) as for a kernel, or (units,) as for a bias."""
        refuse(type(self).__name__, dtype=(None if dtype in ("float32", np.float32) else dtype, None))
        if len(shape) not in (1, 2):
            raise ValueError(f"{type(self).__name__}: expected a shape of 1 or 2 sizes, received {tuple(shape)}")
        name = "kernel" if len(shape) == 2 else "bias"
        layer = Handle(library.layer_create("dense"), library.layer_destroy)
        apply("layer", layer.value, "units", shape[-1])
        apply("layer", layer.value, f"{name}_initializer", self)
        library.layer_build(layer.value, shape[0] if len(shape) == 2 else 1, next_seed())
        values = np.empty(shape, np.float32)
        library.layer_get_parameter(layer.value, name, values, values.size)
        return values


class _Seeded(Initializer):
    """An initializer whose only argument is a seed of its own."""

    def __init__(self, seed: int | None = None) -> None:
        self._configure(seed=seed)


class Zeros(Initializer):
    """All values are 0."""

    registered = "zeros"

    def __init__(self) -> None:
        self._configure()


class Ones(Initializer):
    """All values are 1."""

    registered = "ones"

    def __init__(self) -> None:
        self._configure()


class Constant(Initializer):
    """All values are ``value``."""

    registered = "constant"

    def __init__(self, value: float = 0.0) -> None:
        self._configure(value=value)


class GlorotUniform(_Seeded):
    """Uniform within ±sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""

    registered = "glorot_uniform"


class GlorotNormal(_Seeded):
    """Truncated normal of variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010)."""

    registered = "glorot_normal"


class HeUniform(_Seeded):
    """Uniform within ±sqrt(6 / fan_in) (He et al. 2015)."""

    registered = "he_uniform"


class HeNormal(_Seeded):
    """Truncated normal of variance 2 / fan_in (He et al. 2015)."""

    registered = "he_normal"


class LecunUniform(_Seeded):
    """Uniform within ±sqrt(3 / fan_in) (LeCun et al. 1998)."""

    registered = "lecun_uniform"


class LecunNormal(_Seeded):
    """Truncated normal of variance 1 / fan_in (LeCun et al. 1998)."""

    registered = "lecun_normal"


class RandomUniform(Initializer):
    """Uniform in [minval, maxval)."""

    registered = "random_uniform"

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        self._configure(minval=minval, maxval=maxval, seed=seed)


class RandomNormal(Initializer):
    """Normal with ``mean`` and standard deviation ``stddev``."""

    registered = "random_normal"

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self._configure(mean=mean, stddev=stddev, seed=seed)


class TruncatedNormal(Initializer):
    """Normal with ``mean`` and ``stddev``, cut at two standard deviations."""

    registered = "truncated_normal"

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self._configure(mean=mean, stddev=stddev, seed=seed)


_CLASSES: list[type[Any]] = [
    Zeros, Ones, Constant, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform, LecunNormal,
    RandomUniform, RandomNormal, TruncatedNormal,
]  # fmt: skip
_ALIASES: dict[str, type[Any]] = {"normal": RandomNormal, "uniform": RandomUniform}

get = finder(Initializer, _CLASSES, _ALIASES)
