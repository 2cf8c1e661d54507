"""What a journal promises, on SQLite and on PostgreSQL alike."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from runner.journal.connect import SqliteLocation, check_journal, is_leased
from runner.journal.decide import (
    Busy,
    Claim,
    Fenced,
    Go,
    Granted,
    Kept,
    Retry,
    Stopped,
    Suppressed,
)
from runner.journal.entry import Change, Entry, Event, State, UnknownTransition
from runner.journal.group_commit import Journal
from runner.journal.key import JournalKey
from runner.journal.ledger import Selection, Suppression, Transaction
from runner.journal.rows import TABLES
from runner.journal.run_lock import take_run_lock
from runner.model.errors import JournalMissing, JournalRefused, Refused
from runner.model.outcome import Sids


def intend(entry: Entry, step: str = "post") -> Change:
    """Return the intent of a step."""
    return Change(entry.id, Event.INTEND, step)


def change(entry: Entry, event: Event, step: str = "", **fields: Any) -> Change:
    """Return any other change."""
    return Change(entry.id, event, step, **fields)


def entries(journal: Journal, **fields: Any) -> list[Entry]:
    """Return the entries of a selection."""
    return list(journal.list_entries(Selection(**fields)))


def test_a_journal_that_is_not_there_is_not_made_by_accident(home: Any) -> None:
    """Without a decision to create it, a missing journal is refused; with it, it is made once."""
    with pytest.raises(JournalMissing, match="nobody counts as messaged"):
        home.open(create=False)
    home.open(create=True).close()
    home.opened.clear()
    home.open(create=True)
    home.open(create=False)


def test_what_was_written_is_there_after_reopening(home: Any) -> None:
    """Every field of a run and of a delivery comes back as it was written."""
    journal = home.open()
    sids = Sids("KD1", "UO1", "CH1", "WT1", "IM1")
    wanted = home.entry("é\u2028'\"", row="data.csv:7", reason="why? 100%", sids=sids)

    async def work() -> Any:
        await journal.begin_run(replace(home.row(), detail='{"a":"ü"}'), 60.0)
        return await journal.claim(Claim(wanted))

    granted = asyncio.run(work())
    journal.close()
    home.opened.clear()
    again = home.open(create=False)
    assert entries(again) == [granted.entry]
    stamped = replace(wanted, **{name: getattr(granted.entry, name) for name in _STAMPS})
    assert granted.entry == stamped
    (run,) = again.list_runs(10)
    assert run.detail == '{"a":"ü"}'
    assert run.lease_until - run.started_at == pytest.approx(60.0)


_STAMPS = ("created_at", "updated_at")


def test_a_delivery_goes_through_its_states(home: Any) -> None:
    """Intent, confirmation and the end are each written, with what became known, and a history."""
    journal = home.open()

    async def work() -> Any:
        (entry,) = await home.begin(journal, "1")
        for one in (
            intend(entry, "interaction"),
            change(entry, Event.CONFIRM, "interaction", sids=Sids(interaction="KD1")),
            intend(entry, "message"),
            change(entry, Event.SEND, sids=Sids(message="IM1"), reason="appended"),
        ):
            assert isinstance(await journal.change(one, home.run, 1), Go)
        return entry

    entry = asyncio.run(work())
    (sent,) = entries(journal)
    assert (sent.state, sent.sids) == (State.SENT, Sids(interaction="KD1", message="IM1"))
    assert sent.confirmed == ("interaction",)
    assert sent.reason == "appended"
    assert sent.intent_at > entry.created_at
    events = [(step.event, step.state) for step in journal.list_steps(entry.id)]
    states = [State.PLANNED, State.INTENT, State.DONE, State.INTENT, State.SENT]
    names = ["claim", "intend", "confirm", "intend", "send"]
    assert events == list(zip(names, states, strict=True))


def test_changes_of_one_batch_are_applied_in_order(home: Any) -> None:
    """Several changes of one delivery that share a transaction follow one another."""
    journal = home.open()

    async def work() -> list[Any]:
        (entry,) = await home.begin(journal, "1")
        changes = [intend(entry), change(entry, Event.CONFIRM, "post"), intend(entry, "next")]
        return await asyncio.gather(*(journal.change(one, home.run, 1) for one in changes))

    verdicts = asyncio.run(work())
    assert [verdict.entry.state for verdict in verdicts] == ["intent", "done", "intent"]
    assert entries(journal)[0].step == "next"


def test_a_wrong_change_fails_alone(home: Any) -> None:
    """A change that cannot happen raises for its teller; the others of its batch are written."""
    journal = home.open()

    async def work() -> list[Any]:
        first, second, third = await home.begin(journal, "1", "2", "3")
        changes = [intend(first), change(second, Event.CONFIRM, "post"), intend(third)]
        changes.append(Change("never-claimed", Event.INTEND))
        tasks = (journal.change(one, home.run, 1) for one in changes)
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(work())
    assert [type(result) for result in results] == [Go, UnknownTransition, Go, UnknownTransition]
    states = {entry.key: entry.state for entry in entries(journal)}
    assert states == {"1": "intent", "2": "planned", "3": "intent"}


def test_of_two_claims_in_one_batch_the_first_wins(home: Any, alive: Callable[..., None]) -> None:
    """Two runs that claim one key at the same moment: the second is told who has it."""
    journal = home.open()
    alive("run-one", "run-two")

    async def work() -> list[Any]:
        await journal.begin_run(home.row(), 60.0)
        await journal.begin_run(home.row("run-two"), 60.0)
        claims = [Claim(home.entry("1")), Claim(home.entry("1", "run-two"))]
        return await asyncio.gather(*(journal.claim(one) for one in claims))

    first, second = asyncio.run(work())
    assert isinstance(first, Granted)
    assert second == Busy("run-one")
    assert [entry.run for entry in entries(journal)] == ["run-one"]


@pytest.fixture
def alive(home: Any, request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return what makes runs count as alive; leases do it on PostgreSQL, the kernel on SQLite."""

    def make(*runs: str) -> None:
        for run in runs:
            if isinstance(home.location, SqliteLocation):
                lock = take_run_lock(home.location.path, run)
                request.addfinalizer(lock.release)

    return make


