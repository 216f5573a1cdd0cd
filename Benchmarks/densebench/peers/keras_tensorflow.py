"""Keras on TensorFlow, as its documentation shows it: `fit` and `train_on_batch` of a compiled model.

A forward pass runs through a concrete `tf.function` with XLA, the fastest of the documented ways (`predict` is for
large data, and a plain call runs each operation by itself).
"""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from ..folder import Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError, accuracy

tf.config.threading.set_intra_op_parallelism_threads(int(os.environ["DENSEBENCH_THREADS"]))
tf.config.threading.set_inter_op_parallelism_threads(1)


def versions() -> dict[str, str]:
    return {"keras": keras.__version__, "tensorflow": tf.__version__}


def model(task: Task) -> Any:
    network = keras.Sequential([keras.Input((task.widths[0],))])
    for width, activation in zip(task.widths[1:], task.activations, strict=True):
        network.add(keras.layers.Dense(width, activation=activation))
    network.set_weights(initial(task))
    return network


def initial(task: Task) -> list[npt.NDArray[np.float32]]:
    return [array for pair in zip(task.weights, task.biases, strict=True) for array in pair]


def compiled(task: Task, **settings: object) -> Any:
    """A model ready to train; `settings` go to `compile` as they are."""
    network = model(task)
    loss = (
        keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        if task.loss == "cross_entropy"
        else keras.losses.MeanSquaredError()
    )
    network.compile(optimizer=keras.optimizers.Adam(task.learning_rate), loss=loss, **settings)
    return network


def prepare_forward(task: Task) -> Prepared:
    network, x = model(task), tf.constant(task.x)
    # The concrete function spares each call the search for its signature.
    run = tf.function(lambda rows: network(rows, training=False), jit_compile=True).get_concrete_function(x)
    return Prepared(call=lambda: run(x), result=lambda: run(x).numpy())


def prepare_step(task: Task) -> Prepared:
    network = compiled(task)
    x, y = tf.constant(task.x), tf.constant(task.labels if task.loss == "cross_entropy" else task.targets)

    def check() -> npt.NDArray[Any]:
        for _ in range(CHECK_STEPS):
            network.train_on_batch(x, y)
        return np.asarray(network(x))

    return Prepared(call=lambda: network.train_on_batch(x, y), result=check)


def prepare_fit(task: Task, **settings: object) -> Prepared:
    """The model is compiled and traced once and then only reset, so that what is timed is `fit` at its warmest."""
    network = compiled(task, **settings)
    network.optimizer.build(network.trainable_variables)

    def fit() -> None:
        network.set_weights(initial(task))
        for variable in network.optimizer.variables:
            if "learning_rate" not in variable.path:
                variable.assign(tf.zeros_like(variable))
        network.fit(task.x, task.labels, batch_size=task.batch, epochs=task.epochs, verbose=0)

    def check() -> npt.NDArray[Any]:
        fit()
        return accuracy(np.asarray(network(task.test_x)), task.test_labels)

    return Prepared(call=fit, result=check)


def prepare(task: Task) -> Prepared:
    if task.kind == "forward":
        return prepare_forward(task)
    if task.kind == "adam":
        return prepare_step(task)
    if task.kind == "fit":
        return prepare_fit(task)
    raise UnsupportedError(f"Keras does no work of kind '{task.kind}'")
