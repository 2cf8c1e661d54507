"""Recipients that are piped in, which come only once."""

import sys
from typing import BinaryIO

from runner.load.spool import Spool

NAME = "standard input"
"""What findings call it."""


def spool_standard_input(stream: BinaryIO | None = None) -> Spool:
    """Return everything that standard input still has."""
    spool = Spool()
    spool.copy_from(stream or sys.stdin.buffer)
    return spool
