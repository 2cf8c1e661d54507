"""What a strike makes of an answer: another one, or one that does not arrive."""

import json
from collections.abc import Callable
from dataclasses import replace

from runner.sandbox.answers import JSON_TYPE, Answer, Ending, Fault, Page, error_body
from runner.sandbox.fault_rules import Kind, Rule
from runner.sandbox.faults import Strike

Process = Callable[[], Answer]
Later = Callable[[float, Callable[[], object]], None]

_NOTHING = Answer(0)
_ENDINGS: dict[Kind, Ending] = {
    "lose_after": "closed",
    "drop_before": "closed",
    "hang": "silence",
    "reset": "reset",
    "cut_short": "cut_short",
}
_CODES = {429: 20429, 500: 20500, 503: 20503}
_WORDS = {
    429: "Too Many Requests",
    500: "An internal server error has occurred",
    502: "Bad Gateway",
    503: "Service is unavailable",
    504: "Gateway Time-out",
}
_HTML = "text/html; charset=utf-8"
# In turn: nothing, a list, an object of nobody, one whose values are of other types.
_NONSENSE = (b"null", b"[]", b'{"status":"ok"}', b'{"sid":null,"routing":"","meta":[]}')


def suffer(strike: Strike, process: Process, later: Later) -> Answer:
    """Process the request or not, at once or later, and answer as the rule says."""
    rule = strike.rule
    if rule is None:
        return _delayed(process(), strike.delay)
    answered = _NOTHING
    if rule.processed and rule.late:
        later(rule.late, process)
    elif rule.processed:
        answered = process()
    if rule.fault in _ENDINGS:
        return replace(answered, fault=Fault(_ENDINGS[rule.fault], strike.delay))
    return _delayed(_REPLACED[rule.fault](rule, answered, strike.turn), strike.delay)


def _delayed(answered: Answer, delay: float) -> Answer:
    return replace(answered, fault=Fault("answered", delay)) if delay else answered


def _error(rule: Rule, _: Answer, __: int) -> Answer:
    """An error in Twilio's shape; a gateway's HTML where Twilio has no code for it."""
    status = rule.status or 503
    code = rule.code or _CODES.get(status)
    if code is None:
        return _html(rule, _, __)
    return Answer(status, error_body(status, code, _WORDS.get(status, "Error")))


def _rate_limit(rule: Rule, _: Answer, __: int) -> Answer:
    """https://www.twilio.com/docs/api/errors/20429: it "is never processed"."""
    wait = rule.retry_after
    headers = () if wait is None else (("Retry-After", str(wait)),)
    return Answer(429, error_body(429, 20429, _WORDS[429]), headers)


def _html(rule: Rule, _: Answer, __: int) -> Answer:
    status = rule.status or 502
    title = f"{status} {_WORDS.get(status, 'Something else')}"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, page=Page(_HTML, page.encode()))


def _truncated(_: Rule, answered: Answer, __: int) -> Answer:
    whole = answered.encoded()
    return replace(answered, body=None, page=Page(JSON_TYPE, whole[: len(whole) // 2]))


def _nonsense(rule: Rule, _: Answer, turn: int) -> Answer:
    data = _NONSENSE[turn % len(_NONSENSE)]
    if rule.body is not None:
        data = json.dumps(rule.body).encode()
    return Answer(rule.status or 200, page=Page(JSON_TYPE, data))


_REPLACED: dict[Kind, Callable[[Rule, Answer, int], Answer]] = {
    "error_before": _error,
    "error_after": _error,
    "rate_limit": _rate_limit,
    "html": _html,
    "truncate": _truncated,
    "nonsense": _nonsense,
}