def test_a_dead_runs_delivery_is_taken_over_where_it_stands(home: Any) -> None:
    """Another run gets the intent that a crash left, and its old owner may write no more."""
    journal = home.open()

    async def work() -> tuple[Any, Any, Any]:
        (entry,) = await home.begin(journal, "1")
        await journal.change(intend(entry), home.run, 1)
        await journal.finish_run(home.run, 1)
        await journal.begin_run(home.row("run-two"), 60.0)
        taken = await journal.claim(Claim(home.entry("1", "run-two")))
        late = await journal.change(change(entry, Event.CONFIRM, "post"), home.run, 1)
        return taken, late, await journal.change(intend(entry, "x"), "no-run", 1)

    taken, late, unknown = asyncio.run(work())
    assert isinstance(taken, Granted)
    assert (taken.entry.state, taken.entry.run, taken.entry.step) == ("intent", "run-two", "post")
    assert isinstance(late, Fenced)
    assert isinstance(unknown, Fenced)
    assert entries(journal)[0].state is State.INTENT


def test_what_was_sent_is_kept(home: Any) -> None:
    """A key that was sent is not granted again, whatever the run; on purpose it is another try."""
    journal = home.open()

    async def work() -> list[Any]:
        (entry,) = await home.begin(journal, "1")
        await journal.change(intend(entry), home.run, 1)
        await journal.change(change(entry, Event.SEND), home.run, 1)
        again = home.entry("1", "run-two", digest="other")
        second = home.entry("1", "run-two", attempt=2)
        claims = (Claim(again), Claim(again, failed=True), Claim(again, again=True), Claim(second))
        return [await journal.claim(claim) for claim in claims]

    kept, failed, on_purpose, second = asyncio.run(work())
    assert isinstance(kept, Kept)
    assert (kept.entry.state, kept.entry.digest) == ("sent", "d")
    assert isinstance(failed, Kept)
    assert on_purpose == Retry(2)
    assert isinstance(second, Granted)
    assert [entry.attempt for entry in entries(journal, key="1")] == [1, 2]


def test_an_intent_is_withheld_from_the_suppressed(home: Any) -> None:
    """A recipient who opts out after the claim is seen by the transaction of the next intent."""
    journal = home.open()
    opted = Suppression("hash-of-1", "+1•••••2368", "STOP", 1.0)

    async def work() -> list[Any]:
        first, second = await home.begin(journal, "1", "2")
        await journal.suppress([opted])
        verdicts = [await journal.change(intend(one), home.run, 1) for one in (first, second)]
        listed = journal.list_suppressions()
        await journal.unsuppress(["hash-of-1"])
        return [*verdicts, listed, await journal.change(intend(first), home.run, 1)]

    withheld, other, listed, later = asyncio.run(work())
    assert withheld == Suppressed("STOP")
    assert isinstance(other, Go)
    assert listed == (opted,)
    assert isinstance(later, Go)


