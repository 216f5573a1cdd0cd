"""Runs programs of Examples/ as a user would, in a folder of their own."""

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
DIGITS = ROOT / "Examples" / "data" / "digits.csv"


def run(*command, cwd=None, with_errors=False):
    """What a command that must succeed prints; with errors, also what it prints to standard error."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr if with_errors else done.stdout


def run_python(script, *arguments):
    return run(sys.executable, ROOT / "Examples" / "python" / script, *arguments, with_errors=True)


def compile_and_run(source, folder, *arguments, compiler="gcc", standard="c99"):
    program = folder / pathlib.Path(source).stem
    library = ROOT / "build" / "lib"
    flags = [f"-std={standard}", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}", f"-L{library}", "-ldense"]
    run(compiler, source, *flags, f"-Wl,-rpath,{library}", "-o", program)
    return run(program, *arguments, cwd=folder)


def figure(label, output):
    """The number that follows a label."""
    found = re.search(rf"{re.escape(label)} (-?[\d.]+)", output)
    assert found, f"no '{label}' in:\n{output}"
    return float(found[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all tests of a module."""
    return tmp_path_factory.mktemp("examples")
