import random
from collections.abc import Callable
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller, ConnectionReset, Disconnected, TimedOut
from runner.sandbox.chaos import CHAOS
from runner.sandbox.control import read_faults
from runner.sandbox.fault_reading import RuleError
from runner.sandbox.routes import endpoint_names
from runner.sandbox.state import World

CUSTOMER = "+13115552368"
SENDER = "+19255551234"
ADDRESSES = {"MessagingBinding.Address": CUSTOMER, "MessagingBinding.ProxyAddress": SENDER}
PATH = "/v1/Conversations"

Turn = Callable[[float], None]
Start = Callable[..., Answer]


@pytest.fixture
def bring(world: World) -> Callable[..., None]:
    """Brings fault rules over `world`."""
    return lambda *rules: world.bring_faults(read_faults(list(rules)))


Bring = Callable[..., None]


def made(world: World) -> int:
    """How many conversations there are."""
    return len(world.records.conversations)


def outcome(twilio: Caller, path: str = PATH) -> str:
    """How one POST ended, in a word."""
    try:
        return str(twilio.post(path).status)
    except (Disconnected, ConnectionReset, TimedOut) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("rule", "seen", "processed"),
    [
        ({"fault": "lose_after"}, "Disconnected", 1),
        ({"fault": "drop_before"}, "Disconnected", 0),
        ({"fault": "cut_short"}, "Disconnected", 1),
        ({"fault": "reset"}, "ConnectionReset", 1),
        ({"fault": "reset", "processed": False}, "ConnectionReset", 0),
        ({"fault": "hang"}, "TimedOut", 1),
        ({"fault": "hang", "processed": False}, "TimedOut", 0),
        ({"fault": "error_before"}, "503", 0),
        ({"fault": "error_after", "status": 500}, "500", 1),
        ({"fault": "rate_limit"}, "429", 0),
        ({"fault": "html"}, "502", 1),
        ({"fault": "html", "processed": False, "status": 200}, "200", 0),
        ({"fault": "truncate"}, "201", 1),
        ({"fault": "nonsense"}, "200", 1),
        ({"fault": "slow", "delay": 1}, "201", 1),
    ],
)
def test_what_is_seen_and_what_is_done(
    world: World, twilio: Caller, bring: Bring, rule: Any, seen: str, processed: int
) -> None:
    """Each fault shows the caller one thing and processes the request or does not."""
    bring(rule)
    assert (outcome(twilio), made(world)) == (seen, processed)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"fault": "error_before"}, 20503),
        ({"fault": "error_after", "status": 500}, 20500),
        ({"fault": "error_before", "status": 409, "code": 45007}, 45007),
        ({"fault": "rate_limit"}, 20429),
    ],
)
def test_errors_have_twilios_shape(twilio: Caller, bring: Bring, rule: Any, code: int) -> None:
    """Status and code are in the body, as Twilio writes them."""
    bring(rule)
    refused = twilio.post(PATH)
    assert refused.body is not None
    assert (refused.body["code"], refused.body["status"]) == (code, refused.status)


def test_a_gateways_error_is_a_page(twilio: Caller, bring: Bring) -> None:
    """502 and 504, for which Twilio has no code, are HTML."""
    bring({"fault": "error_after", "status": 504})
    page = twilio.post(PATH)
    assert (page.status, page.body, page.content_type) == (504, None, "text/html; charset=utf-8")
    assert b"<h1>504 Gateway Time-out</h1>" in page.encoded()


@pytest.mark.parametrize(
    ("rule", "header"), [({}, None), ({"retry_after": 3}, "3"), ({"retry_after": 0}, "0")]
)
def test_a_rate_limit_may_say_how_long(
    twilio: Caller, bring: Bring, rule: Any, header: str | None
) -> None:
    """Retry-After is there only where the rule has it."""
    bring({"fault": "rate_limit", **rule})
    assert dict(twilio.post(PATH).headers).get("Retry-After") == header


def test_half_a_json(twilio: Caller, bring: Bring) -> None:
    """A truncated answer is the first half of the true one."""
    bring({"fault": "truncate"})
    half = twilio.post(PATH).encoded()
    assert half.startswith(b'{"sid":"CH')
    assert not half.endswith(b"}")


