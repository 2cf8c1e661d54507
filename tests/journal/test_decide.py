"""Claims and changes, against a model of the world in which posted messages are counted."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runner.journal.acts import begin_run, renew_run, take_run
from runner.journal.batch import ChangeWish, ClaimWish, Failure, apply_batch
from runner.journal.connect import is_leased
from runner.journal.decide import (
    Busy,
    Claim,
    Fenced,
    Go,
    Granted,
    Kept,
    Retry,
    decide_change,
    decide_claim,
)
from runner.journal.entry import (
    TRANSITIONS,
    UNDER_WAY,
    Change,
    Entry,
    Event,
    State,
    UnknownTransition,
    advance,
)
from runner.journal.ledger import RunRow, Selection
from runner.journal.migrations import Demand
from runner.journal.sqlite import open_sqlite
from runner.model.delivery import delivery_id

LEASE = 60.0
RUN = RunRow("r1", "twilio", "AC1", "p", "", "{}", 1, 0.0, 100.0)


def make_entry(key: str = "k", run: str = "r1", attempt: int = 1, **fields: Any) -> Entry:
    """Return a delivery that has not begun."""
    id_ = delivery_id("twilio", "AC1", "p", key, attempt)
    row = ("twilio", "AC1", "p", key, attempt, "d", "a", "t", "pair", run, 1)
    return replace(Entry(id_, *row), **fields)


@dataclass(slots=True)
class Process:
    """What one process believes: its run, and the deliveries that it was granted."""

    run: str
    epoch: int
    held: dict[str, Entry] = field(default_factory=dict)


class HandClock:
    """A clock that the machine moves."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def now(self) -> float:
        """Return the time."""
        return self.at


