"""PyTorch eager: inference mode for forward passes, fused Adam for training.

Inputs are tensors made beforehand, outputs stay tensors: the conversion from and to NumPy is not charged.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ..folder import Task
from ..reference import CHECK_STEPS
from . import Prepared, UnsupportedError, accuracy

torch.set_num_threads(int(os.environ["DENSEBENCH_THREADS"]))

#: How a module is turned into what runs: unchanged here, compiled in `pytorch_compiled`.
Transform = Callable[[torch.nn.Module], Callable[..., Any]]

#: By Keras's names.
MODULES: dict[str, Callable[[], torch.nn.Module]] = {
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "silu": torch.nn.SiLU,
    "gelu": torch.nn.GELU,
    "elu": torch.nn.ELU,
    "softplus": torch.nn.Softplus,
    "softmax": lambda: torch.nn.Softmax(dim=-1),
}
#: The same as functions, in place where there are such.
FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor] | None] = {
    "linear": None,
    "relu": torch.relu_,
    "tanh": torch.tanh_,
    "sigmoid": torch.sigmoid_,
    "silu": lambda x: torch.nn.functional.silu(x, inplace=True),
    "gelu": torch.nn.functional.gelu,
    "elu": lambda x: torch.nn.functional.elu(x, inplace=True),
    "softplus": torch.nn.functional.softplus,
    "softmax": lambda x: torch.softmax(x, -1),
}


def versions() -> dict[str, str]:
    blas = "MKL" if torch.backends.mkl.is_available() else "no MKL"
    return {"torch": f"{torch.__version__} ({blas}, {torch.backends.cpu.get_cpu_capability()})"}


def module(task: Task) -> torch.nn.Sequential:
    """The network, with the task's parameters."""
    layers: list[torch.nn.Module] = []
    for weight, bias, activation in zip(task.weights, task.biases, task.activations, strict=True):
        layer = torch.nn.Linear(*weight.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight.T))
            layer.bias.copy_(torch.from_numpy(bias))
        layers.append(layer)
        if activation != "linear":
            layers.append(MODULES[activation]())
    return torch.nn.Sequential(*layers)


class Functional(torch.nn.Module):
    """The layers as plain function calls, which take half the time of nested modules on one row."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.layers = [
            (torch.from_numpy(np.ascontiguousarray(weight.T)), torch.from_numpy(bias), FUNCTIONS[activation])
            for weight, bias, activation in zip(task.weights, task.biases, task.activations, strict=True)
        ]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for weight, bias, activation in self.layers:
            x = torch.nn.functional.linear(x, weight, bias)
            if activation:
                x = activation(x)
        return x


def prepare_forward(task: Task, run: Callable[..., Any]) -> Prepared:
    """`run` maps rows to outputs."""
    x = torch.from_numpy(task.x)
    # Entered once for the process's life: entering it in each call would be charged to PyTorch.
    torch.inference_mode().__enter__()
    return Prepared(call=lambda: run(x), result=lambda: np.asarray(run(x)))


def prepare_product(task: Task) -> Prepared:
    left, right = torch.from_numpy(task.x), torch.from_numpy(task.weights[0])
    output = torch.empty(task.rows, task.widths[1])
    return Prepared(
        call=lambda: torch.mm(left, right, out=output),
        result=lambda: torch.mm(left, right).numpy(),
    )


def loss_function(task: Task) -> torch.nn.Module:
    return torch.nn.CrossEntropyLoss() if task.loss == "cross_entropy" else torch.nn.MSELoss()


def fused_adam(network: torch.nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), lr=learning_rate, eps=1e-7, fused=True)


def prepare_step(task: Task, transform: Transform) -> Prepared:
    network = module(task).train()
    run, loss, optimizer = transform(network), loss_function(task), fused_adam(network, task.learning_rate)
    x = torch.from_numpy(task.x)
    y = torch.from_numpy(task.labels).long() if task.loss == "cross_entropy" else torch.from_numpy(task.targets)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss(run(x), y).backward()
        optimizer.step()

    def check() -> npt.NDArray[Any]:
        for _ in range(CHECK_STEPS):
            step()
        with torch.no_grad():
            return np.asarray(network(x))

    return Prepared(call=step, result=check)


def prepare_fit(task: Task, transform: Transform) -> Prepared:
    """The usual loop over shuffled batches, written by index: a DataLoader costs several times as much."""
    x, y = torch.from_numpy(task.x), torch.from_numpy(task.labels).long()
    state: dict[str, torch.nn.Module] = {}

    def fit() -> None:
        network = module(task).train()
        run, loss, optimizer = transform(network), loss_function(task), fused_adam(network, task.learning_rate)
        for _ in range(task.epochs):
            for rows in torch.randperm(len(x)).split(task.batch):
                optimizer.zero_grad(set_to_none=True)
                loss(run(x[rows]), y[rows]).backward()
                optimizer.step()
        state["network"] = network

    def check() -> npt.NDArray[Any]:
        fit()
        with torch.no_grad():
            return accuracy(state["network"](torch.from_numpy(task.test_x)).numpy(), task.test_labels)

    return Prepared(call=fit, result=check)


def prepare_training(task: Task, transform: Transform) -> Prepared:
    if task.kind == "adam":
        return prepare_step(task, transform)
    if task.kind == "fit":
        return prepare_fit(task, transform)
    raise UnsupportedError(f"PyTorch does no work of kind '{task.kind}'")


def prepare(task: Task) -> Prepared:
    if task.kind == "gemm":
        return prepare_product(task)
    if task.kind == "forward":
        return prepare_forward(task, Functional(task).forward)
    return prepare_training(task, lambda network: network)
