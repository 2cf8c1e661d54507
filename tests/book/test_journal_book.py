"""Who may be messaged, and with which text, as the journal's book tells the executor."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner.book.book import Begin, Claimed
from runner.book.journal_book import JournalBook, RunIdentity, Wanted
from runner.journal.connect import SqliteLocation, open_journal
from runner.journal.group_commit import Journal
from runner.journal.ledger import RunRow
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery, delivery_id
from runner.model.outcome import Failed, Outcome, Pending, Sids, Uncertain
from runner.model.place import Span

SCOPE, ACCOUNT, PLAYBOOK = "twilio", "AC1", "p"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal in a file."""
    opened = open_journal(SqliteLocation(tmp_path / "j.db"), create=True)
    yield opened
    opened.close()


async def begin_run(journal: Journal, run: str) -> JournalBook:
    """Return the book of a new run."""
    row = RunRow(run, SCOPE, ACCOUNT, PLAYBOOK, "default", "{}", 0, 0.0, 0.0)
    begun = await journal.begin_run(row, 600.0)
    identity = RunIdentity(run, begun.epoch, SCOPE, ACCOUNT, PLAYBOOK)
    return JournalBook(journal, journal.key, identity, Wanted(settle=True))


def make(key: str, customer: Customer, channel: str = "sms", body: str = "Hi") -> Delivery:
    """Return a delivery."""
    identity = delivery_id(SCOPE, ACCOUNT, PLAYBOOK, key)
    place = Span("r.csv", 2, 1, 2, 2)
    return Delivery(identity, key, place, CHANNELS[channel], customer, (), (("Body", body),))


@pytest.mark.parametrize("channel", ["chat", "web"])
def test_chats_do_not_wait_for_each_other(journal: Journal, channel: str) -> None:
    """Only an address pair is one conversation's; identities have none, and go at once."""

    async def work() -> list[Claimed]:
        book = await begin_run(journal, "R1")
        people = [make(str(n), Customer(identity=f"user{n}"), channel) for n in range(3)]
        return [await asyncio.wait_for(book.claim(one), 10.0) for one in people]

    claimed = asyncio.run(work())
    assert all(isinstance(one, Begin) for one in claimed)


def test_two_to_one_pair_go_one_after_the_other(journal: Journal) -> None:
    """The second is claimed when the first is released."""

    async def work() -> None:
        book = await begin_run(journal, "R1")
        first, second = (make(key, Customer("+13115550141", "+19255551234")) for key in "AB")
        await book.claim(first)
        waiting = asyncio.ensure_future(book.claim(second))
        await journal.now()
        assert not waiting.done()
        await book.finish(first, Failed("refused"))
        book.release(first)
        assert isinstance(await waiting, Begin)

    asyncio.run(work())


@pytest.mark.parametrize("ends", [(), (Uncertain("lost"),)])
def test_an_open_intent_is_not_finished_with_another_text(
    journal: Journal, ends: tuple[Outcome, ...]
) -> None:
    """What may have left with one text is settled with that one, or left."""
    delivery = make("A", Customer("+13115550141", "+19255551234"))
    changed = replace(delivery, message=(("Body", "Hello"),))

    async def work() -> Claimed:
        book = await begin_run(journal, "R1")
        await book.claim(delivery)
        await book.intend(delivery, "create_interaction", Sids())
        for end in ends:
            await book.finish(delivery, end)
        return await (await begin_run(journal, "R2")).claim(changed)

    claimed = asyncio.run(work())
    assert isinstance(claimed, Pending)
    assert "another text" in claimed.reason
