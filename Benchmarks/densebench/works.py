"""What is measured: shapes, row counts and required ratios, as data.

Add a row here and every peer that knows its kind is measured on it; nothing else has to change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["forward", "adam", "fit", "race", "gemm"]

#: The library under test, driven from Python and from C.
OURS_PYTHON = "densepy"
OURS_C = "dense-c"

EVERY_PYTHON_PEER = ("numpy", "torch", "torch-compile", "onnxruntime", "jax", "scikit-learn", "keras")
#: Those that can win a forward pass or a step; the others would only make a sweep long.
SWEEP_PEERS = ("numpy", "torch", "onnxruntime", "jax")
STEP_SWEEP_PEERS = ("numpy", "torch", "jax")
TRAINING_PEERS = ("numpy", "torch", "torch-compile", "jax", "scikit-learn", "keras")
FIT_PEERS = ("torch", "scikit-learn", "keras", "keras-tuned")
MEMORY_PEERS = ("torch", "scikit-learn", "keras")
GEMM_PEERS = ("openblas", "onednn", "numpy", "torch")


@dataclass(frozen=True)
class Requirement:
    """A bar that our result must reach: `at_least` times as fast as `peers` (the best of them), or, for a
    product of matrices, that fraction of the machine's peak. Empty `peers` means all that were measured."""

    at_least: float
    peers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Work:
    """One thing that each peer is asked to do.

    `widths` runs from the inputs to the outputs, `activations` names one per layer. `rows` is the batch of a
    forward or training step. `of_digits` asks for real digits as rows, mostly zeros, where others are random and have
    none; whole trainings always have them. `epochs`, `batch` and `target_accuracy` matter to whole trainings only.
    `threads` is the run's own number where it is 0.
    """

    name: str
    kind: Kind
    widths: tuple[int, ...]
    rows: int
    activations: tuple[str, ...]
    ours: str = OURS_PYTHON
    peers: tuple[str, ...] = EVERY_PYTHON_PEER
    of_digits: bool = False
    loss: Literal["none", "cross_entropy", "squared"] = "none"
    learning_rate: float = 1e-3
    epochs: int = 0
    batch: int = 32
    target_accuracy: float = 0.0
    threads: int = 0
    requirement: Requirement | None = None

    @property
    def everyone(self) -> tuple[str, ...]:
        """Ours first, then the peers."""
        return (self.ours, *self.peers)

    @property
    def flops(self) -> float:
        """Floating-point operations of one forward pass (a multiply and an add count as two)."""
        return 2.0 * self.rows * sum(a * b for a, b in zip(self.widths, self.widths[1:], strict=False))


def shape(widths: tuple[int, ...]) -> str:
    return "-".join(map(str, widths))


def relu_then_linear(widths: tuple[int, ...]) -> tuple[str, ...]:
    return ("relu",) * (len(widths) - 2) + ("linear",)


def forward(widths: tuple[int, ...], rows: int, at_least: float | None = None, **changes: object) -> Work:
    """A forward pass over `rows` rows: ReLU inside, linear at the end (the cheapest end for every peer)."""
    work = Work(
        name=f"forward {shape(widths)}, {rows} row{'s' if rows > 1 else ''}",
        kind="forward",
        widths=widths,
        rows=rows,
        activations=relu_then_linear(widths),
        requirement=Requirement(at_least) if at_least else None,
    )
    return replace(work, **changes)  # type: ignore[arg-type]


def adam(
    widths: tuple[int, ...],
    rows: int,
    at_least: float | None = None,
    loss: str = "cross_entropy",
    peers: tuple[str, ...] = TRAINING_PEERS,
) -> Work:
    """One whole training step with Adam. The rate is small so that ten thousand timed steps on one batch neither
    reach a zero gradient nor overflow; no peer's speed depends on it."""
    return Work(
        name=f"Adam step {shape(widths)}, {rows} row{'s' if rows > 1 else ''}",
        kind="adam",
        widths=widths,
        rows=rows,
        activations=relu_then_linear(widths),
        peers=peers,
        loss=loss,  # type: ignore[arg-type]
        learning_rate=1e-5,
        requirement=Requirement(at_least) if at_least else None,
    )


def of_digits(work: Work) -> Work:
    """The same on real digits. Nothing is required of it: what it shows is what zeros save whom."""
    name = f"{work.name} of MNIST digits" if work.rows > 1 else f"{work.name}, an MNIST digit"
    return replace(work, name=name, of_digits=True, requirement=None)


