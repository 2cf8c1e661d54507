"""FP502: secrets are found wherever they stand, and never repeated."""

from typing import Any

import pytest

from runner.load.file import load_text
from runner.model.document import Document
from runner.rules.catalogue import check_file

HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SID = "SK0123456789abcdef0123456789abcdef"
SECRET = "Zx7Qw2Er9Ty4Ui1Op6As3Df8Gh5Jk0Lm"


def _check(text: str, name: str = "flexplay.yaml") -> list[tuple[int, str]]:
    document = load_text(name, text.encode())
    assert isinstance(document, Document)
    lines = text.split("\n")
    found = check_file(document)
    for problem in found:
        shown = problem.message + problem.remedy
        assert not any(secret in shown for secret in (HEX, SECRET, "hunter2"))
    return [
        (each.span.line, lines[each.span.line - 1][each.span.column - 1 : each.span.end_column - 1])
        for each in found
    ]


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"auth_token: {HEX}", HEX),
        (f'TWILIO_AUTH_TOKEN: "{HEX}"', HEX),
        (f"# authToken = {HEX}", HEX),
        (f"api_secret: '{SECRET}'", SECRET),
        (f"my: {{ token: {HEX}, a: 1 }}", HEX),
        ("password: hunter22", "hunter22"),
        ("journal: postgresql://flexplay:hunter22@db/x", "hunter22"),
        (f"key: {SID}:{SECRET}", SECRET),
        (f"sid: {SID}\nother: {SECRET}", SECRET),
        ("k: SG.aaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb", "SG." + "a" * 22 + "." + "b" * 20),
        ("k: |\n  -----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_a_secret_is_marked(line: str, secret: str) -> None:
    """The caret stands under the secret alone, in values and in comments."""
    assert [marked for _, marked in _check(f"a: 1\n{line}\n")] == [secret]


def test_toml_is_no_refuge() -> None:
    """The rule reads text, so both formats are the same to it."""
    assert _check(f'[environments.a]\nauth_token = "{HEX}"\n', "flexplay.toml") == [(2, HEX)]


@pytest.mark.parametrize(
    "line",
    [
        f"api_key: {SID}",
        'auth_token: "{{ vars.token }}"',
        "auth_token: $TWILIO_AUTH_TOKEN",
        "token_variable: TWILIO_AUTH_TOKEN_2",
        "password: xxxxxxxx1",
        'password: "********1"',
        "auth_token: …",
        "journal: postgresql://db/x",
        "journal: postgresql://flexplay:***@db/x",
        "url: https://example.com:8080/a@b",
        "token: hello",
        f"checksum: {HEX}",
        f"account_sid: AC{HEX}\nchecksum: {HEX}",
        "body: Forgot your password? Visit us.",
        "body: Your password was changed on 2026-01-31.",
    ],
)
def test_what_is_none_passes(line: str) -> None:
    """SIDs, variables' names, templates, masks and prose are no secrets."""
    assert _check(f"a: 1\n{line}\n") == []


def test_a_playbook_is_checked_as_a_whole(desk: Any) -> None:
    """The finding is an error, so nothing is sent with a secret in the file."""
    desk.body("Hi", more=f"vars: {{ auth_token: {HEX} }}\n")
    (found,) = desk.find("FP502")
    assert found.severity == "error"
