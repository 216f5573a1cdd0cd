"""Activations: values and derivatives at points that cover both tails, computed in double precision."""

import keras
import numpy as np
import torch
from writing import numbers

# Every point is exactly a float32, so that both precisions see the same input.
POINTS = np.float32(
    [-1e4, -200, -100, -88, -50, -30, -20, -17, -12, -9, -7.5, -6, -5, -4, -3, -2.5, -2, -1.5, -1, -0.75, -0.5, -0.25]
    + [-0.1, -0.01, -1e-3, -1e-5, 0, 1e-5, 1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 9, 12]
    + [17, 20, 30, 50, 88, 100, 200, 1e4]
)

SCALAR = [
    ("linear", {}),
    ("relu", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("elu", {}),
    ("elu", {"alpha": 0.5}),
    ("sigmoid", {}),
    ("tanh", {}),
    ("softplus", {}),
    ("silu", {}),
    ("gelu", {}),
    ("gelu", {"approximate": True}),
]

ROWS = np.float32(
    [
        [0, 0, 0, 0, 0],
        [1, 2, 3, 4, 5],
        [-1, 0.5, 0.25, -3, 2],
        [1000, 999, 998, -1000, 0],
        [-200, -201, -202.5, -203, -204],
        [88, 89, 90, 87.5, 80],
        [1e-6, -1e-6, 0, 2e-6, 0],
        [20, 0, 0, 0, -20],
    ]
)


def cases():
    return [scalar_case(name, settings) for name, settings in SCALAR] + [softmax_case()]


def scalar_case(name, settings):
    z = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    a = getattr(keras.activations, name)(z, **settings)
    a.sum().backward()
    return {
        "name": name,
        "settings": settings,
        "rows": len(POINTS),
        "columns": 1,
        "inputs": numbers(POINTS),
        "outputs": numbers(a),
        "output_gradient": [1] * len(POINTS),
        "input_gradient": numbers(z.grad),
    }


def softmax_case():
    z = torch.tensor(ROWS, dtype=torch.float64, requires_grad=True)
    output_gradient = np.random.default_rng(1).normal(size=ROWS.shape).astype(np.float32)
    a = keras.activations.softmax(z)
    a.backward(torch.tensor(output_gradient, dtype=torch.float64))
    return {
        "name": "softmax",
        "settings": {},
        "rows": ROWS.shape[0],
        "columns": ROWS.shape[1],
        "inputs": numbers(ROWS),
        "outputs": numbers(a),
        "output_gradient": numbers(output_gradient),
        "input_gradient": numbers(z.grad),
    }
