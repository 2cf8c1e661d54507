"""The dry run's transport."""

import asyncio
import json
import socket

import pytest

from runner.delivery.rehearsal import CONVERSATION, Rehearsal, assumed_in
from runner.model.exchange import Product, Request


def test_it_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal answers although no socket can be made."""

    def refuse(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a socket was opened")

    form = (("Channel", json.dumps({"participants": [{"identity": "a"}]})),)
    request = Request("POST", Product.FLEX, "/v1/Interactions", form=form)
    transport = Rehearsal()
    with asyncio.Runner() as loop:
        loop.get_loop()
        monkeypatch.setattr(socket, "socket", refuse)
        assert loop.run(transport.send(request)).status == 200
        monkeypatch.undo()
    assert transport.take() == (request,)
    assert transport.take() == ()


@pytest.mark.parametrize(
    ("path", "prefix"),
    [("/v1/Conversations", "CH"), (f"/v1/Conversations/{CONVERSATION}/Participants", "MB")],
)
def test_what_is_created_first_has_a_name(path: str, prefix: str) -> None:
    """A conversation, and a customer in it, are created as they would be: 201 and a placeholder."""
    request = Request("POST", Product.CONVERSATIONS, path)
    reply = asyncio.run(Rehearsal().send(request))
    assert (reply.status, reply.json()["sid"]) == (201, prefix + "0" * 32)


def test_placeholders_are_named_where_they_stand() -> None:
    """Only what a request really contains is called assumed."""
    path = f"/v1/Conversations/{CONVERSATION}/Messages"
    request = Request("POST", Product.CONVERSATIONS, path)
    assert assumed_in((request,)) == (CONVERSATION,)
    assert assumed_in((Request("POST", Product.FLEX, "/v1/Interactions"),)) == ()
