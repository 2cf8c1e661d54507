"""What Twilio answers, whatever it is."""

import pytest

from runner.model.exchange import Reply


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"a":', b"\xff", b"[" * 100_000, b"7"])
def test_a_body_that_is_no_object_is_an_empty_one(body: bytes) -> None:
    """HTML, half a JSON and nonsense are read as an object without keys, never as a crash."""
    assert Reply(200, body, 0.0).json() == {}
    assert Reply(200, body, 0.0).code is None


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"code": 20404}', 20404), (b'{"code": "x"}', None), (b'{"code":true}', None)],
)
def test_twilios_code_is_a_number(body: bytes, code: int | None) -> None:
    """Only a whole number counts as one of Twilio's error codes."""
    assert Reply(400, body, 0.0).code == code


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (299, True), (300, False)])
def test_accepted_is_two_hundred_and_something(status: int, ok: bool) -> None:  # noqa: FBT001
    """A redirection is no success."""
    assert Reply(status, b"", 0.0).ok is ok
