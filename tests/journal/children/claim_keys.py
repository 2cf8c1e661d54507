"""Claims keys for a run of its own, all at once, and prints those that it was granted."""

# ruff: noqa: T201 - it prints what the test reads

import asyncio
import sys

from runner.journal.connect import SqliteLocation, open_journal, parse_location
from runner.journal.decide import Claim, Granted
from runner.journal.entry import Entry
from runner.journal.ledger import RunRow
from runner.journal.run_lock import take_run_lock
from runner.model.delivery import delivery_id


def entry(key: str, run: str) -> Entry:
    """Return a delivery that has not begun."""
    id_ = delivery_id("twilio", "AC1", "reminder", key)
    return Entry(id_, "twilio", "AC1", "reminder", key, 1, "d", "a", "t", "p", run, 1)


async def main(place: str, run: str, count: int) -> None:
    """Wait for the word, then claim from one end; keep the run alive until the other is done."""
    location = parse_location(place)
    journal = open_journal(location)
    if isinstance(location, SqliteLocation):
        take_run_lock(location.path, run)
    await journal.begin_run(RunRow(run, "twilio", "AC1", "reminder", "", "{}", 1, 0.0, 0.0), 60.0)
    print("ready", flush=True)
    sys.stdin.readline()
    keys = sorted((f"key{number}" for number in range(count)), reverse=run == "two")
    granted: list[str] = []
    for start in range(0, count, 4):
        some = keys[start : start + 4]
        answers = await asyncio.gather(*(journal.claim(Claim(entry(key, run))) for key in some))
        pairs = zip(some, answers, strict=True)
        granted += [key for key, answer in pairs if isinstance(answer, Granted)]
    print(*granted, flush=True)
    sys.stdin.readline()
    journal.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
