"""torch.compile with Inductor; frozen weights for forward passes, as its CPU guide advises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch._inductor.config as inductor

from ..folder import Task
from . import Prepared, pytorch

versions = pytorch.versions


def compiled(network: torch.nn.Module) -> Callable[..., Any]:
    run: Callable[..., Any] = torch.compile(network)
    return run


def prepare(task: Task) -> Prepared:
    torch.compiler.reset()
    inductor.freezing = task.kind == "forward"
    return pytorch.prepare_with(task, compiled)
