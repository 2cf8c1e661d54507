"""A value that cannot be printed by accident."""

import dataclasses
import json

import pytest

from runner.model.secret import Secret


def test_no_way_of_printing_shows_a_secret() -> None:
    """Neither print, repr, an f-string, %-formatting nor a container shows it."""
    secret = Secret("hunter2")
    shown = [str(secret), repr(secret), f"{secret}", "%s %r" % (secret, secret), str([secret])]  # noqa: UP031
    assert [text for text in shown if "hunter2" in text] == []
    assert secret.reveal() == "hunter2"


def test_a_secret_is_no_json() -> None:
    """It cannot slip into a document that is written as JSON."""
    with pytest.raises(TypeError):
        json.dumps(Secret("hunter2"))


def test_a_secret_cannot_be_changed() -> None:
    """Credentials stay what they were read as."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Secret("a")._value = "b"  # type: ignore[misc]
