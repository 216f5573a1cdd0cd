"""Initializers: the bounds, mean and deviation of each law, each checked against a large draw by Keras."""

import math

import keras
import numpy as np

ROWS, COLUMNS = 600, 400
# Standard deviation of a unit normal that is cut at plus and minus two.
CUT_DEVIATION = 0.87962566103423978


def cases():
    fans = {"glorot": (ROWS + COLUMNS) / 2, "he": ROWS / 2, "lecun": ROWS}
    result = [
        constant("zeros", {}, 0),
        constant("ones", {}, 1),
        uniform("random_uniform", {}, -0.05, 0.05),
        uniform("random_uniform", {"minval": -0.2, "maxval": 0.6}, -0.2, 0.6),
        law("random_normal", {}, 0, 0.05, None, None),
        law("random_normal", {"mean": 1, "stddev": 0.5}, 1, 0.5, None, None),
    ]
    for family, fan in fans.items():
        limit = math.sqrt(3 / fan)
        result.append(uniform(f"{family}_uniform", {}, -limit, limit))
        # The variance after the cut is 1 / fan, so the cut lies at two deviations of the uncut normal.
        deviation = math.sqrt(1 / fan)
        cut = 2 * deviation / CUT_DEVIATION
        result.append(law(f"{family}_normal", {}, 0, deviation, -cut, cut))
    return [checked(each) for each in result]


def constant(name, settings, value):
    return law(name, settings, value, 0, value, value)


def uniform(name, settings, low, high):
    return law(name, settings, (low + high) / 2, (high - low) / math.sqrt(12), low, high)


def law(name, settings, mean, deviation, low, high):
    bounds = [None if bound is None else float(f"{bound:.9g}") for bound in (low, high)]
    return {
        "name": name,
        "settings": settings,
        "rows": ROWS,
        "columns": COLUMNS,
        "mean": float(f"{mean:.9g}"),
        "standard_deviation": float(f"{deviation:.9g}"),
        "minimum": bounds[0],
        "maximum": bounds[1],
    }


def checked(each):
    kind = "".join(part.capitalize() for part in each["name"].split("_"))
    initializer = getattr(keras.initializers, kind)(**each["settings"])
    values = np.asarray(initializer((ROWS, COLUMNS)).cpu())
    spread = max(each["standard_deviation"], 1e-6)
    assert abs(values.mean() - each["mean"]) < 0.02 * spread, each["name"]
    assert abs(values.std() - each["standard_deviation"]) < 0.01 * spread, each["name"]
    if each["minimum"] is not None:
        low, high = each["minimum"] - 1e-6 * spread, each["maximum"] + 1e-6 * spread
        within = values[(values >= low) & (values <= high)]
        # On its torch back end Keras lets one draw in about 230,000 past the cut.
        assert values.size - within.size < 1e-4 * values.size, each["name"]
        assert within.min() - low < 0.02 * spread and high - within.max() < 0.02 * spread, each["name"]
    return each