def test_nonsense_takes_turns(twilio: Caller, bring: Bring) -> None:
    """JSON that nobody asked for: of several kinds, or the rule's own."""
    bring({"fault": "nonsense"})
    assert len({twilio.post(PATH).encoded() for _ in range(8)}) == 4
    bring({"fault": "nonsense", "status": 201, "body": {"sid": 5}})
    answered = twilio.post(PATH)
    assert (answered.status, answered.encoded()) == (201, b'{"sid": 5}')


def test_work_that_is_done_later(world: World, twilio: Caller, bring: Bring, turn: Turn) -> None:
    """With `late` the caller is gone when the request is processed, at its own time."""
    bring({"fault": "lose_after", "late": 3, "first": 1})
    assert outcome(twilio) == "Disconnected"
    turn(2)
    twilio.get(PATH)
    assert made(world) == 0
    turn(2)
    twilio.get(PATH)
    [conversation] = world.records.conversations.values()
    assert conversation.created == world.now - 1


def test_waiting_turns_the_clock(world: World, bring: Bring, turn: Turn) -> None:
    """A caller with a clock lets the delay pass, but no more than its patience."""
    caller = Caller(world, timeout=5, wait=turn)
    before = world.now
    bring({"fault": "slow", "delay": 3})
    assert caller.post(PATH).status == 201
    bring({"fault": "error_before", "delay": 2})
    assert caller.post(PATH).status == 503
    bring({"fault": "lose_after", "delay": 1})
    with pytest.raises(Disconnected):
        caller.post(PATH)
    bring({"fault": "slow", "delay": 30})
    with pytest.raises(TimedOut):
        caller.post(PATH)
    world.advance()
    assert world.now == before + 11


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({}, "xxxxxx"),
        ({"first": 2}, "xx...."),
        ({"every": 3}, "..x..x"),
        ({"skip": 2}, "..xxxx"),
        ({"skip": 1, "every": 2, "first": 1}, "..x..."),
        ({"probability": 0}, "......"),
        ({"first": 0}, "......"),
    ],
)
def test_which_of_many(twilio: Caller, bring: Bring, rule: Any, struck: str) -> None:
    """`skip`, `every` and `first` count the requests that the rule is about."""
    bring({"fault": "error_before", **rule})
    seen = ["x" if outcome(twilio) == "503" else "." for _ in struck]
    assert "".join(seen) == struck


def test_chance_is_seeded() -> None:
    """The same seed brings the same faults, and a reset begins again; another seed does not."""

    def run(caller: Caller) -> str:
        return "".join(outcome(caller)[0] for _ in range(50))

    def begin(seed: int) -> Caller:
        world = World(chance=random.Random(seed))  # noqa: S311
        world.bring_faults(read_faults([{"fault": "lose_after", "probability": 0.3}]))
        return Caller(world)

    caller = begin(7)
    first = run(caller)
    caller.world.reset()
    assert run(caller) == run(begin(7)) == first != run(begin(8))
    assert 5 < first.count("D") < 30


def test_faults_do_not_change_the_sids(world: World, twilio: Caller, bring: Bring) -> None:
    """Chance for faults is apart from chance for SIDs."""
    first = (twilio.post(PATH).body or {})["sid"]
    world.reset()
    bring({"fault": "slow", "delay": {"uniform": [0.1, 0.2]}, "probability": 0.9})
    assert (twilio.post(PATH).body or {})["sid"] == first


def test_the_first_rule_that_strikes_decides(twilio: Caller, bring: Bring) -> None:
    """Later rules do not see the request; slow ones let it go on."""
    bring(
        {"fault": "slow", "delay": 1},
        {"fault": "slow", "delay": 2, "every": 2},
        {"fault": "error_before", "status": 500, "every": 2},
        {"fault": "error_before", "first": 1},
    )
    assert [outcome(twilio) for _ in range(3)] == ["503", "500", "201"]
    counts = (twilio.get("/_sandbox/faults").body or {})["counts"]
    assert [(c["matched"], c["struck"]) for c in counts] == [(3, 3), (3, 1), (3, 1), (2, 1)]
    assert [noted.delay for noted in twilio.world.requests] == [1, 3, 1]


