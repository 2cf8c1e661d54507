"""A stage for one proof: a world, a journal, recipients; and the judge, who asks only the world."""

import functools
import json
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from runner.book.journal_book import Wanted
from runner.journal.connect import SqliteLocation
from runner.journal.key import fingerprint
from runner.journal.ledger import RunRow
from runner.journal.migrations import Demand
from runner.journal.sqlite import open_sqlite
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery, delivery_id
from runner.model.outcome import Outcome, state_of
from runner.model.place import Span
from runner.model.playbook import DeliverySettings
from runner.sandbox.state import World
from runner.sandbox.values import Settings
from tests.exactly_once.simulated_process import (
    ACCOUNT,
    CUSTOMER,
    KEY,
    PLAYBOOK,
    SCOPE,
    SENDER,
    Ended,
    Faults,
    Machine,
    Process,
)
from tests.exactly_once.virtual_time import VirtualTime

WORKSPACE = "WS" + "1" * 32


_A_WHILE = 300.0
_UNDER_WAY = ("planned", "intent", "done")


@functools.cache
def _empty_journal() -> bytes:
    """Return the bytes of a journal in which nothing is written yet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        open_sqlite(path, Demand(fingerprint(KEY), create=True)).close()
        return path.read_bytes()


def _lay_journal(folder: Path) -> None:
    folder.mkdir()
    (folder / "journal.db").write_bytes(_empty_journal())


def make_delivery(key: str, address: str = CUSTOMER) -> Delivery:
    """Return a delivery as the renderer makes it."""
    identity = delivery_id(SCOPE, ACCOUNT, PLAYBOOK, key)
    channel = {
        "type": "sms",
        "initiated_by": "agent",
        "properties": {"type": "sms"},
        "participants": [{"address": address, "proxy_address": SENDER, "type": "sms"}],
    }
    routing = {
        "properties": {
            "workspace_sid": WORKSPACE,
            "workflow_sid": "WW" + "1" * 32,
            "queue_sid": "WQ" + "1" * 32,
            "worker_sid": "WK" + "1" * 32,
            "task_channel_unique_name": "sms",
            "attributes": {"customerAddress": address, "flexplay": identity},
        }
    }
    return Delivery(
        id=identity,
        key=key,
        place=Span("r.csv", 2, 1, 2, 2),
        channel=CHANNELS["sms"],
        customer=Customer(address, SENDER),
        interaction=(("Channel", json.dumps(channel)), ("Routing", json.dumps(routing))),
        message=(
            ("Author", "Clinic"),
            ("Body", "Hi"),
            ("Attributes", json.dumps({"flexplay": identity})),
        ),
        workspace_sid=WORKSPACE,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong by the world's own account, and how each key ended."""

    problems: tuple[str, ...]
    states: Mapping[str, str]


