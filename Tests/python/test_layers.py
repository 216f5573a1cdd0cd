"""Layers by themselves, beside the same formulas in NumPy."""

from __future__ import annotations

import copy
import functools
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import densepy
from densepy import activations, layers


@pytest.fixture
def x() -> Any:
    return np.random.default_rng(1).normal(size=(6, 5)).astype(np.float32)


def test_a_keras_layer_is_called_on_an_array() -> None:
    input_array = np.random.default_rng(0).normal(size=(8, 16))
    dense = layers.Dense(units=10, activation="relu")
    output = dense(input_array)
    assert output.shape == (8, 10)
    expected = np.maximum(input_array.astype(np.float32) @ dense.kernel + dense.bias, 0)
    np.testing.assert_allclose(output, expected, atol=1e-5)


def test_forward_backward_step_are_the_chain_rule(x: Any) -> None:
    dense = layers.Dense(3, "tanh")
    y = dense.forward(x)
    kernel, bias = dense.get_weights()
    np.testing.assert_allclose(y, np.tanh(x @ kernel + bias), atol=1e-6)
    dy = np.random.default_rng(2).normal(size=y.shape).astype(np.float32)
    dx = dense.backward(dy)
    dz = dy * (1 - y**2)
    np.testing.assert_allclose(dx, dz @ kernel.T, atol=1e-5)
    kernel_gradient, bias_gradient = dense.get_gradients()
    np.testing.assert_allclose(kernel_gradient, x.T @ dz, atol=1e-5)
    np.testing.assert_allclose(bias_gradient, dz.sum(0), atol=1e-5)
    dense.backward(dy)
    np.testing.assert_allclose(dense.get_gradients()[0], 2 * kernel_gradient, rtol=1e-5)
    dense.zero_gradients()
    assert not dense.get_gradients()[0].any()
    dense.backward(dy)
    dense.step(densepy.optimizers.SGD(0.5))
    np.testing.assert_allclose(dense.kernel, kernel - 0.5 * kernel_gradient, atol=1e-6)
    assert not dense.get_gradients()[0].any()


def test_an_optimizer_keeps_its_state_between_steps(x: Any) -> None:
    dense, optimizer = layers.Dense(1, use_bias=False, kernel_initializer="zeros"), densepy.optimizers.SGD(0.1, 0.9)
    ones = np.ones((6, 1), np.float32)
    weights = []
    for _ in range(3):
        dense.forward(x)
        dense.backward(ones)
        dense.step(optimizer)
        weights.append(dense.kernel)
    gradient = x.sum(0)[:, None]
    np.testing.assert_allclose(weights[0], -0.1 * gradient, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(weights[1], -(0.1 + 0.19) * gradient, rtol=1e-4, atol=1e-6)
    optimizer.learning_rate = 0.0
    dense.forward(x)
    dense.backward(ones)
    dense.step(optimizer)
    np.testing.assert_allclose(dense.kernel - weights[2], 0.9 * (weights[2] - weights[1]), rtol=1e-3, atol=1e-6)


def test_layers_take_arrays_of_more_axes_as_keras_does(x: Any) -> None:
    dense = layers.Dense(3)
    deep = np.stack([x, 2 * x])
    output = dense(deep)
    assert output.shape == (2, 6, 3)
    assert np.array_equal(output[0], dense(x))
    dense.forward(deep)
    assert dense.backward(np.ones((2, 6, 3))).shape == (2, 6, 5)


def test_save_and_load(x: Any, tmp_path: Path) -> None:
    dense = layers.Dense(4, functools.partial(activations.leaky_relu, negative_slope=0.3), kernel_regularizer="l1")
    y = dense(x)
    dense.save(tmp_path / "layer.safetensors")
    again = layers.load(tmp_path / "layer.safetensors")
    assert isinstance(again, layers.Dense)
    assert again.units == 4
    assert again.activation == dense.activation
    assert again.kernel_regularizer == densepy.regularizers.L1()
    assert np.array_equal(again(x), y)
    with pytest.raises(densepy.FileAccessError):
        layers.load(tmp_path / "absent")
    (tmp_path / "torn").write_bytes(b"no such thing")
    with pytest.raises(densepy.FileFormatError):
        layers.load(tmp_path / "torn")


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))])
def test_copies_are_layers_of_their_own(x: Any, duplicate: Any) -> None:
    dense = layers.Dense(4, "gelu", name="mine")
    y = dense(x)
    other = duplicate(dense)
    assert other.name == "mine"
    assert np.array_equal(other(x), y)
    other.set_weights([np.zeros((5, 4)), np.zeros(4)])
    assert np.array_equal(dense(x), y)


def test_dropout_scales_what_it_leaves(x: Any) -> None:
    dropout = layers.Dropout(0.5)
    big = np.ones((100, 100), np.float32)
    assert np.array_equal(dropout(big), big)
    dropped = dropout(big, training=True)
    assert set(np.unique(dropped)) == {0.0, 2.0}
    assert 0.45 < (dropped == 0).mean() < 0.55


