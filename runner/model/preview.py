"""What is looked at before anything is sent: messages as the customer will see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from runner.model.delivery import Customer
from runner.model.exchange import Request
from runner.model.message import Message
from runner.model.place import Span
from runner.model.problem import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Within(Generic[T]):
    """Something that is so in these environments."""

    environments: tuple[str, ...]
    value: T


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the customer sees it comes from; `name` is empty where there is only an address.

    On a channel without addresses, the name is the message's author.
    """

    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One of those who get the message.

    `level` is `to`, `cc` or `bcc` in a mail, and empty elsewhere.
    """

    address: str
    name: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """What the agent who gets the answer sees, and how the task finds them.

    `attributes` are the task's own, `properties` the others of Twilio's Routing by its names.
    Without routing both are empty.
    """

    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A name, and its value in the environments."""

    name: str
    values: tuple[Within[str], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient of a message: the key, where the row stands, and who it goes to."""

    key: str
    place: Span
    customer: Customer
    addressees: tuple[Addressee, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One message, with everybody who gets just this one.

    `people` counts them; `first` are some of them. The agent's side (`attributes` and `properties`,
    as in `Agent`) and the requests are those of the first in each environment. `segments` is the
    least and the most that the message costs somebody, for where the text that is shown has no
    values in it.
    """

    environments: tuple[str, ...]
    sender: Sender
    message: Message
    people: int
    first: tuple[Person, ...]
    attributes: tuple[Row, ...] = ()
    properties: tuple[Row, ...] = ()
    requests: tuple[Within[tuple[Request, ...]], ...] = ()
    problems: tuple[Within[Problem], ...] = ()
    segments: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A recipient for whom there is no message, and why."""

    place: Span
    problems: tuple[Within[Problem], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A playbook's messages, in the order of its recipients.

    `recipients` is the file that they come from, empty where they are the playbook's own samples.
    `hidden` says that the recipients' values are left out. `people` counts everybody, `more` those
    whose messages are not shown, since there are too many, and `rejected` those who get none;
    `failures` are the first of them. `problems` are findings of the playbook as a whole.
    """

    file: str
    name: str = ""
    description: str = ""
    channel: str = ""
    environments: tuple[str, ...] = ()
    recipients: str = ""
    hidden: bool = False
    cards: tuple[Card, ...] = ()
    failures: tuple[Failure, ...] = ()
    problems: tuple[Problem, ...] = ()
    people: int = 0
    more: int = 0
    rejected: int = 0
