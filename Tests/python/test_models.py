"""The stack of layers: Keras's snippets, building, weights, adding and removing, messages."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from conftest import Classes

import densepy
from densepy import Sequential, layers
from densepy.layers import Dense


def test_the_keras_snippet_runs_as_it_stands() -> None:
    model = Sequential([Dense(64, activation="relu", input_shape=(100,)), Dense(3, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x, y = rng.random((60, 100)), densepy.utils.to_categorical(rng.integers(0, 3, 60), num_classes=3)
    history = model.fit(x, y, epochs=2, batch_size=32, verbose=0)
    assert list(history.history) == ["accuracy", "loss"] or list(history.history) == ["loss", "accuracy"]
    probabilities = model.predict(x, verbose=0)
    assert probabilities.shape == (60, 3)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    assert model.count_params() == 100 * 64 + 64 + 64 * 3 + 3


@pytest.mark.parametrize(
    "make",
    [
        lambda: Sequential([densepy.Input((5,)), Dense(3)]),
        lambda: Sequential([layers.Input(shape=(5,)), Dense(3)]),
        lambda: Sequential([layers.InputLayer(batch_shape=(None, 5)), Dense(3)]),
        lambda: Sequential([Dense(3, input_shape=(5,))]),
        lambda: Sequential([Dense(3, input_dim=5)]),
        lambda: densepy.models.Sequential(layers=[Dense(3, input_shape=5)]),
    ],
)
def test_ways_to_give_the_input_shape(make: Any) -> None:
    model = make()
    assert model.input_shape == (None, 5)
    assert model.output_shape == (None, 3)
    assert [w.shape for w in model.get_weights()] == [(5, 3), (3,)]


def test_without_an_input_shape_the_first_data_settle_it() -> None:
    model = Sequential([Dense(3), Dense(2)])
    assert not model.built
    with pytest.raises(ValueError, match="does not know its input shape yet"):
        model.count_params()
    assert model(np.zeros((1, 7))).shape == (1, 2)
    assert model.input_shape == (None, 7)
    built = Sequential([Dense(3)])
    built.build((None, 4))
    assert built.built
    assert built.count_params() == 15


def test_flatten_takes_images() -> None:
    model = Sequential([densepy.Input((4, 6)), layers.Flatten(), Dense(2)])
    images = np.random.default_rng(0).random((3, 4, 6)).astype(np.float32)
    assert model(images).shape == (3, 2)
    assert np.array_equal(model(images), model(images.reshape(3, 24)))
    assert model.input_shape == (None, 4, 6)
    with pytest.raises(ValueError, match=r"its samples have shape \(4, 6\); put Flatten\(\) first"):
        Sequential([densepy.Input((4, 6)), Dense(2)])


def test_forward_is_the_layers_one_after_the_other(classifier: Sequential, classes: Classes) -> None:
    x = classes[0]
    first, second = classifier.layers
    classifier(x)
    hidden = np.maximum(x @ first.get_weights()[0] + first.get_weights()[1], 0)
    scores = np.exp(hidden @ second.get_weights()[0] + second.get_weights()[1])
    np.testing.assert_allclose(classifier(x), scores / scores.sum(1, keepdims=True), rtol=1e-4)


def test_batches_do_not_change_a_row(classifier: Sequential, classes: Classes) -> None:
    x = classes[0]
    whole = classifier.predict(x)
    for size in (1, 7, 64):
        parts = [classifier(x[start : start + size]) for start in range(0, len(x), size)]
        assert np.array_equal(np.concatenate(parts), whole)


def test_dropout_works_in_training_calls_alone() -> None:
    model = Sequential([layers.Dropout(0.5, input_shape=(1000,))])
    x = np.ones((4, 1000), np.float32)
    assert np.array_equal(model(x), x)
    dropped = model(x, training=True)
    assert set(np.unique(dropped)) == {0.0, 2.0}


def test_weights_go_out_and_in(classifier: Sequential, classes: Classes) -> None:
    before = classifier(classes[0])
    weights = classifier.get_weights()
    assert [w.shape for w in weights] == [(4, 8), (8,), (8, 3), (3,)]
    classifier.set_weights([w * 0 for w in weights])
    assert np.allclose(classifier(classes[0]), 1 / 3)
    classifier.set_weights(weights)
    assert np.array_equal(classifier(classes[0]), before)
    with pytest.raises(ValueError, match="expected 4 arrays of weights, received 3"):
        classifier.set_weights(weights[:3])
    with pytest.raises(ValueError, match=r"expected kernel of shape \(4, 8\), received shape \(8, 4\)"):
        classifier.set_weights([weights[0].T, *weights[1:]])
    with pytest.raises(ValueError, match="expected bias of shape"):
        classifier.set_weights([weights[0] * 0, *weights[1:3], weights[0]])
    assert np.array_equal(classifier(classes[0]), before)


def test_add_and_pop_keep_what_was_learned(classes: Classes) -> None:
    x = classes[0]
    model = Sequential([Dense(5, "relu", input_shape=(4,))])
    hidden = model(x)
    model.add(Dense(2, "softmax"))
    assert model(x).shape == (200, 2)
    assert np.array_equal(model.layers[0](x), hidden)
    last = model.pop()
    assert np.array_equal(model(x), hidden)
    assert not last.built
    owner = Sequential([Dense(3, input_shape=(1,)), last])
    assert owner(np.zeros((1, 1))).shape == (1, 2)
    with pytest.raises(ValueError, match=f"belongs to model {owner.name!r}"):
        Sequential([last])


def test_a_layer_that_was_built_alone_keeps_its_weights(classes: Classes) -> None:
    dense = Dense(3, "tanh")
    y = dense(classes[0])
    model = Sequential([densepy.Input((4,)), dense])
    assert np.array_equal(model(classes[0]), y)


def test_layers_have_keras_names_and_are_found(classifier: Sequential) -> None:
    model = Sequential([densepy.Input((4,)), Dense(3), layers.BatchNormalization(), Dense(3), Dense(1, name="end")])
    model.build()
    assert [layer.name for layer in model.layers] == ["dense", "batch_normalization", "dense_1", "end"]
    assert model.get_layer("end") is model.layers[3]
    assert model.get_layer(index=0) is model.layers[0]
    with pytest.raises(ValueError, match="no layer is called 'x'; the layers are: dense, batch_normalization"):
        model.get_layer("x")
    with pytest.raises(ValueError, match="has 4 layers, received index 4"):
        model.get_layer(index=4)


def test_frozen_layers_do_not_learn(classes: Classes) -> None:
    model = Sequential([Dense(8, "relu", input_shape=(4,), trainable=False), Dense(3, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.fit(*classes, epochs=1, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert changed == [False, False, True, True]


def test_summary_shows_layers_and_counts(classifier: Sequential, capsys: pytest.CaptureFixture[str]) -> None:
    classifier.summary()
    printed = capsys.readouterr().out
    received: list[str] = []
    classifier.summary(print_fn=received.append)
    assert printed == received[0] + "\n"
    for text in ("dense", "dense_1", "40", "27", "67"):
        assert text in printed


def test_configuration_makes_a_model_of_the_same_layers() -> None:
    model = Sequential([densepy.Input((4,)), Dense(3, "elu", kernel_regularizer="l2"), layers.Dropout(0.1)], name="m")
    again = Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config()
    assert again.name == "m"


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_learn_on_as_the_original_does(classifier: Sequential, classes: Classes, duplicate: Any) -> None:
    unbuilt = duplicate(classifier)
    assert unbuilt.metrics_names == ["loss", "accuracy"]
    classifier.fit(*classes, epochs=1, verbose=0, shuffle=False)
    other = duplicate(classifier)
    assert other.name == classifier.name
    assert other.metrics_names == ["loss", "accuracy"]
    assert np.array_equal(other.predict(classes[0]), classifier.predict(classes[0]))
    for model in (classifier, other):
        model.fit(*classes, epochs=2, verbose=0)
    assert np.array_equal(other.predict(classes[0]), classifier.predict(classes[0]))


def test_seeds_repeat_models() -> None:
    def weights(seed: int) -> list[Any]:
        densepy.utils.set_random_seed(seed)
        return [Sequential([Dense(3, input_shape=(4,))]).get_weights()[0] for _ in range(2)]

    first, second = weights(5), weights(5)
    assert np.array_equal(first, second)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, weights(6))


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"expected a layer of densepy.layers, received 'dense'"):
        Sequential(["dense"])
    with pytest.raises(ValueError, match="Input declares the shape of the whole model"):
        Sequential([Dense(3), densepy.Input((3,))])
    with pytest.raises(ValueError, match="has no layers yet"):
        Sequential([densepy.Input((3,))]).build()
    with pytest.raises(ValueError, match="there is no layer to remove"):
        Sequential().pop()
    with pytest.raises(ValueError, match="name"):
        Sequential([Dense(3, name="a", input_shape=(2,)), Dense(3, name="a")]).build()
    with pytest.raises(ValueError, match="input_shape must be the shape of one sample"):
        Dense(3, input_shape=(None, 4))
    with pytest.raises(ValueError, match=r"expected a shape \(None, features\), received"):
        Sequential([Dense(3)]).build((None, None))
    with pytest.raises(ValueError, match=r"layer_range=\[0, 1\] is not supported"):
        Sequential([Dense(3, input_shape=(2,))]).summary(layer_range=[0, 1])
