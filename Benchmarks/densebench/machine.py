"""The machine that a result belongs to."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from functools import cache
from pathlib import Path


@cache
def processors() -> tuple[int, ...]:
    """The processors that this process may use, those on cores of their own first and hyper-thread siblings last."""
    allowed = sorted(os.sched_getaffinity(0))
    first: list[int] = []
    rest: list[int] = []
    seen: set[str] = set()
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = siblings.read_text().strip() if siblings.exists() else str(cpu)
        (rest if core in seen else first).append(cpu)
        seen.add(core)
    return tuple(first + rest)


def _field(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1).strip() if match else "unknown"


def _caches() -> dict[str, str]:
    result = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = (index / "type").read_text().strip()
        if kind != "Instruction":
            result[f"L{(index / 'level').read_text().strip()}"] = (index / "size").read_text().strip()
    return result


def _command(*words: str) -> str:
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def vector_instructions() -> list[str]:
    """The instruction sets that matter to dense arithmetic."""
    text = Path("/proc/cpuinfo").read_text()
    flags = _field(r"^(?:flags|Features)\s*:(.*)$", text).split()
    known = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve")
    return [flag for flag in known if flag in flags]


def name() -> str:
    """A short name for folders: the processor's, in lower case with dashes."""
    model = _field(r"^(?:model name|CPU part)\s*:(.*)$", Path("/proc/cpuinfo").read_text()).lower()
    model = re.sub(r"\((?:r|tm)\)|\b(?:processor|cpu)\b|@.*", " ", model)
    return f"{re.sub(r'[^a-z0-9]+', '-', model).strip('-')}-{len(processors())}cpu"


def load() -> float:
    """The average number of runnable processes of the last minute."""
    return round(os.getloadavg()[0], 2)


def is_busy() -> bool:
    """Whether others leave too little of the machine for times that mean something."""
    return load() > 0.25 * len(processors())


def description() -> dict[str, object]:
    """What a reader needs to judge or repeat a run."""
    cpu = Path("/proc/cpuinfo").read_text()
    return {
        "processor": _field(r"^(?:model name|CPU part)\s*:(.*)$", cpu),
        "family_model_stepping": "/".join(_field(rf"^{f}\s*:(.*)$", cpu) for f in ("cpu family", "model", "stepping")),
        "processors": len(processors()),
        "caches": _caches(),
        "vector_instructions": vector_instructions(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "compiler": _command("cc", "--version"),
        "load_before": load(),
    }
