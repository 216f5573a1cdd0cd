"""Malignant or benign: one sigmoid unit, and a hidden layer before it, on scikit-learn's breast-cancer data.

Prints the mean test accuracy over five 80/20 splits of 569 cases with 30 measurements each.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import densepy
from densepy import layers


def mean_accuracy(hidden_units: int | None, learning_rate: float) -> float:
    inputs, malignant = load_breast_cancer(return_X_y=True)
    accuracies = []
    for state in range(5):
        parts = train_test_split(inputs, malignant, test_size=0.2, stratify=malignant, random_state=state)
        train_x, test_x, train_y, test_y = parts
        scaler = StandardScaler().fit(train_x)
        densepy.utils.set_random_seed(state)
        hidden = [layers.Dense(hidden_units, activation="relu")] if hidden_units else []
        model = densepy.Sequential([densepy.Input((30,)), *hidden, layers.Dense(1, activation="sigmoid")])
        model.compile(densepy.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
        model.fit(scaler.transform(train_x), train_y, epochs=50, verbose=0)
        accuracies.append(model.evaluate(scaler.transform(test_x), test_y, verbose=0)[1])
    return float(np.mean(accuracies))


if __name__ == "__main__":
    print(f"one sigmoid unit: mean test accuracy {mean_accuracy(None, 0.01):.4f}")
    print(f"hidden layer of 16: mean test accuracy {mean_accuracy(16, 0.001):.4f}")
