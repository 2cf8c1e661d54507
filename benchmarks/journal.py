# ruff: noqa: INP001, T201 - a script, which prints
"""How fast the journal is: ratios of one run on one machine, never against a clock.

    python benchmarks/journal.py [--postgres URL] [--seconds N]

Compared are synchronous=FULL with NORMAL, and group commit with one transaction for each write.
`--postgres` names an empty database; its journal is left there.
"""

import argparse
import asyncio
import itertools
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from runner.journal.connect import is_leased
from runner.journal.decide import Claim
from runner.journal.entry import Change, Entry, Event
from runner.journal.group_commit import Journal
from runner.journal.key import JournalKey, fingerprint
from runner.journal.ledger import RunRow, Store
from runner.journal.migrations import Demand
from runner.journal.sqlite import open_sqlite
from runner.model.delivery import delivery_id

KEY = JournalKey(b"k" * 32)
DEMAND = Demand(fingerprint(KEY), create=True)
WRITES = 5
PRODUCERS = 64
ROUNDS = 5


async def deliver(journal: Journal, run: str, key: str) -> None:
    """Write what one delivery of two requests writes."""
    id_ = delivery_id("twilio", "AC1", run, key)
    fields = ("twilio", "AC1", run, key, 1, "d" * 64, "a" * 32, "+1•••••2368", "p" * 32, run, 1)
    await journal.claim(Claim(Entry(id_, *fields)))
    for event, step in (
        (Event.INTEND, "create-interaction"),
        (Event.CONFIRM, "create-interaction"),
        (Event.INTEND, "create-message"),
        (Event.SEND, "create-message"),
    ):
        await journal.change(Change(id_, event, step), run, 1)


async def measure(journal: Journal, producers: int, seconds: float) -> float:
    """Return the writes in a second that so many producers get through."""
    run = secrets.token_hex(4)
    await journal.begin_run(RunRow(run, "twilio", "AC1", run, "", "{}", 1, 0.0, 0.0), 600.0)
    begin = time.perf_counter()
    done = 0

    async def produce(producer: int) -> None:
        nonlocal done
        for number in itertools.count():
            if time.perf_counter() - begin > seconds:
                return
            await deliver(journal, run, f"{producer}-{number}")
            done += WRITES

    await asyncio.gather(*(produce(producer) for producer in range(producers)))
    return done / (time.perf_counter() - begin)


def compare(cases: dict[str, tuple[Callable[[], Store], int]], seconds: float) -> None:
    """Measure the cases by turns, and print each with its ratio to the first."""
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, (open_store, producers) in cases.items():
            journal = Journal(open_store(), KEY, is_leased)
            rates[name].append(asyncio.run(measure(journal, producers, seconds)))
            journal.close()
    first = next(iter(rates.values()))
    for name, measured in rates.items():
        ratios = [one / base for one, base in zip(measured, first, strict=True)]
        rate, ratio = statistics.median(measured), statistics.median(ratios)
        spread = f"[{min(ratios):.2f}-{max(ratios):.2f}]"
        print(f"{name:44} {rate:9.0f} writes/s   x{ratio:.2f} {spread}")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:

        def sqlite(synchronous: str) -> Callable[[], Store]:
            path = Path(folder) / f"{synchronous}.db"
            return lambda: open_sqlite(path, DEMAND, synchronous=synchronous)

        cases = {
            f"SQLite FULL, {PRODUCERS} at once": (sqlite("FULL"), PRODUCERS),
            f"SQLite NORMAL (not durable), {PRODUCERS} at once": (sqlite("NORMAL"), PRODUCERS),
            "SQLite FULL, one by one": (sqlite("FULL"), 1),
        }
        if arguments.postgres:
            from runner.journal.postgres import open_postgres  # noqa: PLC0415 - an extra

            def postgres() -> Store:
                return open_postgres(arguments.postgres, DEMAND, "postgres")

            cases[f"PostgreSQL, {PRODUCERS} at once"] = (postgres, PRODUCERS)
            cases["PostgreSQL, one by one"] = (postgres, 1)
        compare(cases, arguments.seconds)


if __name__ == "__main__":
    main()
