"""A delivery, and a player that answers a sequence from a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Call, Exchange, Note, Pause, Recall, Request, Result, Woken
from runner.model.outcome import Outcome
from runner.model.place import Span

Answers = Callable[[Request, int], Result]


@dataclass
class Played:
    """What a sequence did: its requests, its pauses, and the outcome."""

    outcome: Outcome
    requests: list[Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def posts(self) -> list[str]:
        """The paths of the requests that change something."""
        return [request.path for request in self.requests if request.method == "POST"]


def play_sequence(exchange: Exchange, answers: Answers, known: tuple[str, ...] = ()) -> Played:
    """Drive the sequence; `answers` gets each request and how many came before it.

    `known` are the conversations that the journal knows.
    """
    requests: list[Request] = []
    pauses: list[float] = []
    notes: list[Note] = []
    result: Any = None
    while True:
        try:
            wish = exchange.send(result)
        except StopIteration as stop:
            return Played(stop.value, requests, pauses, notes)
        match wish:
            case Pause(seconds=seconds):
                pauses.append(seconds)
                result = Woken(sum(pauses))
            case Note():
                notes.append(wish)
                result = Woken(sum(pauses))
            case Recall(conversation=conversation):
                result = Woken(sum(pauses), conversation in known)
            case Call(request=request):
                requests.append(request)
                result = answers(request, len(requests) - 1)


@pytest.fixture
def play() -> Callable[..., Played]:
    """Return the player."""
    return play_sequence


@pytest.fixture
def make_delivery() -> Callable[..., Delivery]:
    """Return a maker of deliveries to one invented customer."""

    def make(
        channel: str = "sms", customer: Customer | None = None, workspace: str = ""
    ) -> Delivery:
        return Delivery(
            id="0" * 32,
            key="A-1",
            place=Span("r.csv", 2, 1, 2, 2),
            channel=CHANNELS[channel],
            customer=customer or Customer("+13115550141", "+19255551234"),
            interaction=(("Channel", "{}"), ("Routing", "{}")),
            message=(("Author", "Clinic"), ("Body", "Hi")),
            workspace_sid=workspace or "WS" + "1" * 32,
        )

    return make
