"""Long lists: order, pages, search and filters."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.inbox.times import length
from runner.sandbox.state import World

SENDER = "+19255551234"
Look = Callable[..., Any]
Start = Callable[..., Answer]
Turn = Callable[[float], None]


def titles(page: Any) -> list[str]:
    """What the rows of a list are called."""
    return [row.one("span", class_="who").text for row in page.main.all("li", class_="row")]


@pytest.fixture
def crowd(open_sms: Callable[..., str], turn: Turn) -> list[str]:
    """A hundred and twenty customers, one a second."""

    def joined(number: int) -> str:
        turn(1)
        return open_sms(f"+1311555{number:04d}")

    return [joined(number) for number in range(120)]


@pytest.mark.usefixtures("crowd")
def test_pages_of_conversations(look: Look) -> None:
    """Fifty a page, the latest first, each exactly once, and links from one to the next."""
    seen: list[str] = []
    path = "/"
    for _ in range(3):
        page = look(path)
        seen += titles(page)
        older = page.main.one("nav", class_="pager").all("a", rel="next")
        path = (older[0].attributes["href"] or "") if older else ""
    assert path == ""
    assert seen == [f"+1311555{number:04d}" for number in reversed(range(120))]
    assert page.main.one("span", class_="where").text == "101\N{EN DASH}120 of 120"
    assert page.main.all("a", rel="prev")[0].attributes["href"] == "/?page=2"
    assert titles(look("/?page=9")) == []
    assert titles(look("/?page=x")) == titles(look("/"))


def test_the_latest_activity_comes_first(
    twilio: Caller, look: Look, turn: Turn, crowd: list[str]
) -> None:
    """An old conversation with a new message is on top."""
    turn(1)
    twilio.post(f"/v1/Conversations/{crowd[3]}/Messages", {"Body": "Still there?"})
    assert titles(look("/"))[:2] == ["+13115550003", "+13115550119"]


@pytest.mark.usefixtures("crowd")
def test_the_list_stays_beside_a_conversation(look: Look) -> None:
    """Opening a row keeps page and filters, and marks the row."""
    page = look("/?page=2&q=555")
    href = page.main.all("li", class_="row")[0].one("a").attributes["href"]
    opened = look(href)
    assert titles(opened) == titles(page)
    [current] = opened.main.one("ol", id="rows").all("a", aria_current="true")
    assert current.attributes["href"] == href
    back = opened.main.one("a", class_="back").attributes["href"]
    assert titles(look(back)) == titles(page)


@pytest.fixture
def two_people(
    twilio: Caller, start: Start, turn: Turn, conversation_sid: Callable[..., str]
) -> None:
    """One by SMS who has opted out and whose conversation is closed, and one who chats."""
    first = conversation_sid(start())
    channel = {"type": "web", "properties": {}, "participants": [{"identity": "visitor"}]}
    start(channel, {"attributes": {}})
    turn(1)
    twilio.control(
        "/_sandbox/optouts", {"address": "+13115552368", "proxy_address": "+19255551234"}
    )
    twilio.post(f"/v1/Conversations/{first}/Messages", {"Body": "See you Wednesday"})
    twilio.control(f"/_sandbox/conversations/{first}", {"state": "closed"})
    turn(5)


@pytest.mark.usefixtures("two_people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=wEDNESDAY", 1),
        ("q=silly", 1),
        ("q=%2B13115552368", 1),
        ("q=ch", 2),
        ("q=nothing+of+it", 0),
        ("channel=sms", 1),
        ("channel=web", 1),
        ("channel=email", 0),
        ("channel=sms&q=visitor", 0),
        ("state=closed", 1),
        ("state=active", 1),
        ("state=inactive", 0),
        ("state=failed", 1),
        ("state=deleted", 0),
        ("state=nonsense", 2),
    ],
)
def test_looking_for_conversations(look: Look, query: str, found: int) -> None:
    """By text, name, address and SID, whatever the case; by channel; by state; by all of them."""
    page = look(f"/?{query}")
    assert len(titles(page)) == found
    assert bool(page.main.all("p", class_="nothing")) == (found == 0)


def test_tasks_by_queue_and_worker(start: Start, look: Look, twilio: Caller) -> None:
    """Counts of what is open, and a link from each that narrows the list, and back."""
    one, two = "1" * 32, "2" * 32
    start(None, {"worker_sid": f"WK{one}"})
    start(None, {"worker_sid": f"WK{two}"}, address="+13115550001")
    done = start(None, {"worker_sid": f"WK{two}"}, address="+13115550002").body or {}
    task = done["routing"]["properties"]["sid"]
    twilio.control(f"/_sandbox/tasks/{task}", {"status": "completed"})
    page = look("/inbox/tasks")
    assert len(titles(page)) == 3
    queues, workers = page.main.all("section", class_="group")
    assert [each.text for each in queues.all("a")] == ["WQXXXX…XXXX2"]
    assert [each.text for each in workers.all("a")] == ["WK1111…11111", "WK2222…22221"]
    narrowed = look(workers.all("a")[1].attributes["href"])
    assert len(titles(narrowed)) == 2
    back = narrowed.main.all("a", title="Show all again")[0].attributes["href"]
    assert len(titles(look(back))) == 3
    assert len(titles(look(f"/inbox/tasks?worker=WK{two}&status=completed"))) == 1
    assert len(titles(look("/inbox/tasks?q=SILLY"))) == 3
    assert len(titles(look(f"/inbox/tasks?q={task.lower()}"))) == 1
    assert titles(look("/inbox/tasks?q=nobody+else")) == []


def test_tasks_for_anybody(twilio: Caller, look: Look, world: World) -> None:
    """An interaction by the API has no worker; its Task is for anybody in the queue."""
    channel = {
        "type": "sms",
        "initiated_by": "api",
        "participants": [{"address": "+13115552368", "proxy_address": SENDER}],
    }
    routing = {"properties": {"workspace_sid": "WS" + "0" * 32, "attributes": {}}}
    form = {"Channel": json.dumps(channel), "Routing": json.dumps(routing)}
    twilio.post("/v1/Interactions", form)
    [task] = world.records.tasks
    assert "anybody" in look("/inbox/tasks").main.text
    assert titles(look("/inbox/tasks?worker=none")) == [task]
    assert "Nobody" in look("/inbox/tasks").main.one("div", class_="overview").text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("endpoint=create_message", [4]),
        ("endpoint=create_conversation&outcome=refused", [3]),
        ("outcome=ok", [5, 4, 2, 1]),
        ("outcome=broken", []),
        ("outcome=fault", []),
        ("endpoint=nonsense", [5, 4, 3, 2, 1]),
        ("q=see+you", [4]),
        ("q=d%C3%BC", [4]),
        ("q=50353", [3]),
        ("q=PageSize", [5]),
        ("q=%2B13115552368", [1]),
        ("q=silly+name", [1]),
        ("q=%5B(", []),
        ("page=2", []),
    ],
)
def test_looking_for_requests(
    twilio: Caller, start: Start, look: Look, query: str, numbers: list[int]
) -> None:
    """By endpoint, outcome, Twilio's code, and text as it was before it was encoded."""
    start()
    sid = (twilio.post("/v1/Conversations", {"UniqueName": "a"}).body or {})["sid"]
    twilio.post("/v1/Conversations", {"UniqueName": "a"})
    twilio.post(f"/v1/Conversations/{sid}/Messages", {"Body": "See you, Dürer"})
    twilio.get("/v1/Conversations", {"PageSize": "7"})
    rows = look(f"/inbox/requests?{query}").main.all("li", class_="row")
    assert [row.attributes["id"] for row in rows] == [f"row-{number}" for number in numbers]


