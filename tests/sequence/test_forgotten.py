"""Looking for what the journal may have forgotten, driven by a script: no network, no clock."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Progress, Reply, Request, Result, Silence
from runner.model.outcome import Sent, Sids, Uncertain
from runner.model.playbook import DeliverySettings
from runner.sequence.conversation_first import conversation_first
from runner.sequence.forgotten import look_for_forgotten
from runner.sequence.interaction_first import interaction_first

CH, IM = "CH" + "c" * 32, "IM" + "a" * 32
SETTINGS = DeliverySettings()
IN_GAP = Progress(
    intended="create_interaction",
    age=300.0,
    intent_at=1_790_000_000.0,
    taken_over=True,
    forgotten_until=1_790_000_500.0,
)
SEQUENCES = pytest.mark.parametrize("sequence", [interaction_first, conversation_first])
Make = Callable[..., Delivery]
Play = Callable[..., Any]


def reply(**data: Any) -> Reply:
    """Return a success with this JSON."""
    return Reply(200, json.dumps({**data, "meta": {"next_page_url": None}}).encode(), 0.0)


def world(conversations: Reply | Silence, **messages: Reply) -> Callable[[Request, int], Result]:
    """Return a world without tasks and events, which answers reads only."""

    def answer(request: Request, _: int) -> Result:
        assert request.method == "GET", f"{request.path} must not be posted"
        last = request.path.rpartition("/")[2]
        if last == "ParticipantConversations":
            return conversations
        if last == "Messages":
            return messages[request.path.split("/")[-2]]
        return reply(tasks=[], events=[])

    return answer


def conversation(sid: str, state: str, proxy: str = "+19255551234") -> dict[str, Any]:
    """Return a ParticipantConversations row."""
    binding = {"type": "sms", "address": "+13115550141", "proxy_address": proxy}
    return {
        "conversation_sid": sid,
        "conversation_state": state,
        "conversation_date_created": "2020-01-01T00:00:00Z",
        "participant_messaging_binding": binding,
    }


def messages_of(*deliveries: str) -> Reply:
    """Return a conversation's messages, one of each of these deliveries."""
    rows = [{"sid": IM, "attributes": json.dumps({"flexplay": each})} for each in deliveries]
    return reply(messages=rows)


@pytest.mark.parametrize(
    "progress",
    [
        replace(IN_GAP, forgotten_until=0.0),
        replace(IN_GAP, intended="create_message"),
        replace(IN_GAP, intended="", confirmed=("create_interaction",)),
    ],
    ids=["no gap", "message", "interaction known"],
)
def test_what_is_settled_anyhow_is_not_looked_for(make_delivery: Make, progress: Progress) -> None:
    """Nothing is asked where nothing is missing, or where the request itself settles it."""
    steps = look_for_forgotten(make_delivery(), SETTINGS, progress)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == progress


@SEQUENCES
@pytest.mark.parametrize("state", ["active", "inactive", "closed"])
def test_the_message_is_found_wherever_it_is(
    make_delivery: Make, play: Play, sequence: Any, state: str
) -> None:
    """In any conversation of the pair, open or closed; it is sent, and nothing is posted."""
    rows = [conversation("CH" + "1" * 32, "closed", "+19255550000"), conversation(CH, state)]
    delivery = make_delivery()
    answers = world(reply(conversations=rows), **{CH: messages_of("x" * 32, delivery.id)})
    played = play(sequence(delivery, SETTINGS, IN_GAP), answers)
    assert played.outcome == Sent(Sids(conversation=CH, message=IM), "found at Twilio")
    assert not played.notes


@SEQUENCES
def test_what_cannot_be_read_is_uncertain(make_delivery: Make, play: Play, sequence: Any) -> None:
    """No answer is no absence: nothing is posted."""
    played = play(sequence(make_delivery(), SETTINGS, IN_GAP), world(Silence("read timeout", 0.0)))
    assert isinstance(played.outcome, Uncertain)
    assert played.outcome.reason.startswith("the journal may have forgotten what was sent; ")
    assert not played.posts


@SEQUENCES
def test_without_our_id_nothing_can_be_found(
    make_delivery: Make, play: Play, sequence: Any
) -> None:
    """Where messages carry no id, what may have been sent is uncertain."""
    settings = replace(SETTINGS, correlation=False)
    played = play(sequence(make_delivery(), settings, IN_GAP), world(reply(conversations=[])))
    assert isinstance(played.outcome, Uncertain)
    assert "delivery.correlation is false" in played.outcome.reason


def test_a_channel_without_pairs_has_only_its_task(make_delivery: Make, play: Play) -> None:
    """A chat has no address to list conversations of: tasks and events decide, and it goes on."""
    asked: list[str] = []

    def answers(request: Request, _: int) -> Result:
        asked.append(request.path.rpartition("/")[2])
        if request.method == "POST":
            return Reply(400, b"{}", 0.0)
        return reply(tasks=[], events=[])

    delivery = make_delivery("chat", Customer(identity="ann"))
    played = play(interaction_first(delivery, SETTINGS, IN_GAP), answers)
    assert asked == ["Tasks", "Events", "Interactions"]
    assert [note.happened for note in played.notes] == [False]