def gemm(size: int, threads: int = 1, at_least: float | None = None) -> Work:
    """A product of two square matrices, the right one known beforehand (a bias-free use of a dense layer)."""
    return Work(
        name=f"GEMM {size} cubed, {threads} thread{'s' if threads > 1 else ''}",
        kind="gemm",
        widths=(size, size),
        rows=size,
        activations=("linear",),
        ours=OURS_C,
        peers=GEMM_PEERS,
        threads=threads,
        requirement=Requirement(at_least) if at_least else None,
    )


MLP = (784, 128, 10)

FORWARD = (
    forward((10, 64, 64, 1), 1, 8.0),
    forward(MLP, 1, 4.0),
    of_digits(forward(MLP, 1)),
    forward((1024, 1024), 1, 1.3),
    forward((4096, 4096), 1, 1.0),
    forward(MLP, 32, 1.5),
    forward(MLP, 256, 1.2),
    of_digits(forward(MLP, 256)),
    forward((1024, 1024), 256, 1.2),
    forward((4096, 4096), 256, 1.2),
)

ADAM = (
    adam(MLP, 32, 3.0),
    of_digits(adam(MLP, 32)),
    adam(MLP, 128, 2.2),
    of_digits(adam(MLP, 128)),
    adam((784, 512, 512, 10), 128, 1.5),
    adam((2048, 2048, 2048), 256, 1.1, loss="squared"),
)

_FIT = Work(
    name="fit 784-128-10 on MNIST-5k, 10 epochs of batches of 32",
    kind="fit",
    widths=MLP,
    rows=4000,
    activations=("relu", "linear"),
    peers=FIT_PEERS,
    loss="cross_entropy",
    epochs=10,
    target_accuracy=0.90,
)
#: One training, two bars: it is measured once, and judged against each family of peers.
FIT = (_FIT,)
FIT_REQUIREMENTS = (Requirement(20.0, ("keras",)), Requirement(10.0, ("scikit-learn",)))

#: FANN has no ReLU and no cross-entropy, so both sides train its kind of network: tanh inside, sigmoid outputs,
#: squared error, from the same starting weights, until the same accuracy on held-out digits. Each side has the
#: learning rate that suits it: this one is ours, FANN's is in programs/fann.c.
RACE = (
    Work(
        name="training from C to 93 % of MNIST-5k, 784-128-10",
        kind="race",
        widths=MLP,
        rows=4000,
        activations=("tanh", "sigmoid"),
        ours=OURS_C,
        peers=("fann", "fann-incremental"),
        loss="squared",
        learning_rate=4e-3,
        epochs=100,
        target_accuracy=0.93,
        requirement=Requirement(10.0),
    ),
)

FORWARD_C = (forward(MLP, 1, ours=OURS_C, peers=("fann",), activations=("tanh", "linear")),)

GEMM = (gemm(512, at_least=0.82), gemm(1024, at_least=0.82), gemm(1536, at_least=0.82), gemm(2048, at_least=0.82))

WIDTH_SWEEP = tuple(forward((2**power,) * 2, rows, peers=SWEEP_PEERS) for rows in (1, 32) for power in range(3, 14))
ROWS_SWEEP = tuple(forward(MLP, 2**power, peers=SWEEP_PEERS) for power in range(13))

#: Regressions and classifiers of one layer, narrow and deep networks, wide outputs, odd sizes.
SHAPES_SWEEP = (
    *(forward((5, 1), rows, peers=SWEEP_PEERS) for rows in (1, 1000)),
    *(forward((1000, 1), rows, peers=SWEEP_PEERS) for rows in (1, 1000)),
    forward((10_000, 1), 200, peers=SWEEP_PEERS),
    *(forward((784, 10), rows, peers=SWEEP_PEERS) for rows in (1, 1000)),
    forward((4096, 10), 200, peers=SWEEP_PEERS),
    forward((100, 8), 1000, peers=SWEEP_PEERS),
    forward((100, 1000), 100, peers=SWEEP_PEERS),
    forward((3, 5, 1), 1000, peers=SWEEP_PEERS),
    *(forward((13, 64, 64, 64, 64, 1), rows, peers=SWEEP_PEERS) for rows in (1, 50)),
    *(forward((30, 100, 100, 2), rows, peers=SWEEP_PEERS) for rows in (1, 200)),
    *(forward((20_000, 16, 1), rows, peers=SWEEP_PEERS) for rows in (1, 200)),
    forward((1, 512, 1), 1000, peers=SWEEP_PEERS),
    forward((300, 77, 5), 100, peers=SWEEP_PEERS),
    forward((500, 333, 111, 7), 50, peers=SWEEP_PEERS),
    forward((784, 300, 100, 10), 200, peers=SWEEP_PEERS),
    forward((1024, 256, 64, 16, 4, 1), 50, peers=SWEEP_PEERS),
    forward((128,) * 9, 50, peers=SWEEP_PEERS),
    forward((512, 2048, 512), 16, peers=SWEEP_PEERS),
)

