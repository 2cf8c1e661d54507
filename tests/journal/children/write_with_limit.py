"""Writes until no file may grow any more, and says what the journal said."""

# ruff: noqa: T201 - it prints what the test reads

import asyncio
import resource
import sys

from runner.journal.connect import open_journal, parse_location
from runner.journal.ledger import RunRow
from runner.model.errors import JournalFault


async def main(place: str) -> None:
    """Begin runs until one is not written; then one more."""
    journal = open_journal(parse_location(place))
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    begun = 0
    faults: list[str] = []
    while len(faults) < 2:
        row = RunRow(f"run{begun}", "twilio", "AC1", "r", "", "x" * 5000, 1, 0.0, 0.0)
        try:
            await journal.begin_run(row, 60.0)
            begun += 1
        except JournalFault as fault:
            faults.append(fault.message)
    print(begun, *faults, sep="\n")


asyncio.run(main(sys.argv[1]))
