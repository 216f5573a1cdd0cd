"""JAX: one jitted function per work, donated parameters in training, inputs already on the device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from ..folder import Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError

Parameters = list[tuple[jax.Array, jax.Array]]
State = tuple[Parameters, Parameters, Parameters, jax.Array]


def versions() -> dict[str, str]:
    return {"jax": jax.__version__}


def parameters(task: Task) -> Parameters:
    return [(jnp.asarray(w), jnp.asarray(b)) for w, b in zip(task.weights, task.biases, strict=True)]


#: By Keras's names.
ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "linear": lambda z: z,
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "gelu": partial(jax.nn.gelu, approximate=False),
    "elu": jax.nn.elu,
    "softplus": jax.nn.softplus,
    "softmax": jax.nn.softmax,
}


def network(activations: Sequence[str], layers: Parameters, x: jax.Array) -> jax.Array:
    for (weight, bias), activation in zip(layers, activations, strict=True):
        x = ACTIVATIONS[activation](x @ weight + bias)
    return x


def prepare_forward(task: Task) -> Prepared:
    layers, x = parameters(task), jnp.asarray(task.x)
    # Weights are arguments: as constants they are no faster, and XLA's folding takes longer the larger they are.
    run = jax.jit(partial(network, task.activations))
    return Prepared(
        call=lambda: run(layers, x).block_until_ready(),
        result=lambda: np.asarray(run(layers, x)),
    )


def adam(value: jax.Array, gradient: jax.Array, m: jax.Array, v: jax.Array, size: jax.Array) -> tuple[jax.Array, ...]:
    m = m + 0.1 * (gradient - m)
    v = v + 0.001 * (gradient * gradient - v)
    return value - size * m / (jnp.sqrt(v) + 1e-7), m, v


def prepare_step(task: Task) -> Prepared:
    x = jnp.asarray(task.x)
    y = jnp.asarray(task.labels if task.loss == "cross_entropy" else task.targets)

    def loss(layers: Parameters, x: jax.Array, y: jax.Array) -> jax.Array:
        output = network(task.activations, layers, x)
        if task.loss == "cross_entropy":
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(output), y[:, None], axis=1))
        return jnp.mean(jnp.square(output - y))

    def step(state: State, x: jax.Array, y: jax.Array) -> State:
        layers, first, second, count = state
        gradients = jax.grad(loss)(layers, x, y)
        count = count + 1
        size = task.learning_rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        leaves = [jax.tree.leaves(tree) for tree in (layers, gradients, first, second)]
        updated = [adam(w, g, m, v, size) for w, g, m, v in zip(*leaves, strict=True)]
        structure = jax.tree.structure(layers)
        new = [jax.tree.unflatten(structure, list(part)) for part in zip(*updated, strict=True)]
        return new[0], new[1], new[2], count

    jitted = jax.jit(step, donate_argnums=0)
    layers = parameters(task)
    zeros = [[(jnp.zeros_like(w), jnp.zeros_like(b)) for w, b in layers] for _ in range(2)]
    state: State = (layers, zeros[0], zeros[1], jnp.zeros((), jnp.float32))

    def call() -> None:
        nonlocal state
        state = jitted(state, x, y)

    def check() -> npt.NDArray[Any]:
        for _ in range(CHECK_STEPS):
            call()
        return np.asarray(network(task.activations, state[0], x))

    # Steps may queue up, as in a real training loop; the last one is waited for inside the time.
    return Prepared(call=call, result=check, finish=lambda: jax.block_until_ready(state))


def prepare(task: Task) -> Prepared:
    if task.kind == "forward":
        return prepare_forward(task)
    if task.kind == "adam":
        return prepare_step(task)
    raise UnsupportedError(f"JAX does no work of kind '{task.kind}'")
