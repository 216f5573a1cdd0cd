"""The libraries that are measured, each a module (or a C program) with the same interface.

A Python peer's module imports its library at the top and defines

    versions() -> dict[str, str]           what ran, for the record
    prepare(task: Task) -> Prepared        builds the work with the library's best documented settings

and raises `UnsupportedError` for a kind of work that the library cannot do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


class UnsupportedError(Exception):
    """The library has no way to do this work."""


def nothing() -> None:
    """The end of a timed loop for a library that computes at once."""


@dataclass(frozen=True)
class Prepared:
    """A work ready to run.

    `result` computes what is compared with the reference (outputs, outputs after CHECK_STEPS training steps, or
    the accuracy of a whole training). `call` is what is timed. `finish` waits for a library that computes
    asynchronously and runs once after the last call, inside the time.
    """

    call: Callable[[], object]
    result: Callable[[], npt.NDArray[Any]]
    finish: Callable[[], object] = nothing


@dataclass(frozen=True)
class Peer:
    """How a library is started. Exactly one of `module` (in this package) and `program` (in programs/) is set."""

    name: str
    title: str
    module: str = ""
    program: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


PEERS = {
    peer.name: peer
    for peer in (
        Peer("densepy", "Dense (Python)", module="dense_python", environment={"DENSEPY_BACKEND": "native"}),
        Peer("dense-c", "Dense (C)", program="dense"),
        Peer("numpy", "NumPy", module="numpy_by_hand"),
        Peer("torch", "PyTorch eager", module="pytorch"),
        Peer("torch-compile", "torch.compile", module="pytorch_compiled"),
        Peer("onnxruntime", "ONNX Runtime", module="onnx_runtime"),
        Peer("jax", "JAX jit", module="jax_jit", environment={"JAX_PLATFORMS": "cpu"}),
        Peer("scikit-learn", "scikit-learn", module="scikit_learn"),
        Peer("keras", "Keras", module="keras_tensorflow", environment={"KERAS_BACKEND": "tensorflow"}),
        Peer("keras-tuned", "Keras tuned", module="keras_tuned", environment={"KERAS_BACKEND": "tensorflow"}),
        Peer("openblas", "OpenBLAS", program="openblas"),
        Peer("onednn", "oneDNN", program="onednn"),
        Peer("fann", "FANN RPROP", program="fann", environment={"FANN_ALGORITHM": "rprop"}),
        Peer("fann-incremental", "FANN incremental", program="fann", environment={"FANN_ALGORITHM": "incremental"}),
        Peer("peak", "FMA peak", program="peak"),
    )
}


def accuracy(scores: npt.NDArray[Any], labels: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """The share of rows whose largest score is their label's, as an array of one value."""
    return np.array([np.mean(np.argmax(scores, axis=1) == labels)], dtype=np.float32)
