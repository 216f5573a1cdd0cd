"""The C ABI of libdense as Python functions, in pure Python.

Every function takes and returns what its namesake in ``densepy._native`` does. Argument and result types of all
functions come from the generated table in ``_abi``; the functions appear in this module when ``load`` has run.
"""

from __future__ import annotations

import ctypes
import math
import operator
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _abi

_SCALARS: dict[str, Any] = {
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "u64": ctypes.c_uint64,
    "f64": ctypes.c_double,
    "text": ctypes.c_char_p,
    "handle": ctypes.c_void_p,
}
_Parameter = tuple[str, str, tuple[str, ...]]
_RESULTS: dict[str, Any] = {**_SCALARS, "status": ctypes.c_int32, "void": None}
_RANGES = {
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "u64": (0, 2**64 - 1),
    "handle": (0, 2**64 - 1),
}
_FORMATS = {
    "f32": np.dtype(np.float32),
    "f64": np.dtype(np.float64),
    "i64": np.dtype(np.int64),
    "u8": np.dtype(np.uint8),
}
_PROGRESS = ctypes.CFUNCTYPE(
    ctypes.c_int32,
    ctypes.c_void_p,
    ctypes.c_int32,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.POINTER(ctypes.c_double),
    ctypes.c_int64,
)
_BATCH_END = _abi.EVENTS["batch_end"]

# The trampolines of live callables, by callable: ctypes does not keep them alive by itself.
_trampolines: dict[int, Any] = {}
# Not empty when Ctrl-C was pressed during a fit.
_interrupted: list[bool] = []
_last_error: Callable[[], bytes]
_make_error: Callable[[int, str], Exception]


def load(path: str, version: str, make_error: Callable[[int, str], Exception]) -> None:
    """Opens the library at ``path``, which must be of ``version``.

    ``make_error(status, message)`` makes the exception of a failed call.
    """
    global _last_error, _make_error
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(f"cannot load libdense: {error}") from None
    found = "of no version"
    if hasattr(library, "dense_version"):
        library.dense_version.restype = ctypes.c_char_p
        found = library.dense_version().decode()
    if found != version:
        raise ImportError(f"densepy {version} needs libdense {version}, but {path} is libdense {found}")
    bound = {}
    for name, (result, parameters) in _abi.FUNCTIONS.items():
        try:
            function = getattr(library, "dense_" + name)
        except AttributeError:
            raise ImportError(f"{path} has no function dense_{name}") from None
        function.restype = _RESULTS[result]
        function.argtypes = [t for _, kind, _ in parameters for t in _argument_types(kind)]
        bound[name] = _wrap(name, function, result, parameters)
    _last_error = library.dense_last_error
    _make_error = make_error
    bound["fit_options_set_progress"] = _progress_setter(library.dense_fit_options_set_progress)
    bound["network_fit"] = _interruptible(bound["network_fit"])
    globals().update(bound)


def _argument_types(kind: str) -> list[Any]:
    if kind in _SCALARS:
        return [_SCALARS[kind]]
    if kind.startswith("out "):
        return [ctypes.POINTER(_SCALARS[kind[4:]])]
    if kind == "string":
        return [ctypes.c_char_p, ctypes.c_int64, ctypes.POINTER(ctypes.c_int64)]
    if kind == "progress":
        return [_PROGRESS, ctypes.c_void_p]
    return [ctypes.c_void_p]


def _wrap(name: str, function: Any, result: str, parameters: tuple[_Parameter, ...]) -> Callable[..., Any]:
    """The Python function for one C function: arguments in, out values and status as result or exception."""
    taken = [p for p in parameters if not p[1].startswith("out ") and p[1] != "string"]
    places = {parameter: index for index, (parameter, _, _) in enumerate(taken)}
    extents = [(i, p[0], [places[size] for size in p[2]]) for i, p in enumerate(taken) if p[2]]
    outs = [_SCALARS[kind[4:]] for _, kind, _ in parameters if kind.startswith("out ")]
    has_string = any(kind == "string" for _, kind, _ in parameters)

    def call(*arguments: Any) -> Any:
        if len(arguments) != len(taken):
            raise TypeError(f"{name}() takes {len(taken)} arguments, received {len(arguments)}")
        passed = [_pass(argument, kind) for argument, (_, kind, _) in zip(arguments, taken, strict=True)]
        for index, parameter, sizes in extents:
            if arguments[index] is not None:
                _check_extent(arguments[index], parameter, [arguments[size] for size in sizes])
        if has_string:
            return _read_string(function, passed)
        received = [out() for out in outs]
        answer = function(*passed, *map(ctypes.byref, received))
        if result == "status":
            if answer != 0:
                raise _failure(answer)
            values = tuple(_shown(out.value) for out in received)
            return values if len(values) > 1 else values[0] if values else None
        return _shown(answer)

    return call


