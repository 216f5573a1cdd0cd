"""The parameter calculator: what a network of given widths costs, before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ._backend import library, names
from .optimizers import Optimizer


class Calculation:
    """Quantities of a network, by name and as attributes: ``parameters``, ``training_bytes``, ``flops_per_row``, ...

    Bytes are those of float32 numbers, as the engine allocates them. Printed, it is a table.
    """

    def __init__(self, widths: tuple[int, ...], optimizer: str | None, batch_size: int, values: dict[str, int]) -> None:
        self.widths = widths
        self.optimizer = optimizer
        self.batch_size = batch_size
        self._values = values

    def __getattr__(self, name: str) -> int:
        if not name.startswith("_") and name in self._values:
            return self._values[name]
        raise AttributeError(f"a calculation has no {name!r}; it has: {', '.join(self._values)}")

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def as_dict(self) -> dict[str, int]:
        """All quantities by name."""
        return dict(self._values)

    def __str__(self) -> str:
        trained = f", trained by {self.optimizer}" if self.optimizer else ""
        head = f"{'-'.join(map(str, self.widths))}{trained}, batches of {self.batch_size}"
        rows = [(name.replace("_", " "), f"{value:,}", _size(name, value)) for name, value in self._values.items()]
        left, middle = (max(len(row[column]) for row in rows) for column in (0, 1))
        return "\n".join([head, *(f"  {a:<{left}}  {b:>{middle}}  {c}".rstrip() for a, b, c in rows)])

    def __repr__(self) -> str:
        return f"<Calculation {'-'.join(map(str, self.widths))}: {self._values['parameters']:,} parameters>"


def _size(name: str, value: int) -> str:
    if not name.endswith("bytes"):
        return ""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= factor:
            return f"{value / factor:.2f} {unit}"
    return f"{value} B"


def calculate(*widths: int, optimizer: Any = "adam", batch_size: int = 32) -> Calculation:
    """What a network of dense layers with bias costs: ``calculate(784, 128, 10)`` has 101,770 parameters.

    ``widths`` are the inputs and the units of each layer; ``optimizer`` (a name, an object, or None) and
    ``batch_size`` matter to the bytes of training.
    """
    sizes = widths[0] if len(widths) == 1 and not isinstance(widths[0], int) else widths
    if not all(isinstance(width, (int, np.integer)) for width in sizes):
        raise ValueError(f"calculate: expected whole numbers as widths, received {sizes!r}")
    rule = optimizer.registered if isinstance(optimizer, Optimizer) else optimizer
    array = np.array(sizes, np.int64)
    values = {
        quantity: int(library.calculate(array, array.size, rule, batch_size, quantity))
        for quantity in names("quantity")
    }
    return Calculation(tuple(int(width) for width in sizes), rule, batch_size, values)
