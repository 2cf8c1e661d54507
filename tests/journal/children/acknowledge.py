"""Begins ten runs, and says ACK after each has been acknowledged; strace looks on."""

import asyncio
import os
import sys
from pathlib import Path

from runner.journal.connect import is_leased
from runner.journal.group_commit import Journal
from runner.journal.key import VARIABLE, fingerprint, parse_key
from runner.journal.ledger import RunRow
from runner.journal.migrations import Demand
from runner.journal.sqlite import open_sqlite


async def main(path: str, synchronous: str) -> None:
    """Acknowledge one after the other."""
    key = parse_key(os.environ[VARIABLE])
    store = open_sqlite(Path(path), Demand(fingerprint(key)), synchronous=synchronous)
    journal = Journal(store, key, is_leased)
    for number in range(10):
        row = RunRow(f"run{number}", "twilio", "AC1", "reminder", "", "{}", 1, 0.0, 0.0)
        await journal.begin_run(row, 60.0)
        os.write(1, b"ACK\n")
    journal.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
