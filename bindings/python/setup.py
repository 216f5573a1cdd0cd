"""Builds the shared library and the extension module into the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGE = HERE / "src" / "densepy"
LIBRARY = "libdense.dylib" if sys.platform == "darwin" else "libdense.so"


def version() -> str:
    """The library's version, from the table generated from its sources."""
    found = re.search(r'^VERSION = "(.+)"$', (PACKAGE / "_abi.py").read_text(), re.MULTILINE)
    if found is None:
        sys.exit(f"{PACKAGE / '_abi.py'} names no VERSION; run 'make generate'")
    return found[1]


def library() -> Path:
    """The shared library to bundle: the one DENSE_LIBRARY names, or a release build of this repository."""
    named = os.environ.get("DENSE_LIBRARY")
    if named:
        path = Path(named).resolve()
        if not path.is_file():
            sys.exit(f"DENSE_LIBRARY names {path}, which is no file")
        return path
    if not (ROOT / "Package.swift").is_file():
        sys.exit(
            f"densepy is built inside its repository, but {ROOT} has no Package.swift; "
            "name a built libdense in DENSE_LIBRARY instead"
        )
    swift = shutil.which("swift")
    if swift is None:
        sys.exit("building densepy needs Swift 6.2 or later (swift.org) on PATH, or a built libdense in DENSE_LIBRARY")
    command = [swift, "build", "-c", "release", "--product", "dense", "--scratch-path", ".build-release"]
    environment = {**os.environ, "DENSE_RELEASE": "1"}
    if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
        sys.exit(f"the release build of libdense failed: DENSE_RELEASE=1 {' '.join(command)}")
    return ROOT / ".build-release" / "release" / LIBRARY


class BuildWithLibrary(build_ext):
    """Puts the shared library beside the extension module."""

    def run(self) -> None:
        built = library()
        if shutil.which((self.compiler or os.environ.get("CC") or "cc").split()[0]) is None:
            sys.exit("building densepy needs a C compiler: install gcc or clang, or name one in CC")
        super().run()
        target = PACKAGE if self.inplace or self.editable_mode else Path(self.build_lib) / "densepy"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built, target / LIBRARY)


# A folder left by an earlier build would put files into the wheel that are sources no longer.
shutil.rmtree(HERE / "build", ignore_errors=True)

setup(
    version=version(),
    ext_modules=[
        Extension(
            "densepy._native",
            sources=["src/densepy/_native.c"],
            depends=[
                "src/densepy/_native_functions.h",
                "src/densepy/_native_quick_call.h",
                "src/densepy/_native_quick_training.h",
                str(ROOT / "include" / "dense.h"),
            ],
            include_dirs=[str(ROOT / "include")],
            define_macros=[("Py_LIMITED_API", "0x030B0000")],
            extra_compile_args=["-std=gnu11", "-fvisibility=hidden", "-g0"],
            py_limited_api=True,
        )
    ],
    cmdclass={"build_ext": BuildWithLibrary},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
