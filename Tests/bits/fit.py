"""Fits a network with dropout and batch normalization for three epochs; writes its weights and history as raw float64.

    fit.py RESULT

Layers are wide enough to be shared between threads, in products and in the update. Most inputs are zeros, which
products leave out in groups that depend on the share.
"""

import sys

import numpy as np

import densepy
from densepy import _backend, layers


def main(result_path):
    random = np.random.default_rng(1)
    inputs = random.standard_normal((300, 300), dtype=np.float32)
    inputs[random.random(inputs.shape) < 0.9] = 0
    classes = random.integers(0, 10, (300, 1)).astype(np.float32)
    densepy.utils.set_random_seed(7)
    model = densepy.Sequential(
        [
            densepy.Input((300,)),
            layers.Dense(330, "relu", kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.BatchNormalization(),
            layers.Dense(20, "tanh"),
            layers.Dense(700, "gelu"),
            layers.Dense(10, "softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(inputs, classes, batch_size=64, epochs=3, validation_split=0.2, verbose=0)
    values = [*model.get_weights(), *(np.asarray(series) for series in history.history.values())]
    np.concatenate([np.ravel(value).astype(np.float64) for value in values]).tofile(result_path)
    print(_backend.library.instruction_set())


if __name__ == "__main__":
    main(sys.argv[1])
