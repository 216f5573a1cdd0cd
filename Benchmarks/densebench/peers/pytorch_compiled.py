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
    if task.kind == "forward":
        inductor.freezing = True
        return pytorch.prepare_forward(task, compiled(pytorch.module(task).eval().requires_grad_(False)))
    inductor.freezing = False
    return pytorch.prepare_training(task, compiled)