@pytest.mark.parametrize(
    ("rule", "struck"),
    [
        ({"on": "create_conversation"}, True),
        ({"on": ["create_message", "create_conversation"]}, True),
        ({"on": "create_message"}, False),
        ({"method": "POST"}, True),
        ({"method": "GET"}, False),
        ({"path": "/v1/Conversations"}, True),
        ({"path": "/v1/*"}, True),
        ({"path": "/v1/Conversations/*"}, False),
        ({"path": "*"}, False),
        ({"after": 1}, False),
        ({"after": "2026-11-22T17:30:00Z"}, True),
        ({"after": "2026-11-22T17:30:01"}, False),
        ({"before": 1}, True),
        ({"before": "2026-11-22T17:30:00Z"}, False),
        ({"address": CUSTOMER}, False),
    ],
)
def test_which_requests(twilio: Caller, bring: Bring, rule: Any, struck: bool) -> None:  # noqa: FBT001
    """All that a rule names must fit: endpoint, method, path, time, address."""
    bring({"fault": "drop_before", **rule})
    assert (outcome(twilio) == "Disconnected") is struck


def test_a_rule_for_one_person(
    twilio: Caller, bring: Bring, start: Start, turn: Turn, conversation_sid: Callable[..., str]
) -> None:
    """An address is found in the form, in the query and in the conversation of the path."""
    sid = conversation_sid(start())
    other = conversation_sid(start(address="+13115550000"))
    interaction = start(address="+13115550001").body or {}
    turn(1)
    bring({"fault": "error_before", "address": CUSTOMER})
    assert start().status == 503
    assert start(address="+13115550002").status == 200
    assert outcome(twilio, f"{PATH}/{sid}/Messages") == "503"
    assert outcome(twilio, f"{PATH}/{other}/Messages") == "400"
    assert twilio.post(f"{PATH}/{other}/Participants", ADDRESSES).status == 503
    assert twilio.get("/v1/ParticipantConversations", {"Address": CUSTOMER}).status == 503
    assert twilio.get("/v1/ParticipantConversations", {"Address": SENDER}).status == 200
    bring({"fault": "error_before", "address": "+13115550001"})
    assert twilio.get(f"/v1/Interactions/{interaction['sid']}").status == 503


def test_controls_are_never_struck(twilio: Caller, bring: Bring) -> None:
    """A rule for everything leaves /_sandbox/ alone, or nobody could end it."""
    bring({"fault": "drop_before"})
    assert twilio.get("/_sandbox/ledger").status == 200
    assert twilio.control("/_sandbox/faults", []).status == 200
    assert outcome(twilio) == "201"


def test_the_ledger_says_what_befell(twilio: Caller, bring: Bring) -> None:
    """Each request has its fault and its rule; what was not processed has status 0."""
    bring({"fault": "drop_before", "name": "unlucky", "first": 1})
    outcome(twilio)
    outcome(twilio)
    requests = (twilio.get("/_sandbox/ledger").body or {})["requests"]
    assert [(r["fault"], r["rule"], r["status"]) for r in requests] == [
        ("drop_before", "unlucky", 0),
        (None, None, 201),
    ]


