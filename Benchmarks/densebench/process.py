"""A worker process as the controller sees it: start, ask, freeze, thaw, close."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from .machine import processors
from .peers import Peer

#: Set on some machines for the sake of old OpenBLAS builds; they hold a current NumPy back.
SLOWING_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
THREAD_VARIABLES = (
    "DENSEBENCH_THREADS",
    "DENSE_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


#: The longest that a library may take to answer (compilers among them take a minute).
ANSWER_SECONDS = 600

PR_SET_PDEATHSIG = 1


def _begin_worker(mask: tuple[int, ...]) -> None:
    """Runs in the new process: binds it to its processors, and has it end with this one even while it is stopped."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setaffinity(0, mask)


class PeerAbsentError(Exception):
    """The library (or its C program) is not installed; the text says why."""


class PeerFailedError(Exception):
    """The library refused or failed at a work; the text is its own."""


def environment(threads: int, extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `threads` for every library and nothing that slows one down."""
    result = {key: value for key, value in os.environ.items() if key not in SLOWING_VARIABLES}
    result.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    result["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    )
    result["TF_CPP_MIN_LOG_LEVEL"] = "3"
    result.update(extra)
    return result


class Worker:
    """One library in its own process, bound to as many processors as it may use threads.

    Between its turns it is stopped with SIGSTOP, so that no thread pool of one library spins while another is timed.
    Use it as a context manager. Not safe to share between threads.
    """

    def __init__(self, peer: Peer, threads: int, programs: Path, log: Path, cpus: int | None = None) -> None:
        """`cpus` is the number of processors it is bound to, `threads` unless given."""
        self.peer = peer
        command = [sys.executable, "-m", "densebench.python_worker", peer.name]
        if peer.program:
            executable = programs / peer.program
            if not executable.exists():
                reason = programs / f"{peer.program}.error"
                raise PeerAbsentError(reason.read_text().strip() if reason.exists() else f"{executable} was not built")
            command = [str(executable)]
        mask = processors()[: cpus or threads]
        with log.open("a") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(threads, peer.environment),
                preexec_fn=lambda: _begin_worker(mask),
            )
        status, text = self._answer()
        if status != "ok":
            self.close()
            raise PeerAbsentError(text)
        self.about: dict[str, object] = json.loads(text) if peer.module else {"versions": {peer.name: text}}
        self.freeze()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _answer(self) -> tuple[str, str]:
        assert self._process.stdout is not None
        # Each command has one answer of one line, so nothing can wait unseen in the stream's buffer.
        if not select.select([self._process.stdout], [], [], ANSWER_SECONDS)[0]:
            self._process.kill()
            return "error", f"no answer in {ANSWER_SECONDS} seconds"
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            how = f"by signal {-code}" if code < 0 else f"with status {code}"
            return "error", f"the process ended {how}"
        status, _, text = line.rstrip("\n").partition(" ")
        return status, text

    def ask(self, *words: object) -> str:
        """Sends a command and returns the text after "ok". Raises PeerFailedError with the worker's reason otherwise.

        Thaws the process; freezing it again is the caller's.
        """
        assert self._process.stdin is not None
        if self._process.poll() is not None:
            raise PeerFailedError("the process has ended")
        self.thaw()
        try:
            self._process.stdin.write(" ".join(map(str, words)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer below says how the process ended
        status, text = self._answer()
        if status != "ok":
            raise PeerFailedError(text)
        return text

    def run(self, calls: int) -> float:
        """Seconds that `calls` calls took."""
        return float(self.ask("run", calls))

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends the process, at once: it holds nothing worth keeping."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
