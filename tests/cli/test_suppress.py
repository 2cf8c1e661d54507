"""`flexplay suppress`, and what the list does to a run."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

Flexplay = Callable[..., Any]
_PLAYBOOK = Path(__file__).parent.parent.parent / "playbooks" / "appointment-reminder.yaml"

pytestmark = pytest.mark.usefixtures("credentials")


@pytest.fixture
def listed(flexplay: Flexplay) -> Flexplay:
    """Return `flexplay`, with one number on the list of a new journal."""
    ran = flexplay("suppress", "add", "+1 (311) 555-0141", "--reason", "by phone", "--new-journal")
    assert ran.code == 0, ran.err
    return flexplay


def _send(flexplay: Flexplay, sandbox: Any, style: str = "jsonl") -> Any:
    return flexplay("run", _PLAYBOOK, "--base-url", sandbox.url, "--yes", "--format", style)


def _requests(sandbox: Any) -> list[Any]:
    found: list[Any] = httpx.get(f"{sandbox.url}/_sandbox/ledger").json()["requests"]
    return found


def test_who_is_listed_is_suppressed_before_anything_is_asked(
    listed: Flexplay, sandbox: Any
) -> None:
    """The others are sent; for the one on the list not even a read leaves."""
    ran = _send(listed, sandbox)
    *lines, summary = [json.loads(line) for line in ran.out.splitlines()]
    assert (summary["counts"]["sent"], summary["counts"]["suppressed"]) == (4, 1)
    (kept,) = [line for line in lines if line["state"] == "suppressed"]
    assert kept["reason"] == "typed: by phone"
    assert "13115550141" not in json.dumps(_requests(sandbox))


def test_the_list_shows_no_addresses(listed: Flexplay) -> None:
    """A bare number is listed for every channel, masked, with its reason."""
    ran = listed("suppress", "list")
    assert len(ran.out.splitlines()) == 2
    assert "typed: by phone" in ran.out
    assert "whatsapp:" in ran.out
    assert "5550141" not in ran.out


def test_who_is_taken_off_is_messaged_again(listed: Flexplay, sandbox: Any) -> None:
    """Suppressed is no end: running again converges."""
    assert json.loads(_send(listed, sandbox, "json").out)["counts"]["suppressed"] == 1
    assert listed("suppress", "remove", "+13115550141").code == 0
    counts = json.loads(_send(listed, sandbox, "json").out)["counts"]
    assert (counts["sent"], counts["already_sent"]) == (1, 4)
    assert listed("suppress", "remove", "+13115550141").code == 2


def test_a_file_is_imported(flexplay: Flexplay, tmp_path: Path) -> None:
    """Its addresses are hashed; the source is the file's name, the reason the row's own."""
    file = tmp_path / "optouts.csv"
    file.write_text("name,phone,reason\nAnn,+13115550141,STOP\nBen,ben@example.org,\n", "utf-8")
    assert flexplay("suppress", "import", file, "--new-journal").code == 0
    ran = flexplay("suppress", "list")
    assert [line.split("UTC  ")[1] for line in ran.out.splitlines()] == [
        "optouts.csv: STOP", "optouts.csv: STOP", "optouts.csv",
    ]  # fmt: skip


def test_a_spreadsheets_file_is_imported(flexplay: Flexplay, tmp_path: Path) -> None:
    """As Excel writes it in Europe, with numbers as they are dialled there."""
    file = tmp_path / "optouts.csv"
    file.write_bytes("Name;Phone ;Reason\r\nJürgen;030 123456;STOP\r\n".encode("utf-16"))
    words = ("suppress", "import", file, "--new-journal")
    assert flexplay(*words).code == 2
    assert flexplay(*words, "--region", "DE").code == 0
    found = json.loads(flexplay("why", "+4930123456", "--format", "json").out)["suppressions"]
    assert [each["reason"] for each in found] == ["optouts.csv: STOP"] * 2


def test_capitals_make_no_difference_in_an_email_address(
    flexplay: Flexplay, tmp_path: Path
) -> None:
    """Who opts out as Ann@Example.org is not messaged as ann@example.org."""
    file = tmp_path / "optouts.jsonl"
    file.write_text('{"email": "Ann@Example.org"}\n', "utf-8")
    assert flexplay("suppress", "import", file, "--new-journal").code == 0
    assert json.loads(flexplay("why", "ann@example.ORG", "--format", "json").out)["suppressions"]
    assert flexplay("suppress", "remove", "ANN@example.org").code == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name,when\nAnn,now\n", "no column of addresses"),
        ("phone\n+13115550141\n3115550142\n", "optouts.csv:3: this is no address"),
    ],
)
def test_a_file_that_cannot_be_used_adds_nobody(
    flexplay: Flexplay, tmp_path: Path, text: str, why: str
) -> None:
    """A number without its country would silently never match."""
    file = tmp_path / "optouts.csv"
    file.write_text(text, "utf-8")
    ran = flexplay("suppress", "import", file, "--new-journal")
    assert ran.code == 2
    assert why in ran.err
    assert "3115550142" not in ran.err
    assert flexplay("suppress", "list").out == ""


def test_what_was_exported_can_be_imported(listed: Flexplay, tmp_path: Path) -> None:
    """The export holds hashes; importing it changes nothing, and brings back what was removed."""
    ran = listed("suppress", "export")
    assert ran.out.splitlines()[0] == "address_hash,tail,reason,added_at"
    assert "5550141" not in ran.out
    before = listed("suppress", "list").out
    file = tmp_path / "list.csv"
    file.write_text(ran.out, "utf-8")
    assert listed("suppress", "remove", "+13115550141").code == 0
    assert listed("suppress", "import", file).code == 0
    assert listed("suppress", "list").out == before


def test_an_opt_out_that_twilio_answers_adds_itself(flexplay: Flexplay, sandbox: Any) -> None:
    """After 21610 the recipient is on the list, and no later message is tried."""
    rule = {
        "fault": "error_before",
        "on": "create_message",
        "first": 1,
        "status": 400,
        "code": 21610,
    }
    made = httpx.post(f"{sandbox.url}/_sandbox/faults", json=[rule])
    assert made.status_code < 300, made.text
    ran = flexplay("run", _PLAYBOOK, "--base-url", sandbox.url, "--yes", "--new-journal")
    assert "21610" in ran.out
    listed = flexplay("suppress", "list").out.splitlines()
    assert len(listed) == 1
    assert "opted out (21610)" in listed[0]
