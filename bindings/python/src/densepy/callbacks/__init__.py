"""Hooks into training, with Keras's names and semantics."""

from ._callback import Callback, CallbackList
from ._early_stopping import EarlyStopping
from ._files import ModelCheckpoint
from ._history import History
from ._lambda import LambdaCallback
from ._progress import ProgbarLogger
from ._schedule import LearningRateScheduler

__all__ = [
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
]
