"""Rules that change weights from their gradients, as objects and by name; arguments, defaults and formulas as in Keras
3."""

from __future__ import annotations

from typing import Any

from ._backend import Handle, library
from ._configured import Configured, apply, finder, refuse


class Optimizer(Configured):
    """Base of all optimizers. A compiled model's optimizer shows and changes the rate that training uses."""

    kind = "optimizer"

    name: str
    _network: Handle | None = None
    _own: Handle | None = None

    def _start(self, name: str | None, settings: dict[str, Any], absent: dict[str, tuple[Any, Any]]) -> None:
        if not isinstance(settings["learning_rate"], (int, float)):
            raise ValueError(
                f"{type(self).__name__}: learning_rate must be a number, received {settings['learning_rate']!r}; "
                "for a rate that changes by epoch use callbacks.LearningRateScheduler"
            )
        refuse(type(self).__name__, **absent)
        self.name = name or self.registered
        self._configure(**settings)

    def attach(self, network: Handle) -> None:
        """Makes ``learning_rate`` and ``iterations`` those of a compiled network."""
        self._network = network

    def handle(self) -> Handle:
        """The optimizer's own object of the C ABI, for stand-alone layers."""
        if self._own is None:
            self._own = self.make()
        return self._own

    @property
    def learning_rate(self) -> float:
        """The step size, readable and settable at any time, also from a callback while the model trains."""
        if self._network is not None:
            return float(library.network_get(self._network.value, "optimizer.learning_rate"))
        return float(self.settings["learning_rate"] or 0.0)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if self._network is not None:
            library.network_set(self._network.value, "optimizer.learning_rate", float(value))
        if self._own is not None:
            apply("optimizer", self._own.value, "learning_rate", value)
        self.settings["learning_rate"] = float(value)

    @property
    def iterations(self) -> int:
        """Steps done so far by the compiled model."""
        return 0 if self._network is None else int(library.network_get(self._network.value, "iterations"))

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self.settings, "learning_rate": self.learning_rate}

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "settings": {**self.settings, "learning_rate": self.learning_rate}}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.get_config() == other.get_config()

    __hash__ = object.__hash__


class SGD(Optimizer):
    """Gradient descent, with momentum and Nesterov's form of it where asked for.

    v = momentum * v - learning_rate * g; w += v, or with ``nesterov`` w += momentum * v - learning_rate * g.
    """

    registered = "sgd"

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        settings = {"learning_rate": learning_rate, "momentum": momentum, "nesterov": nesterov}
        settings |= _common(weight_decay, clipnorm, clipvalue, global_clipnorm)
        absent = _absent(use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps)
        self._start(name, settings, absent)


class RMSprop(Optimizer):
    """Gradient over the root of its running mean square (Hinton 2012).

    v = rho * v + (1 - rho) * g**2; step = learning_rate * g / sqrt(v + epsilon), less the running mean of g squared
    under the root with ``centered``.
    """

    registered = "rmsprop"

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        settings: dict[str, Any] = {"learning_rate": learning_rate, "rho": rho, "momentum": momentum}
        settings |= {"epsilon": epsilon, "centered": centered}
        settings |= _common(weight_decay, clipnorm, clipvalue, global_clipnorm)
        absent = _absent(use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps)
        self._start(name, settings, absent)


class Adam(Optimizer):
    """Steps from running means of the gradient and its square, corrected for their start (Kingma and Ba 2015)."""

    registered = "adam"

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        settings: dict[str, Any] = {"learning_rate": learning_rate, "beta_1": beta_1, "beta_2": beta_2}
        settings |= {"epsilon": epsilon, "amsgrad": amsgrad}
        settings |= _common(weight_decay, clipnorm, clipvalue, global_clipnorm)
        absent = _absent(use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps)
        self._start(name, settings, absent)


class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    registered = "adamw"

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, clipnorm, clipvalue, global_clipnorm,
            use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name,
        )  # fmt: skip


def _common(
    weight_decay: float | None, clipnorm: float | None, clipvalue: float | None, global_clipnorm: float | None
) -> dict[str, Any]:
    return {
        "weight_decay": weight_decay,
        "clipnorm": clipnorm,
        "clipvalue": clipvalue,
        "global_clipnorm": global_clipnorm,
    }


def _absent(
    use_ema: bool, ema_momentum: float, ema_overwrite_frequency: Any, loss_scale_factor: Any, accumulation: Any
) -> dict[str, tuple[Any, Any]]:
    return {
        "use_ema": (use_ema, False),
        "ema_momentum": (ema_momentum, 0.99),
        "ema_overwrite_frequency": (ema_overwrite_frequency, None),
        "loss_scale_factor": (loss_scale_factor, None),
        "gradient_accumulation_steps": (accumulation, None),
    }


get = finder(Optimizer, [SGD, RMSprop, Adam, AdamW], {"gradient_descent": SGD})
