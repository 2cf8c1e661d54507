"""How many messages one recipient gets, over all playbooks and with several runs at once."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.book.book import Begin
from runner.book.cap import CapForecast
from runner.book.journal_book import JournalBook, RunIdentity, Wanted
from runner.journal.connect import SqliteLocation, open_journal, parse_location
from runner.journal.group_commit import Journal
from runner.journal.ledger import RunRow
from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery, delivery_id
from runner.model.outcome import Failed, Held, Pending, Sent, Sids, Suppressed
from runner.model.place import Span
from runner.model.playbook import Cap

ACCOUNT = "AC1"
_WEEK = 604_800.0
_ONE = Cap(1, _WEEK)
_KEY = {"FLEXPLAY_JOURNAL_KEY": "ab" * 32}
Open = Callable[[], Journal]


@pytest.fixture(params=["sqlite", "postgres"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens one and the same journal as another process would."""
    opened: list[Journal] = []
    if request.param == "sqlite":
        location: Any = SqliteLocation(tmp_path / "j.db")
    else:
        server = request.getfixturevalue("postgres_server")
        location = parse_location(server.create_database())

    def open_again() -> Journal:
        opened.append(open_journal(location, create=not opened, environment=_KEY))
        return opened[-1]

    yield open_again
    for journal in opened:
        journal.close()


def make(
    key: str, playbook: str, sender: str = "+19255551234", scope: str = "twilio", to: str = "1"
) -> Delivery:
    """Return a message of a playbook to one and the same person, unless `to` is another."""
    identity = delivery_id(scope, ACCOUNT, playbook, key)
    customer = Customer(f"+1311555014{to}", sender)
    place = Span("r.csv", 2, 1, 2, 2)
    return Delivery(identity, key, place, CHANNELS["sms"], customer, (), (("Body", "Hi"),))


async def begin(journal: Journal, playbook: str, cap: Cap | None, scope: str = "twilio") -> Any:
    """Return the book of a new run of a playbook."""
    row = RunRow(f"R{playbook}", scope, ACCOUNT, playbook, "default", "{}", 0, 0.0, 0.0)
    begun = await journal.begin_run(row, 600.0)
    identity = RunIdentity(begun.id, begun.epoch, scope, ACCOUNT, playbook)
    return JournalBook(journal, journal.key, identity, Wanted(cap=cap))


async def send(book: Any, delivery: Delivery) -> None:
    """Send what has been claimed."""
    await book.intend(delivery, "create_message", Sids())
    await book.finish(delivery, Sent(Sids(message="IM1")))
    book.release(delivery)


def test_of_two_runs_at_once_only_one_messages(reopen: Open) -> None:
    """Two playbooks want the same person in the same moment, and one message is allowed."""

    async def work() -> None:
        one, two = await begin(reopen(), "p", _ONE), await begin(reopen(), "q", _ONE)
        mine, other = make("A", "p"), make("B", "q", "+19255550000")
        claimed = await asyncio.gather(one.claim(mine), two.claim(other))
        assert sorted(type(each).__name__ for each in claimed) == ["Begin", "Pending"]
        first = (one, mine) if isinstance(claimed[0], Begin) else (two, other)
        second = (two, other) if first[0] is one else (one, mine)
        await send(*first)
        held = await second[0].claim(second[1])
        assert isinstance(held, Held)
        assert held.until is None
        assert held.reason.startswith("had 1 message within 7 days, and 1 is allowed; the next")

    asyncio.run(work())


def test_a_cap_of_two_lets_two_pass(reopen: Open) -> None:
    """Of three playbooks, two send; a failure in between does not count."""

    async def work() -> None:
        cap, journal = Cap(2, _WEEK), reopen()
        books = {name: await begin(journal, name, cap) for name in "pqrs"}
        for name in "pq":
            assert isinstance(await books[name].claim(make("A", name)), Begin)
            if name == "p":
                await books[name].finish(make("A", name), Failed("30003"))
                books[name].release(make("A", name))
            else:
                await send(books[name], make("A", name))
        assert isinstance(await books["r"].claim(make("A", "r")), Begin)
        await send(books["r"], make("A", "r"))
        assert isinstance(await books["s"].claim(make("A", "s")), Held)
        assert isinstance(await books["s"].claim(make("B", "s", to="2")), Begin)

    asyncio.run(work())


def test_two_senders_of_one_run_go_one_after_the_other(reopen: Open) -> None:
    """Within a run nobody is pending: the second waits for the first, and is then counted."""

    async def work() -> None:
        book = await begin(reopen(), "p", _ONE)
        first, second = make("A", "p"), make("B", "p", "+19255550000")
        await book.claim(first)
        waiting = asyncio.ensure_future(book.claim(second))
        await asyncio.sleep(0)
        await send(book, first)
        assert isinstance(await waiting, Held)

    asyncio.run(work())


def test_rehearsals_count_for_nobody(reopen: Open) -> None:
    """One's own phone may be a customer's: what a redirected run sent there is not counted."""

    async def work() -> None:
        journal, scope = reopen(), "twilio redirected in R1"
        rehearsal = await begin(journal, "p", None, scope)
        mine = make("A", "p", scope=scope)
        await rehearsal.claim(mine)
        await send(rehearsal, mine)
        book = await begin(journal, "q", _ONE)
        assert isinstance(await book.claim(make("A", "q")), Begin)

    asyncio.run(work())


def test_who_may_not_have_the_address_lets_go_of_the_pair(reopen: Open) -> None:
    """A claim that comes to nothing stands in nobody's way."""

    async def work() -> None:
        journal = reopen()
        one, two = await begin(journal, "p", _ONE), await begin(journal, "q", _ONE)
        three = await begin(journal, "r", None)
        await one.claim(make("A", "p"))
        refused = await two.claim(make("B", "q", "+19255550000"))
        assert refused == Pending("another run is messaging this customer")
        assert isinstance(await three.claim(make("C", "r", "+19255550000")), Begin)

    asyncio.run(work())


def test_a_suppression_goes_before_a_cap(reopen: Open) -> None:
    """Who has opted out is not told of as held."""

    async def work() -> None:
        from runner.journal.key import hash_address  # noqa: PLC0415
        from runner.journal.ledger import Suppression  # noqa: PLC0415

        journal = reopen()
        book = await begin(journal, "p", _ONE)
        hashed = hash_address(journal.key, make("A", "p").customer.name)
        await journal.suppress([Suppression(hashed, "+1•••1", "by hand", 0.0)])
        assert await book.claim(make("A", "p")) == Suppressed("by hand")

    asyncio.run(work())


def test_a_forecast_counts_what_the_run_will_send() -> None:
    """Two of one run to one person: the second is held, however often it is asked."""
    forecast = CapForecast(_ONE, lambda _: (), lambda: 0.0)
    first, second, other = make("A", "p"), make("B", "p"), make("C", "p", to="2")
    for _ in range(2):
        assert forecast(first) is None
        held = forecast(second)
        assert held
        assert held.reason.endswith("; the next from 1970-01-08 00:00 UTC")
        assert forecast(other) is None


def test_a_forecast_counts_what_was_sent_before() -> None:
    """With one message a day ago and two allowed, one more is."""
    forecast = CapForecast(Cap(2, _WEEK), lambda _: (0.0,), lambda: 86_400.0)
    assert forecast(make("A", "p")) is None
    held = forecast(make("B", "p"))
    assert held
    assert held.reason.endswith("; the next from 1970-01-08 00:00 UTC")