def test_a_stopped_run_intends_nothing_more(home: Any) -> None:
    """After `stop` no intent is written, but what is under way is still written down."""
    journal = home.open()

    async def work() -> list[Any]:
        first, second = await home.begin(journal, "1", "2")
        await journal.change(intend(first), home.run, 1)
        await journal.stop_run(home.run, "by ann")
        told = await journal.heartbeat(home.run, 1, 60.0)
        return [
            told,
            await journal.change(intend(second), home.run, 1),
            await journal.change(change(first, Event.CONFIRM, "post"), home.run, 1),
            await journal.stop_run("no-run", "by ann"),
        ]

    told, withheld, confirmed, unknown = asyncio.run(work())
    assert told.stop == "by ann"
    assert withheld == Stopped("by ann")
    assert isinstance(confirmed, Go)
    assert unknown is None


def test_an_expired_lease_lets_nothing_leave(home: Any) -> None:
    """Once the lease has run out an intent is fenced; once it is renewed, no longer."""
    journal = home.open()

    async def work() -> list[Any]:
        await journal.begin_run(home.row(), -1.0)
        granted = await journal.claim(Claim(home.entry("1")))
        fenced = await journal.change(intend(granted.entry), home.run, 1)
        await journal.heartbeat(home.run, 1, 60.0)
        return [fenced, await journal.change(intend(granted.entry), home.run, 1)]

    fenced, renewed = asyncio.run(work())
    assert isinstance(fenced, Fenced)
    assert isinstance(renewed, Go)


def test_a_run_is_taken_over_in_a_new_epoch(home: Any, alive: Callable[..., None]) -> None:
    """A dead run's epoch rises when it is taken over, and its old process is fenced everywhere."""
    journal = home.open()

    async def work() -> list[Any]:
        (entry,) = await home.begin(journal, "1")
        await journal.finish_run(home.run, 1)
        taken = await journal.take_run(home.run, 60.0)
        alive(home.run)
        return [
            taken,
            await journal.take_run(home.run, 60.0),
            await journal.take_run("no-run", 60.0),
            await journal.heartbeat(home.run, 1, 60.0),
            await journal.finish_run(home.run, 1),
            await journal.change(intend(entry), home.run, 1),
        ]

    taken, again, unknown, *fenced = asyncio.run(work())
    assert (taken.epoch, taken.finished_at) == (2, 0.0)
    assert again == Busy("run-one")
    assert unknown is None
    assert [type(one) for one in fenced] == [Fenced, Fenced, Fenced]


def test_a_run_begins_once(home: Any) -> None:
    """A second run with the same id is refused, and fails alone in its batch."""
    journal = home.open()

    async def work() -> list[Any]:
        begins = [journal.begin_run(home.row(), 60.0), journal.begin_run(home.row(), 60.0)]
        return await asyncio.gather(*begins, return_exceptions=True)

    first, second = asyncio.run(work())
    assert first.id == "run-one"
    assert isinstance(second, Refused)


def test_slots_are_evenly_spaced_over_connections(home: Any) -> None:
    """Two connections that reserve by turns share one line of slots."""
    one, two = home.store(), home.store()
    from runner.journal.acts import reserve_slots  # noqa: PLC0415 - the transaction's own side

    def reserve(transaction: Transaction) -> tuple[float, ...]:
        return reserve_slots(transaction, "interactions", 10.0, 3).at

    slots = [*one.write(reserve), *two.write(reserve), *one.write(reserve)]
    gaps = [later - first for first, later in pairwise(slots)]
    assert gaps == pytest.approx([10.0] * 8, abs=2.0)
    one.close()
    two.close()


def test_a_delay_holds_for_everybody(home: Any) -> None:
    """After a refusal no slot of the bucket comes before its time; other buckets go on."""
    journal = home.open()

    async def work() -> list[Any]:
        await journal.delay("interactions", 100.0)
        await journal.delay("interactions", 50.0)
        return [await journal.reserve("interactions", 0.05), await journal.reserve("tasks", 60.0)]

    held, free = asyncio.run(work())
    assert 90.0 < held[0] <= 100.0
    assert free[0] < 60.0


def test_a_slot_from_a_clock_that_was_set_back_is_not_believed(home: Any) -> None:
    """A next slot an hour ahead was written before the clock changed: nobody waits for it."""
    store = home.store()
    store.write(lambda to: (to.pace("interactions"), to.put_pace("interactions", to.now() + 3600)))
    store.close()
    journal = home.open()
    (slot,) = asyncio.run(journal.reserve("interactions", 60.0))
    assert slot < 60.0


