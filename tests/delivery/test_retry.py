"""What may be repeated."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.delivery.retry import decide_repeat
from runner.model.exchange import Product, Reply, Request, Silence, Unsent

POST = Request("POST", Product.FLEX, "/v1/Interactions")
GET = Request("GET", Product.FLEX, "/v1/Interactions")


def _reply(status: int, code: int | None = None, retry_after: float | None = None) -> Reply:
    return Reply(status, json.dumps({"code": code}).encode(), 0.0, retry_after)


@pytest.mark.parametrize(
    "answer",
    [Silence("read timeout", 0.0), _reply(500), _reply(503, 20503), _reply(409), _reply(408)],
)
def test_an_ambiguous_post_is_never_repeated(answer: Any) -> None:
    """What may have been processed is not sent again."""
    assert decide_repeat(POST, answer, 1, 0.5) is None


@given(st.integers(100, 599), st.one_of(st.none(), st.integers(1, 99999)))
def test_a_post_is_repeated_only_when_rate_limited(status: int, code: int | None) -> None:
    """Over all statuses and codes, nothing but a rate limit repeats a POST."""
    limited = status == 429 or code in (20429, 45010, 45780, 50063, 50074)
    success = 200 <= status < 300
    repeated = decide_repeat(POST, _reply(status, code), 1, 0.5) is not None
    assert repeated == (limited and not success)


def test_what_never_left_is_repeated_a_few_times() -> None:
    """A refused connection is tried four times."""
    decisions = [decide_repeat(POST, Unsent("x", 0.0), tries, 1.0) for tries in range(1, 6)]
    assert [decision is not None for decision in decisions] == [True, True, True, False, False]


@pytest.mark.parametrize("answer", [Silence("x", 0.0), _reply(500), _reply(502)])
def test_a_read_is_repeated_after_what_may_pass(answer: Any) -> None:
    """Reading twice does no harm."""
    assert decide_repeat(GET, answer, 1, 0.5) is not None


def test_a_read_is_not_repeated_after_a_definite_no() -> None:
    """404 will not change by asking again."""
    assert decide_repeat(GET, _reply(404, 20404), 1, 0.5) is None


def test_retry_after_is_obeyed() -> None:
    """Twilio's own wait wins over a shorter back-off, up to five minutes."""
    repeat = decide_repeat(POST, _reply(429, retry_after=17.0), 1, 0.5)
    assert repeat is not None
    assert (repeat.after, repeat.limited) == (17.0, True)
    longest = decide_repeat(POST, _reply(429, retry_after=1e9), 1, 0.5)
    assert longest is not None
    assert longest.after == 300.0


@given(st.integers(1, 9), st.floats(0, 1))
def test_the_back_off_grows_and_is_bounded(tries: int, chance: float) -> None:
    """Exponential with full jitter, at most 30 seconds."""
    repeat = decide_repeat(POST, _reply(429), tries, chance)
    assert repeat is not None
    assert 0 <= repeat.after <= min(30.0, 0.5 * 2 ** (tries - 1))


def test_it_ends() -> None:
    """Ten refusals in a row are enough."""
    assert decide_repeat(POST, _reply(429), 10, 0.5) is None