def test_requests_that_are_no_longer_kept(twilio: Caller, look: Look, world: World) -> None:
    """Numbers go on; those of forgotten requests lead nowhere."""
    world.requests = type(world.requests)(maxlen=2)
    for _ in range(5):
        twilio.get("/v1/Conversations")
    rows = look("/inbox/requests").main.all("li", class_="row")
    assert [row.attributes["id"] for row in rows] == ["row-5", "row-4"]
    assert (look("/inbox/requests/4").status, look("/inbox/requests/3").status) == (200, 404)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (7500, "2 h 5 min"), (9e5, "10 d")],
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    """Two units at most."""
    assert length(seconds) == words


def test_a_page_does_not_grow_with_the_world(
    twilio: Caller, look: Look, turn: Turn, world: World
) -> None:
    """Ten times as many conversations, Tasks and requests make the same page, to a few digits."""
    sizes = []
    for number in (100, 1000):
        for each in range(number):
            pair = {"address": f"+1{number}{each:06d}", "proxy_address": SENDER}
            twilio.control("/_sandbox/conversations", pair)
            twilio.get("/v1/Conversations/none")
        turn(1)
        sizes.append([len(look(path).source) for path in ("/", "/inbox/requests")])
    assert len(world.records.conversations) == 1100
    for few, many in zip(*sizes, strict=True):
        assert abs(many - few) < 1000
        assert many < 50_000