def _check_extent(array: Any, name: str, sizes: list[int]) -> None:
    """The array has exactly the product of ``sizes`` elements; negative sizes are left to the library to refuse."""
    count = np.size(array)
    if min(sizes) >= 0 and math.prod(sizes) != count:
        raise ValueError(f"{name}: expected {' x '.join(map(str, sizes))} values, received {count}")


def _pass(argument: Any, kind: str) -> Any:
    if kind in _RANGES:
        return _whole(argument, *_RANGES[kind])
    if kind == "f64":
        return float(argument)
    if argument is None or kind == "progress":
        return argument
    return _text(argument) if kind == "text" else _address(argument, kind)


def _whole(argument: Any, lowest: int, highest: int) -> int:
    # ctypes itself would cut off the bits that do not fit.
    value = operator.index(argument)
    if not lowest <= value <= highest:
        raise OverflowError(f"expected a whole number from {lowest} to {highest}, received {value}")
    return value


def _text(argument: Any) -> bytes:
    if not isinstance(argument, str):
        raise TypeError(f"expected a str or None, received {type(argument).__name__}")
    if "\0" in argument:
        raise ValueError("embedded null character")
    return argument.encode()


def _address(argument: Any, kind: str) -> int:
    array = argument if type(argument) is np.ndarray else np.asarray(argument)
    mode, _, form = kind.partition(" ")
    if array.dtype != _FORMATS[form]:
        raise TypeError(f"expected an array of {_FORMATS[form]}, received {array.dtype}")
    if not array.flags.c_contiguous:
        raise ValueError("ndarray is not C-contiguous")
    if mode == "inout" and not array.flags.writeable:
        raise ValueError("buffer source array is read-only")
    return int(array.ctypes.data)


def _shown(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _read_string(function: Any, passed: list[Any]) -> str:
    length = ctypes.c_int64()
    status = function(*passed, None, 0, ctypes.byref(length))
    if status == 0:
        text = ctypes.create_string_buffer(length.value + 1)
        status = function(*passed, text, length.value + 1, ctypes.byref(length))
    if status != 0:
        raise _failure(status)
    return text.raw[: length.value].decode(errors="replace")


def _failure(status: int) -> Exception:
    return _make_error(status, _last_error().decode(errors="replace"))


class QuickCall:
    """The base of classes whose objects are called on an array of rows. Every call becomes one of ``_call``; where
    ``_native`` spares the way through Python, there is nothing to spare here."""

    def _aim(self, handle: int, inputs: int, outputs: int, row_work: int, is_predictor: bool) -> None:
        pass

    def _train_quickly(self, x: Any, y: Any, target_columns: int, result_count: int) -> None:
        pass

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._call(*arguments, **keywords)  # type: ignore[attr-defined]


def _progress_setter(function: Any) -> Callable[[int, Any, bool], None]:
    """fit_options_set_progress(options, callable or None, every_batch).

    The callable is called as ``callable(event, epoch, step, steps, values)``; a true answer stops the fit, and so does
    an exception, which becomes its attribute ``error``. Without ``every_batch`` the ends of batches come at most each
    100 ms.
    """

    def setter(options: int, callback: Any, every_batch: bool) -> None:
        last = 0.0

        def trampoline(_: Any, event: int, epoch: int, step: int, steps: int, values: Any, count: int) -> int:
            nonlocal last
            now = time.monotonic()
            if event == _BATCH_END and not every_batch and now - last < 0.1 and not _interrupted:
                return 0
            last = now
            try:
                if _interrupted:
                    raise KeyboardInterrupt
                return int(bool(callback(event, epoch, step, steps, tuple(values[:count]))))
            except BaseException as error:
                callback.error = error
                return 1

        _trampolines.pop(options, None)
        passed = _PROGRESS() if callback is None else _PROGRESS(trampoline)
        if callback is not None:
            _trampolines[options] = passed
        status = function(options, passed, None)
        if status != 0:
            raise _failure(status)

    return setter


def _interruptible(fit: Callable[..., Any]) -> Callable[..., Any]:
    """Lets Ctrl-C stop a fit.

    Python would raise ``KeyboardInterrupt`` at the first instruction of the trampoline, outside of any ``try``, where
    ctypes prints and forgets it. So while a fit runs in the main thread, the signal sets a flag instead.
    """

    def call(*arguments: Any) -> Any:
        import signal
        import threading

        is_ours = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if not is_ours:
            return fit(*arguments)
        signal.signal(signal.SIGINT, lambda *_: _interrupted.append(True))
        try:
            return fit(*arguments)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _interrupted.clear()

    return call