def test_rules_come_by_the_control_endpoint(twilio: Caller) -> None:
    """A list of rules or an object; what was given is shown and can be given back."""
    rules = [{"fault": "drop_before", "on": "create_conversation", "first": 1}]
    shown = twilio.control("/_sandbox/faults", rules).body or {}
    assert (shown["rules"], shown["evidence_lag"]) == (rules, 0)
    plan = {"rules": rules, "evidence_lag": {"list_tasks": 2}}
    assert (twilio.control("/_sandbox/faults", plan).body or {})["evidence_lag"] == {
        "list_tasks": 2
    }
    assert outcome(twilio) == "Disconnected"
    assert (twilio.get("/_sandbox/faults").body or {})["counts"] == [
        {"name": "1 drop_before", "matched": 1, "struck": 1}
    ]
    twilio.control("/_sandbox/faults", {})
    assert (twilio.get("/_sandbox/faults").body or {})["rules"] == []


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (5, "the plan must be an object"),
        ({"rule": []}, "the plan has an unknown key rule"),
        ({"rules": {}}, "rules must be a list"),
        ([5], "rule 1 must be an object"),
        ([{}], "rule 1: fault must be one of lose_after, "),
        ([{"fault": "slow"}, {"fault": "no"}], "rule 2: fault must be one of "),
        ([{"fault": "slow", "dely": 1}], "rule 1: unknown key dely"),
        ([{"fault": "slow", "on": "tasks"}], "rule 1: on: tasks is not one of add_"),
        ([{"fault": "slow", "on": 5}], "rule 1: on must be the name of an endpoint"),
        ([{"fault": "slow", "every": 0}], "rule 1: every must be a whole number from 1"),
        ([{"fault": "slow", "every": True}], "rule 1: every must be a whole number"),
        ([{"fault": "slow", "probability": 2}], "rule 1: probability must be a number from 0"),
        ([{"fault": "slow", "delay": -1}], "rule 1: delay must be a number of seconds"),
        ([{"fault": "slow", "delay": {"normal": 1}}], "rule 1: delay must be seconds, uniform"),
        ([{"fault": "slow", "delay": {"uniform": [1]}}], "rule 1: delay must be seconds, uni"),
        ([{"fault": "slow", "after": "noon"}], "rule 1: after must be seconds or a date and"),
        ([{"fault": "slow", "name": ""}], "rule 1: name must be a text"),
        ([{"fault": "hang", "processed": 1}], "rule 1: processed must be true or false"),
        ([{"fault": "slow", "processed": True}], "rule 1: processed means nothing with slow"),
        ([{"fault": "lose_after", "status": 500}], "rule 1: status means nothing with lose"),
        ([{"fault": "truncate", "late": 1}], "rule 1: late means nothing with truncate"),
        (
            [{"fault": "hang", "processed": False, "late": 1}],
            "rule 1: late means nothing where the request is not processed",
        ),
        ({"evidence_lag": {"tasks": 1}}, "evidence_lag: tasks is not one of events, "),
        ({"evidence_lag": "long"}, "evidence_lag must be a number of seconds"),
    ],
)
def test_rules_that_make_no_sense(twilio: Caller, plan: Any, why: str) -> None:
    """400 says which rule and why; the former rules stay."""
    twilio.control("/_sandbox/faults", [{"fault": "slow"}])
    refused = twilio.control("/_sandbox/faults", plan)
    assert refused.status == 400
    assert (refused.body or {})["message"].startswith(why)
    assert (twilio.get("/_sandbox/faults").body or {})["rules"] == [{"fault": "slow"}]


def test_nan_is_no_number() -> None:
    """JSON has none, but a file in YAML may."""
    with pytest.raises(RuleError, match="delay must be a number of seconds"):
        read_faults([{"fault": "slow", "delay": float("nan")}])


@pytest.mark.parametrize(
    ("delay", "least", "most"),
    [
        (0.5, 0.5, 0.5),
        ({"uniform": [2, 1]}, 1, 2),
        ({"exponential": 1, "at_most": 2}, 0, 2),
        ({"exponential": 0}, 0, 0),
    ],
)
def test_latencies(twilio: Caller, bring: Bring, delay: Any, least: float, most: float) -> None:
    """Fixed, even between two bounds, or exponential with an upper bound."""
    bring({"fault": "slow", "delay": delay})
    for _ in range(100):
        twilio.post(PATH)
    drawn = [noted.delay for noted in twilio.world.requests]
    assert least <= min(drawn) <= max(drawn) <= most
    assert len(set(drawn)) == (1 if least == most else len(set(drawn)) if most > least else 0)


def test_an_exponential_latency_has_its_mean(twilio: Caller, bring: Bring) -> None:
    """Without a bound the mean of many is about the one asked for."""
    bring({"fault": "slow", "delay": {"exponential": 2}})
    for _ in range(2000):
        twilio.post(PATH)
    drawn = [noted.delay for noted in twilio.world.requests]
    assert 1.8 < sum(drawn) / len(drawn) < 2.2


def test_chaos_is_a_plan(world: World, twilio: Caller) -> None:
    """The ready mixture can be read, and brings each of its faults in its share."""
    world.bring_faults(read_faults(CHAOS))
    for _ in range(4000):
        outcome(twilio)
    struck = world.faults.struck()
    assert struck["latency"] == 4000
    assert 50 < min(struck["lost after"], struck["dropped before"], struck["rate limit"]) < 110
    assert 20 < min(struck["503 before"], struck["503 after"]) < 60
    assert world.settings.evidence_lag == 0.5


def test_the_names_of_the_endpoints() -> None:
    """Those that the documentation names are there."""
    assert endpoint_names() >= {
        "create_interaction",
        "create_message",
        "list_tasks",
        "list_messages",
        "list_participants",
        "participant_conversations",
        "create_conversation",
        "add_participant",
        "close_channel",
        "events",
    }
