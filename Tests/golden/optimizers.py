"""Optimizers: ten steps on fixed gradients over two parameters, in float32 as they are used."""

import keras
import numpy as np
from writing import numbers

STEPS = 10
SHAPES = [(3, 4), (4,)]


def cases():
    random = np.random.default_rng(4)
    weights = [random.normal(size=shape).astype(np.float32) for shape in SHAPES]
    gradients = [[random.normal(size=shape).astype(np.float32) for shape in SHAPES] for _ in range(STEPS)]
    for step, (kernel, bias) in enumerate(gradients):
        kernel[0, 0] = 0  # a weight that never gets a gradient
        kernel[1] *= 10.0 ** (step % 5 - 3)  # magnitudes from 1e-3 to 10
        bias[0] *= 1e-6
    return [case(name, settings, weights, gradients) for name, settings in wanted()]


def wanted():
    yield "sgd", {}
    yield "sgd", {"learning_rate": 0.05, "momentum": 0.9}
    yield "sgd", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}
    yield "sgd", {"learning_rate": 0.05, "weight_decay": 0.1}
    yield "sgd", {"learning_rate": 0.05, "momentum": 0.9, "clipvalue": 0.5}
    yield "sgd", {"learning_rate": 0.05, "clipnorm": 1.0}
    yield "sgd", {"learning_rate": 0.05, "global_clipnorm": 1.0}
    yield "rmsprop", {}
    yield "rmsprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.9}
    yield "rmsprop", {"learning_rate": 0.01, "centered": True}
    yield "rmsprop", {"learning_rate": 0.01, "momentum": 0.5, "centered": True, "epsilon": 1e-5}
    yield "adam", {}
    yield "adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-4}
    yield "adam", {"learning_rate": 0.01, "amsgrad": True}
    yield "adam", {"learning_rate": 0.01, "weight_decay": 0.1}
    yield "adam", {"learning_rate": 0.01, "clipvalue": 0.5}
    yield "adam", {"learning_rate": 0.01, "clipnorm": 1.0}
    yield "adam", {"learning_rate": 0.01, "global_clipnorm": 1.0}
    yield "adamw", {}
    yield "adamw", {"learning_rate": 0.01, "weight_decay": 0.1, "amsgrad": True}


KINDS = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
}


def case(name, settings, weights, gradients):
    optimizer = KINDS[name](**settings)
    variables = [keras.Variable(weight) for weight in weights]
    after = []
    for step in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in step], variables)
        after.append(np.concatenate([keras.ops.convert_to_numpy(variable).ravel() for variable in variables]))
    return {
        "name": name,
        "settings": settings,
        "sizes": [int(np.prod(shape)) for shape in SHAPES],
        "weights": numbers(np.concatenate([weight.ravel() for weight in weights])),
        "gradients": [numbers(np.concatenate([gradient.ravel() for gradient in step])) for step in gradients],
        "weights_after_steps": {"1": numbers(after[0]), "2": numbers(after[1]), str(STEPS): numbers(after[-1])},
    }
