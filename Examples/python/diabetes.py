"""Linear regression: one linear unit with an L2 penalty on scikit-learn's diabetes data, beside its Ridge.

Prints R2 on the test part of five 80/20 splits of 442 patients with 10 measurements each, beside Ridge on the data as
it comes and on the standardized inputs that the network gets.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import densepy
from densepy import layers, regularizers


def main() -> None:
    inputs, progression = load_diabetes(return_X_y=True)
    scores = []
    for state in range(5):
        train_x, test_x, train_y, test_y = train_test_split(inputs, progression, test_size=0.2, random_state=state)
        scaler = StandardScaler().fit(train_x)
        scaled_x, scaled_test_x = scaler.transform(train_x), scaler.transform(test_x)
        mean, deviation = train_y.mean(), train_y.std()

        densepy.utils.set_random_seed(state)
        model = densepy.Sequential([layers.Dense(1, kernel_regularizer=regularizers.L2(0.2), input_shape=(10,))])
        model.compile(densepy.optimizers.SGD(learning_rate=0.05, momentum=0.9), "mean_squared_error")
        # Gradient descent over all rows at once: the problem is convex and small.
        model.fit(scaled_x, (train_y - mean) / deviation, batch_size=len(train_x), epochs=300, verbose=0)

        found = model.predict(scaled_test_x, verbose=0)[:, 0] * deviation + mean
        ridge = Ridge().fit(train_x, train_y).score(test_x, test_y)
        scaled_ridge = Ridge().fit(scaled_x, train_y).score(scaled_test_x, test_y)
        scores.append((r2_score(test_y, found), ridge, scaled_ridge))
        report(f"split {state}:", scores[-1])
    report("mean", np.mean(scores, axis=0))


def report(what: str, scores: Sequence[float]) -> None:
    print("{} R2 {:.4f}, Ridge {:.4f}, Ridge on standardized inputs {:.4f}".format(what, *scores))


if __name__ == "__main__":
    main()
