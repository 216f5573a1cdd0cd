"""What ``compile`` was given."""

from __future__ import annotations

from typing import Any

from .. import losses, optimizers
from .. import metrics as metrics_module
from .._backend import Handle, library


class Compiled:
    """Optimizer, loss and metrics of a model, and the names under which results are reported."""

    def __init__(self, optimizer: Any, loss: Any, metrics: Any) -> None:
        self.optimizer: optimizers.Optimizer = optimizers.get(optimizer)
        self.loss: losses.Loss = losses.get(loss)
        self.metrics: list[metrics_module.Metric] = [_metric(metric) for metric in _listed(metrics)]
        self.names = _unique(["loss", *(metric.name for metric in self.metrics)])

    def apply(self, network: Handle) -> None:
        """Compiles a built network of the engine; the optimizer's state starts anew."""
        with self.optimizer.make() as optimizer, self.loss.make() as loss:
            library.network_compile(network.value, optimizer, loss)
        for metric in self.metrics:
            with metric.make() as figure:
                library.network_add_metric(network.value, figure)
        self.optimizer.attach(network)

    def rename(self, names: list[str]) -> None:
        """Gives the metrics the names under which they are to be reported."""
        for metric, name in zip(self.metrics, names, strict=True):
            metric.name = name
        self.names = _unique(["loss", *names])

    def target_columns(self, outputs: int) -> int:
        """Columns of a target row: one for class numbers, else as many as outputs."""
        return 1 if isinstance(self.loss, losses.SparseCategoricalCrossentropy) else outputs


def _listed(metrics: Any) -> list[Any]:
    if metrics is None:
        return []
    if isinstance(metrics, (str, metrics_module.Metric)):
        return [metrics]
    if isinstance(metrics, (list, tuple)):
        return list(metrics)
    raise ValueError(f"metrics: expected a list of names or metrics, received {metrics!r}")


def _metric(identifier: Any) -> metrics_module.Metric:
    metric: metrics_module.Metric = metrics_module.get(identifier)
    if metric is None:
        raise ValueError("metrics: expected names or metrics, received None")
    if isinstance(identifier, str):
        # As in Keras: results carry the name that the caller used, such as "acc".
        metric.name = identifier
    return metric


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        result.append(f"{name}_{count}" if count else name)
    return result
