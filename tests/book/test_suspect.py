"""What is written down of a delivery that the journal may have forgotten."""

import asyncio
from dataclasses import replace

import pytest

from runner.book.suspect import suspect
from runner.journal.decide import Fenced, Go, Suppressed, Verdict
from runner.journal.entry import Change, Entry, Event, State, advance
from runner.journal.gap import Gap
from runner.model.errors import Refused

GAP = Gap(100.0, 200.0, "the server is another than before")
NEW = Entry("0" * 32, "twilio", "AC1", "reminder", "A-1", 1, "d", "a", "t", "p", "R1", 1)
MADE = replace(NEW, state=State.DONE, confirmed=("create_interaction",), intent_at=90.0)


def told(
    entry: Entry, gap: Gap | None = GAP, verdict: Verdict | None = None
) -> tuple[Entry, list[Change]]:
    """Return the entry as it is begun with, and what the journal was told."""
    changes: list[Change] = []
    journal = [entry]

    async def tell(change: Change) -> Verdict:
        changes.append(change)
        journal.append(advance(journal[-1], change, 300.0))
        return verdict or Go(journal[-1])

    return asyncio.run(suspect(entry, gap, tell)), changes


@pytest.mark.parametrize("gap", [None, replace(GAP, until=80.0)])
def test_what_nothing_is_missing_of_stays(gap: Gap | None) -> None:
    """No gap, or one that was over when the last request was intended."""
    assert told(MADE, gap) == (MADE, [])


@pytest.mark.parametrize(("entry", "step"), [(NEW, "create_interaction"), (MADE, "create_message")])
def test_the_next_request_may_have_left(entry: Entry, step: str) -> None:
    """It counts as intended since the newest that the journal knows."""
    begun, changes = told(entry)
    assert (begun.state, begun.step, begun.intent_at) == (State.INTENT, step, 100.0)
    assert [change.reason for change in changes] == [GAP.reason]


@pytest.mark.parametrize("state", [State.INTENT, State.UNCERTAIN])
@pytest.mark.parametrize("step", ["create_interaction", "create_message"])
def test_an_intent_that_is_settled_anyhow_stays(state: State, step: str) -> None:
    """It says all that the gap would."""
    entry = replace(NEW, state=state, step=step, intent_at=150.0)
    assert told(entry) == (entry, [])


@pytest.mark.parametrize("step", ["create_conversation", "add_participant"])
def test_a_step_that_may_be_repeated_gives_way(step: str) -> None:
    """The interaction is looked for instead."""
    begun, changes = told(replace(NEW, state=State.INTENT, step=step, intent_at=150.0))
    assert [change.event for change in changes] == [Event.DISPROVE, Event.INTEND]
    assert (begun.state, begun.step) == (State.INTENT, "create_interaction")


def test_nothing_is_left_of_the_journal() -> None:
    """Then a request may be older than anything can prove."""
    begun, _ = told(NEW, replace(GAP, since=0.0))
    assert begun.intent_at == 1.0


def test_what_is_withheld_will_not_be_sent_either() -> None:
    """The recipient has opted out: the entry stands as it did."""
    assert told(MADE, verdict=Suppressed("opted out"))[0] == MADE


def test_another_process_has_the_run() -> None:
    """This one writes and sends nothing more."""
    with pytest.raises(Refused, match="sends nothing more"):
        told(NEW, verdict=Fenced("run R1 was taken over"))
