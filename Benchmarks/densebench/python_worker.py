"""The process in which one Python library works: `python -m densebench.python_worker PEER`.

It reads one command a line and answers one line, "ok ..." or "error ...", as the C programs do:

    prepare FOLDER      builds the work in FOLDER, writes its result to FOLDER/result.f32
    run CALLS           runs the work CALLS times: "ok SECONDS" in all
    latency FILE CALLS  times each of CALLS calls: nanoseconds as int64 into FILE
    memory FOLDER       "ok BYTES": peak resident memory of building and fitting, above what held before
    quit
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TextIO

import numpy as np

from .folder import Task
from .peers import PEERS, Prepared


def resident_bytes(field: str) -> int:
    """A memory figure of this process in bytes: VmRSS (now) or VmHWM (peak)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status does not tell {field}")


class Worker:
    """Holds one library and the work that it was last asked to prepare."""

    def __init__(self, library: ModuleType) -> None:
        self.library = library
        self.prepared: Prepared | None = None

    def current(self) -> Prepared:
        if self.prepared is None:
            raise RuntimeError("nothing was prepared")
        return self.prepared

    def prepare(self, folder: str) -> str:
        self.prepared = None
        gc.collect()
        self.prepared = self.library.prepare(Task(Path(folder)))
        result = self.current().result()
        np.ascontiguousarray(result, dtype=np.float32).tofile(Path(folder) / "result.f32")
        return ""

    def run(self, calls: str) -> str:
        prepared = self.current()
        call, repeats = prepared.call, range(int(calls))
        gc.disable()
        begin = time.perf_counter()
        for _ in repeats:
            call()
        prepared.finish()
        seconds = time.perf_counter() - begin
        gc.enable()
        return repr(seconds)

    def latency(self, file: str, calls: str) -> str:
        call, clock = self.current().call, time.perf_counter_ns
        nanoseconds = np.zeros(int(calls), dtype=np.int64)
        gc.disable()
        for i in range(len(nanoseconds)):
            begin = clock()
            call()
            nanoseconds[i] = clock() - begin
        gc.enable()
        nanoseconds.tofile(file)
        return ""

    def memory(self, folder: str) -> str:
        """The data with the first weights is loaded and a tiny training was run before the count starts, so that
        neither these arrays nor code that a library loads late are charged to the fit."""
        warm_up = Task(Path(folder) / "warm-up")
        self.library.prepare(warm_up).call()
        task = Task(Path(folder))
        for array in (task.x, task.labels, task.test_x, task.test_labels, *task.weights, *task.biases):
            array.sum()
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # 5 resets the peak to what is resident now
        before = resident_bytes("VmRSS")
        prepared = self.library.prepare(task)
        prepared.call()
        prepared.finish()
        return str(resident_bytes("VmHWM") - before)

    def serve(self, answers: TextIO) -> None:
        commands: dict[str, Callable[..., str]] = {
            "prepare": self.prepare,
            "run": self.run,
            "latency": self.latency,
            "memory": self.memory,
        }
        for line in sys.stdin:
            name, *arguments = line.split()
            if name == "quit":
                return
            try:
                answer = "ok " + commands[name](*arguments)
            except Exception as error:  # whatever a library raises is its result, and the report shows it
                text = f"{type(error).__name__}: {error}"
                answer = "error " + " ".join(text.split())[:500]
            answers.write(answer + "\n")
            answers.flush()


def greeting(library: ModuleType) -> str:
    """The library's version, settings and the BLAS kernels that it loaded, for the record."""
    pools: list[dict[str, object]] = []
    try:
        from threadpoolctl import threadpool_info

        fields = ("internal_api", "version", "architecture", "num_threads")
        pools = [{f: pool[f] for f in fields if pool.get(f) is not None} for pool in threadpool_info()]
    except ImportError:
        pass
    return "ok " + json.dumps({"versions": library.versions(), "thread_pools": pools})


def main() -> int:
    # Libraries may print; the answers keep standard output to themselves.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = PEERS[sys.argv[1]]
    try:
        library = importlib.import_module(f"densebench.peers.{peer.module}")
        answers.write(greeting(library) + "\n")
    except (ImportError, OSError, RuntimeError) as error:
        answers.write(f"absent {type(error).__name__}: {' '.join(str(error).split())[:300]}\n")
        answers.flush()
        return 1
    answers.flush()
    Worker(library).serve(answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
