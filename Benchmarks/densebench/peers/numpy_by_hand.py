"""NumPy: what an engineer would write by hand, with every array preallocated."""

from __future__ import annotations

import math

import numpy as np

from ..folder import Array, Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError


def versions() -> dict[str, str]:
    return {"numpy": np.__version__}


class Network:
    """A network of ReLU layers with a linear end, forward and one Adam step, in place where NumPy allows it."""

    def __init__(self, task: Task) -> None:
        self.x = task.x
        self.weights = [w.copy() for w in task.weights]
        self.biases = [b.copy() for b in task.biases]
        self.layers = list(zip(self.weights, self.biases, task.activations, strict=True))
        self.outputs = [np.empty((task.rows, w.shape[1]), np.float32) for w in self.weights]

    def forward(self) -> Array:
        value = self.x
        for (weight, bias, activation), output in zip(self.layers, self.outputs, strict=True):
            np.matmul(value, weight, out=output)
            output += bias
            if activation == "relu":
                np.maximum(output, 0, out=output)
            value = output
        return value


class Trainer(Network):
    """Adds backward and Adam."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.task = task
        self.parameters = [*self.weights, *self.biases]
        self.gradients = [np.zeros_like(p) for p in self.parameters]
        self.first = [np.zeros_like(p) for p in self.parameters]
        self.second = [np.zeros_like(p) for p in self.parameters]
        self.scratch = [np.zeros_like(p) for p in self.parameters]
        self.steps = 0
        if task.loss == "cross_entropy":
            self.targets = np.eye(task.widths[-1], dtype=np.float32)[task.labels]
        else:
            self.targets = task.targets

    def loss_gradient(self, output: Array) -> Array:
        rows = len(output)
        if self.task.loss == "cross_entropy":
            shares = np.exp(output - output.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            shares -= self.targets
            shares *= np.float32(1 / rows)
            return np.asarray(shares)
        return np.float32(2 / output.size) * (output - self.targets)

    def step(self) -> None:
        delta = self.loss_gradient(self.forward())
        count = len(self.weights)
        for i in reversed(range(count)):
            value = self.outputs[i - 1] if i else self.x
            np.matmul(value.T, delta, out=self.gradients[i])
            delta.sum(axis=0, out=self.gradients[count + i])
            if i:
                delta = delta @ self.weights[i].T
                delta *= value > 0
        self.update()

    def update(self) -> None:
        self.steps += 1
        size = self.task.learning_rate * math.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps)
        for parameter, gradient, m, v, scratch in zip(
            self.parameters, self.gradients, self.first, self.second, self.scratch, strict=True
        ):
            m *= 0.9
            np.multiply(gradient, 0.1, out=scratch)
            m += scratch
            v *= 0.999
            np.square(gradient, out=gradient)
            gradient *= 0.001
            v += gradient
            np.sqrt(v, out=scratch)
            scratch += 1e-7
            np.divide(m, scratch, out=scratch)
            scratch *= size
            parameter -= scratch


def prepare(task: Task) -> Prepared:
    if task.kind in ("forward", "gemm"):
        if task.kind == "gemm":
            x, weight, output = task.x, task.weights[0], np.empty((task.rows, task.widths[1]), np.float32)
            return Prepared(call=lambda: np.matmul(x, weight, out=output), result=lambda: x @ weight)
        network = Network(task)
        return Prepared(call=network.forward, result=network.forward)
    if task.kind == "adam":
        trainer = Trainer(task)

        def check() -> Array:
            for _ in range(CHECK_STEPS):
                trainer.step()
            return trainer.forward().copy()

        return Prepared(call=trainer.step, result=check)
    raise UnsupportedError(f"NumPy does no work of kind '{task.kind}'")
