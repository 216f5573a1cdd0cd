"""Batch normalization: three training batches, the gradients of the last, then inference."""

import keras
import numpy as np
import torch
from writing import numbers

ROWS, COLUMNS, BATCHES = 8, 3, 3


def cases():
    return [case({}), case({"momentum": 0.8, "epsilon": 1e-5}), case({"center": False}), case({"scale": False})]


def case(settings):
    random = np.random.default_rng(5)
    batches = (random.normal(size=(BATCHES, ROWS, COLUMNS)) * [1, 5, 0.1] + [0, 3, -1]).astype(np.float32)
    gradient = random.normal(size=(ROWS, COLUMNS)).astype(np.float32)
    gamma, beta = np.float32([1, 0.5, -2]), np.float32([0, 1, -0.5])
    layer = keras.layers.BatchNormalization(dtype="float64", **settings)
    layer.build((None, COLUMNS))
    if layer.gamma is not None:
        layer.gamma.assign(gamma)
    if layer.beta is not None:
        layer.beta.assign(beta)
    for batch in batches:
        x = torch.tensor(batch, dtype=torch.float64, requires_grad=True)
        output = layer(x, training=True)
    output.backward(torch.tensor(gradient, dtype=torch.float64))
    inference = layer(torch.tensor(batches[0], dtype=torch.float64), training=False)
    return {
        "settings": settings,
        "rows": ROWS,
        "columns": COLUMNS,
        "batches": [numbers(batch) for batch in batches],
        "gamma": None if layer.gamma is None else numbers(gamma),
        "beta": None if layer.beta is None else numbers(beta),
        "output": numbers(output),
        "output_gradient": numbers(gradient),
        "input_gradient": numbers(x.grad),
        "gamma_gradient": None if layer.gamma is None else numbers(layer.gamma.value.grad),
        "beta_gradient": None if layer.beta is None else numbers(layer.beta.value.grad),
        "moving_mean": numbers(layer.moving_mean.value),
        "moving_variance": numbers(layer.moving_variance.value),
        "inference_of_first_batch": numbers(inference),
    }
