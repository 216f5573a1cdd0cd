"""Trains a saved network for 20 steps and predicts with it; writes weights and predictions as raw float32.

    workload.py MODEL DATA RESULT BATCH

DATA holds 640 rows of 64 inputs and then 640 classes. Prediction takes BATCH rows at a time. workload.c does the same.
"""

import sys

import numpy as np

import densepy
from densepy import _backend

ROWS, COLUMNS, BATCH = 640, 64, 32


def main(model_path, data_path, result_path, batch):
    data = np.fromfile(data_path, np.float32)
    inputs, classes = data[: ROWS * COLUMNS].reshape(ROWS, COLUMNS), data[ROWS * COLUMNS :].reshape(ROWS, 1)
    model = densepy.models.load_model(model_path)
    for start in range(0, ROWS, BATCH):
        model.train_on_batch(inputs[start : start + BATCH], classes[start : start + BATCH])
    predictions = [np.asarray(model(inputs[start : start + batch])) for start in range(0, ROWS, batch)]
    values = [*model.get_weights(), *predictions]
    np.concatenate([np.ravel(value) for value in values]).astype(np.float32).tofile(result_path)
    print(_backend.library.instruction_set(), _backend.name)


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]))
