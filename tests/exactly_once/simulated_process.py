"""A process of flexplay: the real executor, book and journal; only socket, clock and death are not.

Every write to the journal and every request is a point, counted from the process's beginning; what
shall happen at a point is said before.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn, TypeAlias
from urllib.parse import urlsplit

from runner.book.clock_guard import ClockGuard
from runner.book.journal_book import Wanted
from runner.book.session import Kept, OpenJournal, keep_run
from runner.delivery.address_book import encode_form, make_url
from runner.execute import Means, Stop, execute
from runner.journal.batch import Act, ChangeWish, ClaimWish, Wish
from runner.journal.connect import SqliteLocation
from runner.journal.group_commit import Journal
from runner.journal.key import fingerprint, parse_key
from runner.journal.ledger import RunRow
from runner.journal.migrations import Demand
from runner.journal.run_lock import is_run_alive
from runner.journal.sqlite import open_sqlite
from runner.model.delivery import Delivery
from runner.model.errors import FlexplayError, JournalFault
from runner.model.exchange import Exchange, Progress, Reply, Request
from runner.model.outcome import Outcome
from runner.model.playbook import DeliverySettings
from runner.rehearse import SEQUENCES
from runner.run import _paces
from runner.sandbox import app, call
from runner.sandbox.caller import Caller
from runner.sandbox.state import World
from tests.exactly_once.fault_kinds import EVENTS, REQUEST_CRASHES, REQUEST_FAULTS
from tests.exactly_once.virtual_time import InlineExecutor, Killed, VirtualTime, WallClock

KEY = parse_key("5a" * 32)
ACCOUNT = "AC" + "0a" * 16
PLAYBOOK = "reminder"
SCOPE = "twilio"
SENDER = "+19255551234"
CUSTOMER = "+13115550141"
LATENCY = 0.02
MOST_POINTS = 5000


Faults: TypeAlias = Mapping[int, str] | Mapping[str, str]


@dataclass(slots=True)
class Point:
    """Something that a process does to the outside: `write` or `request`."""

    kind: str
    label: str


class Machine:
    """Where processes live: a disk with the journal, a clock, and a line to Twilio's stand-in."""

    def __init__(self, time: VirtualTime, world: World, location: SqliteLocation) -> None:
        self.time = time
        self.world = world
        self.location = location
        self.wrong = 0.0

    def customer_writes(self) -> None:
        """Let the customer open a conversation, unless they are in one with us."""
        wish = {"address": CUSTOMER, "proxy_address": SENDER}
        Caller(self.world).control("/_sandbox/conversations", wish)


@dataclass(slots=True)
class Ended:
    """How a process ended: what it told of each key, whether it was killed, why it stopped."""

    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    killed: bool = False
    halt: str = ""


class Process:
    """One run of the command, from the journal's opening on.

    Args:
        machine: where it runs.
        faults: what happens at which point: at a number once, at a label every time.
        workers: how many deliveries are under way at once.
    """

    synchronous: ClassVar = "OFF"  # nothing here loses its power, but in a recording that syncs

    def __init__(self, machine: Machine, faults: Faults | None = None, workers: int = 4) -> None:
        self.machine = machine
        self.faults: dict[int | str, str] = dict(faults or {})  # type: ignore[arg-type]
        self.points: list[Point] = []
        self.struck: list[int] = []
        self.stop = Stop()
        self.dead = False
        self.ended = Ended()
        self.requests: list[Request] = []
        self._workers = workers
        self._clock = WallClock(machine.time, machine.wrong)
        self._main: asyncio.Task[Any] | None = None

    async def execute(
        self,
        row: RunRow,
        deliveries: Iterable[Delivery],
        settings: DeliverySettings,
        wanted: Wanted | None = None,
    ) -> Ended:
        """Execute the deliveries in this run; the run's epoch says whether it is carried on."""
        self._main = asyncio.ensure_future(
            self._live(row, deliveries, settings, wanted or Wanted())
        )
        with suppress(asyncio.CancelledError):
            await self._main
        self.ended.killed = self.dead
        return self.ended

    async def _live(
        self,
        row: RunRow,
        deliveries: Iterable[Delivery],
        settings: DeliverySettings,
        wanted: Wanted,
    ) -> None:
        def begin(delivery: Delivery, progress: Progress) -> Exchange:
            return SEQUENCES[settings.sequence](delivery, settings, progress)

        def record(delivery: Delivery, outcome: Outcome) -> None:
            self.ended.outcomes.setdefault(delivery.key, []).append(outcome)

        journal = self.open_journal()
        opened = OpenJournal(journal, self.machine.location)
        try:
            async with self.keep(opened, row, wanted) as kept:
                means = Means(
                    lambda: _Line(self),
                    self._clock,
                    _paces(settings, self._clock, kept.slots),
                    self._workers,
                    self.make_book(kept.book),
                    chance=random.Random(1).random,  # noqa: S311 - jitter
                    guard=ClockGuard(journal.now, self._clock.monotonic),
                )
                halt = await execute(iter(deliveries), begin, means, record, self.stop)
                self.ended.halt = halt
        except FlexplayError as error:
            self.ended.halt = error.message
        finally:
            journal._store.close()

    def keep(
        self, opened: OpenJournal, row: RunRow, wanted: Wanted
    ) -> AbstractAsyncContextManager[Kept]:
        """Begin the run or take it over, and end it."""
        return keep_run(opened, row, wanted, self.halt)

    def is_alive(self, run: RunRow, now: float) -> bool:
        """Tell whether a process executes a run: ask the kernel, as on one machine."""
        del now
        return is_run_alive(self.machine.location.path, run.id)

    async def before_write(self, label: str) -> None:
        """Hear that something is about to be asked of the journal."""

    def make_book(self, book: Any) -> Any:
        """Return the book that the executor gets; a mutant's is another."""
        return book

    def halt(self, reason: str) -> None:
        """Stop the run, as a signal does."""
        self.stop.reason = self.stop.reason or reason

    def open_journal(self) -> Journal:
        """Open the journal's file on this process's clock."""
        path = self.machine.location.path
        demand = Demand(fingerprint(KEY), create=True)
        store = open_sqlite(path, demand, clock=self._clock, synchronous=self.synchronous)
        return _CountedJournal(store, KEY, self.is_alive, self._clock.monotonic, self)

    def reach(self, kind: str, label: str) -> str:
        """Count a point, and return what shall happen there."""
        if self.dead:
            raise Killed
        number = len(self.points)
        assert number < MOST_POINTS, f"it goes round in circles at {label}"
        self.points.append(Point(kind, label))
        fault = self.faults.get(number, "") or self.faults.get(label, "")
        if fault:
            self.struck.append(number)
        return fault

    def kill(self) -> None:
        """End the process where it stands: from now on it does nothing to the outside."""
        self.dead = True
        if self._main is not None:
            self._main.cancel()


