"""Predictors: the model's bits, independence, shapes, out, threads, refusals."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import numpy as np
import pytest
from conftest import Classes

import densepy
from densepy import Predictor, Sequential, layers


def test_it_gives_the_bits_of_the_model_as_it_was(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    classifier.fit(x, y, epochs=1, verbose=0)
    before = classifier.predict(x, verbose=0)
    predictor = Predictor(classifier)
    classifier.fit(x, y, epochs=1, verbose=0)
    assert not np.array_equal(classifier.predict(x, verbose=0), before)
    np.testing.assert_array_equal(predictor(x), before)
    for rows in (1, 3, 200):
        small = Predictor(classifier, max_rows=rows, workspaces=0, num_threads=0)
        np.testing.assert_array_equal(small(x), classifier(x))
    del classifier
    np.testing.assert_array_equal(predictor(x), before)
    assert predictor.input_shape == (None, 4) and predictor.output_shape == (None, 3)


def test_a_model_predicts_with_its_present_weights(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    first = classifier(x)
    np.testing.assert_array_equal(classifier(x), first)
    weights = classifier.get_weights()
    classifier.train_on_batch(x, y)
    assert not np.array_equal(classifier(x), first)
    classifier.set_weights(weights)
    np.testing.assert_array_equal(classifier(x), first)


def test_inputs_are_converted_or_refused(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    predictor = Predictor(classifier)
    expected = predictor(x)
    np.testing.assert_array_equal(predictor(x.tolist()), expected)
    np.testing.assert_array_equal(predictor(np.asfortranarray(x)), expected)
    np.testing.assert_array_equal(predictor(x[::2]), expected[::2])
    assert predictor(x[:0]).shape == (0, 3)
    with pytest.raises(ValueError, match=r"expected x of shape \(n, 4\), received shape \(2, 5\)"):
        predictor(np.zeros((2, 5), np.float32))
    with pytest.raises(TypeError, match="expected an array of real numbers"):
        predictor(object())


def test_flattening_models_take_their_own_shapes() -> None:
    model = Sequential([densepy.Input((2, 3)), layers.Flatten(), layers.Dense(2)])
    images = np.random.default_rng(1).random((5, 2, 3), np.float32)
    predictor = Predictor(model)
    np.testing.assert_array_equal(predictor(images), model(images))
    assert predictor.input_shape == (None, 2, 3)


def test_out_receives_the_result(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    predictor = Predictor(classifier, max_rows=1)
    out = np.empty((200, 3), np.float32)
    assert predictor(x, out=out) is out
    np.testing.assert_array_equal(out, classifier(x))
    for wrong in (np.empty((200, 3)), np.empty((3, 200), np.float32).T, np.empty((199, 3), np.float32), [0.0]):
        with pytest.raises(ValueError, match="out must be a C-contiguous float32 array"):
            predictor(x, out=wrong)  # type: ignore[arg-type]
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        predictor(x, out=out)
    assert np.array_equal(predictor(x, np.empty((200, 3), np.float32)), out)
    assert np.array_equal(predictor(x=x, out=None), out)


class Array(np.ndarray[Any, Any]):
    """An array that is no plain one."""


def test_out_is_refused_where_it_is_not_plain_or_overlaps() -> None:
    model = Sequential([layers.Dense(4, input_shape=(4,))])
    model.build()
    memory = np.zeros((6, 4), np.float32)
    for use in (Predictor(model), model):
        for start in (0, 1, 2):
            with pytest.raises(ValueError, match="out shares memory with the inputs"):
                use(memory[:3], out=memory[start : start + 3])
        result = use(memory[:3], out=memory[3:])
        assert np.array_equal(result, use(memory[:3]))
        for wrong in (memory[3:].view(Array), np.empty((3, 4), ">f4"), np.empty((3, 5), np.float32), memory[3:5]):
            with pytest.raises(ValueError, match=r"out must be a C-contiguous float32 array of shape \(3, 4\)"):
                use(memory[:3], out=wrong)


def test_other_arguments_are_refused(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    out = np.empty((200, 3), np.float32)
    predictor = Predictor(classifier)
    calls: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
        (predictor, (), {}),
        (predictor, (x, out, out), {}),
        (predictor, (x,), {"outputs": out}),
        (predictor, (x, out), {"out": out}),
        (predictor, (x,), {"training": True}),
        (classifier, (), {}),
        (classifier, (x, False, out), {}),
        (classifier, (x,), {"outputs": out}),
    ]
    for call, arguments, keywords in calls:
        with pytest.raises(TypeError, match="argument"):
            call(*arguments, **keywords)
    assert np.array_equal(classifier(x, False), classifier(inputs=x, out=out))


def test_a_closed_handle_is_refused(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    predictor = Predictor(classifier)
    handle = predictor._handle
    handle._destroy(handle.value)
    for out in (None, np.empty((200, 3), np.float32)):
        with pytest.raises(densepy.HandleError, match="was destroyed"):
            predictor(x, out=out)
    handle._destroy = lambda _: None


def test_a_changed_model_predicts_as_it_is(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    assert classifier(x).shape == (200, 3)
    last = classifier.pop()
    assert classifier(x).shape[1] != 3
    classifier.add(last)
    assert classifier(x).shape == (200, 3)
    while classifier.layers:
        classifier.pop()
    with pytest.raises(ValueError, match="has no layers yet"):
        classifier(x)


def test_options_and_models_are_checked(classifier: Sequential) -> None:
    with pytest.raises(densepy.ArgumentError, match="max_rows: expected a whole number from 1"):
        Predictor(classifier, max_rows=0)
    with pytest.raises(densepy.ArgumentError, match="num_threads: expected"):
        Predictor(classifier, num_threads=2)
    with pytest.raises(ValueError, match="shape"):
        Predictor(Sequential([layers.Dense(2)]))
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Predictor(classifier))


def test_threads_share_a_predictor(classifier: Sequential, classes: Classes) -> None:
    x, _ = classes
    predictor = Predictor(classifier, max_rows=16, workspaces=1)
    expected = predictor(x)
    failures: list[int] = []

    def run() -> None:
        failures.extend(1 for _ in range(50) if not np.array_equal(predictor(x), expected))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_its_memory_ends_with_it(classifier: Sequential) -> None:
    x = np.zeros((1, 4), np.float32)
    classifier(x)
    before = densepy.memory_in_use()
    predictor = Predictor(classifier)
    made = densepy.memory_in_use()
    predictor(x)
    assert before < made == densepy.memory_in_use()
    del predictor
    assert densepy.memory_in_use() == before