class World(RuleBasedStateMachine):
    """Runs that come, stop, freeze and are taken over; a Twilio that answers, or does not.

    The message of a key is posted at most once, whatever happens: the journal never says Go while
    an intent of the key is unsettled, and never after it was sent.
    """

    keys = st.sampled_from(["k1", "k2"])
    slots = st.integers(0, 2)

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HandClock()
        path = Path(self.folder.name) / "j.db"
        demand = Demand("f", create=True)
        self.store = open_sqlite(path, demand, clock=self.clock, synchronous="OFF")
        self.processes: dict[int, Process] = {}
        self.frozen: list[Process] = []
        self.posted: Counter[tuple[str, int, str]] = Counter()
        self.runs = 0

    def teardown(self) -> None:
        """Give the file back."""
        self.store.close()
        self.folder.cleanup()

    def _one(self, wish: Any) -> Any:
        (result,) = self.store.write(lambda to: apply_batch(to, [wish], is_leased))
        if isinstance(result, Failure):
            raise result.error
        return result

    def _tell(self, process: Process, change: Change) -> Any:
        return self._one(ChangeWish(change, process.run, process.epoch))

    @rule(slot=slots)
    def start(self, slot: int) -> None:
        """A run begins; what ran in its place dies."""
        self.runs += 1
        row = replace(RUN, id=f"r{self.runs}")
        self.store.write(lambda to: begin_run(to, row, LEASE))
        self.processes[slot] = Process(row.id, 1)

    @precondition(lambda self: self.processes)
    @rule(data=st.data(), freeze=st.booleans())
    def lose(self, data: st.DataObject, *, freeze: bool) -> None:
        """A process dies, or freezes until after its lease; the lease runs out."""
        slot = data.draw(st.sampled_from(sorted(self.processes)))
        process = self.processes.pop(slot)
        self.clock.at += LEASE + 1
        for other in self.processes.values():
            self.store.write(partial(renew_run, run_id=other.run, epoch=other.epoch, ttl=LEASE))
        if freeze:
            self.frozen.append(process)

    @precondition(lambda self: self.runs)
    @rule(slot=slots, data=st.data())
    def resume(self, slot: int, data: st.DataObject) -> None:
        """Somebody resumes a run: only a dead one can be had."""
        run = f"r{data.draw(st.integers(1, self.runs))}"
        alive = {process.run for process in self.processes.values()}
        taken = self.store.write(lambda to: take_run(to, run, LEASE, is_leased))
        if isinstance(taken, RunRow):
            assert run not in alive
            self.processes[slot] = Process(run, taken.epoch)

    @precondition(lambda self: self.processes)
    @rule(data=st.data(), key=keys, failed=st.booleans(), settle=st.booleans())
    def claim(self, data: st.DataObject, key: str, *, failed: bool, settle: bool) -> None:
        """A process wants a delivery; what it may have depends on who has it."""
        process = self.processes[data.draw(st.sampled_from(sorted(self.processes)))]
        wanted = make_entry(key, process.run, epoch=process.epoch)
        answer = self._one(ClaimWish(Claim(wanted, failed=failed, settle=settle)))
        if isinstance(answer, Retry):
            again = make_entry(key, process.run, answer.attempt, epoch=process.epoch)
            answer = self._one(ClaimWish(Claim(again, failed=failed, settle=settle)))
        holders = [one for one in self.processes.values() if key in one.held and one is not process]
        if isinstance(answer, Granted):
            assert not any(
                one.held[key].state in UNDER_WAY and one.run != process.run for one in holders
            )
            assert not self._sent(key)
            process.held[key] = answer.entry
        elif isinstance(answer, Busy):
            assert answer.run != process.run

    @precondition(lambda self: any(one.held for one in self.processes.values()))
    @rule(data=st.data(), fate=st.sampled_from(["yes", "no", "lost yes", "lost no", "refused"]))
    def act(self, data: st.DataObject, fate: str) -> None:
        """A process does the next thing of a delivery that it has."""
        having = [one for _, one in sorted(self.processes.items()) if one.held]
        process = data.draw(st.sampled_from(having))
        key = data.draw(st.sampled_from(sorted(process.held)))
        entry = process.held[key]
        if entry.state in (State.INTENT, State.UNCERTAIN):
            self._settle(process, entry)
        elif entry.state in UNDER_WAY:
            self._post(process, entry, fate)

    def _post(self, process: Process, entry: Entry, fate: str) -> None:
        step = "message" if "interaction" in entry.confirmed else "interaction"
        verdict = self._tell(process, Change(entry.id, Event.INTEND, step))
        if not isinstance(verdict, Go):
            process.held.pop(entry.key)
            return
        process.held[entry.key] = verdict.entry
        if fate.endswith("yes"):
            self.posted[entry.key, entry.attempt, step] += 1
        if fate == "refused":
            self._put(process, Change(entry.id, Event.FAIL, reason="400"))
        elif not fate.startswith("lost"):
            self._settle(process, verdict.entry)

    def _settle(self, process: Process, entry: Entry) -> None:
        """Tell what Twilio shows: the request was done, or it was not."""
        happened = self.posted[entry.key, entry.attempt, entry.step]
        done = Event.SEND if entry.step == "message" else Event.CONFIRM
        self._put(process, Change(entry.id, done if happened else Event.DISPROVE, entry.step))

    def _put(self, process: Process, change: Change) -> None:
        verdict = self._tell(process, change)
        key = next(key for key, one in process.held.items() if one.id == change.id)
        if isinstance(verdict, Go):
            process.held[key] = verdict.entry
        else:
            process.held.pop(key)

    @precondition(lambda self: any(one.held for one in self.processes.values()))
    @rule(data=st.data())
    def doubt(self, data: st.DataObject) -> None:
        """A process gives up looking for evidence: the delivery waits for a person."""
        having = [one for _, one in sorted(self.processes.items()) if one.held]
        process = data.draw(st.sampled_from(having))
        for entry in list(process.held.values()):
            if entry.state is State.INTENT:
                self._put(process, Change(entry.id, Event.DOUBT))

    @precondition(lambda self: any(one.held for one in self.frozen))
    @rule(data=st.data())
    def thaw(self, data: st.DataObject) -> None:
        """A frozen process goes on where it was: nothing of it may leave any more."""
        process = data.draw(st.sampled_from([one for one in self.frozen if one.held]))
        for entry in process.held.values():
            if entry.state in (State.PLANNED, State.DONE):
                try:
                    verdict = self._tell(process, Change(entry.id, Event.INTEND, "message"))
                except UnknownTransition as error:
                    raise AssertionError("a frozen process got past the fence") from error
                assert isinstance(verdict, Fenced)

    def _sent(self, key: str) -> bool:
        found = self.store.page_entries(Selection(key=key, states=(State.SENT,)), None, 9)
        return bool(found)

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        """The message of a key is posted at most once; each attempt's interaction, too."""
        messages: Counter[str] = Counter()
        for (key, _, step), count in self.posted.items():
            assert count <= 1
            messages[key] += count if step == "message" else 0
        assert all(count <= 1 for count in messages.values())

    @invariant()
    def the_journal_tells_the_truth(self) -> None:
        """What it calls sent was posted; what was posted and is settled, it calls sent."""
        for entry in self.store.page_entries(Selection(), None, 100):
            posted = self.posted[entry.key, entry.attempt, "message"]
            if entry.state is State.SENT:
                assert posted == 1
            elif posted:
                assert (entry.state, entry.step) in {
                    (State.INTENT, "message"),
                    (State.UNCERTAIN, "message"),
                }


