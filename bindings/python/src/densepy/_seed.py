"""The seeds of models and stand-alone layers: random, or a fixed sequence after ``set_random_seed``."""

from __future__ import annotations

import os
import threading

_MASK = (1 << 64) - 1
# The odd number nearest 2**64 / golden ratio visits every 64-bit value before one returns (Steele et al. 2014).
_STEP = 0x9E3779B97F4A7C15

_lock = threading.Lock()
_next: int | None = None


def set_seed(seed: int) -> None:
    """The next model made takes ``seed`` itself, the ones after it values that follow from it."""
    global _next
    with _lock:
        _next = seed & _MASK


def next_seed() -> int:
    """The seed of the model or stand-alone layer that is being made."""
    global _next
    with _lock:
        if _next is None:
            return int.from_bytes(os.urandom(8), "little")
        seed = _next
        _next = (_next + _STEP) & _MASK
        return seed
