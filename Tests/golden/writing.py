"""The form of a golden file: a JSON object with one case per line."""

import importlib.metadata
import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent


def numbers(values):
    """The shortest decimals that read back as the same float32; double results keep nine digits."""
    array = values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)
    if array.dtype == np.float32:
        return [float(str(value)) for value in array.ravel()]
    if array.dtype.kind in "iub":
        return [int(value) for value in array.ravel()]
    return [float(f"{value:.9g}") for value in array.ravel()]


def number(value):
    return numbers(np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value))[0]


def write(name, cases):
    made_with = {package: importlib.metadata.version(package).split("+")[0] for package in ("keras", "torch")}
    lines = ",\n".join("  " + json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    text = f'{{"made_with":{json.dumps(made_with)},"cases":[\n{lines}\n]}}\n'
    (FOLDER / f"{name}.json").write_text(text)
    print(f"{name}.json: {len(cases)} cases, {len(text):,} bytes")
