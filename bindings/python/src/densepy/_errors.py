"""The exceptions of densepy: one for each kind of failure that the engine reports."""

from __future__ import annotations


class DenseError(Exception):
    """A call that the engine refused. ``status`` is the ``dense_status`` number of the C ABI.

    The message says what was expected and what was received. Each subclass is also the built-in exception that
    Python programmers expect for such a fault, such as ``ValueError`` or ``OSError``.
    """

    status: int = 0


class ArgumentError(DenseError, ValueError):
    """A value is missing or outside its permitted range."""


class HandleError(DenseError, ValueError):
    """An object was used after it was closed."""


class UnknownNameError(DenseError, ValueError):
    """A name is not in the catalogue; the message lists the valid ones."""


class ShapeError(DenseError, ValueError):
    """Rows, columns or counts do not fit each other."""


class SizeError(DenseError, OverflowError):
    """A size does not fit in 64 bits."""


class StateError(DenseError, RuntimeError):
    """The object is not in a state that permits the call, such as backward before forward."""


class NonFiniteError(DenseError, ArithmeticError):
    """A loss, gradient or weight became NaN or infinite; the message names step and layer."""


class OutOfMemoryError(DenseError, MemoryError):
    """The system refused to give memory."""


class FileAccessError(DenseError, OSError):
    """A file could not be read or written."""


class FileFormatError(DenseError, ValueError):
    """A file is torn, damaged or not a model file."""


class FileVersionError(FileFormatError):
    """A file needs a newer version of the library."""


_BY_STATUS: dict[int, type[DenseError]] = {
    1: ArgumentError,
    2: HandleError,
    3: ArgumentError,
    4: UnknownNameError,
    5: ShapeError,
    6: SizeError,
    7: StateError,
    8: NonFiniteError,
    9: OutOfMemoryError,
    10: FileAccessError,
    11: FileFormatError,
    12: FileVersionError,
}


def make_error(status: int, message: str) -> DenseError:
    """The exception for a failed call, as the back ends raise it."""
    error = _BY_STATUS.get(status, DenseError)(message)
    error.status = status
    return error
