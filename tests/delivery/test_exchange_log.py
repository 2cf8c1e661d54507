"""A request as an event: what operators need, and nothing of its content."""

from typing import Any

import pytest

from runner.delivery.exchange_log import log_exchange
from runner.model.exchange import Answer, Product, Reply, Request, Silence, Unsent
from runner.model.log import Level

_POST = Request(
    "POST", Product.CONVERSATIONS, "/v1/X", (("Address", "+1311"),), (("Body", "secret"),)
)


@pytest.mark.parametrize(
    ("answer", "level", "said"),
    [
        (
            Reply(200, b'{"code": 5, "body": "secret"}', 0.0, request_id="RQ1"),
            "info",
            {"status": 200, "code": None, "request_id": "RQ1"},
        ),
        (
            Reply(400, b'{"code": 21610, "message": "+1311"}', 0.0),
            "warning",
            {"status": 400, "code": 21610, "request_id": ""},
        ),
        (Silence("read timeout +1311", 0.0), "warning", {"failure": "no_reply"}),
        (Unsent("refused +1311", 0.0), "warning", {"failure": "not_sent"}),
    ],
)
def test_a_request_is_told_without_its_content(
    answer: Answer, level: str, said: dict[str, Any]
) -> None:
    """Method, product, path, how long and how it ended; no query, form, body or reason."""
    told: list[tuple[str, str, dict[str, object]]] = []

    def log(event: str, /, level: Level = "info", **about: object) -> None:
        told.append((event, level, about))

    log_exchange(log, _POST, answer, 0.12345, key="A", step="create_message")
    asked = {
        "key": "A",
        "step": "create_message",
        "method": "POST",
        "product": "conversations",
        "path": "/v1/X",
        "duration_ms": 123.5,
    }
    assert told == [("request", level, {**asked, **said})]