World.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_whatever_happens_a_key_is_messaged_once = World.TestCase


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_only_the_table_changes_a_state(state: State, event: Event) -> None:
    """Every pair of state and event either is in the table, or raises."""
    entry = make_entry(state=state, step="post", confirmed=("x",))
    change = Change(entry.id, event, "post")
    if (state, event) in TRANSITIONS:
        assert advance(entry, change, 5.0).state is TRANSITIONS[state, event]
    else:
        with pytest.raises(UnknownTransition):
            advance(entry, change, 5.0)


def test_a_step_is_confirmed_only_if_it_was_intended() -> None:
    """What was not announced cannot have happened."""
    entry = make_entry(state=State.INTENT, step="post")
    for event in (Event.CONFIRM, Event.DISPROVE):
        with pytest.raises(UnknownTransition, match="not the intended"):
            advance(entry, Change(entry.id, event, "other"), 5.0)


def test_an_unsettled_delivery_is_not_tried_anew() -> None:
    """A further attempt waits until the one before has come to an end."""
    latest = make_entry(state=State.INTENT, step="post", run="r0")
    second = make_entry(attempt=2)
    assert decide_claim(Claim(second), latest, None, 5.0) == Retry(1)
    assert decide_claim(Claim(second, again=True), latest, replace(RUN, id="r0"), 5.0) == Busy("r0")


def test_an_uncertain_delivery_of_a_live_run_is_left_to_it() -> None:
    """It may be settled this moment: nobody else settles it, or sends it again."""
    latest = make_entry(state=State.UNCERTAIN, step="post", run="r0")
    owner = replace(RUN, id="r0")
    assert decide_claim(Claim(make_entry(), settle=True), latest, owner, 5.0) == Busy("r0")
    assert decide_claim(Claim(make_entry(), again=True), latest, owner, 5.0) == Busy("r0")
    assert decide_claim(Claim(make_entry()), latest, owner, 5.0) == Kept(latest)
    assert decide_claim(Claim(make_entry(), again=True), latest, None, 5.0) == Retry(2)


def test_a_later_attempt_that_stands_open_is_the_one_to_execute() -> None:
    """Whoever asks for the first attempt is told that the second one is wanted."""
    latest = make_entry(attempt=2, state=State.HELD, run="r0")
    assert decide_claim(Claim(make_entry()), latest, None, 5.0) == Retry(2)


def test_what_never_left_is_taken_over_as_it_is_wanted_now() -> None:
    """A corrected address counts while nothing was posted; afterwards the old one does."""
    wanted = make_entry(run="r9", digest="new", address="new", pair="new", tail="new")
    for state in (State.HELD, State.PLANNED):
        answer = decide_claim(Claim(wanted), make_entry(state=state), None, 5.0)
        assert isinstance(answer, Granted)
        assert (answer.entry.digest, answer.entry.address) == ("new", "new")
    begun = make_entry(state=State.DONE, confirmed=("post",))
    answer = decide_claim(Claim(wanted), begun, None, 5.0)
    assert isinstance(answer, Granted)
    assert (answer.entry.digest, answer.entry.address, answer.entry.run) == ("d", "a", "r9")


def test_a_failed_delivery_is_tried_again_when_its_request_changed() -> None:
    """With the same request only if that is asked for."""
    latest = make_entry(state=State.FAILED)
    assert decide_claim(Claim(make_entry()), latest, None, 5.0) == Kept(latest)
    assert decide_claim(Claim(make_entry(digest="new")), latest, None, 5.0) == Retry(2)
    assert decide_claim(Claim(make_entry(), failed=True), latest, None, 5.0) == Retry(2)


def test_only_the_owner_may_tell() -> None:
    """Another epoch, another run, no run: fenced, whatever the event."""
    entry = make_entry()
    for run, epoch in ((None, 1), (RUN, 2), (replace(RUN, id="r2"), 1)):
        for event in Event:
            verdict = decide_change(Change(entry.id, event), entry, run, epoch, "", 5.0)
            assert isinstance(verdict, Fenced)
