"""A work on disk: a text file of settings and raw float32 arrays, which Python and C workers read alike.

`work.txt` holds one setting per line, `key value value ...`. Arrays are little-endian float32 (labels: int32),
row-major: `x`, `labels` or `targets`, and for each layer i `w<i>` (inputs x outputs) and `b<i>`; trainings of a
data set add `test_x` and `test_labels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .works import Work

Array = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]


def write(folder: Path, work: Work, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
    """Lays out `work` and its arrays in `folder`, which must exist."""
    settings: dict[str, object] = {
        "kind": work.kind,
        "layers": len(work.activations),
        "widths": " ".join(map(str, work.widths)),
        "activations": " ".join(work.activations),
        "rows": work.rows,
        "test_rows": len(arrays.get("test_labels", ())),
        "loss": work.loss,
        "learning_rate": work.learning_rate,
        "epochs": work.epochs,
        "batch": work.batch,
        "target_accuracy": work.target_accuracy,
    }
    (folder / "work.txt").write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    for name, array in arrays.items():
        kind, suffix = (np.int32, "i32") if name.endswith("labels") else (np.float32, "f32")
        np.ascontiguousarray(array, dtype=kind).tofile(folder / f"{name}.{suffix}")


class Task:
    """A work as a Python peer sees it. Arrays are read when first asked for and then kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        lines = (folder / "work.txt").read_text().splitlines()
        self._settings = {key: rest.split() for key, _, rest in (line.partition(" ") for line in lines)}
        self.kind = self._settings["kind"][0]
        self.widths = tuple(map(int, self._settings["widths"]))
        self.activations = tuple(self._settings["activations"])
        self.rows = int(self._settings["rows"][0])
        self.loss = self._settings["loss"][0]
        self.learning_rate = float(self._settings["learning_rate"][0])
        self.epochs = int(self._settings["epochs"][0])
        self.batch = int(self._settings["batch"][0])

    def _floats(self, name: str, columns: int) -> Array:
        return np.fromfile(self.folder / f"{name}.f32", dtype=np.float32).reshape(-1, columns)

    def _labels(self, name: str) -> Labels:
        return np.fromfile(self.folder / f"{name}.i32", dtype=np.int32)

    @cached_property
    def x(self) -> Array:
        """The input rows: rows x widths[0]."""
        return self._floats("x", self.widths[0])

    @cached_property
    def weights(self) -> list[Array]:
        """Each layer's kernel, inputs x outputs."""
        return [self._floats(f"w{i}", self.widths[i + 1]) for i in range(len(self.activations))]

    @cached_property
    def biases(self) -> list[Array]:
        """Each layer's bias, one value per output."""
        return [self._floats(f"b{i}", self.widths[i + 1])[0] for i in range(len(self.activations))]

    @cached_property
    def labels(self) -> Labels:
        """Class indices of a cross-entropy loss."""
        return self._labels("labels")

    @cached_property
    def targets(self) -> Array:
        """Target rows of a squared loss: rows x widths[-1]."""
        return self._floats("targets", self.widths[-1])

    @cached_property
    def test_x(self) -> Array:
        return self._floats("test_x", self.widths[0])

    @cached_property
    def test_labels(self) -> Labels:
        return self._labels("test_labels")
