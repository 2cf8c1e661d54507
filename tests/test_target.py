"""Where messages go, and under which identity."""

import pytest

from runner.model.delivery import NO_ACCOUNT
from runner.model.errors import Refused, UsageFault
from runner.model.exit_code import ExitCode
from runner.model.playbook import Environment
from runner.target import Aim, choose_target, is_loopback, read_origin

_ONE = "AC" + "1" * 32
_TWO = "AC" + "2" * 32


@pytest.mark.parametrize(
    ("environment", "variable", "account"),
    [(_ONE, "", _ONE), ("", _TWO, _TWO), (_ONE, _ONE, _ONE), ("", "", NO_ACCOUNT)],
)
def test_the_account_is_the_environments_else_the_variables(
    environment: str, variable: str, account: str
) -> None:
    """Without either it is AC and 32 zeros."""
    target = choose_target(Aim(None, variable, live=True), Environment("e", {}, environment))
    assert (target.account, target.scope, target.base_url) == (account, "twilio", None)
    assert NO_ACCOUNT == "AC" + "0" * 32


def test_accounts_that_disagree_are_refused() -> None:
    """Nothing is sent from the wrong account, and the accounts are not written out."""
    with pytest.raises(Refused) as caught:
        choose_target(Aim(None, _TWO, live=True), Environment("e", {}, _ONE))
    assert caught.value.exit_code is ExitCode.REFUSED
    assert _ONE not in caught.value.message
    assert _TWO not in caught.value.message


def test_another_origin_is_another_scope() -> None:
    """What was sent to a stand-in never counts as sent to the real customer."""
    target = choose_target(Aim("http://127.0.0.1:8080/", "", live=False), Environment("e", {}))
    assert target.scope == target.base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("HTTPS://Twilio.Example.COM/", "https://twilio.example.com"),
        ("https://twilio.example.com:443", "https://twilio.example.com"),
        ("http://twilio.example.com:80/", "http://twilio.example.com"),
        ("http://twilio.example.com:443", "http://twilio.example.com:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_one_origin_is_written_in_one_way(url: str, origin: str) -> None:
    """Two spellings of an origin are one scope, or a message would be sent once for each."""
    assert read_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080",
        "ftp://example.com",
        "http://",
        "http://example.com/v1",
        "http://example.com?x=1",
        "http://example.com#x",
        "http://example.com:99999",
        "http://[::1",
    ],
)
def test_what_is_no_origin_is_a_usage_fault(url: str) -> None:
    """The remedy shows an origin."""
    with pytest.raises(UsageFault) as caught:
        read_origin(url)
    assert caught.value.remedy


@pytest.mark.parametrize("url", ["http://u:hunter2@h", "https://hunter2@h", "http://:hunter2@h"])
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    """Credentials come from the environment; a log must not hold them."""
    with pytest.raises(UsageFault) as caught:
        read_origin(url)
    assert "hunter2" not in caught.value.message + caught.value.remedy


@pytest.mark.parametrize(
    ("base_url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.8.9.1", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("https://twilio.example.com", False),
        (None, False),
    ],
)
def test_only_this_machine_is_loopback(base_url: str | None, *, here: bool) -> None:
    """A name that begins like it leads to real people, whom an environment may not reach."""
    assert is_loopback(base_url) is here
