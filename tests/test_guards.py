"""The tests' own guards."""

import os
import socket

import pytest
from hypothesis import settings


def test_a_connection_beyond_this_machine_is_refused() -> None:
    """No test can reach the network, whatever the code under test does."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside,
        pytest.raises(AssertionError, match=r"192\.0\.2\.1"),
    ):
        outside.connect(("192.0.2.1", 443))


def test_a_connection_to_this_machine_is_allowed() -> None:
    """The guard lets the tests' own servers through."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()


def test_the_developers_variables_are_gone() -> None:
    """A test sees neither the developer's credentials nor the job that it happens to run in."""
    foreign = ("TWILIO_", "FLEXPLAY_", "GITHUB_", "GITLAB_", "CI_")
    assert [name for name in os.environ if name.startswith(foreign)] == []
    assert "CI" not in os.environ


def test_no_property_depends_on_the_machine() -> None:
    """Properties have no deadline and the same examples everywhere, unless asked for others."""
    assert settings.default is not None
    assert settings.default.deadline is None
    assert settings.default.derandomize
