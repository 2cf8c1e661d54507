"""Previews to show."""

from collections.abc import Callable

import pytest

from runner.model.delivery import Customer
from runner.model.message import Message
from runner.model.place import Span
from runner.model.preview import Addressee, Card, Person, Preview, Row, Sender, Within

MakePreview = Callable[..., Preview]


@pytest.fixture(scope="session")
def make_preview() -> MakePreview:
    """Return what makes a preview of one message, with a foreign text wherever one may stand."""

    def make(channel: str = "sms", foreign: str = "Ann", body: str = "Hi Ann") -> Preview:
        place = Span("p.yaml", 9, 1, 9, 2)
        person = Person(
            foreign,
            place,
            Customer(address=foreign),
            (Addressee(foreign, foreign, "to"), Addressee(foreign, "", "bcc")),
        )
        rows = (Row(foreign, (Within(("one",), foreign), Within(("two",), foreign))),)
        card = Card(
            environments=("one", "two"),
            sender=Sender(foreign, foreign),
            message=Message(foreign, body, foreign, "", {}),
            people=1,
            first=(person,),
            attributes=rows,
            properties=rows,
        )
        return Preview(foreign, foreign, foreign, channel, ("one", "two"), cards=(card,), people=1)

    return make