def test_batch_normalization_follows_the_batch(x: Any) -> None:
    norm = layers.BatchNormalization(momentum=0.9, epsilon=0.01)
    y = norm(x, training=True)
    mean, variance = x.mean(0), x.var(0)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(variance + 0.01), atol=1e-5)
    gamma, beta, moving_mean, moving_variance = norm.get_weights()
    assert (gamma == 1).all()
    assert (beta == 0).all()
    np.testing.assert_allclose(moving_mean, 0.1 * mean, atol=1e-6)
    np.testing.assert_allclose(moving_variance, 0.9 + 0.1 * variance, atol=1e-6)
    assert np.array_equal(norm.moving_mean, moving_mean)
    assert layers.BatchNormalization(scale=False).get_config()["scale"] is False
    np.testing.assert_allclose(norm(x), (x - moving_mean) / np.sqrt(moving_variance + 0.01), atol=1e-5)


def test_flatten_and_activation() -> None:
    x = np.arange(-12, 12).reshape(2, 3, 4)
    assert np.array_equal(layers.Flatten()(x), x.reshape(2, 12))
    assert np.array_equal(layers.Activation("relu")(x), np.maximum(x, 0))


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (activations.linear, lambda x: x),
        (activations.relu, lambda x: np.maximum(x, 0)),
        (functools.partial(activations.relu, negative_slope=0.1), lambda x: np.where(x > 0, x, 0.1 * x)),
        (activations.leaky_relu, lambda x: np.where(x > 0, x, 0.2 * x)),
        (activations.elu, lambda x: np.where(x > 0, x, np.expm1(x))),
        (activations.sigmoid, lambda x: 1 / (1 + np.exp(-x))),
        (activations.tanh, np.tanh),
        (activations.softplus, lambda x: np.log1p(np.exp(x))),
        (activations.silu, lambda x: x / (1 + np.exp(-x))),
        (activations.softmax, lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True)),
    ],
)
def test_activations_on_arrays_and_in_layers(function: Any, formula: Any) -> None:
    x = np.random.default_rng(3).normal(0, 2, (4, 3, 5))
    np.testing.assert_allclose(function(x), formula(x), rtol=1e-5, atol=1e-6)
    layer = layers.Dense(5, function, kernel_initializer="glorot_normal")
    np.testing.assert_allclose(layer(x), formula(x @ layer.kernel), rtol=1e-4, atol=1e-5)


def test_refusals_say_what_was_expected() -> None:
    with pytest.raises(ValueError, match="expected one of the activations linear, relu"):
        layers.Dense(3, "reluu")
    with pytest.raises(ValueError, match="functions written in Python cannot run"):
        layers.Dense(3, lambda x: x)
    with pytest.raises(ValueError, match="units must be a positive whole number, received 0"):
        layers.Dense(0)
    with pytest.raises(ValueError, match=r"units must be a positive whole number, received 2.5"):
        layers.Dense(2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kernel_constraint='max_norm' is not supported"):
        layers.Dense(3, kernel_constraint="max_norm")
    with pytest.raises(ValueError, match="unknown initializer 'magic'; expected one of: zeros, ones"):
        layers.Dense(3, kernel_initializer="magic")
    with pytest.raises(ValueError, match="got unknown arguments: shape"):
        layers.Dense(3, shape=(4,))
    with pytest.raises(ValueError, match=r"rate.*received 1.5"):
        layers.Dropout(1.5)
    with pytest.raises(ValueError, match="axis=0 is not supported"):
        layers.BatchNormalization(axis=0)
    with pytest.raises(ValueError, match="max_value=6 is not supported"):
        activations.relu([1.0], max_value=6)
    dense = layers.Dense(3)
    with pytest.raises(AttributeError, match="not built yet, so it has no kernel"):
        _ = dense.kernel
    with pytest.raises(ValueError, match=r"expected inputs of shape \(n, features\), received shape \(4,\)"):
        dense(np.zeros(4))
    with pytest.raises(ValueError, match="forward comes before backward"):
        dense.backward(np.zeros((1, 3)))
    with pytest.raises(TypeError, match="layers are stacked in a Sequential, not called on an Input"):
        dense(densepy.Input((4,)))
    dense(np.zeros((1, 4)))
    with pytest.raises(ValueError, match=r"expected inputs of shape \(..., 4\), received shape \(2, 5\)"):
        dense(np.zeros((2, 5)))
    with pytest.raises(densepy.StateError, match="before backward"):
        dense.backward(np.zeros((1, 3)))
    dense.forward(np.zeros((2, 4)))
    with pytest.raises(densepy.ShapeError):
        dense.backward(np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"expected kernel of shape \(4, 3\), received shape \(3, 4\)"):
        dense.set_weights([np.zeros((3, 4)), np.zeros(3)])
    with pytest.raises(ValueError, match="expected 2 arrays of weights, received 1"):
        dense.set_weights([np.zeros((3, 4))])


def test_configuration_makes_an_equal_layer() -> None:
    dense = layers.Dense(
        3, functools.partial(activations.elu, alpha=0.5), False, "he_normal",
        kernel_regularizer=densepy.regularizers.L1L2(0.1, 0.2), name="one", trainable=False,
    )  # fmt: skip
    again = layers.Dense.from_config(dense.get_config())
    assert again.get_config() == dense.get_config()
    assert again.name == "one"
    assert not again.trainable
