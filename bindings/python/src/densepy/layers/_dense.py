"""The dense layer."""

from __future__ import annotations

from typing import Any

from .. import activations, initializers, regularizers
from .._configured import refuse
from ._layer import Layer
from ._parameters import parameter


class Dense(Layer):
    """output = activation(input . kernel + bias), kernel (inputs, units), bias (units,).

    Arguments, order and defaults are Keras 3's, and ``dropout`` beside them: the share of outputs that training sets to
    zero. Raises ``ValueError`` for arguments of Keras's that this engine lacks when they are not at their default.
    """

    registered = "dense"

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        *,
        dropout: float = 0.0,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        refuse(
            "Dense",
            activity_regularizer=(activity_regularizer, None),
            kernel_constraint=(kernel_constraint, None),
            bias_constraint=(bias_constraint, None),
            lora_rank=(lora_rank, None),
            lora_alpha=(lora_alpha, None),
            quantization_config=(quantization_config, None),
        )
        if isinstance(units, bool) or units != int(units) or units < 1:
            raise ValueError(f"Dense: units must be a positive whole number, received {units!r}")
        self.units = int(units)
        self.activation = activations.get(activation)
        self.use_bias = bool(use_bias)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.dropout = float(dropout)
        self.seed = None if seed is None else int(seed)
        self._set(**{name: value for name, value in self._settings().items() if value is not None})

    def _settings(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "activation": self.activation,
            "use_bias": self.use_bias,
            "kernel_initializer": self.kernel_initializer,
            "bias_initializer": self.bias_initializer,
            "kernel_regularizer": self.kernel_regularizer,
            "bias_regularizer": self.bias_regularizer,
            "dropout": self.dropout,
            "seed": self.seed,
        }

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*input_shape[:-1], self.units)

    kernel = parameter("kernel", "the kernel, (inputs, units)")
    bias = parameter("bias", "the bias, (units,)")
