"""Optimizers, losses, metrics, initializers, regularizers: names, defaults, messages."""

from __future__ import annotations

import inspect
import math
import pickle
from typing import Any

import numpy as np
import pytest

import densepy
from densepy import _backend, activations, initializers, layers, losses, metrics, optimizers, regularizers

MODULES = {
    "optimizer": optimizers,
    "loss": losses,
    "metric": metrics,
    "initializer": initializers,
    "regularizer": regularizers,
}


@pytest.mark.parametrize("kind", MODULES)
def test_every_registered_name_has_a_class(kind: str) -> None:
    for name in _backend.names(kind):
        found = MODULES[kind].get(name)
        assert found.registered == name
        assert MODULES[kind].get(type(found).__name__) == found
        assert MODULES[kind].get(type(found)) == found
        assert MODULES[kind].get({"class_name": type(found).__name__, "config": found.get_config()}) == found
        assert MODULES[kind].get(found) is found
        assert pickle.loads(pickle.dumps(found)) == found
        assert type(found).from_config(found.get_config()) == found
        assert repr(found).startswith(type(found).__name__ + "(")
    assert MODULES[kind].get(None) is None
    with pytest.raises(ValueError, match=f"unknown {kind} 'no such'; expected one of: "):
        MODULES[kind].get("no such")


def test_every_activation_has_a_function() -> None:
    for name in _backend.names("activation"):
        found = activations.get(name)
        assert found is not None
        assert getattr(activations, name)([1.0]).shape == (1,)
        assert activations.get(getattr(activations, name)) == found
    assert activations.get("swish") == activations.get("silu")


@pytest.mark.parametrize("kind", ["optimizer", "loss", "metric"])
def test_defaults_are_those_of_the_engine(kind: str) -> None:
    for name in _backend.names(kind):
        found = MODULES[kind].get(name)
        handle = found.make()
        for setting, value in found.settings.items():
            if isinstance(value, str):
                assert getattr(_backend.library, f"{kind}_get_text")(handle.value, setting) == value
            elif value is not None:
                assert getattr(_backend.library, f"{kind}_get")(handle.value, setting) == float(value)


SIGNATURES: list[tuple[Any, str]] = [
    (optimizers.SGD, "learning_rate=0.01, momentum=0.0, nesterov=False"),
    (optimizers.RMSprop, "learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-07, centered=False"),
    (optimizers.Adam, "learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-07, amsgrad=False"),
    (optimizers.AdamW, "learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-07"),
    (losses.Huber, "delta=1.0, reduction=sum_over_batch_size, name=huber_loss"),
    (losses.BinaryCrossentropy, "from_logits=False, label_smoothing=0.0, axis=-1, reduction=sum_over_batch_size"),
    (losses.SparseCategoricalCrossentropy, "from_logits=False, ignore_class=None, reduction=sum_over_batch_size"),
    (metrics.BinaryAccuracy, "name=binary_accuracy, dtype=None, threshold=0.5"),
    (metrics.R2Score, "class_aggregation=uniform_average, num_regressors=0, name=r2_score"),
    (metrics.Precision, "thresholds=None, top_k=None, class_id=None, name=None"),
    (initializers.RandomUniform, "minval=-0.05, maxval=0.05, seed=None"),
    (initializers.TruncatedNormal, "mean=0.0, stddev=0.05, seed=None"),
    (regularizers.L1L2, "l1=0.0, l2=0.0"),
    (regularizers.L2, "l2=0.01"),
    (layers.Dropout, "noise_shape=None, seed=None"),
    (layers.BatchNormalization, "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True"),
    (
        layers.Dense,
        "activation=None, use_bias=True, kernel_initializer=glorot_uniform, bias_initializer=zeros, "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
        "bias_constraint=None, lora_rank=None, lora_alpha=None, quantization_config=None",
    ),
    (
        densepy.Sequential.fit,
        "x=None, y=None, batch_size=None, epochs=1, verbose=auto, callbacks=None, validation_split=0.0, "
        "validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0, "
        "steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1",
    ),
    (densepy.Sequential.predict, "batch_size=None, verbose=auto, steps=None, callbacks=None"),
    (
        densepy.Sequential.evaluate,
        "x=None, y=None, batch_size=None, verbose=auto, sample_weight=None, steps=None, callbacks=None, "
        "return_dict=False",
    ),
    (
        densepy.Sequential.compile,
        "optimizer=rmsprop, loss=None, loss_weights=None, metrics=None, weighted_metrics=None, run_eagerly=False, "
        "steps_per_execution=1, jit_compile=auto, auto_scale_loss=True",
    ),
]