class Stage:
    """A machine, a world and the deliveries of one playbook."""

    def __init__(
        self,
        folder: Path,
        deliveries: Iterable[Delivery],
        settings: DeliverySettings,
        world_settings: Settings | None = None,
        process: type[Process] = Process,
    ) -> None:
        self.time = VirtualTime()
        self.world = World(world_settings, clock=self.time, chance=random.Random(7))  # noqa: S311
        _lay_journal(folder)
        self.machine = Machine(self.time, self.world, SqliteLocation(folder / "journal.db"))
        self.deliveries = tuple(deliveries)
        self.settings = settings
        self.states: dict[str, str] = {}
        self.problems: list[str] = []
        self.again: Counter[str] = Counter()
        self.processes: list[Process] = []
        self._process = process
        self._runs = 0
        self._folder = folder

    def process(self, faults: Faults | None = None, workers: int = 4) -> Process:
        """Return a new process on the machine."""
        process = self._process(self.machine, faults, workers)
        self.processes.append(process)
        return process

    async def run(
        self,
        faults: Faults | None = None,
        *,
        resume: bool = False,
        wanted: Wanted | None = None,
        process: Process | None = None,
    ) -> Ended:
        """Run the playbook as `flexplay run` does, or carry its last run on as `resume` does."""
        process = process or self.process(faults)
        carried_on = resume and self._exists()
        if not carried_on:
            self._runs += 1
        row = _run_row(f"R{self._runs}", epoch=int(carried_on))
        wanted = wanted or Wanted(settle=resume)
        ended = await process.execute(row, self.deliveries, self.settings, wanted)
        self._note(ended)
        return ended

    def _exists(self) -> bool:
        """Tell whether the last run got as far as the journal."""
        if not self._runs:
            return False
        journal = Process(self.machine).open_journal()
        try:
            return bool(journal.list_runs(1, f"R{self._runs}"))
        finally:
            journal.close()

    def _note(self, ended: Ended) -> None:
        for key, outcomes in ended.outcomes.items():
            if len(outcomes) != 1:
                self.problems.append(f"{key} was accounted for {len(outcomes)} times")
            said = _state(outcomes[-1])
            if self.states.get(key) == "sent" and said not in ("sent", "pending"):
                self.problems.append(f"{key} was told to be sent, and is {said} now")
            self.states[key] = said
        if not ended.killed and not ended.halt:
            missing = {one.key for one in self.deliveries} - set(ended.outcomes)
            self.problems += [f"{key} was skipped silently" for key in missing]

    def judge(self, *, between: bool = False) -> Verdict:
        """Hold what the processes said against what the world has.

        Unless it is `between` two of them, nothing is under way any more.
        """
        if not between:
            self.time.leap(_A_WHILE)
            self.world.advance()
        problems = list(self.problems)
        tally = self.world.records.tally
        for name, counts in (("interaction", tally.interactions), ("message", tally.messages)):
            problems += [
                f"{count} {name}s of one delivery" for count in counts.values() if count > 1
            ]
        for delivery in self.deliveries:
            said = self.states.get(delivery.key, "nothing")
            made = self.messages_of(delivery.key)
            if made > 1 + self.again[delivery.key]:
                problems.append(f"{delivery.key}: {made} messages")
            if said == "sent" and not made:
                problems.append(f"{delivery.key} is lost: sent, and {made} messages are there")
            if said in ("failed", "held", "suppressed") and made:
                problems.append(f"{delivery.key} is {said}, and a message is there")
        problems += [] if between else self._disagreements()
        if sum(tally.reached.values()) != sum(tally.messages.values()):
            problems.append("a message reached nobody")
        return Verdict(tuple(problems), dict(self.states))

    def _disagreements(self) -> list[str]:
        """Return where the journal says other than what was told last."""
        with closing(sqlite3.connect(self.machine.location.path)) as connection:
            rows = connection.execute("SELECT key, state FROM entries ORDER BY attempt").fetchall()
        latest = {key: "pending" if state in _UNDER_WAY else state for key, state in rows}
        return [
            f"{key} is {said}, and {latest.get(key, 'pending')} in the journal"
            for key, said in self.states.items()
            if latest.get(key, "pending") != said
        ]

    def messages_of(self, key: str) -> int:
        """Return how many messages the world has for a key, whatever the attempt."""
        made = self.world.records.tally.messages
        ids = (delivery_id(SCOPE, ACCOUNT, PLAYBOOK, key, attempt) for attempt in range(1, 10))
        return sum(made.get(identity, 0) for identity in ids)

    def counts(self) -> Counter[str]:
        """Return how many keys are in each state."""
        return Counter(self.states.values())

    def clear(self) -> None:
        """Remove the journal."""
        shutil.rmtree(self._folder)


def _state(outcome: Outcome) -> str:
    said = state_of(outcome)
    return "sent" if said == "already_sent" else said


def _run_row(run: str, epoch: int) -> RunRow:
    return RunRow(
        id=run,
        scope=SCOPE,
        account=ACCOUNT,
        playbook=PLAYBOOK,
        environment="default",
        detail="{}",
        epoch=epoch,
        started_at=0.0,
        lease_until=0.0,
    )


def with_body(delivery: Delivery, body: str) -> Delivery:
    """Return the delivery with another text."""
    message = dict(delivery.message) | {"Body": body}
    return replace(delivery, message=tuple(message.items()))