def test_a_pair_of_addresses_has_one_holder(home: Any) -> None:
    """While a delivery is under way nobody else gets its pair; afterwards, the next one does."""
    journal = home.open()

    async def work() -> list[str]:
        first, second, third = await home.begin(journal, "1", "2", "3")
        held = [await journal.claim_pair("p", one.id) for one in (first, second, first)]
        await journal.release_pair("p", second.id)
        held.append(await journal.claim_pair("p", second.id))
        await journal.release_pair("p", first.id)
        held.append(await journal.claim_pair("p", second.id))
        await journal.change(change(second, Event.FAIL), home.run, 1)
        held.append(await journal.claim_pair("p", third.id))
        names = {first.id: "first", second.id: "second", third.id: "third"}
        return [names[one] for one in held]

    assert asyncio.run(work()) == ["first", "first", "first", "first", "second", "third"]


def test_a_run_that_has_ended_holds_no_pair_of_which_nothing_has_left(home: Any) -> None:
    """A stopped run may never be resumed: others may message its customer, but for what it began.

    Once it is resumed, the pair is its own again.
    """
    journal = home.open()

    async def work() -> list[bool]:
        untouched, begun = await home.begin(journal, "1", "2")
        await journal.claim_pair("p", untouched.id)
        await journal.claim_pair("q", begun.id)
        await journal.change(change(begun, Event.INTEND, "create_message"), home.run, 1)
        await journal.finish_run(home.run, 1)
        (other,) = await home.begin(journal, "3", run="run-two")
        got = [await journal.claim_pair(name, other.id) == other.id for name in "pq"]
        await journal.release_pair("p", other.id)
        await journal.claim_pair("p", untouched.id)
        await journal.take_run(home.run, 60.0)
        return [*got, await journal.claim_pair("p", other.id) == other.id]

    assert asyncio.run(work()) == [True, False, False]


def test_a_plan_is_used_once(home: Any) -> None:
    """The first run that uses a plan keeps it."""
    journal = home.open()

    async def work() -> list[str]:
        return [await journal.use_plan("digest", run) for run in ("run-one", "run-two", "run-one")]

    assert asyncio.run(work()) == ["run-one", "run-one", "run-one"]