@pytest.mark.parametrize(("function", "expected"), SIGNATURES)
def test_arguments_have_keras_order_and_defaults(function: Any, expected: str) -> None:
    parameters = inspect.signature(function).parameters.values()
    found = [f"{p.name}={p.default}" for p in parameters if p.default is not inspect.Parameter.empty]
    assert ", ".join(found).startswith(expected)


ABSENT: list[tuple[Any, dict[str, Any]]] = [
    (optimizers.Adam, {"use_ema": True}),
    (optimizers.SGD, {"ema_momentum": 0.5}),
    (optimizers.RMSprop, {"gradient_accumulation_steps": 4}),
    (optimizers.AdamW, {"loss_scale_factor": 2.0}),
    (losses.SparseCategoricalCrossentropy, {"ignore_class": 0}),
    (losses.BinaryCrossentropy, {"axis": 0}),
    (losses.MeanSquaredError, {"dtype": "float64"}),
    (metrics.R2Score, {"num_regressors": 2}),
]


@pytest.mark.parametrize(("make", "arguments"), ABSENT)
def test_arguments_that_are_not_here_are_refused(make: Any, arguments: dict[str, Any]) -> None:
    name, value = next(iter(arguments.items()))
    with pytest.raises(ValueError, match=f"{name}={value!r} is not supported; leave it at its default"):
        make(**arguments)


def test_wrong_values_are_refused_where_they_are_given() -> None:
    with pytest.raises(ValueError, match=r"beta_1: expected .* received 1.5"):
        optimizers.Adam(beta_1=1.5)
    with pytest.raises(ValueError, match="at most one of clipnorm, clipvalue, global_clipnorm"):
        optimizers.SGD(clipnorm=1.0, clipvalue=1.0)
    with pytest.raises(ValueError, match="learning_rate must be a number"):
        optimizers.SGD("fast")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"reduction: expected one of: .* received 'product'"):
        losses.MeanSquaredError("product")
    with pytest.raises(ValueError, match="thresholds: expected one number or None"):
        metrics.Recall([0.1, 0.2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="stddev"):
        layers.Dense(3, kernel_initializer=initializers.RandomNormal(stddev=-1.0))


def test_losses_on_arrays() -> None:
    y, p = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.6, 0.4], [0.4, 0.6]])
    assert losses.MeanSquaredError()(y, p) == pytest.approx(np.mean((y - p) ** 2))
    assert losses.MeanAbsoluteError()(y, p) == pytest.approx(np.mean(np.abs(y - p)))
    assert losses.Huber(0.5)([0.0], [2.0]) == pytest.approx(0.5 * (2 - 0.25))
    binary = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    assert losses.BinaryCrossentropy()(y, p) == pytest.approx(binary, rel=1e-5)
    assert losses.SparseCategoricalCrossentropy()([1, 0], p) == pytest.approx(-np.log(0.4), rel=1e-5)
    assert losses.get("mse")(y, p, sample_weight=[2, 0]) == pytest.approx(np.mean((y[0] - p[0]) ** 2), rel=1e-6)


def test_metrics_by_themselves() -> None:
    metric = metrics.Precision()
    assert math.isnan(metric.result())
    metric.update_state([1, 0], [0.9, 0.8])
    metric.update_state([1, 1], [0.2, 0.7])
    assert metric.result() == pytest.approx(2 / 3)
    metric.reset_state()
    assert metric([1], [0.9]) == 1.0
    assert metrics.SparseCategoricalAccuracy()([2, 0], [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]) == 0.5
    assert metrics.R2Score()([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]) == pytest.approx(0.5)


def test_initializers_draw_arrays() -> None:
    densepy.utils.set_random_seed(0)
    values = initializers.GlorotUniform()((300, 200))
    assert values.shape == (300, 200)
    assert abs(values).max() <= math.sqrt(6 / 500)
    assert abs(values.mean()) < 0.001
    assert (initializers.Constant(2.5)((4,)) == 2.5).all()
    assert np.array_equal(initializers.HeNormal(seed=3)((5, 5)), initializers.HeNormal(seed=3)((5, 5)))
    with pytest.raises(ValueError, match=r"expected a shape of 1 or 2 sizes, received \(1, 2, 3\)"):
        initializers.Zeros()((1, 2, 3))


def test_regularizers_on_arrays() -> None:
    assert regularizers.L1L2(0.1, 0.01)([1.0, -2.0]) == pytest.approx(0.1 * 3 + 0.01 * 5)
    assert regularizers.get("l2") == regularizers.L2(0.01) == regularizers.l2()
