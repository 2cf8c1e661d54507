"""Any history of runs, deaths, faults and the world's own doings, against the stand-in's ledger."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from runner.book.journal_book import Wanted
from runner.journal.group_commit import Journal
from runner.model.playbook import DeliverySettings
from runner.sandbox.interactions import end_task
from runner.sandbox.values import EVIDENCE, Settings
from tests.exactly_once.fault_kinds import (
    EVENTS,
    REQUEST_CRASHES,
    REQUEST_FAULTS,
    WRITE_CRASHES,
    WRITE_FAULTS,
)
from tests.exactly_once.matrix import SEQUENCES
from tests.exactly_once.simulated_process import CUSTOMER, Process
from tests.exactly_once.stage import Stage, make_delivery
from tests.exactly_once.virtual_time import run_virtually

DELIVERIES = (
    make_delivery("A-1", CUSTOMER),
    make_delivery("A-2", CUSTOMER),
    make_delivery("B-1", "+13115550177"),
)
KEYS = [delivery.key for delivery in DELIVERIES]
FINAL = {"sent", "failed", "held", "uncertain"}
MISHAPS = st.lists(
    st.tuples(
        st.integers(0, 45),
        st.sampled_from([*REQUEST_FAULTS, *REQUEST_CRASHES, *EVENTS]),
        st.sampled_from([*WRITE_CRASHES, *WRITE_FAULTS]),
    ),
    max_size=4,
)


class _Unlucky(Process):
    """Suffers, at a point of either kind, what is drawn for that kind."""

    mishaps: tuple[tuple[int, str, str], ...] = ()

    def reach(self, kind: str, label: str) -> str:
        """Count a point."""
        for number, to_request, to_write in self.mishaps:
            if number == len(self.points):
                self.faults[number] = to_request if kind == "request" else to_write
        return super().reach(kind, label)


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order: nobody is messaged twice, nobody is told a lie."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="flexplay-history-")

    @initialize(
        sequence=st.sampled_from(SEQUENCES), open_ones=st.sampled_from(["hold", "append", "fail"])
    )
    def begin(self, sequence: Any, open_ones: Any) -> None:
        """Nothing has been sent yet."""
        settings = DeliverySettings(sequence=sequence, on_open_conversation=open_ones)
        folder = Path(self._folder.name) / "stage"
        self.stage = Stage(folder, DELIVERIES, settings, Settings())

    @rule(mishaps=MISHAPS, resume=st.booleans(), failed=st.booleans())
    def run(self, mishaps: Any, *, resume: bool, failed: bool) -> None:
        """Somebody runs the playbook, or carries the last run on."""
        wanted = Wanted(failed=failed, settle=resume)
        self._virtually(
            self.stage.run(process=self._unlucky(mishaps), resume=resume, wanted=wanted)
        )

    @rule(first=MISHAPS, second=MISHAPS)
    def run_twice_at_once(self, first: Any, second: Any) -> None:
        """Two people run the playbook at the same time."""

        async def both() -> None:
            runs = [self.stage.run(process=self._unlucky(one)) for one in (first, second)]
            await asyncio.gather(*runs)

        self._virtually(both())

    @rule(key=st.sampled_from(KEYS), mishaps=MISHAPS)
    def send_again_on_purpose(self, key: str, mishaps: Any) -> None:
        """Somebody decides that a key is sent once more."""
        self.stage.again[key] += 1
        wanted = Wanted(again=frozenset({key}), reason="they asked for it")
        self._virtually(self.stage.run(process=self._unlucky(mishaps), wanted=wanted))

    @rule()
    def stop(self) -> None:
        """Somebody stops the newest run, from another terminal."""
        journal = Process(self.stage.machine).open_journal()
        try:
            self._virtually(_stop_newest(journal))
        finally:
            journal.close()

    @rule(seconds=st.sampled_from([1.0, 40.0, 200.0, 310.0, 3600.0, 86_400.0]))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.stage.time.leap(seconds)

    @rule(lag=st.sampled_from([0.0, 5.0, 35.0]))
    def lag(self, lag: float) -> None:
        """Twilio's lists lag more, or less."""
        lists = (name for name in EVIDENCE if name in ("list_tasks", "events", "list_messages"))
        self.stage.world.settings = Settings(evidence_lag=dict.fromkeys(lists, lag))

    @rule(wrong=st.sampled_from([0.0, 3600.0, -3600.0]))
    def set_the_clock(self, wrong: float) -> None:
        """Somebody sets the machine's clock."""
        self.stage.machine.wrong = wrong

    @rule()
    def agents_are_done(self) -> None:
        """Agents complete their tasks, which closes their conversations."""
        for task in tuple(self.stage.world.records.tasks.values()):
            end_task(self.stage.world, task, "completed")

    @rule()
    def customer_writes(self) -> None:
        """The customer opens a conversation, if they are in none."""
        self.stage.machine.customer_writes()

    @invariant()
    def nobody_is_messaged_twice(self) -> None:
        """By the ledger, whatever has been told."""
        if hasattr(self, "stage"):
            problems = self.stage.judge(between=True).problems
            assert not problems, problems

    def teardown(self) -> None:
        """When everything is right again, everybody's end is known, and it is the ledger's."""
        if hasattr(self, "stage"):
            self._come_to_an_end()
        self._folder.cleanup()

    def _come_to_an_end(self) -> None:
        self.stage.machine.wrong = 0.0
        self.stage.world.settings = Settings()
        for _ in range(4):
            self.stage.time.leap(400.0)
            self._virtually(self.stage.run(resume=True))
            self._virtually(self.stage.run())
        verdict = self.stage.judge()
        assert not verdict.problems, verdict.problems
        assert set(verdict.states) == set(KEYS)
        assert set(verdict.states.values()) <= FINAL, verdict.states

    def _unlucky(self, mishaps: Any) -> Process:
        process = _Unlucky(self.stage.machine)
        process.mishaps = tuple(mishaps)
        return process

    def _virtually(self, doing: Any) -> None:
        run_virtually(self.stage.time, doing)


async def _stop_newest(journal: Journal) -> None:
    runs = journal.list_runs(1)
    if runs:
        await journal.stop_run(runs[0].id, "stopped by ann")


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=60,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