#: Steps of the same kinds of networks, on few rows and on many.
STEPS_SWEEP = (
    adam((1000, 1), 500, loss="squared", peers=STEP_SWEEP_PEERS),
    *(adam((784, 10), rows, peers=STEP_SWEEP_PEERS) for rows in (32, 500)),
    adam((2048, 10), 1000, peers=STEP_SWEEP_PEERS),
    adam((4096, 10), 500, peers=STEP_SWEEP_PEERS),
    adam((20_000, 16, 2), 100, peers=STEP_SWEEP_PEERS),
    adam((20, 16, 3), 200, peers=STEP_SWEEP_PEERS),
    adam((10, 64, 64, 2), 32, peers=STEP_SWEEP_PEERS),
    adam((30, 100, 100, 2), 256, peers=STEP_SWEEP_PEERS),
    adam((300, 77, 5), 100, peers=STEP_SWEEP_PEERS),
    adam((128,) * 8 + (10,), 64, peers=STEP_SWEEP_PEERS),
    adam((1024, 256, 64, 10), 64, peers=STEP_SWEEP_PEERS),
    adam((512, 2048, 512), 64, loss="squared", peers=STEP_SWEEP_PEERS),
    adam((1000, 1000, 1000), 500, loss="squared", peers=STEP_SWEEP_PEERS),
    adam((4096, 512), 512, loss="squared", peers=STEP_SWEEP_PEERS),
    adam((3000, 300, 30), 1000, peers=STEP_SWEEP_PEERS),
    adam((256,) * 4, 2048, loss="squared", peers=STEP_SWEEP_PEERS),
    adam((784, 32, 784), 256, loss="squared", peers=STEP_SWEEP_PEERS),
)

#: Every activation where it is a large part of the work.
ACTIVATIONS_SWEEP = tuple(
    replace(work, name=f"{work.name}, {activation}", activations=(activation,))
    for activation in ("relu", "tanh", "sigmoid", "silu", "gelu", "elu", "softplus", "softmax")
    for work in (
        forward((64, 64), 1000, peers=("torch", "onnxruntime", "jax")),
        forward((256, 256), 1000, peers=("torch", "onnxruntime", "jax")),
    )
)

#: Small works on both sides of where threads begin to gain: narrow layers and wide ones, few rows and many.
SHARING = (
    *(forward(MLP, rows) for rows in (1, 4, 32)),
    *(forward((64, 64), rows) for rows in (32, 256)),
    *(forward((128, 128), rows) for rows in (8, 32)),
    *(forward((256, 256), rows) for rows in (1, 8)),
    forward((30, 100, 100, 2), 32),
    forward((1024, 1024), 1),
    *(adam(MLP, rows) for rows in (1, 8, 32, 128)),
    *(adam((10, 64, 64, 2), rows) for rows in (32, 256)),
    *(adam((30, 100, 100, 2), rows) for rows in (64, 256)),
    *(adam((128, 128, 10), rows) for rows in (32, 128)),
    *(adam((256, 256, 10), rows) for rows in (1, 8, 32)),
    adam((784, 32, 10), 32),
    adam((784, 64, 10), 8),
    adam((128, 128, 128, 128, 10), 16),
    adam((784, 512, 512, 10), 1),
)

SINGLE_ROW = forward(MLP, 1)

#: Wide enough that weights, gradients and optimizer slots (about 93 MB) tower over allocator noise.
MEMORY = replace(
    _FIT,
    name="memory of fit 784-2048-2048-10, 2 epochs of batches of 128",
    widths=(784, 2048, 2048, 10),
    activations=("relu", "relu", "linear"),
    peers=MEMORY_PEERS,
    epochs=2,
    batch=128,
    target_accuracy=0.5,
)
