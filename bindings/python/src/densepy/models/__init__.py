"""Models: the stack of layers, and reading one from a file."""

from ._files import load_model
from ._sequential import Sequential

__all__ = ["Sequential", "load_model"]
