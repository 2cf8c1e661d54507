"""Whatever has happened, and whatever is asked for, there is a page."""

import json
import random
from collections.abc import Callable
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.sandbox.answers import Page
from runner.sandbox.call import Request
from runner.sandbox.caller import Caller, CallFailed
from runner.sandbox.inbox.rooms import Inbox
from runner.sandbox.state import World
from runner.sandbox.values import Settings

SENDER = "+19255551234"
PEOPLE = {
    "sms": {"address": "+13115552368", "proxy_address": SENDER},
    "whatsapp": {"address": "whatsapp:+13115552368", "proxy_address": f"whatsapp:{SENDER}"},
    "gbm": {"address": "user", "proxy_address": "brand"},
    "email": {"level": "bcc", "name": "Ann", "address": "ann@example.org"},
    "chat": {"identity": "visitor"},
}
LISTS = ("/", "/inbox/tasks", "/inbox/requests", "/inbox/debugger", "/inbox/controls")
Step = Callable[["Story", int], object]


class Story:
    """A world in which things happen, by a clock that is turned."""

    def __init__(self) -> None:
        self.now = 1_795_368_600.0
        chance = random.Random(7)  # noqa: S311
        self.world = World(Settings(join_delay=1), clock=lambda: self.now, chance=chance)
        self.twilio = Caller(self.world)
        self.inbox = Inbox(self.world)

    def sids(self, prefix: str) -> list[str]:
        """All SIDs of a kind that were ever made."""
        records = self.world.records
        found = {
            "CH": [*records.conversations, *records.deleted_conversations],
            "WT": [*records.tasks, *records.deleted_tasks],
            "UO": list(records.channels),
        }
        return found[prefix] or [prefix + "0" * 32]

    def conversation(self, number: int) -> str:
        """The path of one of the conversations."""
        sids = self.sids("CH")
        return f"/v1/Conversations/{sids[number % len(sids)]}"

    def get(self, path: str) -> tuple[int, str]:
        """A page of the inbox."""
        path, _, query = path.partition("?")
        answered = self.inbox.answer(Request("GET", path, query, {"host": "127.0.0.1:8"}))
        assert isinstance(answered.page, Page)
        return answered.status, answered.page.data.decode()


def begin(story: Story, number: int) -> object:
    """An interaction on one of the channels, in a new conversation or in one that is there."""
    kind = list(PEOPLE)[number % len(PEOPLE)]
    properties = {"from": "us@example.com", "from_name": "Us"} if kind == "email" else {}
    if number % 3 == 0:
        properties["media_channel_sid"] = story.conversation(number).rpartition("/")[2]
    channel = {
        "type": kind,
        "initiated_by": "agent",
        "properties": properties,
        "participants": [PEOPLE[kind]],
    }
    values = {"workspace_sid": "WS" + "0" * 32, "queue_sid": "WQ" + "0" * 32}
    routing = {**values, "worker_sid": "WK" + "0" * 32, "attributes": {"customerName": ["Ann"]}}
    form = {"Channel": json.dumps(channel)}
    if number % 4:
        form["Routing"] = json.dumps({"properties": routing})
    return story.twilio.post("/v1/Interactions", form)


def close(story: Story, number: int) -> object:
    """A channel is closed."""
    sids = story.sids("UO")
    channel = story.world.records.channels.get(sids[number % len(sids)])
    path = f"/v1/Interactions/{channel.interaction_sid}/Channels/{channel.sid}" if channel else "/"
    return story.twilio.post(path, {"Status": "closed"})


def lose_somebody(story: Story, number: int) -> object:
    """A participant is taken out of a conversation."""
    path = story.conversation(number)
    members = story.world.records.participants.get(path.rpartition("/")[2], {})
    return story.twilio.delete(f"{path}/Participants/{next(iter(members), 'MB0')}")


def work(story: Story, number: int) -> object:
    """An agent does something."""
    sids = story.sids("WT")
    status = ("reserved", "assigned", "wrapping", "completed", "canceled")[number % 5]
    return story.twilio.control(f"/_sandbox/tasks/{sids[number % len(sids)]}", {"status": status})


def pass_time(story: Story, number: int) -> object:
    """A second, ten minutes or two days go by."""
    story.now += (1, 600, 172_800)[number % 3]
    return None


TEMPLATE = {"ContentSid": "HX" + "a" * 32, "ContentVariables": '{"1":"x"}'}
STEPS: tuple[Step, ...] = (
    begin,
    close,
    lose_somebody,
    work,
    pass_time,
    lambda story, n: story.twilio.post("/v1/Conversations", {"UniqueName": f"u{n}"}),
    lambda story, n: story.twilio.post(story.conversation(n), {"State": "closed"}),
    lambda story, n: story.twilio.delete(story.conversation(n)),
    lambda story, n: story.twilio.post(f"{story.conversation(n)}/Messages", {"Body": f"Hi {n}"}),
    lambda story, n: story.twilio.post(f"{story.conversation(n)}/Messages", TEMPLATE),
    lambda story, _: story.twilio.control("/_sandbox/conversations", PEOPLE["sms"]),
    lambda story, _: story.twilio.control("/_sandbox/optouts", PEOPLE["sms"]),
    lambda story, n: story.twilio.control(
        "/_sandbox/faults", [{"fault": ("lose_after", "html", "nonsense")[n % 3], "every": 3}]
    ),
    lambda story, n: story.twilio.post(f"{story.conversation(n)}/Participants", {"Identity": "i"}),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60)), max_size=25))
def test_there_is_a_page_for_everything(steps: list[tuple[Step, int]]) -> None:
    """Every conversation, Task and request that ever was can be looked at, whatever came when."""
    story = Story()
    for step, number in steps:
        try:
            step(story, number)
        except CallFailed:
            continue
    world = story.world
    details = [f"/inbox/conversations/{sid}" for sid in world.records.conversations]
    details += [f"/inbox/conversations/{sid}" for sid in world.records.deleted_conversations]
    details += [
        f"/inbox/tasks/{sid}" for sid in (*world.records.tasks, *world.records.deleted_tasks)
    ]
    details += [f"/inbox/requests/{n + 1}" for n in range(world.requests_seen)]
    for path in (*LISTS, "/?state=failed", "/?q=hi", "/inbox/requests?q=hi", *details):
        status, source = story.get(path)
        assert (status, source[:15]) == (200, "<!doctype html>"), path


@settings(max_examples=150)
@given(
    st.text(max_size=40),
    st.dictionaries(
        st.sampled_from(["q", "page", "state", "channel", "status", "worker", "outcome", "before"]),
        st.text(max_size=20),
    ),
)
def test_whatever_is_asked_for(path: str, query: dict[str, str]) -> None:
    """A path or a search of any characters gets a page or a 404, never an error of ours."""
    story = Story()
    begin(story, 1)
    sid = story.sids("CH")[0]
    asked = "&".join(f"{n}={quote(v, errors='replace')}" for n, v in query.items())
    wild = quote(path, safe="/", errors="replace")
    for each in (*LISTS, f"/inbox/conversations/{sid}", f"/inbox/{wild}"):
        status, _ = story.get(f"{each}?{asked}")
        assert status in ({200, 404} if each.endswith(wild) else {200})
