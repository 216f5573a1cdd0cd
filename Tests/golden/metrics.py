"""Metrics: the result after each of two batches."""

import keras
import numpy as np
from writing import number, numbers


def cases():
    random = np.random.default_rng(3)
    real = random.normal(size=(12, 2)).astype(np.float32)
    real_targets = (real + 0.5 * random.normal(size=(12, 2))).astype(np.float32)
    scores = random.random((12, 1)).astype(np.float32)
    scores[3] = 0.5
    truth = (random.random((12, 1)) < 0.5).astype(np.float32)
    rows = random.dirichlet([1, 1, 1, 1], 12).astype(np.float32)
    classes = random.integers(0, 4, (12, 1)).astype(np.float32)
    classes[:4, 0] = rows[:4].argmax(1)
    one_hot = np.eye(4, dtype=np.float32)[classes.ravel().astype(int)]
    return [
        case("mean_squared_error", keras.metrics.MeanSquaredError, {}, real, real_targets),
        case("mean_absolute_error", keras.metrics.MeanAbsoluteError, {}, real, real_targets),
        case("r2_score", keras.metrics.R2Score, {}, real, real_targets),
        case("r2_score", keras.metrics.R2Score, {}, real[:, :1], real_targets[:, :1]),
        case("binary_accuracy", keras.metrics.BinaryAccuracy, {}, scores, truth),
        case("binary_accuracy", keras.metrics.BinaryAccuracy, {"threshold": 0.3}, scores, truth),
        case("categorical_accuracy", keras.metrics.CategoricalAccuracy, {}, rows, one_hot),
        case("sparse_categorical_accuracy", keras.metrics.SparseCategoricalAccuracy, {}, rows, classes),
        case("precision", keras.metrics.Precision, {}, scores, truth),
        case("recall", keras.metrics.Recall, {}, scores, truth),
        case("f1_score", keras.metrics.F1Score, {"threshold": 0.5}, scores, truth),
        case("f1_score", keras.metrics.F1Score, {"average": "macro"}, rows, one_hot),
        case("f1_score", keras.metrics.F1Score, {"average": "micro"}, rows, one_hot),
        case("f1_score", keras.metrics.F1Score, {"average": "weighted"}, rows, one_hot),
    ]


def case(name, kind, settings, predictions, targets):
    metric = kind(**settings)
    results = []
    for batch in (slice(0, 5), slice(5, 12)):
        metric.update_state(targets[batch], predictions[batch])
        results.append(number(np.ravel(keras.ops.convert_to_numpy(metric.result()))))
    return {
        "name": name,
        "settings": settings,
        "batches": [5, 7],
        "columns": predictions.shape[1],
        "predictions": numbers(predictions),
        "target_columns": targets.shape[1],
        "targets": numbers(targets),
        "results": results,
    }
