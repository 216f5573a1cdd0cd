"""Finds the shared library: the file that DENSE_LIBRARY names, else the one bundled with this package."""

from __future__ import annotations

import os
import sys

_NAME = "libdense.dylib" if sys.platform == "darwin" else "libdense.so"


def find() -> str:
    """Absolute path of libdense. Raises ``ImportError`` naming the paths tried where there is none."""
    named = os.environ.get("DENSE_LIBRARY")
    if named:
        path = os.path.abspath(named)
        if os.path.isfile(path):
            return path
        raise ImportError(f"DENSE_LIBRARY names {path}, which is no file")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), _NAME)
    if os.path.isfile(path):
        return path
    raise ImportError(f"libdense was not found at {path}; install densepy again, or name the library in DENSE_LIBRARY")
