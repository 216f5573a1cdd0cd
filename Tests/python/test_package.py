"""What is installed, and what a build says where a tool is missing."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

import densepy
from densepy import _abi, _backend

BINDINGS = Path(__file__).parents[2] / "bindings" / "python"


@pytest.fixture
def distribution() -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution("densepy")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("densepy runs from its sources, not from a wheel")


def test_one_wheel_serves_every_python(distribution: importlib.metadata.Distribution) -> None:
    assert "Tag: cp311-abi3-" in (distribution.read_text("WHEEL") or "")
    assert distribution.version == densepy.__version__ == _abi.VERSION == _backend.library.version()
    needed = [line for line in distribution.requires or [] if "extra ==" not in line]
    assert needed == ["numpy>=1.24"]
    names = {str(file) for file in distribution.files or []}
    assert {"densepy/py.typed", "densepy/_native.abi3.so"} < names
    assert not [name for name in names if name.endswith((".c", ".h"))]


def build(path: Path, **environment: str) -> str:
    """What a build without tools on PATH says; it must fail."""
    pytest.importorskip("setuptools")
    variables = {key: value for key, value in os.environ.items() if key not in ("DENSE_LIBRARY", "CC")}
    command = [sys.executable, "setup.py", "-q", "build_ext", "--build-lib", str(path), "--build-temp", str(path)]
    variables |= {"PATH": str(path), **environment}
    result = subprocess.run(command, cwd=BINDINGS, env=variables, capture_output=True, text=True, timeout=120)
    assert result.returncode != 0
    return result.stderr


def test_a_build_names_what_is_missing(tmp_path: Path) -> None:
    assert "building densepy needs Swift 6.2 or later" in build(tmp_path)
    library = tmp_path / "libdense.so"
    assert f"DENSE_LIBRARY names {library}, which is no file" in build(tmp_path, DENSE_LIBRARY=str(library))
    library.touch()
    assert "building densepy needs a C compiler" in build(tmp_path, DENSE_LIBRARY=str(library))
