"""The interaction-first sequence, driven by a script: no network, no clock."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Progress, Reply, Request, Result, Silence, Unsent, Withheld
from runner.model.outcome import Failed, Held, Pending, Sent, Sids, Suppressed, Uncertain
from runner.model.playbook import DeliverySettings
from runner.sequence.interaction_first import interaction_first
from runner.sequence.settle import LEASE

CH, KD, UO, WT, IM = (
    "CH" + "c" * 32,
    "KD" + "d" * 32,
    "UO" + "e" * 32,
    "WT" + "f" * 32,
    "IM" + "a" * 32,
)
OTHER = "CH" + "9" * 32
SETTINGS = DeliverySettings()
Make = Callable[..., Delivery]
Play = Callable[..., Any]


def reply(status: int, data: Any) -> Reply:
    """Return a reply with this JSON."""
    return Reply(status, json.dumps(data).encode(), 0.0)


def interaction(attributes: Any = None) -> Reply:
    """Return the answer to Create Interaction."""
    text = json.dumps({"conversationSid": CH} if attributes is None else attributes)
    return reply(
        200,
        {
            "sid": KD,
            "channel": {"sid": UO},
            "routing": {"properties": {"sid": WT, "attributes": text}},
            "url": f"https://elsewhere.example/v1/Interactions/{KD}",
        },
    )


def participants(*addresses: str) -> Reply:
    """Return a conversation's participants."""
    return reply(
        200, {"participants": [{"messaging_binding": {"address": given}} for given in addresses]}
    )


def open_pair(sid: str, state: str = "active", proxy: str = "+19255551234") -> dict[str, Any]:
    """Return a ParticipantConversations row."""
    return {
        "conversation_sid": sid,
        "conversation_state": state,
        "participant_messaging_binding": {"address": "+13115550141", "proxy_address": proxy},
    }


class World:
    """Answers as Twilio does when all goes well; a test replaces what it wants otherwise."""

    def __init__(self, **replaced: Any) -> None:
        self.replaced = replaced

    def __call__(self, request: Request, number: int) -> Result:
        """Answer a request."""
        del number
        name = self._name(request)
        given = self.replaced.get(name, self._usual()[name])
        if isinstance(given, list):
            return given.pop(0) if len(given) > 1 else given[0]  # type: ignore[no-any-return]
        return given(request) if callable(given) else given  # type: ignore[no-any-return]

    @staticmethod
    def _usual() -> dict[str, Any]:
        return {
            "lookup": reply(200, {"conversations": []}),
            "interaction": interaction(),
            "participants": participants("+13115550141"),
            "message": reply(201, {"sid": IM}),
            "task": reply(200, {"attributes": json.dumps({"conversationSid": CH})}),
            "close": reply(200, {}),
            "tasks": reply(200, {"tasks": []}),
            "messages": reply(200, {"messages": []}),
            "events": reply(200, {"events": []}),
        }

    @staticmethod
    def _name(request: Request) -> str:
        path = request.path
        if path == "/v1/ParticipantConversations":
            return "lookup"
        if path == "/v1/Interactions":
            return "interaction"
        if path.endswith("/Participants"):
            return "participants"
        if path.endswith("/Messages"):
            return "message" if request.method == "POST" else "messages"
        if "/Workspaces/" in path:
            return "events" if path.endswith("/Events") else "task" if WT in path else "tasks"
        return "close"


def test_the_whole_sequence(make_delivery: Make, play: Play) -> None:
    """Look-up, interaction, participants, message: in this order, and every SID is kept."""
    played = play(interaction_first(make_delivery(), SETTINGS), World())
    assert [(request.method, request.path) for request in played.requests] == [
        ("GET", "/v1/ParticipantConversations"),
        ("POST", "/v1/Interactions"),
        ("GET", f"/v1/Conversations/{CH}/Participants"),
        ("POST", f"/v1/Conversations/{CH}/Messages"),
    ]
    assert isinstance(played.outcome, Sent)
    sids = played.outcome.sids
    assert (sids.interaction, sids.channel, sids.conversation) == (KD, UO, CH)
    assert (sids.task, sids.message) == (WT, IM)