class _CountedJournal(Journal):
    """A journal whose every transaction is a point."""

    def __init__(
        self, store: Any, key: Any, is_alive: Any, monotonic: Callable[[], float], process: Process
    ) -> None:
        super().__init__(store, key, is_alive, monotonic)
        self._thread = InlineExecutor()  # type: ignore[assignment]
        self._process = process

    async def _ask(self, wish: Wish) -> Any:
        await self._process.before_write(_name(wish))
        return await super()._ask(wish)

    def _commit(self, wishes: list[Wish]) -> list[Any]:
        fault = self._process.reach("write", " + ".join(map(_name, wishes)))
        if fault == "crash before the commit":
            self._die()
        if fault == "the disk is full":
            raise JournalFault("the disk is full")
        results = super()._commit(wishes)
        if fault == "crash after the commit":
            self._die()
        if fault == "committed, but an error is told":
            raise JournalFault("it cannot be told whether it was written")
        return results

    def _die(self) -> NoReturn:
        self._process.kill()
        raise Killed


def _name(wish: Wish) -> str:
    match wish:
        case ClaimWish():
            return "claim"
        case ChangeWish(change=change):
            return f"{change.event} {change.step}".strip()
        case Act(do=do):
            return do.__qualname__.split(".")[1]


_KINDS = {**REQUEST_FAULTS, **REQUEST_CRASHES, **EVENTS}


class _Line:
    """A transport that reaches the stand-in without a socket."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._machine = process.machine
        self._request: Request | None = None

    async def send(self, request: Request) -> Reply:
        """Send the request, or suffer what is said to happen at this point."""
        fault = self._process.reach("request", describe(request))
        self._process.requests.append(request)
        self._request = request
        await self.rest(LATENCY)
        answered = await _KINDS[fault](self) if fault else self.process()
        await self.rest(LATENCY)
        return answered

    async def close(self) -> None:
        """There is nothing to close."""

    def process(self) -> Reply:
        assert self._request is not None
        answered = app.answer(self._machine.world, to_stand_in(self._request))
        headers = dict(answered.headers)
        after = headers.get("Retry-After")
        return self.reply(answered.status, answered.encoded(), float(after) if after else None)

    def process_later(self, seconds: float) -> None:
        assert self._request is not None
        world, request = self._machine.world, to_stand_in(self._request)
        world.advance()
        world.after(seconds, lambda: app._process(world, request))

    def reply(self, status: int, body: bytes, retry_after: float | None = None) -> Reply:
        date = float(int(self._machine.time()))
        return Reply(status, body, self._machine.time.elapsed, retry_after, date)

    async def rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if self._process.dead:
            await self.die()

    async def die(self) -> Reply:
        self._process.kill()
        never: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        return await never

    def write_as_customer(self) -> None:
        self._machine.customer_writes()

    def interrupt(self) -> None:
        self._process.halt("interrupted")


def to_stand_in(request: Request) -> call.Request:
    """Return the request as the stand-in reads it from a socket."""
    parts = urlsplit(make_url(request, "http://stand.in"))
    headers = {"authorization": _BASIC, "content-type": call.FORM}
    body = encode_form(request.form) if request.method == "POST" else b""
    return call.Request(request.method, parts.path, parts.query, headers, body)


_BASIC = "Basic QUMwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTBhMGEwYTphbnk="


def describe(request: Request) -> str:
    """Return what a request is about, without SIDs."""
    parts = request.path.split("/")
    names = [part for number, part in enumerate(parts) if number % 2 == 0 and part]
    return f"{request.method} {'/'.join(names)}"
