"""Batch normalization."""

from __future__ import annotations

from typing import Any

from .. import initializers, regularizers
from .._configured import refuse
from ._layer import Layer
from ._parameters import parameter


class BatchNormalization(Layer):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta for each column (Ioffe and Szegedy 2015).

    Training uses the mean and variance of the batch, and moving ones follow them: moving = moving * momentum +
    batch * (1 - momentum). Prediction uses the moving ones. Arguments are Keras 3's.
    """

    registered = "batch_normalization"

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        refuse(
            "BatchNormalization",
            axis=(-1 if axis == 1 else axis, -1),
            beta_constraint=(beta_constraint, None),
            gamma_constraint=(gamma_constraint, None),
            renorm=(renorm, False),
            renorm_clipping=(renorm_clipping, None),
            renorm_momentum=(renorm_momentum, 0.99),
            synchronized=(synchronized, False),
        )
        self.momentum = float(momentum)
        self.epsilon = float(epsilon)
        self.center = bool(center)
        self.scale = bool(scale)
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self._set(**{name: value for name, value in self._settings().items() if value is not None})

    def _settings(self) -> dict[str, Any]:
        return {
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": self.beta_initializer,
            "gamma_initializer": self.gamma_initializer,
            "moving_mean_initializer": self.moving_mean_initializer,
            "moving_variance_initializer": self.moving_variance_initializer,
            "beta_regularizer": self.beta_regularizer,
            "gamma_regularizer": self.gamma_regularizer,
        }

    gamma = parameter("gamma", "the factors, (features,)")
    beta = parameter("beta", "the offsets, (features,)")
    moving_mean = parameter("moving_mean", "the moving mean, (features,)")
    moving_variance = parameter("moving_variance", "the moving variance, (features,)")
