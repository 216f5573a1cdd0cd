"""Training runs: 20 steps of a 64-32-10 network on handwritten digits, by Keras and by PyTorch from equal weights.

The data are the first 640 rows of Examples/data/digits.csv in their order, pixels divided by 16, 32 rows a step.
"""

import pathlib

import keras
import numpy as np
import torch
from writing import number, numbers

STEPS, BATCH = 20, 32
DATA = pathlib.Path(__file__).parents[2] / "Examples" / "data" / "digits.csv"
MOMENTUM, EPSILON = 0.99, 1e-3  # of batch normalization, as Keras defines them


def cases():
    table = np.loadtxt(DATA, delimiter=",", skiprows=1, dtype=np.float32)[: STEPS * BATCH]
    inputs, classes = table[:, :64] / 16, table[:, 64].astype(np.int64)
    sgd = ("sgd", {"learning_rate": 0.05, "momentum": 0.9})
    adam = ("adam", {"learning_rate": 0.001, "epsilon": 1e-7})
    runs = [(*sgd, False), (*adam, False), (*sgd, True), (*adam, True)]
    return [case(inputs, classes, *run) for run in runs]


def first_weights(normalized):
    random = np.random.default_rng(6)

    def glorot(rows, columns):
        limit = np.sqrt(6 / (rows + columns))
        return random.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    weights = {"dense/kernel": glorot(64, 32)}
    if not normalized:
        weights["dense/bias"] = np.zeros(32, np.float32)
    else:
        # No bias before a normalization: its gradient is zero but for rounding, which Adam would blow up to full steps.
        weights["batch_normalization/gamma"] = np.ones(32, np.float32)
        weights["batch_normalization/beta"] = np.zeros(32, np.float32)
    return {**weights, "dense_1/kernel": glorot(32, 10), "dense_1/bias": np.zeros(10, np.float32)}


def case(inputs, classes, optimizer, settings, normalized):
    weights = first_weights(normalized)
    by_keras = run_keras(inputs, classes, optimizer, settings, weights, normalized)
    by_torch = run_torch(inputs, classes, optimizer, settings, weights, normalized)
    largest = max(np.abs(value).max() for value in by_keras["weights"].values())
    worst = max(np.abs(by_keras["weights"][name] - by_torch["weights"][name]).max() for name in weights)
    print(f"{optimizer}, batch normalization {normalized}: Keras and PyTorch differ by {worst / largest:.1e}")
    return {
        "optimizer": optimizer,
        "settings": settings,
        "batch_normalization": normalized,
        "steps": STEPS,
        "batch_size": BATCH,
        "initial_weights": written(weights),
        "keras": {**by_keras, "weights": written(by_keras["weights"])},
        "torch": {**by_torch, "weights": written(by_torch["weights"])},
    }


def written(weights):
    return {name: numbers(value) for name, value in weights.items()}


def batches(inputs, classes):
    for start in range(0, STEPS * BATCH, BATCH):
        yield inputs[start : start + BATCH], classes[start : start + BATCH]


def run_keras(inputs, classes, optimizer, settings, weights, normalized):
    first = keras.layers.Dense(32, activation=None if normalized else "relu", use_bias=not normalized)
    last = keras.layers.Dense(10, activation="softmax")
    middle = keras.layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON)
    block = [first, middle, keras.layers.Activation("relu")] if normalized else [first]
    model = keras.Sequential([keras.Input((64,)), *block, last])
    variables = {"dense/kernel": first.kernel}
    if normalized:
        variables |= {"batch_normalization/gamma": middle.gamma, "batch_normalization/beta": middle.beta}
    else:
        variables["dense/bias"] = first.bias
    variables |= {"dense_1/kernel": last.kernel, "dense_1/bias": last.bias}
    for name, variable in variables.items():
        variable.assign(weights[name])
    rule = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer](**settings)
    model.compile(optimizer=rule, loss="sparse_categorical_crossentropy")
    losses = []
    for x, y in batches(inputs, classes):
        # The model's own figure is a mean over the epoch; that of one batch needs a reset.
        model.reset_metrics()
        losses.append(number(np.float32(model.train_on_batch(x, y))))
    result = {"losses": losses, "weights": {n: keras.ops.convert_to_numpy(v) for n, v in variables.items()}}
    if normalized:
        result["moving_mean"] = numbers(keras.ops.convert_to_numpy(middle.moving_mean))
        result["moving_variance"] = numbers(keras.ops.convert_to_numpy(middle.moving_variance))
    return result


def run_torch(inputs, classes, optimizer, settings, weights, normalized):
    first, last = torch.nn.Linear(64, 32, bias=not normalized), torch.nn.Linear(32, 10)
    middle = torch.nn.BatchNorm1d(32, eps=EPSILON, momentum=1 - MOMENTUM)
    model = torch.nn.Sequential(first, *([middle] if normalized else []), torch.nn.ReLU(), last)
    parameters = {"dense/kernel": first.weight}
    if normalized:
        parameters |= {"batch_normalization/gamma": middle.weight, "batch_normalization/beta": middle.bias}
    else:
        parameters["dense/bias"] = first.bias
    parameters |= {"dense_1/kernel": last.weight, "dense_1/bias": last.bias}
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(torch.tensor(weights[name].T))
    if optimizer == "sgd":
        rule = torch.optim.SGD(model.parameters(), settings["learning_rate"], settings["momentum"])
    else:
        rule = torch.optim.Adam(model.parameters(), settings["learning_rate"])
    losses = []
    for step, (x, y) in enumerate(batches(inputs, classes), start=1):
        if optimizer == "adam":
            # PyTorch adds epsilon after the bias correction of the second moment, Keras before it.
            rule.param_groups[0]["eps"] = settings["epsilon"] / np.sqrt(1 - rule.defaults["betas"][1] ** step)
        rule.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(y))
        loss.backward()
        rule.step()
        losses.append(number(loss))
    return {"losses": losses, "weights": {n: p.detach().numpy().T.copy() for n, p in parameters.items()}}
