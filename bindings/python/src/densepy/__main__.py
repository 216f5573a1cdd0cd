"""``python -m densepy calculate 784 128 10 --optimizer adam --batch-size 32``."""

from __future__ import annotations

import argparse
import json
import sys

from . import __version__
from ._backend import name as backend
from ._backend import names, path
from ._calculator import calculate


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; the result is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m densepy", description="Dense neural networks.")
    parser.add_argument("--version", action="version", version=f"densepy {__version__} ({backend}: {path})")
    commands = parser.add_subparsers(dest="command", required=True)
    calculator = commands.add_parser("calculate", help="parameters, memory and work of a network of given widths")
    calculator.add_argument("widths", type=int, nargs="+", help="inputs, then the units of each layer")
    calculator.add_argument("--optimizer", default="adam", choices=[*names("optimizer"), "none"])
    calculator.add_argument("--batch-size", type=int, default=32)
    calculator.add_argument("--json", action="store_true", help="print JSON instead of a table")
    given = parser.parse_args(arguments)
    optimizer = None if given.optimizer == "none" else given.optimizer
    try:
        calculation = calculate(*given.widths, optimizer=optimizer, batch_size=given.batch_size)
    except (ValueError, OverflowError) as error:
        calculator.error(str(error))
    print(json.dumps(calculation.as_dict()) if given.json else calculation)
    return 0


if __name__ == "__main__":
    sys.exit(main())
