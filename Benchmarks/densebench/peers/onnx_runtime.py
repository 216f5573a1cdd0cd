"""ONNX Runtime's CPU provider, all graph optimizations, on a model built here with the onnx package."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ..folder import Task
from . import Prepared, UnsupportedError

#: By Keras's names. Sigmoid linear units are two operators, which the runtime fuses.
OPERATORS = {
    "relu": "Relu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "gelu": "Gelu",
    "elu": "Elu",
    "softplus": "Softplus",
    "softmax": "Softmax",
}


def versions() -> dict[str, str]:
    return {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__}


def graph(task: Task) -> onnx.ModelProto:
    """Gemm nodes and activations in the form that exporters give; the row count is fixed, which favours the runtime."""
    nodes, initializers, value = [], [], "x"
    for i, (weight, bias, activation) in enumerate(zip(task.weights, task.biases, task.activations, strict=True)):
        initializers += [numpy_helper.from_array(weight, f"w{i}"), numpy_helper.from_array(bias, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [value, f"w{i}", f"b{i}"], [f"z{i}"]))
        value = f"z{i}"
        if activation == "silu":
            nodes.append(helper.make_node("Sigmoid", [value], [f"s{i}"]))
            nodes.append(helper.make_node("Mul", [value, f"s{i}"], [f"a{i}"]))
        elif activation != "linear":
            nodes.append(helper.make_node(OPERATORS[activation], [value], [f"a{i}"]))
        value = f"a{i}" if activation != "linear" else value
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [task.rows, task.widths[0]])]
    outputs = [helper.make_tensor_value_info(value, TensorProto.FLOAT, [task.rows, task.widths[-1]])]
    model = helper.make_model(
        helper.make_graph(nodes, "network", inputs, outputs, initializers),
        opset_imports=[helper.make_opsetid("", 20)],
    )
    model.ir_version = 10
    return model


def prepare(task: Task) -> Prepared:
    if task.kind != "forward":
        raise UnsupportedError(f"ONNX Runtime does no work of kind '{task.kind}'")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ["DENSEBENCH_THREADS"])
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(graph(task).SerializeToString(), options, providers=["CPUExecutionProvider"])
    # Bound input and output spare the runtime its conversions in each call.
    output = np.empty((task.rows, task.widths[-1]), np.float32)
    binding = session.io_binding()
    binding.bind_cpu_input("x", task.x)
    binding.bind_output(session.get_outputs()[0].name, "cpu", 0, np.float32, output.shape, output.ctypes.data)

    def check() -> npt.NDArray[Any]:
        session.run_with_iobinding(binding)
        return output.copy()

    return Prepared(call=lambda: session.run_with_iobinding(binding), result=check)
