"""Deliveries become cards: those who get the same message from the same sender are one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from runner.model.delivery import Delivery
from runner.model.exchange import Request
from runner.model.message import Message
from runner.model.place import Span
from runner.model.preview import Agent, Card, Failure, Person, Row, Sender, Within
from runner.model.problem import Problem
from runner.preview.privacy import (
    OPEN,
    Privacy,
    show_agent,
    show_person,
    show_requests,
    show_sender,
)
from runner.preview.reading import read_agent, read_person, read_sender
from runner.sms.message_segments import delivery_segments

SHOWN_PEOPLE = 5
T = TypeVar("T")


@dataclass(slots=True)
class Ledger(Generic[T]):
    """Things in the order of their coming, each once, with the environments that they are so in."""

    _found: dict[object, tuple[list[str], T]] = field(default_factory=dict)

    def add(self, environment: str, identity: object, value: T) -> None:
        """Note that this is so in the environment."""
        names, _ = self._found.setdefault(identity, ([], value))
        if environment not in names:
            names.append(environment)

    def entries(self) -> tuple[Within[T], ...]:
        """Return what was noted."""
        return tuple(Within(tuple(names), value) for names, value in self._found.values())


@dataclass(slots=True)
class _Group:
    """A card in the making. `places` are kept only where a person comes more than once."""

    sender: Sender
    message: Message
    people: int = 0
    places: set[Span] = field(default_factory=set)
    first: list[Person] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)
    attributes: dict[str, Ledger[str]] = field(default_factory=dict)
    properties: dict[str, Ledger[str]] = field(default_factory=dict)
    requests: Ledger[tuple[Request, ...]] = field(default_factory=Ledger)
    problems: Ledger[Problem] = field(default_factory=Ledger)
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a preview shows beside each message, and how much of the people.

    `message` and `agent` read what is shown of a delivery, and `rehearse` makes its requests. `few`
    says that there are few people, who may come again in another environment. At most `limit`
    different messages are shown.
    """

    message: Callable[[Delivery], Message]
    rehearse: Callable[[Delivery], tuple[Request, ...]]
    agent: Callable[[Delivery], Agent] = read_agent
    privacy: Privacy = OPEN
    few: bool = False
    limit: int | None = None


class Gathering:
    """Takes deliveries and makes cards of them; memory grows with the cards, not the people."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._groups: dict[object, _Group] = {}
        self._failures: dict[Span, Ledger[Problem]] = {}
        self.more = 0

    def add(
        self, environment: str, delivery: Delivery, problems: Callable[[], Iterable[Problem]]
    ) -> None:
        """Take a delivery, unless there are cards enough and it would be another.

        `problems` finds what is to be said of it. Of many people, it is asked only for who stands
        for the others.
        """
        shown = self._shown
        message = shown.message(delivery)
        sender = show_sender(read_sender(delivery, message), shown.privacy)
        identity = (sender, repr(message))
        group = self._groups.get(identity)
        if group is None:
            if shown.limit is not None and len(self._groups) >= shown.limit:
                self.more += 1
                return
            group = self._groups[identity] = _Group(sender, message)
        self._count(group, delivery)
        first = environment not in group.environments
        if first:
            group.environments.append(environment)
            self._look_closely(group, environment, delivery)
        for problem in problems() if first or shown.few else ():
            group.problems.add(environment, _identity(problem), problem)

    def fail(self, environment: str, place: Span, problems: Iterable[Problem]) -> None:
        """Note a recipient for whom there is no message."""
        noted = self._failures.setdefault(place, Ledger())
        for problem in problems:
            noted.add(environment, _identity(problem), problem)

    def cards(self) -> tuple[Card, ...]:
        """Return the cards, in the order of those who stand first on them."""
        return tuple(map(_card, self._groups.values()))

    def failures(self) -> tuple[Failure, ...]:
        """Return those for whom there is no message."""
        return tuple(Failure(place, noted.entries()) for place, noted in self._failures.items())

    @property
    def seen(self) -> int:
        """How many there were, where there are few."""
        places = (group.places for group in self._groups.values())
        return len(set().union(self._failures, *places))

    def _count(self, group: _Group, delivery: Delivery) -> None:
        segments = delivery_segments(delivery)
        group.least = min(group.least or segments, segments)
        group.most = max(group.most, segments)
        if self._shown.few:
            if delivery.place in group.places:
                return
            group.places.add(delivery.place)
        group.people += 1
        if len(group.first) < SHOWN_PEOPLE:
            group.first.append(show_person(read_person(delivery), self._shown.privacy))

    def _look_closely(self, group: _Group, environment: str, delivery: Delivery) -> None:
        shown = self._shown
        agent = show_agent(shown.agent(delivery), shown.privacy)
        _note(group.attributes, environment, agent.attributes)
        _note(group.properties, environment, agent.properties)
        requests = show_requests(shown.rehearse(delivery), shown.privacy)
        if requests:
            group.requests.add(environment, requests, requests)


def _note(rows: dict[str, Ledger[str]], environment: str, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        rows.setdefault(name, Ledger()).add(environment, value, value)


def _rows(rows: dict[str, Ledger[str]]) -> tuple[Row, ...]:
    return tuple(Row(name, values.entries()) for name, values in rows.items())


def _identity(problem: Problem) -> object:
    return (problem.code, problem.span, problem.message)


def _card(group: _Group) -> Card:
    return Card(
        environments=tuple(group.environments),
        sender=group.sender,
        message=group.message,
        people=group.people,
        first=tuple(group.first),
        attributes=_rows(group.attributes),
        properties=_rows(group.properties),
        requests=group.requests.entries(),
        problems=group.problems.entries(),
        segments=(group.least, group.most),
    )
