"""The two back ends are one: the same functions, results, errors; and the library is the right one or refused."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Run

import densepy
from densepy import _abi, _backend, _ctypes
from densepy._errors import make_error

TRAINING = """
import hashlib
import numpy as np
import densepy
from densepy import layers
densepy.utils.set_random_seed(11)
rng = np.random.default_rng(0)
x, y = rng.normal(size=(150, 20)).astype("f"), rng.integers(0, 4, 150)
model = densepy.Sequential([densepy.Input((20,)), layers.Dense(33, "gelu", kernel_regularizer="l2"),
    layers.BatchNormalization(), layers.Dropout(0.2), layers.Dense(4, "softmax")])
model.compile(densepy.optimizers.Adam(clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=4, batch_size=30, validation_split=0.2, verbose=0)
found = hashlib.sha256(model.predict(x).tobytes())
for weights in model.get_weights():
    found.update(weights.tobytes())
found.update(repr(sorted(history.history.items())).encode())
dense = layers.Dense(7, "tanh")
outputs = dense.forward(x)
found.update(dense.backward(outputs).tobytes())
dense.step(densepy.optimizers.SGD(0.1, momentum=0.9))
for weights in dense.get_weights():
    found.update(weights.tobytes())
print(densepy._backend.name, found.hexdigest())
"""


def test_both_back_ends_give_the_same_bits(run: Run) -> None:
    native, pure = run(TRAINING, "native").split(), run(TRAINING, "ctypes").split()
    assert (native[0], pure[0]) == ("native", "ctypes")
    assert native[1] == pure[1]


def _native() -> Any:
    from densepy import _native

    return _native


def test_both_back_ends_have_every_function() -> None:
    _ctypes.load(_backend.path, _abi.VERSION, make_error)
    for name in [*_abi.FUNCTIONS, "load"]:
        assert callable(getattr(_native(), name)), name
        assert callable(getattr(_ctypes, name)), name


CALLS: list[tuple[str, tuple[Any, ...]]] = [
    ("version", (1,)),
    ("layer_create", ()),
    ("layer_create", ("no such layer",)),
    ("layer_create", (None,)),
    ("layer_create", ("dense\0",)),
    ("network_create", (0,)),
    ("network_create", (-5,)),
    ("network_create", (2**70,)),
    ("network_create", ("ten",)),
    ("layer_forward", (12345, np.zeros(4, np.float32), 1, 4, 0, np.zeros(4, np.float32), 4)),
    ("layer_forward", (0, None, 1, 4, 0, None, 4)),
    ("network_predict", (1, np.zeros(3, np.float32), 1, 4, np.zeros(4, np.float32), 4)),
    ("network_predict", (1, np.zeros(4, np.float64), 1, 4, np.zeros(4, np.float32), 4)),
    ("network_predict", (1, np.zeros((4, 2), np.float32)[:, 0], 1, 4, np.zeros(4, np.float32), 4)),
    ("network_predict", (1, np.zeros(4, np.float32), 1, 4, np.broadcast_to(np.float32(0), 4), 4)),
    ("calculate", (np.array([2, 3]), 2, "adam", 1, "no such quantity")),
    ("calculate", (np.array([2, 3]), 2, "adam", 0, "parameters")),
]


@pytest.mark.parametrize(("function", "arguments"), CALLS)
def test_both_back_ends_refuse_alike(function: str, arguments: tuple[Any, ...]) -> None:
    _ctypes.load(_backend.path, _abi.VERSION, make_error)
    refusals = []
    for library in (_native(), _ctypes):
        library.load(_backend.path, _abi.VERSION, make_error)
        with pytest.raises(Exception) as caught:
            getattr(library, function)(*arguments)
        refusals.append(caught.value)
    assert type(refusals[0]) is type(refusals[1]), refusals
    if isinstance(refusals[0], densepy.DenseError):
        assert str(refusals[0]) == str(refusals[1])
        assert refusals[0].status == refusals[1].status != 0  # type: ignore[attr-defined]


def test_handles_of_other_kinds_and_closed_handles_are_refused() -> None:
    library = _backend.library
    layer = library.layer_create("dense")
    with pytest.raises(densepy.HandleError):
        library.optimizer_set(layer, "learning_rate", 1.0)
    library.layer_destroy(layer)
    with pytest.raises(densepy.HandleError):
        library.layer_set(layer, "units", 1.0)


def test_names_lists_the_catalogue() -> None:
    assert _backend.names("layer") == ["dense", "dropout", "batch_normalization", "activation", "flatten"]
    assert {"sgd", "rmsprop", "adam", "adamw"} <= set(_backend.names("optimizer"))
    assert densepy.instruction_set()


def test_an_unknown_back_end_is_refused(run: Run) -> None:
    assert "expected one of: native, ctypes; received 'rust'" in run("import densepy", "rust", expect=1)


def test_a_missing_library_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "absent.so"
    assert f"DENSE_LIBRARY names {path}" in run("import densepy", expect=1, DENSE_LIBRARY=str(path))


@pytest.mark.parametrize("backend", ["native", "ctypes"])
@pytest.mark.parametrize("version", ['"9.9.9"', None])
def test_a_library_of_another_version_is_refused(run: Run, tmp_path: Path, backend: str, version: str | None) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "this test needs a C compiler"
    source, path = tmp_path / "other.c", tmp_path / "libdense.so"
    source.write_text("int other;" if version is None else f"const char *dense_version(void) {{ return {version}; }}")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", path, source], check=True)
    output = run("import densepy", backend, expect=1, DENSE_LIBRARY=str(path))
    found = "of no version" if version is None else "9.9.9"
    assert f"densepy {_abi.VERSION} needs libdense {_abi.VERSION}, but {path} is libdense {found}" in output


def test_status_numbers_have_exceptions_of_their_kind() -> None:
    kinds = {
        "null_argument": ValueError,
        "invalid_handle": ValueError,
        "invalid_argument": ValueError,
        "unknown_name": ValueError,
        "shape_mismatch": ValueError,
        "size_overflow": OverflowError,
        "invalid_state": RuntimeError,
        "non_finite": ArithmeticError,
        "out_of_memory": MemoryError,
        "input_output": OSError,
        "file_format": ValueError,
        "file_version": ValueError,
    }
    for number, name in _abi.STATUSES.items():
        if name == "ok":
            continue
        error = make_error(number, "expected a, received b")
        assert isinstance(error, kinds[name]), name
        assert isinstance(error, densepy.DenseError)
        assert (str(error), error.status) == ("expected a, received b", number)
