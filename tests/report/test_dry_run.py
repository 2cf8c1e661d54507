"""The dry run: the exact requests, as text and as data."""

import json

from runner.model.channel import CHANNELS
from runner.model.delivery import Customer, Delivery
from runner.model.exchange import Product, Request
from runner.model.outcome import Sent, Sids
from runner.model.place import Span
from runner.model.rehearsed import Rehearsed
from runner.report.dry_run import rehearsed_object, rehearsed_text

_CH = "CH" + "0" * 32
_FORM = (("Author", "[1, 2]"), ("Body", 'Hi {"a":\nb'), ("Attributes", '{"é":{"a":1}}'))


def _rehearsed() -> Rehearsed:
    delivery = Delivery(
        "c0ffee",
        "A-1",
        Span("r.csv", 2, 1, 2, 9),
        CHANNELS["sms"],
        Customer("+13115552368"),
        (),
        (),
    )
    requests = (
        Request("GET", Product.CONVERSATIONS, "/v1/X", query=(("Address", "+1 3"),)),
        Request("POST", Product.CONVERSATIONS, f"/v1/Conversations/{_CH}/Messages", form=_FORM),
    )
    return Rehearsed(delivery, requests, (_CH,), Sent(Sids()))


def test_the_data_holds_the_exact_strings() -> None:
    """The form's values are what would be sent, character for character."""
    shown = json.loads(json.dumps(rehearsed_object(_rehearsed(), None)))
    get, post = shown.pop("requests")
    assert shown == {"key": "A-1", "row": "r.csv:2", "id": "c0ffee", "assumed": [_CH]}
    assert post["form"] == dict(_FORM)
    assert post["url"] == f"https://conversations.twilio.com/v1/Conversations/{_CH}/Messages"
    assert post["headers"] == {"Content-Type": "application/x-www-form-urlencoded"}
    assert (get["form"], get["headers"]) == ({}, {})
    assert get["url"].startswith("https://conversations.twilio.com/v1/X?Address=%2B1")


def test_another_origin_is_shown_as_it_would_be_used() -> None:
    """A rehearsal against a stand-in shows the stand-in's URLs."""
    post = rehearsed_object(_rehearsed(), "http://127.0.0.1:8080")["requests"][1]
    assert post["url"].startswith("http://127.0.0.1:8080/")


def test_no_header_holds_credentials() -> None:
    """Neither Authorization nor anything like it is among the headers."""
    for request in rehearsed_object(_rehearsed(), None)["requests"]:
        assert set(request["headers"]) <= {"Content-Type"}


def test_the_text_lays_json_out_and_leaves_other_texts_alone() -> None:
    """JSON is indented under its field, a text that only looks like JSON is not touched."""
    lines = list(rehearsed_text(_rehearsed(), 1, 1180, None))
    assert lines[0] == "1 of 1,180  key A-1  r.csv:2"
    assert lines[1].startswith("GET  https://")
    assert lines[2].endswith("/Messages   (CH… assumed)")
    assert lines[3:] == [
        "  Author      [1, 2]",
        '  Body        Hi {"a":',
        "              b",
        "  Attributes  {",
        '                "é": {',
        '                  "a": 1',
        "                }",
        "              }",
        "",
    ]