@pytest.mark.parametrize(
    "attributes",
    [
        {"conversationSid": CH},
        {"conversations": {"media": [{"conversation_sid": CH}]}},
        {"conversations": {"media": [{"type": "ChatTranscript", "sid": CH}]}},
        {"conversationSid": UO, "conversations": {"conversation_id": KD, "media": [{"sid": CH}]}},
    ],
)
def test_the_conversation_is_found_in_every_documented_place(
    make_delivery: Make, play: Play, attributes: dict[str, Any]
) -> None:
    """The three places that Twilio's pages show all work, and only a CH… is taken."""
    world = World(interaction=interaction(attributes))
    assert play(interaction_first(make_delivery(), SETTINGS), world).outcome.sids.conversation == CH


def test_the_task_names_the_conversation_when_the_answer_does_not(
    make_delivery: Make, play: Play
) -> None:
    """Without a conversation in the answer, the Task is read until it has one."""
    late = [reply(200, {"attributes": "{}"}), World._usual()["task"]]
    played = play(
        interaction_first(make_delivery(), SETTINGS), World(interaction=interaction({}), task=late)
    )
    assert isinstance(played.outcome, Sent)
    assert f"/v1/Workspaces/WS{'1' * 32}/Tasks/{WT}" in [each.path for each in played.requests]


def test_links_are_never_followed(make_delivery: Make, play: Play) -> None:
    """`url` and `links` may say what they like; requests are built from SIDs."""
    played = play(interaction_first(make_delivery(), SETTINGS), World())
    assert not any("elsewhere" in request.path for request in played.requests)


def test_no_conversation_means_no_message(make_delivery: Make, play: Play) -> None:
    """If no conversation is ever named, nothing is posted and the channel is closed."""
    world = World(interaction=interaction({}), task=reply(200, {"attributes": "{}"}))
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Failed)
    assert played.outcome.reason.startswith("no_conversation")
    assert played.posts == ["/v1/Interactions", f"/v1/Interactions/{KD}/Channels/{UO}"]


def test_a_customer_who_joins_late_gets_the_message(make_delivery: Make, play: Play) -> None:
    """The message waits until the customer is a participant."""
    world = World(participants=[participants(), participants(), participants("+13115550141")])
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.pauses == [0.25, 0.5]


def test_a_customer_who_never_joins_gets_nothing(make_delivery: Make, play: Play) -> None:
    """After `join_timeout` the new channel is closed, no message leaves, and the reason is told."""
    settings = DeliverySettings(join_timeout=15.0)
    played = play(
        interaction_first(make_delivery(), settings), World(participants=participants("+1999"))
    )
    assert isinstance(played.outcome, Failed)
    assert played.outcome.reason.startswith("customer_not_joined")
    assert sum(played.pauses) == pytest.approx(15.0)
    assert played.posts == ["/v1/Interactions", f"/v1/Interactions/{KD}/Channels/{UO}"]


@pytest.mark.parametrize("state", ["active", "inactive"])
def test_an_open_conversation_holds_the_message(
    make_delivery: Make, play: Play, state: str
) -> None:
    """A pair that is in an open conversation, `inactive` included, gets nothing by default."""
    world = World(lookup=reply(200, {"conversations": [open_pair(OTHER, state)]}))
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Held)
    assert played.posts == []


@pytest.mark.parametrize(
    "row", [open_pair(OTHER, "closed"), open_pair(OTHER, proxy="+19255550000"), {"junk": 1}]
)
def test_other_conversations_do_not_stand_in_the_way(
    make_delivery: Make, play: Play, row: dict[str, Any]
) -> None:
    """Closed conversations, and those with another sender, are no reason to hold."""
    world = World(lookup=reply(200, {"conversations": [row]}))
    assert isinstance(play(interaction_first(make_delivery(), SETTINGS), world).outcome, Sent)


def test_append_posts_into_the_open_conversation(make_delivery: Make, play: Play) -> None:
    """`append` posts the message there and makes no interaction."""
    world = World(lookup=reply(200, {"conversations": [open_pair(OTHER)]}))
    settings = DeliverySettings(on_open_conversation="append")
    played = play(interaction_first(make_delivery(), settings), world)
    assert played.posts == [f"/v1/Conversations/{OTHER}/Messages"]
    assert played.outcome == Sent(played.outcome.sids, "appended")


def test_every_page_of_conversations_is_read(make_delivery: Make, play: Play) -> None:
    """An open conversation on the second page is found; only the page token is taken over."""
    first = reply(
        200,
        {
            "conversations": [open_pair(OTHER, "closed")],
            "meta": {"next_page_url": "https://elsewhere.example/x?PageToken=T2&Page=1"},
        },
    )
    world = World(lookup=[first, reply(200, {"conversations": [open_pair(OTHER)]})])
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Held)
    assert dict(played.requests[1].query)["PageToken"] == "T2"


