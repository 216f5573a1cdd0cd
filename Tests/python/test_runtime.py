"""What the package costs: import, calls, memory; and threads that predict at once."""

from __future__ import annotations

import gc
import os
import signal
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Classes, Run

import densepy
from densepy import Sequential, _backend, callbacks, layers


@pytest.fixture
def small() -> Sequential:
    """10-64-64-1."""
    model = Sequential(
        [layers.Dense(64, "relu", input_shape=(10,)), layers.Dense(64, "relu"), layers.Dense(1, "sigmoid")]
    )
    model.build()
    return model


def microseconds(call: Any, argument: Any) -> float:
    """The fastest of several runs: what the call costs when nothing else wants the processor."""
    best = float("inf")
    for _ in range(30):
        start = time.perf_counter()
        for _ in range(300):
            call(argument)
        best = min(best, (time.perf_counter() - start) / 300)
    return best * 1e6


@pytest.mark.skipif(_backend.name != "native", reason="the promise is for the extension module")
def test_one_row_costs_under_five_microseconds(small: Sequential) -> None:
    x = np.random.default_rng(0).random((1, 10), np.float32)
    assert microseconds(small, x) < 5
    assert microseconds(small.predict, x) < 7


def test_importing_adds_at_most_15_milliseconds_to_numpy(run: Run) -> None:
    code = """
import time, numpy
start = time.perf_counter()
import densepy
print(time.perf_counter() - start)
"""
    assert statistics.median(float(run(code)) for _ in range(5)) < 0.015


def test_importing_leaves_heavy_modules_alone(run: Run) -> None:
    code = """
import sys, numpy
before = set(sys.modules)
import densepy
print(*sorted(set(sys.modules) - before))
"""
    loaded = set(run(code).split())
    heavy = {
        "argparse",
        "asyncio",
        "dataclasses",
        "importlib.metadata",
        "inspect",
        "multiprocessing",
        "tempfile",
        "tqdm",
        "typing",
    }
    assert not loaded & heavy
    assert not loaded & {"densepy.layers", "densepy.models", "densepy.callbacks", "densepy.optimizers"}


def test_everything_public_is_there(run: Run) -> None:
    print(run("import densepy\nfor name in densepy.__all__: getattr(densepy, name)\nprint(dir(densepy))"))
    with pytest.raises(AttributeError, match="module 'densepy' has no attribute 'nothing'"):
        densepy.nothing  # noqa: B018


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_prediction_and_training_do_not_grow(small: Sequential) -> None:
    small.compile("adam", "mse")
    x, y = np.ones((32, 10), np.float32), np.ones(32)

    def work(rounds: int) -> None:
        for _ in range(rounds):
            small(x)
            small.predict(x[:1])
            small.train_on_batch(x, y)
        small.fit(x, y, epochs=5, verbose=0, callbacks=[callbacks.EarlyStopping("loss")])

    work(200)
    held, resident = densepy.memory_in_use(), resident_bytes()
    work(5000)
    assert densepy.memory_in_use() == held
    assert resident_bytes() - resident < 2_000_000


def test_models_are_freed_with_their_objects() -> None:
    def work() -> None:
        model = Sequential([layers.Dense(300, "relu", input_shape=(300,)), layers.Dense(2)])
        model.compile("adam", "mse", metrics=["mae"])
        model.fit(np.ones((64, 300)), np.ones((64, 2)), verbose=0)
        with pytest.raises(ValueError, match="shape"):
            model.fit(np.ones((64, 3)), np.ones((64, 2)), verbose=0)

    def many() -> tuple[int, int]:
        for _ in range(60):
            work()
        gc.collect()
        return densepy.memory_in_use(), resident_bytes()

    # The C library keeps some freed memory for later: what counts is that it does not go on growing.
    many()
    held, resident = many()
    held_later, resident_later = many()
    assert held_later == held
    # Sixty models with their gradients and slots are above 80 MB.
    assert resident_later - resident < 20_000_000


