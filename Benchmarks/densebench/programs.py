"""Builds the C programs that can be built here and says why the others cannot."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "programs"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Program:
    """`header` tells whether its library is there, `package` (Debian's) is named in the message when it is not."""

    name: str
    header: str = ""
    libraries: tuple[str, ...] = ()
    package: str = ""
    pkg_config: str = ""
    more_sources: tuple[str, ...] = ()


PROGRAMS = (
    Program("peak"),
    Program("fann", "floatfann.h", ("floatfann",), "libfann-dev", "fann"),
    Program("openblas", "cblas.h", ("openblas",), "libopenblas-dev", "openblas", ("sgemm",)),
    Program("onednn", "dnnl.h", ("dnnl",), "libdnnl-dev", more_sources=("sgemm",)),
    Program("dense", "dense.h", ("dense",), "libdense.so (make library)", more_sources=("dense_training",)),
)


def _runs(command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def library_folder() -> Path:
    """Where libdense.so is: DENSE_LIBRARY_DIR, or the first of the build folders that holds it."""
    given = os.environ.get("DENSE_LIBRARY_DIR")
    folders = [Path(given)] if given else [ROOT / "build/lib", ROOT / ".build/release", ROOT / ".build/debug"]
    return next((folder for folder in folders if (folder / "libdense.so").exists()), folders[0])


def _flags(program: Program) -> list[str]:
    flags = [f"-l{library}" for library in program.libraries]
    if program.name == "dense":
        folder = library_folder().resolve()
        flags = [f"-I{ROOT / 'include'}", f"-L{folder}", f"-Wl,-rpath,{folder}", *flags]
    if program.pkg_config:
        version = _runs(["pkg-config", "--modversion", program.pkg_config]).stdout.strip() or "unknown"
        flags.append(f'-DPEER_VERSION="{version}"')
    return flags


def build(target: Path) -> dict[str, str]:
    """Compiles every program into `target`. Returns the reason of each that could not be built; the reason is also
    left in `target`, where a worker that is to be started finds it."""
    target.mkdir(parents=True, exist_ok=True)
    reasons = {}
    compiler = os.environ.get("CC", "cc")
    for program in PROGRAMS:
        executable, note = target / program.name, target / f"{program.name}.error"
        note.unlink(missing_ok=True)
        executable.unlink(missing_ok=True)
        flags = _flags(program)
        # -std=gnu11: affinity and clocks; contraction is what makes the peak loop's a * b + c one instruction.
        options = ["-std=gnu11", "-O2", "-ffp-contract=fast", "-Wall", "-Wextra", f"-I{SOURCES}"]
        sources = [str(SOURCES / f"{name}.c") for name in (program.name, "work", *program.more_sources)]
        if program.header and _runs([compiler, *flags[:1], "-E", "-"], f"#include <{program.header}>\n").returncode:
            reasons[program.name] = f"needs {program.header}: install {program.package}"
        else:
            done = _runs([compiler, *options, *sources, "-o", str(executable), *flags, "-lpthread", "-lm"])
            if done.returncode:
                reasons[program.name] = "does not compile: " + " ".join(done.stderr.split())[:400]
        if program.name in reasons:
            note.write_text(reasons[program.name] + "\n")
    return reasons
