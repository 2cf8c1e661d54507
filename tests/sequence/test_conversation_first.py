"""The conversation-first sequence, driven by a script: no network, no clock."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.model.delivery import Delivery
from runner.model.exchange import Progress, Reply, Request, Result, Silence, Withheld
from runner.model.outcome import Failed, Held, Sent, Sids, Suppressed, Uncertain
from runner.model.playbook import DeliverySettings
from runner.sequence.conversation_first import conversation_first

CH, KD, UO, WT, IM = (
    "CH" + "c" * 32,
    "KD" + "d" * 32,
    "UO" + "e" * 32,
    "WT" + "f" * 32,
    "IM" + "a" * 32,
)
OTHER = "CH" + "9" * 32
SETTINGS = DeliverySettings(sequence="conversation-first")
PARTICIPANTS = f"/v1/Conversations/{CH}/Participants"
MESSAGES = f"/v1/Conversations/{CH}/Messages"
ALL = ["/v1/Conversations", PARTICIPANTS, "/v1/Interactions", MESSAGES]
Make = Callable[..., Delivery]
Play = Callable[..., Any]


def reply(status: int, data: Any) -> Reply:
    """Return a reply with this JSON."""
    return Reply(status, json.dumps(data).encode(), 0.0)


def taken(conversation: str) -> Reply:
    """Return error 50416 as Twilio words it."""
    text = f"A binding for this participant and proxy address already exists in {conversation}"
    return reply(409, {"code": 50416, "message": text})


class World:
    """Answers as Twilio does when all goes well; a test replaces what it wants otherwise."""

    def __init__(self, **replaced: Any) -> None:
        attributes = json.dumps({"conversationSid": CH})
        self.answers: dict[str, Any] = {
            "POST /v1/Conversations": reply(201, {"sid": CH}),
            "GET /v1/Conversations/own": reply(200, {"sid": CH, "state": "active"}),
            "POST Participants": reply(201, {"sid": "MB" + "1" * 32}),
            "POST /v1/Interactions": reply(
                200,
                {
                    "sid": KD,
                    "channel": {"sid": UO},
                    "routing": {"properties": {"sid": WT, "attributes": attributes}},
                },
            ),
            "POST Messages": reply(201, {"sid": IM}),
            "GET Messages": reply(200, {"messages": []}),
            "GET Tasks": reply(200, {"tasks": []}),
            **replaced,
        }

    def __call__(self, request: Request, number: int) -> Result:
        """Answer a request."""
        del number
        given = self.answers.get(self._name(request), reply(204, {}))
        if isinstance(given, list):
            given = given.pop(0) if len(given) > 1 else given[0]
        return given  # type: ignore[no-any-return]

    @staticmethod
    def _name(request: Request) -> str:
        last = request.path.rsplit("/", 1)[-1]
        if last in ("Participants", "Messages", "Tasks"):
            return f"{request.method} {last}"
        if request.method == "GET" and request.path.startswith("/v1/Conversations/"):
            return "GET /v1/Conversations/own"
        return f"{request.method} {request.path}"


def test_the_whole_sequence(make_delivery: Make, play: Play) -> None:
    """Conversation, participant, interaction on it, message; nothing is looked up or waited for."""
    played = play(conversation_first(interaction_form(make_delivery()), SETTINGS), World())
    assert isinstance(played.outcome, Sent)
    assert played.posts == ALL
    assert played.pauses == []
    made = dict(played.requests[0].form)
    assert made["UniqueName"] == "0" * 32
    channel = json.loads(dict(played.requests[2].form)["Channel"])
    assert channel["properties"]["media_channel_sid"] == CH
    assert "participants" not in channel


def interaction_form(delivery: Delivery) -> Delivery:
    """Return the delivery with a Channel that names its participants."""
    from dataclasses import replace  # noqa: PLC0415

    channel = {"type": "sms", "properties": {"type": "sms"}, "participants": [{"address": "+1"}]}
    return replace(delivery, interaction=(("Channel", json.dumps(channel)), ("Routing", "{}")))


@pytest.mark.parametrize(
    "answer", [Silence("read timeout", 0.0), reply(500, {}), reply(409, {"code": 50353})]
)
def test_a_lost_conversation_is_found_by_its_name(
    make_delivery: Make, play: Play, answer: Any
) -> None:
    """The UniqueName is the delivery's id: what was made is found, and not made twice."""
    world = World(**{"POST /v1/Conversations": answer})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts == ALL


