"""Claims deliveries one after the other and prints each once it is durable, until it is killed."""

# ruff: noqa: T201 - it prints what the test reads

import asyncio
import itertools
import sys

from runner.journal.connect import open_journal, parse_location
from runner.journal.decide import Claim
from runner.journal.entry import Change, Entry, Event
from runner.journal.ledger import RunRow
from runner.model.delivery import delivery_id


async def main(place: str) -> None:
    """Write intents for ever, eight at a time."""
    journal = open_journal(parse_location(place))
    row = RunRow("run-one", "twilio", "AC1", "reminder", "", "{}", 1, 0.0, 0.0)
    await journal.begin_run(row, 600.0)

    async def work(worker: int) -> None:
        for number in itertools.count():
            key = f"key{worker}-{number}"
            id_ = delivery_id("twilio", "AC1", "reminder", key)
            fields = ("twilio", "AC1", "reminder", key, 1, "d", "a", "t", "p", "run-one", 1)
            await journal.claim(Claim(Entry(id_, *fields)))
            await journal.change(Change(id_, Event.INTEND, "post"), "run-one", 1)
            print(id_, flush=True)

    await asyncio.gather(*(work(worker) for worker in range(8)))


asyncio.run(main(sys.argv[1]))