@pytest.mark.parametrize("channel", ["chat", "web"])
def test_identities_are_matched(make_delivery: Make, play: Play, channel: str) -> None:
    """Chat and web have no pair to look up; the customer is matched by identity."""
    delivery = make_delivery(channel, Customer(identity="customer-1"))
    world = World(participants=reply(200, {"participants": [{"identity": "customer-1"}]}))
    played = play(interaction_first(delivery, SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.requests[0].path == "/v1/Interactions"


def test_without_routing_the_pair_finds_the_conversation(make_delivery: Make, play: Play) -> None:
    """Without a task, the pair's open conversation is the new one: there was none before."""
    answer = reply(200, {"sid": KD, "channel": {"sid": UO}, "routing": None})
    lookups = [reply(200, {"conversations": []}), reply(200, {"conversations": [open_pair(CH)]})]
    world = World(interaction=answer, lookup=lookups)
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.outcome.sids.conversation == CH


AMBIGUOUS = [
    Silence("read timeout", 0.0),
    reply(500, {"code": 20500}),
    reply(503, {}),
    Reply(502, b"<html>Bad Gateway</html>", 0.0),
    reply(409, {"code": 20409}),
    Reply(200, b'{"sid":', 0.0),
    Reply(200, b"[]", 0.0),
    reply(200, {"sid": "nonsense"}),
]


@pytest.mark.parametrize("step", ["interaction", "message"])
@pytest.mark.parametrize("answer", AMBIGUOUS)
def test_what_cannot_be_settled_is_uncertain(
    make_delivery: Make, play: Play, step: str, answer: Any
) -> None:
    """Without evidence an ambiguous request is not repeated, and nothing is closed."""
    unreadable = reply(503, {"code": 20503})
    world = World(**{step: answer, "tasks": unreadable, "messages": unreadable})
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Uncertain)
    wanted = ["/v1/Interactions", f"/v1/Conversations/{CH}/Messages"]
    assert played.posts == wanted[: 1 if step == "interaction" else 2]


@pytest.mark.parametrize("answer", AMBIGUOUS)
def test_a_lost_interaction_is_found_by_its_task(
    make_delivery: Make, play: Play, answer: Any
) -> None:
    """The task that carries the delivery's id proves it: nothing is posted twice."""
    attributes = {
        "flexplay": "0" * 32,
        "flexInteractionSid": KD,
        "flexInteractionChannelSid": UO,
        "conversationSid": CH,
    }
    world = World(
        interaction=answer,
        tasks=[reply(200, {"tasks": []}), reply(200, {"tasks": [{"sid": WT}]})],
        task=reply(200, {"attributes": json.dumps(attributes)}),
    )
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.outcome.sids.interaction == KD
    assert played.posts == ["/v1/Interactions", f"/v1/Conversations/{CH}/Messages"]


@pytest.mark.parametrize("answer", AMBIGUOUS)
def test_a_lost_message_is_found_by_its_attributes(
    make_delivery: Make, play: Play, answer: Any
) -> None:
    """The message that carries the delivery's id proves it: nothing is posted twice."""
    row = {"sid": IM, "attributes": json.dumps({"flexplay": "0" * 32})}
    world = World(message=answer, messages=reply(200, {"messages": [{"sid": "x"}, row]}))
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.outcome.sids.message == IM
    assert len(played.posts) == 2


@pytest.mark.parametrize(("step", "read"), [("interaction", "tasks"), ("message", "messages")])
def test_what_is_proved_absent_is_posted_again(
    make_delivery: Make, play: Play, step: str, read: str
) -> None:
    """A complete read after timeout and settle proves absence; then, not before, it is repeated."""
    again = interaction() if step == "interaction" else reply(201, {"sid": IM})
    asked: list[float] = []

    def evidence(_: Request) -> Result:
        asked.append(0.0)
        return reply(200, {read: []})

    world = World(**{step: [Silence("read timeout", 0.0), again], read: evidence})
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert sum(played.pauses) >= SETTINGS.timeout + SETTINGS.settle
    assert [note.happened for note in played.notes].count(False) == 1
    assert len(asked) > 2


def test_two_tasks_are_a_case_for_a_person(make_delivery: Make, play: Play) -> None:
    """If two tasks carry the id, it has been doubled already: pick none."""
    rows = [{"sid": WT}, {"sid": "WT" + "0" * 32}]
    world = World(interaction=Silence("x", 0.0), tasks=reply(200, {"tasks": rows}))
    outcome = play(interaction_first(make_delivery(), SETTINGS), world).outcome
    assert isinstance(outcome, Uncertain)
    assert "2 tasks" in outcome.reason


def test_without_correlation_nothing_can_be_proved(make_delivery: Make, play: Play) -> None:
    """`correlation: false` ends in uncertain, at once."""
    settings = DeliverySettings(correlation=False)
    played = play(interaction_first(make_delivery(), settings), World(message=Silence("x", 0.0)))
    assert isinstance(played.outcome, Uncertain)
    assert len(played.posts) == 2


def crashed(step: str, age: float, **known: Any) -> Progress:
    """Return what a crash left of an intent."""
    return Progress(intended=step, age=age, intent_at=1_790_000_000.0, taken_over=True, **known)


def test_an_old_intent_is_judged_by_the_log_of_events(make_delivery: Make, play: Play) -> None:
    """Hours later the task may be gone: absence needs the log of Events."""
    data = {
        "task_sid": WT,
        "task_attributes": json.dumps({"flexplay": "0" * 32, "conversationSid": CH}),
    }
    world = World(events=reply(200, {"events": [{"event_data": data}]}))
    progress = crashed("create_interaction", 10_000.0)
    played = play(interaction_first(make_delivery(), SETTINGS, progress), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts == [f"/v1/Conversations/{CH}/Messages"]
    events = next(each for each in played.requests if each.path.endswith("/Events"))
    assert dict(events.query)["EventType"] == "task.created"


def test_an_old_intent_without_event_may_be_repeated(make_delivery: Make, play: Play) -> None:
    """No event and no newer conversation: it never happened."""
    progress = crashed("create_interaction", 10_000.0)
    played = play(interaction_first(make_delivery(), SETTINGS, progress), World())
    assert isinstance(played.outcome, Sent)
    assert played.posts.count("/v1/Interactions") == 1


def test_a_newer_conversation_forbids_the_repeat(make_delivery: Make, play: Play) -> None:
    """A conversation of the pair that is younger than the intent may be ours."""
    row = open_pair(OTHER, "closed") | {"conversation_date_created": "2026-10-01T00:00:00Z"}
    world = World(lookup=reply(200, {"conversations": [row]}))
    progress = crashed("create_interaction", 10_000.0)
    played = play(interaction_first(make_delivery(), SETTINGS, progress), world)
    assert isinstance(played.outcome, Uncertain)
    assert played.posts == []


def test_after_weeks_nothing_can_be_proved(make_delivery: Make, play: Play) -> None:
    """The log of Events is redacted after 30 days."""
    progress = crashed("create_interaction", 26 * 86_400.0)
    played = play(interaction_first(make_delivery(), SETTINGS, progress), World())
    assert isinstance(played.outcome, Uncertain)
    assert played.posts == []


def test_a_crash_after_the_interaction_goes_on_with_the_message(
    make_delivery: Make, play: Play
) -> None:
    """What is confirmed is not done again."""
    known = Progress(
        confirmed=("create_interaction",),
        sids=Sids(interaction=KD, channel=UO, conversation=CH, task=WT),
    )
    played = play(interaction_first(make_delivery(), SETTINGS, known), World())
    assert isinstance(played.outcome, Sent)
    assert played.posts == [f"/v1/Conversations/{CH}/Messages"]


def test_a_taken_over_intent_waits_for_the_lease_too(make_delivery: Make, play: Play) -> None:
    """The process that wrote the intent may have been frozen just before it sent."""
    sids = Sids(interaction=KD, channel=UO, conversation=CH)
    progress = crashed("create_message", 0.0, confirmed=("create_interaction",), sids=sids)
    played = play(interaction_first(make_delivery(), SETTINGS, progress), World())
    assert isinstance(played.outcome, Sent)
    assert sum(played.pauses) >= SETTINGS.timeout + SETTINGS.settle + LEASE


def test_a_suppressed_recipient_closes_what_was_begun(make_delivery: Make, play: Play) -> None:
    """An opt-out between interaction and message: nothing is posted, the channel is closed."""
    world = World(message=Withheld("opted out", suppressed=True, at=0.0))
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Suppressed)
    assert played.posts[-1] == f"/v1/Interactions/{KD}/Channels/{UO}"


def test_a_window_that_closed_meanwhile_holds(make_delivery: Make, play: Play) -> None:
    """The run waited for its turn past the hour: nothing leaves, and the instant is kept."""
    held = Held("outside the window", until=datetime(2026, 6, 2, 7, tzinfo=UTC))
    world = World(interaction=Withheld(held.reason, suppressed=False, at=0.0, held=held))
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert played.outcome == held


def test_our_own_open_conversation_is_evidence(make_delivery: Make, play: Play) -> None:
    """An open conversation whose message carries our id: it was sent, by whatever journal."""
    row = {"sid": IM, "attributes": json.dumps({"flexplay": "0" * 32})}
    world = World(
        lookup=reply(200, {"conversations": [open_pair(OTHER)]}),
        messages=reply(200, {"messages": [row]}),
    )
    played = play(interaction_first(make_delivery(), SETTINGS), world)
    assert isinstance(played.outcome, Sent)
    assert played.posts == []


def test_a_conversation_that_the_journal_knows_is_appended_to(
    make_delivery: Make, play: Play
) -> None:
    """One that flexplay opened for another delivery gets the message, and no new interaction."""
    world = World(lookup=reply(200, {"conversations": [open_pair(OTHER)]}))
    played = play(interaction_first(make_delivery(), SETTINGS), world, (OTHER,))
    assert isinstance(played.outcome, Sent)
    assert played.outcome.reason == "appended"


def test_a_refused_interaction_fails(make_delivery: Make, play: Play) -> None:
    """A definite refusal is a failure with Twilio's own words."""
    refusal = reply(400, {"code": 45351, "message": "Invalid participant"})
    played = play(interaction_first(make_delivery(), SETTINGS), World(interaction=refusal))
    assert played.outcome == Failed("45351 Invalid participant (interaction)")


def test_a_refused_message_closes_the_new_interaction(make_delivery: Make, play: Play) -> None:
    """A message that fails for good takes its interaction with it."""
    refusal = reply(400, {"code": 50504, "message": "Body too long"})
    played = play(interaction_first(make_delivery(), SETTINGS), World(message=refusal))
    assert isinstance(played.outcome, Failed)
    assert played.posts[-1] == f"/v1/Interactions/{KD}/Channels/{UO}"
    assert dict(played.requests[-1].form) == {"Status": "closed", "Routing": '{"status":"closed"}'}


def test_keep_leaves_the_interaction_to_the_agent(make_delivery: Make, play: Play) -> None:
    """`on_message_failure: keep` closes nothing."""
    refusal = reply(400, {"code": 50504})
    settings = DeliverySettings(on_message_failure="keep")
    played = play(interaction_first(make_delivery(), settings), World(message=refusal))
    assert played.posts[-1].endswith("/Messages")


def test_a_conversation_that_was_there_before_is_never_closed(
    make_delivery: Make, play: Play
) -> None:
    """When an appended message fails, the customer's own conversation stays."""
    world = World(
        lookup=reply(200, {"conversations": [open_pair(OTHER)]}),
        message=reply(400, {"code": 50504}),
    )
    settings = DeliverySettings(on_open_conversation="append")
    played = play(interaction_first(make_delivery(), settings), world)
    assert played.posts == [f"/v1/Conversations/{OTHER}/Messages"]


@pytest.mark.parametrize("step", ["lookup", "interaction"])
def test_a_request_that_never_left_leaves_the_delivery_pending(
    make_delivery: Make, play: Play, step: str
) -> None:
    """Nothing was sent, so nothing is lost; and no other delivery can succeed."""
    world = World(**{step: Unsent("connect error", 0.0)})
    outcome = play(interaction_first(make_delivery(), SETTINGS), world).outcome
    assert isinstance(outcome, Pending)
    assert outcome.halt == "connect error"


@pytest.mark.parametrize("step", ["lookup", "interaction"])
def test_a_refusal_of_who_we_are_halts_the_run(make_delivery: Make, play: Play, step: str) -> None:
    """Wrong credentials would fail every recipient: one is enough to know."""
    refusal = reply(401, {"code": 20003, "message": "Authenticate"})
    outcome = play(interaction_first(make_delivery(), SETTINGS), World(**{step: refusal})).outcome
    assert isinstance(outcome, Failed)
    assert "20003" in outcome.halt


def test_a_look_up_that_cannot_be_read_sends_nothing(make_delivery: Make, play: Play) -> None:
    """Reads fail closed: no answer is not "no open conversation"."""
    played = play(interaction_first(make_delivery(), SETTINGS), World(lookup=Silence("x", 0.0)))
    assert isinstance(played.outcome, Failed)
    assert played.posts == []
