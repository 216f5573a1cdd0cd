"""What the engine runs on, and what it holds."""

from __future__ import annotations

from ._backend import library


def set_num_threads(count: int) -> None:
    """How many threads the engine may use, from 1; no result depends on it."""
    library.set_num_threads(count)


def num_threads() -> int:
    """How many threads the engine may use."""
    return int(library.num_threads())


def instruction_set() -> str:
    """The instruction set that the kernels use: "avx512", "avx2", "neon", "baseline"."""
    return str(library.instruction_set())


def memory_in_use() -> int:
    """Bytes that the engine's arrays hold in the whole process."""
    return int(library.memory_in_use())
