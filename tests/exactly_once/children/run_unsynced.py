"""The command with a journal that does not sync what it acknowledges: the mutant."""

import functools
import sys

from runner.cli.boundary import run_command
from runner.journal import sqlite

sqlite.open_sqlite = functools.partial(sqlite.open_sqlite, synchronous="NORMAL")
sys.exit(run_command(sys.argv[1:]))
