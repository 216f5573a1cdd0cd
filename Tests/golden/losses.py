"""Losses and regularizers: value of a batch and its derivative, computed in double precision."""

import keras
import numpy as np
import torch
from writing import number, numbers


def cases():
    random = np.random.default_rng(2)
    real = random.normal(size=(6, 3)).astype(np.float32) * 2
    logits = random.normal(size=(6, 3)).astype(np.float32) * 3
    extreme = np.float32([[40, -40, 0], [-90, 90, 1], [0, 0, 0], [500, -500, 0], [1, 2, 3], [-3, 3, -30]])
    # Keras clips probabilities to [1e-7, 1 - 1e-7]; these stay inside, so that the clip plays no part.
    probabilities = (0.02 + 0.96 * random.random((6, 3))).astype(np.float32)
    rows = torch.softmax(torch.tensor(logits), 1).numpy()
    real_targets = random.normal(size=(6, 3)).astype(np.float32) * 2
    binary = (random.random((6, 3)) < 0.5).astype(np.float32)
    soft = random.dirichlet([1, 1, 1], 6).astype(np.float32)
    classes = np.float32([[0], [2], [1], [1], [0], [2]])
    one_hot = np.eye(3, dtype=np.float32)[classes.ravel().astype(int)]
    weights = np.float32([1, 0.5, 0, 2, 1.5, 3])

    wanted = []
    for name in ("mean_squared_error", "mean_absolute_error", "huber"):
        wanted.append((name, {}, real, real_targets, None))
        wanted.append((name, {}, real, real_targets, weights))
    wanted.append(("huber", {"delta": 0.3}, real, real_targets, None))
    for smoothing in (0, 0.1):
        settings = {"label_smoothing": smoothing} if smoothing else {}
        wanted.append(("binary_crossentropy", settings, probabilities, binary, None))
        wanted.append(("categorical_crossentropy", settings, rows, one_hot, None))
        for points in (logits, extreme):
            on_logits = {"from_logits": True, **settings}
            wanted.append(("binary_crossentropy", on_logits, points, binary, None))
            wanted.append(("categorical_crossentropy", on_logits, points, one_hot, None))
    wanted.append(("binary_crossentropy", {"from_logits": True}, logits, binary, weights))
    wanted.append(("categorical_crossentropy", {"from_logits": True}, logits, soft, weights))
    wanted.append(("categorical_crossentropy", {}, rows, soft, weights))
    wanted.append(("sparse_categorical_crossentropy", {}, rows, classes, None))
    wanted.append(("sparse_categorical_crossentropy", {"from_logits": True}, logits, classes, None))
    wanted.append(("sparse_categorical_crossentropy", {"from_logits": True}, extreme, classes, None))
    wanted.append(("sparse_categorical_crossentropy", {"from_logits": True}, logits, classes, weights))
    return [case(*each) for each in wanted]


CLASSES = {
    "mean_squared_error": keras.losses.MeanSquaredError,
    "mean_absolute_error": keras.losses.MeanAbsoluteError,
    "huber": keras.losses.Huber,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
}


def case(name, settings, predictions, targets, weights):
    p = torch.tensor(predictions, dtype=torch.float64, requires_grad=True)
    loss = CLASSES[name](dtype="float64", **settings)
    value = loss(torch.tensor(targets, dtype=torch.float64), p, sample_weight=weights)
    value.backward()
    return {
        "name": name,
        "settings": settings,
        "rows": predictions.shape[0],
        "columns": predictions.shape[1],
        "predictions": numbers(predictions),
        "target_columns": targets.shape[1],
        "targets": numbers(targets),
        "sample_weights": None if weights is None else numbers(weights),
        "value": number(value),
        "gradient": numbers(p.grad),
    }


def regularizer_cases():
    weights = np.float32([-2, -1, -0.5, -1e-3, 0, 1e-3, 0.25, 0.5, 1, 3])
    wanted = [
        ("l1", {}, keras.regularizers.L1),
        ("l1", {"l1": 0.3}, keras.regularizers.L1),
        ("l2", {}, keras.regularizers.L2),
        ("l2", {"l2": 0.02}, keras.regularizers.L2),
        ("l1_l2", {"l1": 0.1, "l2": 0.05}, keras.regularizers.L1L2),
    ]
    result = []
    for name, settings, kind in wanted:
        w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
        value = kind(**settings)(w)
        value.backward()
        result.append(
            {
                "name": name,
                "settings": settings,
                "weights": numbers(weights),
                "value": number(value),
                "gradient": numbers(w.grad),
            }
        )
    return result