def test_a_conversation_that_is_not_there_is_made_again(make_delivery: Make, play: Play) -> None:
    """404 by name proves that it was not made; a repeat can do no harm."""
    world = World(
        **{
            "POST /v1/Conversations": [Silence("x", 0.0), reply(201, {"sid": CH})],
            "GET /v1/Conversations/own": reply(404, {"code": 20404}),
        }
    )
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts == ["/v1/Conversations", *ALL]


def test_an_unreadable_conversation_is_uncertain(make_delivery: Make, play: Play) -> None:
    """If it cannot be read, nothing goes on."""
    world = World(
        **{
            "POST /v1/Conversations": Silence("x", 0.0),
            "GET /v1/Conversations/own": reply(503, {}),
        }
    )
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Uncertain)
    assert played.posts == ["/v1/Conversations"]


def test_a_lost_participant_is_recognised(make_delivery: Make, play: Play) -> None:
    """The repeat answers 50416 and names our own conversation: the customer is in it."""
    world = World(**{"POST Participants": [Silence("x", 0.0), taken(CH)]})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts.count(PARTICIPANTS) == 2


def test_another_open_conversation_holds(make_delivery: Make, play: Play) -> None:
    """50416 names the customer's own conversation: ours is deleted, theirs decides."""
    world = World(**{"POST Participants": taken(OTHER)})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Held)
    assert OTHER in played.outcome.reason
    deleted = [request.path for request in played.requests if request.method == "DELETE"]
    assert deleted == [f"/v1/Conversations/{CH}"]


def test_append_posts_into_the_other_conversation(make_delivery: Make, play: Play) -> None:
    """`append` posts the message there and makes no interaction."""
    settings = DeliverySettings(sequence="conversation-first", on_open_conversation="append")
    world = World(**{"POST Participants": taken(OTHER)})
    played = play(conversation_first(make_delivery(), settings), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts[-1] == f"/v1/Conversations/{OTHER}/Messages"
    assert "/v1/Interactions" not in played.posts


@pytest.mark.parametrize(
    ("step", "posts"), [("POST Participants", 2), ("POST /v1/Interactions", 3)]
)
def test_a_refusal_deletes_the_empty_conversation(
    make_delivery: Make, play: Play, step: str, posts: int
) -> None:
    """What is refused for good leaves no conversation that binds the pair."""
    world = World(**{step: reply(400, {"code": 50407, "message": "Invalid address"})})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Failed)
    assert played.posts == ALL[:posts]
    assert played.requests[-1].method == "DELETE"


def test_a_refused_message_closes_the_interaction(make_delivery: Make, play: Play) -> None:
    """A message that fails for good takes its interaction with it."""
    world = World(**{"POST Messages": reply(400, {"code": 50504})})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Failed)
    assert played.posts[-1] == f"/v1/Interactions/{KD}/Channels/{UO}"


@pytest.mark.parametrize("confirmed", range(4))
def test_a_crash_between_steps_goes_on(make_delivery: Make, play: Play, confirmed: int) -> None:
    """The interaction is not made again; before it, the conversation is asked for anew.

    It may have been deleted meanwhile, and asking twice does no harm.
    """
    steps = ("create_conversation", "add_participant", "create_interaction")
    sids = Sids(
        conversation=CH if confirmed else "",
        interaction=KD if confirmed == 3 else "",
        channel=UO if confirmed == 3 else "",
    )
    progress = Progress(confirmed=steps[:confirmed], sids=sids)
    played = play(conversation_first(make_delivery(), SETTINGS, progress), World())
    assert isinstance(played.outcome, Sent)
    assert played.posts == (ALL[3:] if confirmed == 3 else ALL)


def test_who_opted_out_meanwhile_is_left_in_no_conversation(
    make_delivery: Make, play: Play
) -> None:
    """The suppression list is asked at each step; what was begun for this message is deleted."""
    world = World(**{"POST /v1/Interactions": Withheld("opted out", suppressed=True, at=0.0)})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Suppressed)
    assert played.requests[-1].method == "DELETE"
    assert played.requests[-1].path == f"/v1/Conversations/{CH}"


@pytest.mark.parametrize("body", ['{"status":"ok"}', "<html>", "null", ""])
def test_a_success_that_names_no_participant_is_asked_again(
    make_delivery: Make, play: Play, body: str
) -> None:
    """A page of some proxy does not put the customer into the conversation."""
    joined = reply(201, {"sid": "MB" + "1" * 32})
    world = World(**{"POST Participants": [Reply(200, body.encode(), 0.0), joined]})
    played = play(conversation_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts.count(PARTICIPANTS) == 2
