"""Twilio's refusals."""

import json

import pytest

from runner.model.exchange import Reply
from runner.sequence import verdict
from runner.sequence.verdict import Verdict, judge, say_refusal


def _reply(status: int, code: int | None = None) -> Reply:
    return Reply(status, json.dumps({"code": code} if code else {}).encode(), 0.0)


@pytest.mark.parametrize(
    ("status", "code", "wanted"),
    [
        (429, None, Verdict.RATE_LIMITED),
        (429, 20500, Verdict.RATE_LIMITED),
        (503, 45780, Verdict.RATE_LIMITED),
        (400, 45351, Verdict.PERMANENT),
        (409, 50416, Verdict.PERMANENT),
        (404, None, Verdict.PERMANENT),
        (400, None, Verdict.PERMANENT),
        (401, None, Verdict.CONFIGURATION),
        (403, None, Verdict.CONFIGURATION),
        (400, 40154, Verdict.CONFIGURATION),
        (408, None, Verdict.AMBIGUOUS),
        (409, None, Verdict.AMBIGUOUS),
        (425, None, Verdict.AMBIGUOUS),
        (500, 20500, Verdict.AMBIGUOUS),
        (400, 45353, Verdict.AMBIGUOUS),
        (599, None, Verdict.AMBIGUOUS),
        (302, None, Verdict.AMBIGUOUS),
    ],
)
def test_the_code_decides_and_else_the_status(
    status: int, code: int | None, wanted: Verdict
) -> None:
    """A known code wins over the status; only what is surely unprocessed may be repeated."""
    assert judge(_reply(status, code)) is wanted


def test_no_code_has_two_verdicts() -> None:
    """The table's groups do not overlap."""
    groups = (verdict._RATE_LIMITED, verdict._CONFIGURATION, verdict._PERMANENT, verdict._AMBIGUOUS)
    codes = [code for group in groups for code in group]
    assert len(codes) == len(set(codes)) == len(verdict._CODES)


def test_a_refusal_is_said_in_twilios_words() -> None:
    """Code and message where there are any, else the status."""
    body = json.dumps({"code": 20404, "message": "Not found"}).encode()
    assert say_refusal(Reply(404, body, 0.0)) == "20404 Not found"
    assert say_refusal(Reply(502, b"<html>", 0.0)) == "HTTP 502"
    newer = json.dumps({"title": "Too many", "code": 20429, "type": "x", "status": 429}).encode()
    assert say_refusal(Reply(429, newer, 0.0)) == "20429 Too many"