def test_entries_are_listed_as_a_stream(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the pages, every entry of the selection comes once, oldest first."""
    monkeypatch.setattr("runner.journal.group_commit._PAGE", 3)
    journal = home.open()

    async def work() -> None:
        begun = await home.begin(journal, *map(str, range(10)))
        sids = Sids(conversation="CH1")
        await journal.change(intend(begun[4]), home.run, 1)
        await journal.change(change(begun[4], Event.CONFIRM, "post", sids=sids), home.run, 1)

    asyncio.run(work())
    listed = entries(journal, run=home.run)
    assert sorted(entry.key for entry in listed) == sorted(map(str, range(10)))
    assert listed == sorted(listed, key=lambda entry: (entry.created_at, entry.id))
    assert [entry.key for entry in entries(journal, conversation="CH1")] == ["4"]
    assert [entry.key for entry in entries(journal, address="hash-of-7")] == ["7"]
    assert [entry.key for entry in entries(journal, states=(State.DONE,))] == ["4"]
    assert entries(journal, run="no-run") == []
    assert journal.count_states(home.run) == {State.PLANNED: 9, State.DONE: 1}
    assert journal.count_states(None) == {State.PLANNED: 9, State.DONE: 1}


def test_runs_are_found_by_prefix(home: Any) -> None:
    """The newest run comes first; a prefix is taken as it is written."""
    journal = home.open()

    async def work() -> None:
        for run in ("a_1", "ab2", "b"):
            await journal.begin_run(home.row(run), 60.0)

    asyncio.run(work())
    assert [run.id for run in journal.list_runs(2)] == ["b", "ab2"]
    assert [run.id for run in journal.list_runs(9, "a_")] == ["a_1"]
    assert [run.id for run in journal.list_runs(9, "a")] == ["ab2", "a_1"]
    assert journal.list_runs(9, "%") == ()


def test_what_cannot_be_stored_is_replaced_or_refused(home: Any) -> None:
    """A foreign answer's odd characters are replaced; in a key they are refused, alone."""
    journal = home.open()

    async def work() -> list[Any]:
        await journal.begin_run(home.row(), 60.0)
        claims = [Claim(home.entry("1", reason="nul \0 \ud800")), Claim(home.entry("\0"))]
        claims.append(Claim(home.entry("2")))
        tasks = (journal.claim(claim) for claim in claims)
        return await asyncio.gather(*tasks, return_exceptions=True)

    odd, refused, fine = asyncio.run(work())
    assert isinstance(odd, Granted)
    assert isinstance(refused, JournalRefused)
    assert isinstance(fine, Granted)
    assert {entry.key: entry.reason for entry in entries(journal)} == {"1": "nul � �", "2": ""}


def test_another_key_is_refused(home: Any) -> None:
    """A journal opens only with the key that its hashes were made with."""
    home.open()
    home.environment = {"FLEXPLAY_JOURNAL_KEY": "6b" * 32}
    with pytest.raises(JournalRefused, match="another key"):
        home.open()


def test_a_newer_version_is_refused(home: Any) -> None:
    """A journal that a newer flexplay wrote is not touched."""
    store = home.store()
    newer = "UPDATE meta SET value = '99' WHERE name = 'version'"
    store.write(lambda to: to._session.execute(newer))
    store.close()
    with pytest.raises(JournalRefused, match="version 99"):
        home.open()


def test_nothing_of_a_half_transaction_remains(home: Any) -> None:
    """A process that is killed in the middle of a transaction has written nothing."""
    journal = home.open()
    code, _, err = home.child("die_in_transaction.py")
    assert code == -9, err
    assert journal.list_runs(9) == ()
    assert asyncio.run(journal.begin_run(home.row("half"), 60.0)).id == "half"


def test_what_was_acknowledged_survives_a_kill(home: Any) -> None:
    """Whatever a process told as written before it was killed is there, as an intent."""
    journal = home.open()
    process = home.child("change_until_killed.py", wait=False)
    told = [process.stdout.readline().strip() for _ in range(100)]
    process.kill()
    told += process.communicate()[0].split()
    known = {entry.id: entry.state for entry in entries(journal, run="run-one")}
    whole = [id_ for id_ in told if len(id_) == 32]
    assert len(whole) >= 100
    assert {known.get(id_) for id_ in whole} == {State.INTENT}
    assert journal.check() == ()


@pytest.mark.parametrize("left", [0, 500])
def test_two_processes_are_granted_each_key_once(home: Any, left: int) -> None:
    """Two runs at once, on one journal: every key is granted to exactly one.

    Be the keys new, or left by a run that died.
    """
    journal = home.open()

    async def leave() -> None:
        await journal.begin_run(home.row(), -1.0)
        claims = (Claim(home.entry(f"key{number}")) for number in range(left))
        await asyncio.gather(*(journal.claim(claim) for claim in claims))

    asyncio.run(leave())
    processes = [home.child("claim_keys.py", run, 500, wait=False) for run in ("one", "two")]
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    granted = [process.stdout.readline().split() for process in processes]
    for process in processes:
        process.communicate("end\n")
    assert sorted(granted[0] + granted[1]) == sorted(f"key{number}" for number in range(500))


def test_a_check_finds_what_does_not_belong_together(home: Any) -> None:
    """`journal check` counts what there is, and names deliveries without a run."""
    journal = home.open()
    asyncio.run(home.begin(journal, "1"))
    report = check_journal(home.location, home.environment)
    assert (report.problems, report.runs, report.states) == ((), 1, {State.PLANNED: 1})
    asyncio.run(journal.claim(Claim(home.entry("2", "no-run"))))
    (problem,) = check_journal(home.location, home.environment).problems
    assert problem == "1 deliveries belong to a run that the journal does not know"


def test_every_table_is_known_to_the_copy(home: Any) -> None:
    """A table that is added to the schema must be copied too, or be named here."""
    store = home.store()
    tables = store.write(lambda to: _tables(home, to))
    store.close()
    assert tables == {*TABLES, "meta", "writers"}
    for name, columns in TABLES.items():
        assert len(columns) == len(set(columns)), name


def _tables(home: Any, transaction: Any) -> set[str]:
    sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'flexplay'"
    if isinstance(home.location, SqliteLocation):
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    return {row[0] for row in transaction._session.fetch(sql)}


def test_a_lease_counts_on_the_journals_clock(home: Any) -> None:
    """A run on another machine is alive until its lease has run out, not longer."""
    run = replace(home.row(), lease_until=100.0)
    assert is_leased(run, 99.9)
    assert not is_leased(run, 100.0)


def test_a_key_cannot_be_printed() -> None:
    """Neither the key nor what holds it shows its bytes."""
    assert "secret" not in json.dumps(repr(JournalKey(b"secret")))
