"""Write the golden files beside this script: what Keras and PyTorch compute for the same inputs.

    python -m venv .venv-golden
    .venv-golden/bin/pip install -r Tests/golden/requirements.txt
    .venv-golden/bin/python Tests/golden/make_golden.py

Running it again changes nothing unless a version in requirements.txt changes. README.md describes the files.
"""

import os

os.environ["KERAS_BACKEND"] = "torch"

import activations
import initializers
import losses
import metrics
import normalization
import optimizers
import training
from writing import write


def main():
    write("activations", activations.cases())
    write("losses", losses.cases())
    write("regularizers", losses.regularizer_cases())
    write("initializers", initializers.cases())
    write("metrics", metrics.cases())
    write("optimizers", optimizers.cases())
    write("batch_normalization", normalization.cases())
    write("training", training.cases())


if __name__ == "__main__":
    main()
