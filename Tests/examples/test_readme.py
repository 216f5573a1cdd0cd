"""The programs in README.md run as they stand, in the order in which they stand there."""

import re
import sys

import pytest
from conftest import ROOT, compile_and_run, run

BLOCKS = re.findall(r"^```(python|c|swift)\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def source(language):
    found = [text for name, text in BLOCKS if name == language]
    assert len(found) == 1, f"expected one {language} program in README.md, found {len(found)}"
    return found[0]


@pytest.fixture(scope="module")
def python_output(folder):
    """Trains the model, whose file the other programs read."""
    path = folder / "readme.py"
    path.write_text(source("python"))
    output = run(sys.executable, path, cwd=folder)
    assert (folder / "digits.safetensors").is_file()
    return output.splitlines()[-1]


def test_c_reads_what_python_saved(folder, python_output):
    path = folder / "readme.c"
    path.write_text(source("c"))
    assert compile_and_run(path, folder).strip() == python_output


def test_swift_reads_what_python_saved(folder, python_output):
    package = folder / "swift"
    (package / "Sources" / "readme").mkdir(parents=True)
    (package / "Sources" / "readme" / "main.swift").write_text(source("swift"))
    manifest = (ROOT / "Examples/swift/Package.swift").read_text().replace("../..", str(ROOT))
    (package / "Package.swift").write_text(manifest.replace('"digits"', '"readme"'))
    # Where the example was built, the engine is built already.
    scratch = ROOT / "Examples/swift/.build"
    run("swift", "build", "-c", "release", "--package-path", package, "--scratch-path", scratch)
    assert run(scratch / "release" / "readme", cwd=folder).strip() == python_output