def test_threads_predict_at_once(small: Sequential) -> None:
    rng = np.random.default_rng(0)
    inputs = [rng.random((rows, 10), np.float32) for rows in (1, 3, 50, 400)]
    expected = [small(x) for x in inputs]

    def predict(number: int) -> bool:
        return all(np.array_equal(small(inputs[(number + i) % 4]), expected[(number + i) % 4]) for i in range(200))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(predict, range(16)))


def test_other_threads_run_while_the_engine_computes() -> None:
    model = Sequential([layers.Dense(1000, "relu", input_shape=(1000,)), layers.Dense(1000)])
    model.compile("sgd", "mse")
    x = np.ones((512, 1000), np.float32)
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    model.fit(x, x, epochs=1, batch_size=512, verbose=0)
    while time.monotonic() - start < 0.2:
        model.predict(x)
    done.set()
    thread.join()
    assert ticks > 20


def test_other_threads_run_during_one_long_prediction() -> None:
    model = Sequential([layers.Dense(1000, "relu", input_shape=(1000,)), layers.Dense(1000)])
    x = np.ones((8192, 1000), np.float32)
    out = np.empty((8192, 1000), np.float32)
    model(x[:1])
    for call in (model, densepy.Predictor(model)):
        ticks: list[float] = []
        done = threading.Event()

        def tick(ticks: list[float] = ticks, done: threading.Event = done) -> None:
            while not done.is_set():
                ticks.append(time.monotonic())
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        start = time.monotonic()
        call(x, out=out)
        end = time.monotonic()
        done.set()
        thread.join()
        assert sum(start < moment < end for moment in ticks) > 3


def test_two_models_train_at_once(classes: Classes) -> None:
    def train(seed: int) -> Any:
        model = Sequential([layers.Dense(16, "relu", input_shape=(4,)), layers.Dense(3, "softmax")])
        model.build()
        model.set_weights([np.full_like(w, 0.1 * (seed + 1)) for w in model.get_weights()])
        model.compile("adam", "sparse_categorical_crossentropy")
        return model.fit(*classes, epochs=5, verbose=0, shuffle=False).history["loss"]

    alone = [train(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(train, range(4))) == alone


def test_a_child_process_works_after_fork(small: Sequential) -> None:
    x = np.ones((300, 10), np.float32)
    expected = small(x)
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(small(x), expected) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_process_trains_after_fork(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    x, y = random.random((256, 400), np.float32), random.random((256, 10), np.float32)
    count = densepy.num_threads()
    densepy.set_num_threads(3)
    model = Sequential([layers.Dense(500, "relu", input_shape=(400,)), layers.Dropout(0.1), layers.Dense(10)])
    model.compile("adam", "mse")
    # Wide enough for the pool, whose threads the child does not have.
    model.fit(x, y, batch_size=128, epochs=2, verbose=0)
    child = os.fork()
    if child == 0:
        signal.alarm(60)
    model.fit(x, y, batch_size=128, epochs=2, verbose=0)
    trained = b"".join(weight.tobytes() for weight in model.get_weights())
    if child == 0:
        (tmp_path / "child").write_bytes(trained)
        os._exit(0)
    densepy.set_num_threads(count)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (tmp_path / "child").read_bytes() == trained


def test_threads_are_as_many_as_the_system_or_the_user_permits(run: Run) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    for count in {1, len(allowed)}:
        code = f"import os; os.sched_setaffinity(0, {allowed[:count]}); import densepy; print(densepy.num_threads())"
        # Control groups may permit less.
        assert 1 <= int(run(code, DENSE_NUM_THREADS="")) <= count
        assert int(run(code, DENSE_NUM_THREADS="5")) == 5


def test_the_number_of_threads_changes_no_bit(small: Sequential) -> None:
    x = np.random.default_rng(1).random((500, 10), np.float32)
    count = densepy.num_threads()
    results = []
    for threads in (1, 2, 3):
        densepy.set_num_threads(threads)
        assert densepy.num_threads() == threads
        results.append(small(x))
    densepy.set_num_threads(count)
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])
    with pytest.raises(ValueError, match="received 0"):
        densepy.set_num_threads(0)
