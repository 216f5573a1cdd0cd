"""Callbacks: when they are called, what they may do, and what becomes of what they raise."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Classes, Run

import densepy
from densepy import Sequential, callbacks


class Recorder(callbacks.Callback):
    """Writes down the hooks of epochs and of the run."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.calls.append("train begin")

    def on_train_end(self, logs: Any = None) -> None:
        self.calls.append(("train end", sorted(logs)))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.calls.append(("epoch begin", epoch))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.calls.append(("epoch end", epoch, sorted(logs)))


class BatchRecorder(Recorder):
    """Writes down batches too."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.calls.append(("batch begin", batch))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.calls.append(("batch end", batch, sorted(logs)))


NAMES = ["accuracy", "loss", "val_accuracy", "val_loss"]


def test_hooks_come_in_keras_order(classifier: Sequential, classes: Classes) -> None:
    recorder = Recorder()
    classifier.fit(*classes, epochs=2, validation_split=0.2, callbacks=[recorder], verbose=0)
    epochs: list[Any] = []
    for epoch in range(2):
        epochs += [("epoch begin", epoch), ("epoch end", epoch, NAMES)]
    assert recorder.calls == ["train begin", *epochs, ("train end", NAMES)]
    assert recorder.model is classifier
    assert recorder.params == {"verbose": 0, "epochs": 2, "initial_epoch": 0, "steps": 5}


def test_batches_are_reported_where_they_are_wanted(classifier: Sequential, classes: Classes) -> None:
    recorder = BatchRecorder()
    classifier.fit(*classes, batch_size=80, callbacks=recorder, verbose=0)
    figures = ["accuracy", "loss"]
    batches: list[Any] = []
    for batch in range(3):
        batches += [("batch begin", batch), ("batch end", batch, figures)]
    assert recorder.calls == [
        "train begin", ("epoch begin", 0), *batches, ("epoch end", 0, figures), ("train end", figures),
    ]  # fmt: skip


def test_a_lambda_is_a_callback(classifier: Sequential, classes: Classes) -> None:
    seen: list[Any] = []
    callback = callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append((epoch, logs["loss"])),
        on_train_batch_end=lambda batch, logs: seen.append(batch),
    )
    history = classifier.fit(*classes, batch_size=100, epochs=2, callbacks=[callback], verbose=0)
    losses = history.history["loss"]
    assert seen == [0, 1, (0, losses[0]), 0, 1, (1, losses[1])]
    with pytest.raises(ValueError, match="no hook is called on_sunday"):
        callbacks.LambdaCallback(on_sunday=print)


class CustomError(Exception):
    """Something that only a callback raises."""


@pytest.mark.parametrize(
    "hook", ["on_train_begin", "on_epoch_begin", "on_train_batch_end", "on_epoch_end", "on_train_end"]
)
def test_what_a_callback_raises_stops_the_run(classifier: Sequential, classes: Classes, hook: str) -> None:
    def fail(*_: Any) -> None:
        raise CustomError(hook)

    recorder = Recorder()
    with pytest.raises(CustomError, match=hook):
        classifier.fit(*classes, epochs=3, callbacks=[callbacks.LambdaCallback(**{hook: fail}), recorder], verbose=0)
    assert ("epoch end", 1, ["accuracy", "loss"]) not in recorder.calls or hook == "on_train_end"
    # The model goes on working.
    assert len(classifier.fit(*classes, epochs=2, verbose=0).epoch) == 2


def test_stop_training_stops(classifier: Sequential, classes: Classes) -> None:
    def stop(epoch: int, logs: Any) -> None:
        classifier.stop_training = epoch == 2

    history = classifier.fit(*classes, epochs=10, callbacks=[callbacks.LambdaCallback(on_epoch_end=stop)], verbose=0)
    assert history.epoch == [0, 1, 2]
    assert len(classifier.fit(*classes, epochs=4, verbose=0).epoch) == 4


def test_early_stopping_waits_and_restores(classifier: Sequential, classes: Classes) -> None:
    x, y = classes
    figures = [5.0, 3.0, 4.0, 3.5, 2.9, 3.1, 3.2, 3.3, 1.0]
    kept: dict[int, Any] = {}

    class Figures(callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val_loss"] = figures[epoch]
            kept[epoch] = self.model.get_weights()

    stopping = callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    history = classifier.fit(x, y, epochs=9, callbacks=[Figures(), stopping], verbose=0)
    assert history.epoch == list(range(8))
    assert (stopping.stopped_epoch, stopping.best_epoch, stopping.best) == (7, 4, 2.9)
    for found, expected in zip(classifier.get_weights(), kept[4], strict=True):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("arguments", "stopped"),
    [
        ({}, 2),
        ({"patience": 1}, 2),
        ({"patience": 2}, 3),
        ({"min_delta": 2.5}, 1),
        ({"baseline": 0.5, "patience": 2}, 2),
        ({"start_from_epoch": 3}, 4),
        ({"mode": "max"}, 1),
    ],
)
def test_early_stopping_has_keras_rules(
    classifier: Sequential, classes: Classes, arguments: dict[str, Any], stopped: int
) -> None:
    figures = [3.0, 2.0, 4.0, 5.0, 6.0, 7.0]

    def log(epoch: int, logs: Any) -> None:
        logs["val_loss"] = figures[epoch]

    stopping = callbacks.EarlyStopping(**arguments)
    classifier.fit(*classes, epochs=6, callbacks=[callbacks.LambdaCallback(on_epoch_end=log), stopping], verbose=0)
    assert stopping.stopped_epoch == stopped


def test_early_stopping_knows_what_rises(classifier: Sequential, classes: Classes) -> None:
    for monitor in ("accuracy", "val_accuracy"):
        stopping = callbacks.EarlyStopping(monitor)
        stopping.set_model(classifier)
        assert stopping.is_improvement(0.9, 0.8)
    with pytest.warns(UserWarning, match="watches 'val_loss', which is not among the figures: loss, accuracy"):
        classifier.fit(*classes, callbacks=[callbacks.EarlyStopping()], verbose=0)


def test_learning_rates_change_by_epoch(classifier: Sequential, classes: Classes) -> None:
    history = classifier.fit(
        *classes, epochs=3, callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)], verbose=0
    )
    assert history.history["learning_rate"] == pytest.approx([0.0005, 0.00025, 0.000125])
    frozen = classifier.get_weights()
    classifier.fit(*classes, callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: 0.0)], verbose=0)
    assert np.array_equal(frozen[0], classifier.get_weights()[0])


def test_checkpoints_are_written(classifier: Sequential, classes: Classes, tmp_path: Path) -> None:
    pattern = str(tmp_path / "model-{epoch:02d}-{loss:.2f}.safetensors")
    history = classifier.fit(*classes, epochs=2, callbacks=[callbacks.ModelCheckpoint(pattern)], verbose=0)
    path = pattern.format(epoch=2, loss=history.history["loss"][-1])
    assert np.array_equal(densepy.models.load_model(path).predict(classes[0]), classifier.predict(classes[0]))
    best = tmp_path / "best.safetensors"
    checkpoint = callbacks.ModelCheckpoint(best, "loss", save_best_only=True, initial_value_threshold=0.0)
    classifier.fit(*classes, callbacks=[checkpoint], verbose=0)
    assert not best.exists()


def test_hooks_that_cannot_be_called_are_refused(classifier: Sequential, classes: Classes) -> None:
    class Impossible(callbacks.Callback):
        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            """Evaluation has no batches that Python sees."""

    with pytest.raises(ValueError, match=r"Impossible.on_test_batch_end would never be called"):
        classifier.fit(*classes, callbacks=[Impossible()], verbose=0)
    with pytest.raises(ValueError, match=r"expected objects of densepy.callbacks.Callback, received 'early'"):
        classifier.fit(*classes, callbacks=["early"], verbose=0)


def test_evaluate_and_predict_have_hooks(classifier: Sequential, classes: Classes) -> None:
    seen: list[str] = []
    hooks = ("on_test_begin", "on_test_end", "on_predict_begin", "on_predict_end")
    callback = callbacks.LambdaCallback(**{hook: lambda *_, hook=hook: seen.append(hook) for hook in hooks})
    classifier.evaluate(*classes, callbacks=[callback], verbose=0)
    classifier.predict(classes[0], callbacks=[callback])
    assert seen == list(hooks)


def test_verbose_2_prints_a_line_each_epoch(
    classifier: Sequential, classes: Classes, capsys: pytest.CaptureFixture[str]
) -> None:
    classifier.fit(*classes, epochs=3, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" - ")[0] for line in lines] == ["Epoch 1/3", "Epoch 2/3", "Epoch 3/3"]
    assert "accuracy: " in lines[0]
    classifier.fit(*classes, verbose=0)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_bar_shows_progress_where_tqdm_is_installed(
    classifier: Sequential, classes: Classes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tqdm")
    classifier.fit(*classes, epochs=2)
    captured = capsys.readouterr()
    assert "Epoch 2/2: 100%" in captured.err
    assert "14/14" in captured.err
    assert captured.out == ""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    classifier.fit(*classes, epochs=2)
    assert "Epoch 2/2 - " in capsys.readouterr().out


def test_an_interrupt_stops_a_long_fit(classifier: Sequential, classes: Classes) -> None:
    # A shell starts background jobs with interrupts ignored; Python then leaves them so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        classifier.fit(*classes, epochs=10**7, verbose=0)
    assert time.monotonic() - start < 5
    signal.signal(signal.SIGINT, before)


def test_the_run_does_not_depend_on_callbacks(run: Run) -> None:
    code = """
import numpy as np, densepy
from densepy import callbacks, layers
densepy.utils.set_random_seed(1)
x, y = np.random.rand(100, 5), np.random.rand(100)
model = densepy.Sequential([layers.Dense(4, "tanh", input_shape=(5,)), layers.Dropout(0.2), layers.Dense(1)])
model.compile("adam", "mse")
seen = []
CALLBACKS
model.fit(x, y, epochs=3, verbose=0, callbacks=given)
print(model.get_weights()[0].tobytes().hex())
"""
    plain = run(code.replace("CALLBACKS", "given = None"))
    busy = """class Busy(callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.predict(x)
    def on_epoch_end(self, epoch, logs=None):
        self.model.evaluate(x, y, verbose=0)
        self.model.set_weights(self.model.get_weights())
given = [Busy()]"""
    assert run(code.replace("CALLBACKS", busy)) == plain
