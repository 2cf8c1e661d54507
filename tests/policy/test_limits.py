"""What a run may do as a whole."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runner.model.delivery import Customer
from runner.policy.limits import Census, refuse_run, warn_run
from runner.policy.objection import Objection

Make = Callable[..., Any]
_WORKER = "WK" + "0a" * 16


def census(environment: Any, deliveries: list[Any], limit: int | None = None) -> Census:
    """Return the count of these deliveries."""
    counted = Census(environment, limit)
    for delivery in deliveries:
        counted.add(delivery)
    return counted


def refusal(environment: Any, *deliveries: Any, real: bool = True, redirected: bool = False) -> str:
    """Return why a run is refused, or nothing."""
    counted = census(environment, list(deliveries))
    found = refuse_run(counted, environment, real=real, redirected=redirected)
    return found.why if isinstance(found, Objection) else ""


def routed(make_delivery: Make, worker: str = _WORKER) -> Any:
    """Return a delivery whose task goes to a worker."""
    routing = json.dumps({"properties": {"worker_sid": worker}})
    return make_delivery(interaction=(("Channel", '{"properties":{}}'), ("Routing", routing)))


def test_a_sender_that_is_not_allowed_is_named(make_delivery: Make, make_environment: Make) -> None:
    """Nothing is sent from a number that the environment does not list."""
    assert refusal(make_environment(senders=("+1 925-555-1234",)), make_delivery()) == ""
    why = refusal(make_environment(senders=("+15550000000",)), make_delivery())
    assert why == "production may not send from +19255551234 (people.csv:2)"


def test_a_senders_prefix_may_be_left_out(make_delivery: Make, make_environment: Make) -> None:
    """The list says which number, whatever the channel."""
    customer = Customer("whatsapp:+4930123456", "whatsapp:+19255551234")
    delivery = make_delivery(channel="whatsapp", customer=customer)
    assert refusal(make_environment(senders=("+19255551234",)), delivery) == ""


def test_an_emails_sender_is_checked(make_delivery: Make, make_environment: Make) -> None:
    """E-mail names its sender in the channel's properties."""
    channel = json.dumps({"properties": {"from": "Clinic@example.org"}})
    delivery = make_delivery(
        channel="email", customer=Customer("ann@example.org"), interaction=(("Channel", channel),)
    )
    assert refusal(make_environment(senders=("clinic@example.org",)), delivery) == ""
    assert "Clinic@example.org" in refusal(make_environment(senders=("x@example.org",)), delivery)


def test_only_a_live_environment_reaches_people(
    make_delivery: Make, make_environment: Make
) -> None:
    """Others reach the sandbox, one's own phone, or those on the list."""
    staging = make_environment(live=False)
    assert refusal(staging, make_delivery()).startswith("production is not live")
    assert refusal(staging, make_delivery(), real=False) == ""
    assert refusal(staging, make_delivery(), redirected=True) == ""
    assert refusal(make_environment(live=True), make_delivery()) == ""
    allowing = make_environment(live=False, allow=("+49 30 123456",))
    assert refusal(allowing, make_delivery()) == ""
    why = refusal(allowing, make_delivery(), make_delivery("+4930999999"))
    assert "1 of 2 recipients are not on its allow list" in why
    assert "999999" not in why


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"max_recipients": 2}, "3 people would be messaged, and production allows 2"),
        ({"max_recipients": 3}, ""),
        ({"max_segments_total": 2}, "3 segments would be sent, and production allows 2"),
        ({"max_segments_total": 3}, ""),
        ({"max_tasks_per_worker": 2}, "worker WK…0a0a would get 3 tasks, and production allows 2"),
        ({"max_tasks_per_worker": 3}, ""),
    ],
)
def test_a_cap_refuses_what_exceeds_it(
    make_delivery: Make, make_environment: Make, policy: dict[str, int], why: str
) -> None:
    """People, segments and tasks each have their own."""
    three = [routed(make_delivery) for _ in range(3)]
    assert refusal(make_environment(policy), *three) == why


def test_a_limit_ends_the_count(make_delivery: Make, make_environment: Make) -> None:
    """With --limit 2 only two people would be messaged."""
    environment = make_environment({"max_recipients": 2})
    counted = census(environment, [make_delivery()] * 3, limit=2)
    assert (counted.people, counted.segments) == (2, 2)
    assert refuse_run(counted, environment, real=True, redirected=False) is None


def test_many_tasks_for_one_worker_are_told(make_delivery: Make, make_environment: Make) -> None:
    """Twenty are fine; with one more somebody should know."""
    twenty = [routed(make_delivery) for _ in range(20)]
    assert warn_run(census(make_environment(), twenty)) == ()
    more = [*twenty, routed(make_delivery), routed(make_delivery, "WK" + "0b" * 16)]
    assert warn_run(census(make_environment(), more)) == (
        "worker WK…0a0a would get 21 tasks (why that is a lot: flexplay explain FP412)",
    )
