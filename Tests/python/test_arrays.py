"""Arrays on their way in: what is taken as it stands, what is converted, what is refused."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import densepy
from densepy import _arrays, layers


@pytest.fixture
def model() -> densepy.Sequential:
    return densepy.Sequential([layers.Dense(2, input_shape=(4,))])


def test_float32_contiguous_goes_in_without_a_copy(model: densepy.Sequential) -> None:
    x = np.ones((200_000, 4), np.float32)
    assert _arrays.floats(x, "x") is x
    assert np.shares_memory(model._rows(x), x)
    out = np.empty((200_000, 2), np.float32)
    tracemalloc.start()
    assert model.predict(x, out=out) is out
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 10
    assert np.array_equal(out, model(x))


REFERENCE = np.arange(12).reshape(3, 4) % 5


def unaligned(shape: tuple[int, ...]) -> Any:
    """Zeros that begin at an odd address."""
    array: Any = np.ndarray(shape, np.float32, np.zeros(4 * math.prod(shape) + 1, np.uint8), 1)
    assert not array.flags.aligned
    return array


ODD = unaligned((3, 4))
ODD[:] = REFERENCE

SAME: list[Any] = [
    REFERENCE.astype(np.float32),
    REFERENCE.astype(np.float64),
    REFERENCE.astype(np.float16),
    REFERENCE.astype(np.int64),
    REFERENCE.astype(np.uint8),
    REFERENCE.astype(">f4"),
    np.asfortranarray(REFERENCE.astype(np.float32)),
    np.repeat(REFERENCE.astype(np.float32), 2, axis=1)[:, ::2],
    REFERENCE.astype(np.float32)[::-1][::-1],
    ODD,
    REFERENCE.tolist(),
    tuple(map(tuple, REFERENCE)),
]


@pytest.mark.parametrize("value", SAME)
def test_arrays_of_numbers_are_converted(model: densepy.Sequential, value: Any) -> None:
    expected = model(REFERENCE.astype(np.float32))
    for found in (model(value), model.predict(value), model.predict_on_batch(value)):
        assert found.dtype == np.float32
        assert np.array_equal(found, expected)


def test_flags_are_numbers(model: densepy.Sequential) -> None:
    flags = REFERENCE > 2
    assert np.array_equal(model(flags), model(flags.astype(np.float32)))


def test_read_only_arrays_work(model: densepy.Sequential) -> None:
    x = REFERENCE.astype(np.float32)
    expected = model(x)
    x.flags.writeable = False
    assert np.array_equal(model(x), expected)


class Table:
    """Something that NumPy can read, like a data frame."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return REFERENCE.astype(dtype or np.float64)


def test_what_numpy_can_read_works(model: densepy.Sequential) -> None:
    assert np.array_equal(model(Table()), model(REFERENCE.astype(np.float32)))


REFUSED: list[tuple[Any, str]] = [
    (np.array([[1, "a", 2, 3]], object), "dtype object"),
    (np.ones((1, 4), complex), "complex128"),
    (np.array([["a", "b", "c", "d"]]), "dtype <U1"),
    (np.array([["2020-01-01"] * 4], "datetime64[D]"), "datetime64"),
    ([[1, 2, 3, 4], [1, 2]], "rows of different lengths"),
    (None, "NoneType"),
    ("words", "dtype <U5"),
    (iter([1]), "list_iterator"),
]


@pytest.mark.parametrize(("value", "text"), REFUSED)
def test_other_things_are_a_type_error(model: densepy.Sequential, value: Any, text: str) -> None:
    with pytest.raises(TypeError, match="expected an array of") as caught:
        model(value)
    assert text in str(caught.value)


@pytest.mark.parametrize("shape", [(3,), (4,), (3, 5), (3, 3), (2, 3, 4), (), (0, 3)])
def test_wrong_shapes_name_both(model: densepy.Sequential, shape: tuple[int, ...]) -> None:
    for use in (model, model.predict):
        with pytest.raises(ValueError, match=r"expected .* of shape \(n, 4\), received shape") as caught:
            use(np.zeros(shape, np.float32))
        assert str(shape) in str(caught.value)


def test_no_rows_give_no_rows(model: densepy.Sequential) -> None:
    assert model(np.empty((0, 4), np.float32)).shape == (0, 2)
    assert model.predict(np.empty((0, 4), np.float32)).shape == (0, 2)


@pytest.mark.parametrize(
    "out", [np.empty((3, 2)), np.empty((3, 3), "f"), np.empty((2, 3), "f").T, [[0, 0]] * 3, np.empty((2, 2), "f")]
)
def test_out_must_fit(model: densepy.Sequential, out: Any) -> None:
    with pytest.raises(ValueError, match=r"out must be a C-contiguous float32 array of shape \(3, 2\), received"):
        model.predict(REFERENCE, out=out)


def test_out_must_be_writable(model: densepy.Sequential) -> None:
    out = np.empty((3, 2), np.float32)
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        model.predict(REFERENCE, out=out)


def test_out_must_be_aligned(model: densepy.Sequential) -> None:
    with pytest.raises(ValueError, match="multiple of four bytes"):
        model.predict(REFERENCE, out=unaligned((3, 2)))


def test_out_must_not_be_the_input() -> None:
    square = densepy.Sequential([layers.Dense(4, input_shape=(4,))])
    x = REFERENCE.astype(np.float32)
    with pytest.raises(ValueError, match="out shares memory with the inputs"):
        square.predict(x, out=x)


def test_the_result_is_the_callers_own(model: densepy.Sequential) -> None:
    first = model(REFERENCE.astype(np.float32))
    kept = first.copy()
    model(np.zeros((3, 4), np.float32))
    assert np.array_equal(first, kept)
    assert first.flags.owndata
    assert first.flags.writeable
