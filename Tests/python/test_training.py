"""Compile, fit, evaluate: Keras's arguments and what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import Classes

import densepy
from densepy import Sequential, layers, utils


def regression(loss: Any = "mse", metrics: Any = None, outputs: int = 1) -> Sequential:
    utils.set_random_seed(1)
    model = Sequential([layers.Dense(outputs, input_shape=(4,))])
    model.compile(densepy.optimizers.SGD(0.01), loss, metrics=metrics)
    return model


def test_a_network_learns(classifier: Sequential, classes: Classes) -> None:
    history = classifier.fit(*classes, epochs=60, validation_split=0.25, verbose=0)
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert history.epoch == list(range(60))
    assert all(len(values) == 60 for values in history.history.values())
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]
    assert history.history["val_accuracy"][-1] > 0.9
    assert classifier.history is history
    assert history.params["epochs"] == 60


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("accuracy", "accuracy"),
        ("acc", "acc"),
        ("sparse_categorical_accuracy", "sparse_categorical_accuracy"),
        (densepy.metrics.SparseCategoricalAccuracy(), "sparse_categorical_accuracy"),
        (densepy.metrics.SparseCategoricalAccuracy(name="right"), "right"),
        (densepy.metrics.Precision(), "precision"),
    ],
)
def test_figures_have_the_names_that_the_user_gave(
    classifier: Sequential, classes: Classes, metric: Any, name: str
) -> None:
    classifier.compile("adam", "sparse_categorical_crossentropy", metrics=[metric])
    assert set(classifier.fit(*classes, verbose=0).history) == {"loss", name}
    assert set(classifier.evaluate(*classes, verbose=0, return_dict=True)) == {"loss", name}
    assert classifier.metrics_names == ["loss", name]


def test_results_have_keras_shapes(classifier: Sequential, classes: Classes) -> None:
    loss, accuracy = classifier.evaluate(*classes, verbose=0)
    assert classifier.test_on_batch(*classes) == pytest.approx([loss, accuracy])
    assert isinstance(classifier.train_on_batch(*classes), list)
    assert set(classifier.train_on_batch(*classes, return_dict=True)) == {"loss", "accuracy"}
    classifier.compile("sgd", "sparse_categorical_crossentropy")
    assert isinstance(classifier.evaluate(*classes, verbose=0), float)
    assert isinstance(classifier.train_on_batch(*classes), float)


def test_evaluate_is_the_formula(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    probabilities = classifier.predict(x)
    loss, accuracy = classifier.evaluate(x, y, batch_size=7, verbose=0)
    assert loss == pytest.approx(-np.log(probabilities[np.arange(200), y]).mean(), rel=1e-5)
    assert accuracy == pytest.approx((probabilities.argmax(1) == y).mean())


def test_targets_of_one_column(classes: Classes) -> None:
    x, y = classes
    expected = regression().evaluate(x, y, verbose=0)
    for targets in (y.reshape(-1, 1), y.tolist(), y.astype(np.float32), y.astype(np.int32)):
        assert regression().evaluate(x, targets, verbose=0) == expected


def test_one_hot_and_class_numbers_are_the_same_loss(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    sparse = classifier.evaluate(x, y, verbose=0)
    assert classifier.evaluate(x, y.reshape(-1, 1), verbose=0) == sparse
    classifier.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    assert classifier.evaluate(x, utils.to_categorical(y), verbose=0) == pytest.approx(sparse)


@pytest.mark.parametrize(
    ("loss", "shape", "text"),
    [
        ("categorical_crossentropy", (200,), "for class numbers use 'sparse_categorical_crossentropy'"),
        ("sparse_categorical_crossentropy", (200, 3), "for one-hot rows use 'categorical_crossentropy'"),
        ("mse", (200, 2), r"expects targets of shape \(200, 3\), received shape \(200, 2\)"),
        ("mse", (200,), r"expects targets of shape \(200, 3\), received shape \(200,\)"),
        ("mse", (199, 3), r"expected 200 rows, as many as the inputs have, received shape \(199, 3\)"),
    ],
)
def test_targets_of_wrong_shape(classifier: Sequential, classes: Classes, loss: str, shape: Any, text: str) -> None:
    classifier.compile("adam", loss)
    for verb in (classifier.fit, classifier.evaluate, classifier.train_on_batch):
        with pytest.raises(ValueError, match=text):
            verb(classes[0], np.zeros(shape))


def test_bad_targets_are_named(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    with pytest.raises(densepy.DenseError, match="received 3"):
        classifier.fit(x, np.where(np.arange(200) == 17, 3, y), verbose=0)
    with pytest.raises(TypeError, match="y: expected an array of real numbers"):
        classifier.fit(x, np.array(["a"] * 200), verbose=0)


def test_validation_split_takes_the_last_rows(classes: Classes) -> None:
    x, y = classes
    split = regression(metrics=["mae"]).fit(x, y, epochs=2, validation_split=0.3, verbose=0)
    model = regression(metrics=["mae"])
    given = model.fit(x[:140], y[:140], epochs=2, validation_data=(x[140:], y[140:]), verbose=0)
    assert split.history == given.history
    assert given.history["val_mae"][-1] == pytest.approx(
        np.abs(model.predict(x[140:])[:, 0] - y[140:]).mean(), rel=1e-5
    )
    with pytest.raises(ValueError, match=r"validation_split: expected a number in \[0, 1\), received 1.5"):
        model.fit(x, y, validation_split=1.5, verbose=0)
    with pytest.raises(ValueError, match=r"expected \(x, y\) or \(x, y, sample_weight\)"):
        model.fit(x, y, validation_data=x, verbose=0)


def test_weights_of_rows_and_classes(classes: Classes) -> None:
    x, y = classes
    weights = np.where(y == 1, 3.0, 1.0)
    by_row, by_class, both = regression(), regression(), regression()
    first = by_row.fit(x, y, epochs=2, sample_weight=weights, verbose=0)
    second = by_class.fit(x, y, epochs=2, class_weight={1: 3.0}, verbose=0)
    third = both.fit(x, y, epochs=2, class_weight={1: 1.5}, sample_weight=np.where(y == 1, 2.0, 1.0), verbose=0)
    plain = regression().fit(x, y, epochs=2, verbose=0)
    assert first.history == second.history == third.history != plain.history
    assert np.array_equal(by_row.predict(x), by_class.predict(x))
    weighted = regression().evaluate(x, y, sample_weight=weights, verbose=0)
    errors = (regression().predict(x)[:, 0] - y) ** 2
    # Keras's mean divides by the number of rows, not by the sum of weights.
    assert weighted == pytest.approx((errors * weights).mean(), rel=1e-5)
    with pytest.raises(
        ValueError, match=r"sample_weight: expected one weight for each of 200 rows, received shape \(3,\)"
    ):
        regression().fit(x, y, sample_weight=[1, 2, 3], verbose=0)


def test_one_hot_classes_have_weights(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    classifier.compile("sgd", "categorical_crossentropy")
    weights = classifier.get_weights()
    classifier.fit(x, utils.to_categorical(y), class_weight={0: 0.0, 1: 0.0, 2: 0.0}, verbose=0)
    assert np.array_equal(weights[0], classifier.get_weights()[0])


def test_gradient_descent_over_all_rows_is_the_formula(classes: Classes) -> None:
    x, y = classes
    model = regression()
    model.build()
    kernel, bias = model.get_weights()
    error = x @ kernel + bias - y[:, None]
    model.fit(x, y, batch_size=200, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.01 * 2 * x.T @ error / 200, atol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], bias - 0.01 * 2 * error.mean(), atol=1e-5)


def test_epochs_and_steps(classes: Classes) -> None:
    model = regression()
    history = model.fit(*classes, batch_size=30, epochs=5, initial_epoch=2, verbose=0)
    assert history.epoch == [2, 3, 4]
    assert history.params["steps"] == 7
    assert model.optimizer is not None
    assert model.optimizer.iterations == 21
    assert model.fit(*classes, epochs=2, initial_epoch=2, verbose=0).history == {}


def test_shuffling_follows_the_seed(classes: Classes) -> None:
    def figures(shuffle: bool, seed: int) -> Any:
        utils.set_random_seed(seed)
        model = Sequential([layers.Dense(1, kernel_initializer="zeros", input_shape=(4,))])
        model.compile("sgd", "mse")
        return model.fit(*classes, epochs=2, shuffle=shuffle, verbose=0).history

    assert figures(True, 1) == figures(True, 1) != figures(True, 2)
    assert figures(False, 1) == figures(False, 2)


def test_the_learning_rate_is_live(classes: Classes) -> None:
    model = regression()
    model.fit(*classes, verbose=0)
    assert model.optimizer is not None
    assert model.optimizer.learning_rate == 0.01
    model.optimizer.learning_rate = 0.0
    before = model.get_weights()
    model.fit(*classes, verbose=0)
    assert np.array_equal(before[0], model.get_weights()[0])
    assert model.optimizer.get_config()["learning_rate"] == 0.0


def test_compile_before_and_after_building_are_alike(classes: Classes) -> None:
    def figures(build_first: bool) -> Any:
        utils.set_random_seed(4)
        model = Sequential([layers.Dense(1, input_shape=(4,))])
        if build_first:
            model.build()
        model.compile("rmsprop", "mae")
        return model.fit(*classes, epochs=2, verbose=0).history

    assert figures(True) == figures(False)


def test_diverging_training_says_where(classes: Classes) -> None:
    model = regression()
    model.compile(densepy.optimizers.SGD(1e18), "mse")
    with pytest.raises(densepy.NonFiniteError, match=r"epoch \d+, step \d+") as caught:
        model.fit(*classes, epochs=50, verbose=0)
    assert isinstance(caught.value, ArithmeticError)
    x = classes[0].copy()
    x[3, 2] = np.nan
    with pytest.raises(densepy.NonFiniteError, match="nan"):
        regression().fit(x, classes[1], verbose=0)


UNSUPPORTED: list[tuple[str, dict[str, Any]]] = [
    ("fit", {"steps_per_epoch": 3}),
    ("fit", {"validation_steps": 3}),
    ("fit", {"validation_freq": 2}),
    ("evaluate", {"steps": 3}),
    ("compile", {"loss": "mse", "loss_weights": [1.0]}),
    ("compile", {"loss": "mse", "loss_weights": np.ones(2)}),
    ("compile", {"loss": "mse", "weighted_metrics": ["mae"]}),
    ("compile", {"loss": "mse", "run_eagerly": True}),
    ("compile", {"loss": "mse", "steps_per_execution": 8}),
    ("compile", {"loss": "mse", "jit_compile": True}),
    ("compile", {"loss": "mse", "auto_scale_loss": False}),
]


@pytest.mark.parametrize(("verb", "arguments"), UNSUPPORTED)
def test_unsupported_arguments_are_refused(classes: Classes, verb: str, arguments: dict[str, Any]) -> None:
    data = () if verb == "compile" else classes
    name = list(arguments)[-1]
    with pytest.raises(ValueError, match=rf"{verb}: {name}=.* is not supported; leave it at its default"):
        getattr(regression(), verb)(*data, **arguments)


def test_refusals(classifier: Sequential, classes: Classes) -> None:
    plain = Sequential([layers.Dense(1, input_shape=(4,))])
    with pytest.raises(RuntimeError, match="fit: the model has no loss and optimizer yet; call compile first"):
        plain.fit(*classes)
    with pytest.raises(ValueError, match="compile: expected a loss"):
        plain.compile("adam")
    with pytest.raises(ValueError, match="unknown optimizer 'adamm'; expected one of: sgd, rmsprop, adam, adamw"):
        plain.compile("adamm", "mse")
    with pytest.raises(ValueError, match="kinds written in Python cannot run"):
        plain.compile("adam", lambda y, p: 0)
    with pytest.raises(ValueError, match="fit: expected inputs and targets, received no targets"):
        classifier.fit(classes[0])
    with pytest.raises(ValueError, match="batch_size: expected a positive whole number or None, received 0"):
        classifier.fit(*classes, batch_size=0)
    with pytest.raises(ValueError, match="verbose: expected 'auto', 0, 1 or 2, received 3"):
        classifier.fit(*classes, verbose=3)
    with pytest.raises(ValueError, match="at least one row"):
        classifier.fit(np.empty((0, 4)), np.empty(0))
    with pytest.raises(TypeError, match=r"x: expected an array of real numbers, received a builtins.generator"):
        classifier.fit((row for row in classes[0]), classes[1])


def test_to_categorical() -> None:
    assert np.array_equal(utils.to_categorical([0, 2, 1]), np.eye(3)[[0, 2, 1]])
    assert utils.to_categorical([[1], [0]], 4).shape == (2, 4)
    assert utils.to_categorical(np.array([[0, 1], [1, 1]])).shape == (2, 2, 2)
    with pytest.raises(ValueError, match="expected class numbers from 0 to 1, received 0 to 2"):
        utils.to_categorical([0, 2], 2)
    with pytest.raises(ValueError, match="expected class numbers, received an array of float64"):
        utils.to_categorical([0.5])


def trained(x: Any, y: Any) -> list[Any]:
    """Figures and weights after three steps on one batch."""
    utils.set_random_seed(3)
    model = Sequential([layers.Dense(5, activation="tanh", input_shape=(4,)), layers.Dense(3)])
    loss = densepy.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(densepy.optimizers.Adam(0.01), loss, metrics=["sparse_categorical_accuracy"])
    figures = [model.train_on_batch(x, y) for _ in range(3)]
    assert all(isinstance(figure, float) for step in figures for figure in step)
    return [np.asarray(figures), *model.get_weights()]


def test_steps_do_not_depend_on_how_the_arrays_come() -> None:
    x = np.random.default_rng(0).normal(size=(1500, 4)).astype(np.float32)
    labels = np.arange(1500) % 3
    unaligned = np.frombuffer(b"\0" + labels.astype(np.int32).tobytes(), np.uint8)[1:].view(np.int32)
    for rows in (1, 7, 1500):
        expected = trained(x[:rows].tolist(), labels[:rows].tolist())
        targets = [labels[:rows].astype(kind) for kind in ("int8", "int32", "int64", ">i4", "float32", "float64")]
        targets += [target.reshape(-1, 1) for target in targets] + [unaligned[:rows], np.repeat(labels, 2)[::2][:rows]]
        for y in targets:
            for inputs in (x[:rows], np.asfortranarray(x[:rows])):
                for value, wanted in zip(trained(inputs, y), expected, strict=True):
                    np.testing.assert_array_equal(value, wanted)


def test_a_refused_step_changes_nothing() -> None:
    model = regression(outputs=2)
    model.build()
    before = model.get_weights()
    x = np.ones((3, 4), np.float32)
    for rows, y, words in [
        (x, np.ones((3, 1), np.float32), r"targets of shape \(3, 2\)"),
        (x, np.ones((2, 2), np.float32), "expected 3 rows"),
        (x[:, :3].copy(), np.ones((3, 2), np.float32), r"of shape \(n, 4\)"),
        (x[:0], np.ones((0, 2), np.float32), "at least one row"),
        (x, None, "received no targets"),
    ]:
        with pytest.raises(ValueError, match=words):
            model.train_on_batch(rows, y)
    x[1, 2] = np.nan
    with pytest.raises(densepy.NonFiniteError):
        model.train_on_batch(x, np.ones((3, 2), np.float32))
    for value, wanted in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, wanted)
