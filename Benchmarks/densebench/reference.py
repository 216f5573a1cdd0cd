"""The right answers, in float64 NumPy, and the comparison with a peer's result."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from .folder import Array
from .works import Work

Doubles = npt.NDArray[np.float64]

#: Training steps after which a peer's outputs are compared with the reference.
CHECK_STEPS = 10
#: Largest error of a forward result, as a fraction of the largest reference value.
FORWARD_TOLERANCE = 1e-4
#: Largest error of outputs after CHECK_STEPS Adam steps, as a fraction of the largest *change* that they made.
#: Libraries place epsilon differently, which moves the smallest gradients' steps.
TRAINING_TOLERANCE = 2e-2


#: Of a layer's sums, one row of them each.
ACTIVATIONS: Mapping[str, Callable[[Doubles], Doubles]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0.0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "silu": lambda z: z / (1.0 + np.exp(-z)),
    "gelu": lambda z: 0.5 * z * np.vectorize(math.erfc)(-z * math.sqrt(0.5)),
    "elu": lambda z: np.where(z > 0.0, z, np.expm1(np.minimum(z, 0.0))),
    "softplus": lambda z: np.logaddexp(0.0, z),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}


class Model:
    """A plain float64 network with forward, backward and Adam as in Kingma and Ba (2015), Keras's epsilon of 1e-7."""

    def __init__(self, work: Work, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self.work = work
        layers = range(len(work.activations))
        self.weights = [arrays[f"w{i}"].astype(np.float64) for i in layers]
        self.biases = [arrays[f"b{i}"].astype(np.float64) for i in layers]
        self.parameters = [*self.weights, *self.biases]
        self.first = [np.zeros_like(p) for p in self.parameters]
        self.second = [np.zeros_like(p) for p in self.parameters]
        self.steps = 0

    def forward(self, x: Doubles) -> list[Doubles]:
        """The input followed by each layer's output."""
        values = [x]
        for weight, bias, activation in zip(self.weights, self.biases, self.work.activations, strict=True):
            values.append(ACTIVATIONS[activation](values[-1] @ weight + bias))
        return values

    def step(self, x: Doubles, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """One Adam step; hidden layers are ReLU and the output linear, as in every timed training step."""
        values = self.forward(x)
        rows, columns = values[-1].shape
        if self.work.loss == "cross_entropy":
            shifted = np.exp(values[-1] - values[-1].max(axis=1, keepdims=True))
            delta = shifted / shifted.sum(axis=1, keepdims=True)
            delta[np.arange(rows), arrays["labels"]] -= 1.0
            delta /= rows
        else:
            delta = 2.0 * (values[-1] - arrays["targets"].astype(np.float64)) / (rows * columns)
        weight_gradients: list[Doubles] = []
        bias_gradients: list[Doubles] = []
        for i in reversed(range(len(self.weights))):
            weight_gradients.insert(0, values[i].T @ delta)
            bias_gradients.insert(0, delta.sum(axis=0))
            if i > 0:
                delta = (delta @ self.weights[i].T) * (values[i] > 0.0)
        self.update([*weight_gradients, *bias_gradients])

    def update(self, gradients: list[Doubles]) -> None:
        self.steps += 1
        size = self.work.learning_rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        for parameter, gradient, m, v in zip(self.parameters, gradients, self.first, self.second, strict=True):
            m += 0.1 * (gradient - m)
            v += 0.001 * (gradient * gradient - v)
            parameter -= size * m / (np.sqrt(v) + 1e-7)


class Expectation:
    """What a work's result must look like."""

    def __init__(self, work: Work, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self.work = work
        self.values: Doubles | None = None
        self.scale = 0.0
        self.tolerance = FORWARD_TOLERANCE
        if work.kind in ("forward", "gemm"):
            self.values = Model(work, arrays).forward(arrays["x"].astype(np.float64))[-1]
            self.scale = float(np.abs(self.values).max())
        elif work.kind == "adam":
            model, x = Model(work, arrays), arrays["x"].astype(np.float64)
            before = model.forward(x)[-1]
            for _ in range(CHECK_STEPS):
                model.step(x, arrays)
            self.values = model.forward(x)[-1]
            self.scale = float(np.abs(self.values - before).max())
            self.tolerance = TRAINING_TOLERANCE

    def complaint(self, result: Array) -> str | None:
        """Why `result` is wrong, or None. A whole training is judged by its accuracy alone."""
        if self.values is None:
            accuracy = float(result[0])
            if accuracy >= self.work.target_accuracy:
                return None
            return f"expected an accuracy of at least {self.work.target_accuracy}, received {accuracy:.4f}"
        if result.size != self.values.size:
            return f"expected {self.values.size} values, received {result.size}"
        error = float(np.abs(result.reshape(self.values.shape) - self.values).max()) / self.scale
        if error <= self.tolerance:
            return None
        return f"expected a relative error of at most {self.tolerance:g}, received {error:.3g}"
