"""Figures of small training runs, from Keras or from densepy: the same code, the package is the argument.

`python keras_figures.py`, where Keras 3 and a back end of it are installed, writes keras_figures.json, which
test_keras_figures.py holds densepy against.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

PATH = Path(__file__).with_name("keras_figures.json")

_rng = np.random.default_rng(0)
X = _rng.random((103, 6), np.float32) * 4 - 2
YES = (X[:, 0] - X[:, 1] + X[:, 2] > 0).astype(int)
CLASSES = _rng.integers(0, 3, 103)
ROW_WEIGHTS = _rng.random(103, np.float32)
WEIGHTS = [_rng.random(shape, np.float32) - 0.5 for shape in [(6, 8), (8,), (8, 1), (1,)]]


def binary(keras: Any, optimizer: Any, loss: Any = "binary_crossentropy", metrics: Any = None) -> Any:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8, "relu", kernel_regularizer="l2"),
            keras.layers.Dense(1, activation="sigmoid", bias_regularizer=keras.regularizers.L1(0.02)),
        ]
    )
    model.set_weights(WEIGHTS)
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    return model


def history(model: Any, y: Any, **arguments: Any) -> Any:
    return model.fit(X, y, epochs=3, batch_size=20, shuffle=False, verbose=0, **arguments).history


def normalized(keras: Any, loss: Any, y: Any, metrics: Any) -> Any:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.Dense(3, "softmax", kernel_initializer=keras.initializers.Constant(0.1)),
        ]
    )
    model.compile("sgd", loss, metrics=metrics)
    figures = history(model, y)
    return [figures, [np.asarray(weights).ravel().tolist() for weights in model.get_weights()]]


def figures(keras: Any) -> dict[str, Any]:
    """Everything that is compared, as JSON takes it."""
    found: dict[str, Any] = {}
    found["validation split"] = history(binary(keras, "sgd", metrics=["accuracy", "mse"]), YES, validation_split=0.25)
    model = binary(keras, "adam", metrics=["acc"])
    found["class weights"] = history(model, YES, class_weight={0: 2.0, 1: 0.5})
    found["predictions"] = model.predict(X, verbose=0).tolist()
    found["evaluate"] = model.evaluate(X, YES, sample_weight=ROW_WEIGHTS, batch_size=20, verbose=0)
    found["evaluate by name"] = model.evaluate(X, YES, verbose=0, return_dict=True)
    metrics = ["mae", keras.metrics.R2Score(), keras.metrics.Precision(), keras.metrics.Recall(thresholds=0.6)]
    found["sample weights"] = history(
        binary(keras, "rmsprop", "mse", metrics),
        YES.astype(np.float32),
        sample_weight=ROW_WEIGHTS,
        validation_data=(X[:50], YES[:50], ROW_WEIGHTS[:50]),
    )
    optimizers = {
        "sgd": keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, clipnorm=0.5, weight_decay=0.01),
        "rmsprop": keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True, clipvalue=0.1),
        "adam": keras.optimizers.Adam(0.01, beta_1=0.8, epsilon=1e-3),
        "adamw": keras.optimizers.AdamW(0.01, global_clipnorm=0.3, amsgrad=True),
    }
    for name, optimizer in optimizers.items():
        found[name] = history(binary(keras, optimizer), YES)
    found["huber"] = history(binary(keras, "sgd", keras.losses.Huber(0.3, reduction="sum")), YES)
    found["classes"] = normalized(keras, "sparse_categorical_crossentropy", CLASSES, ["accuracy"])
    found["one-hot"] = normalized(
        keras,
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        keras.utils.to_categorical(CLASSES),
        ["acc", keras.metrics.F1Score(average="macro")],
    )
    return found


if __name__ == "__main__":
    import keras  # type: ignore[import-not-found, import-untyped, unused-ignore]

    results = {"keras": keras.__version__, "figures": figures(keras)}
    PATH.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
