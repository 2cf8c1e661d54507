from dataclasses import replace
from typing import Any

import pytest

from runner.sandbox.answers import Answer
from runner.sandbox.caller import Caller
from runner.sandbox.state import World

ACCOUNT = "AC" + "0" * 32
PATH = f"/2010-04-01/Accounts/{ACCOUNT}"
NUMBERS = f"{PATH}/IncomingPhoneNumbers.json"
SENDER = "+19255551234"
TEMPLATE = f"HX{'1' * 32}"


def body(answered: Answer) -> Any:
    """The body of an answer that is as it should be."""
    assert answered.status == 200
    return answered.body


def numbers(twilio: Caller, **query: str) -> list[str]:
    """The numbers that are listed."""
    listed = body(twilio.get(NUMBERS, query))["incoming_phone_numbers"]
    return [each["phone_number"] for each in listed]


def test_the_account_that_calls(twilio: Caller) -> None:
    """It can be fetched, with RFC 2822 dates and `.json`; others are not there."""
    shown = body(twilio.get(f"{PATH}.json"))
    assert (shown["sid"], shown["status"]) == (ACCOUNT, "active")
    assert shown["date_created"] == "Sun, 22 Nov 2026 17:30:00 +0000"
    assert twilio.get(PATH).status == 404
    assert twilio.get(f"/2010-04-01/Accounts/AC{'1' * 32}.json").status == 404
    assert Caller(twilio.world, password="").get(f"{PATH}.json").status == 401


def test_every_number_is_owned_unless_some_are_named(world: World, twilio: Caller) -> None:
    """What is asked for is there; with `numbers` only those; never a missing one."""
    assert (numbers(twilio), numbers(twilio, PhoneNumber=SENDER)) == ([], [SENDER])
    world.settings = replace(world.settings, numbers=(SENDER, "+19255550000"))
    assert numbers(twilio) == [SENDER, "+19255550000"]
    assert numbers(twilio, PageSize="1") == [SENDER]
    assert numbers(twilio, PhoneNumber="+19255559999") == []
    world.settings = replace(world.settings, numbers=(), missing=frozenset({SENDER}))
    assert numbers(twilio, PhoneNumber=SENDER) == []


def test_numbers_have_capabilities(twilio: Caller) -> None:
    """A number says that it can send SMS; its SID is the same every time."""
    [first], [again] = (
        body(twilio.get(NUMBERS, {"PhoneNumber": SENDER}))["incoming_phone_numbers"]
        for _ in range(2)
    )
    assert first["capabilities"]["sms"]
    assert first["sid"].startswith("PN")
    assert first == again


@pytest.mark.parametrize("status", ["approved", "pending", "rejected", "paused"])
def test_templates_have_a_verdict(world: World, twilio: Caller, status: str) -> None:
    """Approved unless the settings say otherwise."""
    if status != "approved":
        world.settings = replace(world.settings, approvals={TEMPLATE: status})
    assert body(twilio.get(f"/v1/Content/{TEMPLATE}"))["types"]["twilio/text"]["body"]
    shown = body(twilio.get(f"/v1/Content/{TEMPLATE}/ApprovalRequests"))
    assert (shown["sid"], shown["whatsapp"]["status"]) == (TEMPLATE, status)
    assert bool(shown["whatsapp"]["rejection_reason"]) == (status == "rejected")


def test_templates_may_be_missing(world: World, twilio: Caller) -> None:
    """Template and verdict are both not there."""
    world.settings = replace(world.settings, missing=frozenset({TEMPLATE}))
    for path in ("", "/ApprovalRequests"):
        assert twilio.get(f"/v1/Content/{TEMPLATE}{path}").status == 404


def test_one_number(world: World, twilio: Caller) -> None:
    """It can be fetched by its SID: one that the account owns, or that was asked for."""
    path = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
    world.settings = replace(world.settings, numbers=("+19255551234",))
    [owned] = (twilio.get(f"{path}.json").body or {})["incoming_phone_numbers"]
    assert twilio.get(f"{path}/{owned['sid']}.json").body == owned
    assert twilio.get(f"{path}/{owned['sid']}").status == 404
    world.settings = replace(world.settings, numbers=())
    other = twilio.get(f"{path}.json", {"PhoneNumber": "+15005550006"}).body or {}
    [asked] = other["incoming_phone_numbers"]
    assert twilio.get(f"{path}/{asked['sid']}.json").body == asked
    world.settings = replace(world.settings, missing=frozenset({"+15005550006"}))
    assert twilio.get(f"{path}/{asked['sid']}.json").status == 404


def test_the_templates_with_a_verdict_are_listed(world: World, twilio: Caller) -> None:
    """Alone, and with their approvals; the missing ones are not."""
    there, gone = f"HX{'a' * 32}", f"HX{'b' * 32}"
    approvals = {there: "pending", gone: "approved"}
    missing = frozenset({gone})
    world.settings = replace(world.settings, approvals=approvals, missing=missing)
    [content] = (twilio.get("/v1/Content").body or {})["contents"]
    assert content == twilio.get(f"/v1/Content/{there}").body
    [both] = (twilio.get("/v1/ContentAndApprovals").body or {})["contents"]
    assert (both["sid"], both["approval_requests"]["status"]) == (there, "pending")
