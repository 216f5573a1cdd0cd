"""Keras with the two settings that its guides name for speed: XLA, and an epoch's steps in one call."""

from __future__ import annotations

from ..folder import Task
from . import Prepared, UnsupportedError, keras_tensorflow

versions = keras_tensorflow.versions


def prepare(task: Task) -> Prepared:
    if task.kind != "fit":
        raise UnsupportedError("measured on whole trainings only")
    steps = -(-len(task.x) // task.batch)
    return keras_tensorflow.prepare_fit(task, jit_compile=True, steps_per_execution=steps)
