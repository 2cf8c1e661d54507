"""`flexplay why`: everything that is known of one recipient."""

import asyncio
import json
from typing import Any

import jsonschema
import pytest

from runner.journal.connect import SqliteLocation, open_journal
from runner.journal.key import hash_address
from runner.journal.ledger import Suppression
from runner.schema.store import read_schema


def _follow(document: Any) -> None:
    validator = jsonschema.Draft202012Validator(read_schema("why"))
    assert [error.message for error in validator.iter_errors(document)] == []


def test_an_address_and_a_key_lead_to_the_same(desk: Any) -> None:
    """However the number is written; what Twilio made is there to be looked up."""
    run = desk.run_json()["run"]
    (known,) = desk.why("B")
    assert (known["key"], known["state"], known["run"], known["row"]) == (
        "B",
        "sent",
        run,
        "r.csv:3",
    )
    for name, prefix in (
        ("interaction", "KD"),
        ("task", "WT"),
        ("conversation", "CH"),
        ("message", "IM"),
    ):
        assert known[f"{name}_sid"].startswith(prefix)
    for address in ("+13115550166", "+1 (311) 555-0166"):
        assert desk.why(address) == [known]
    assert desk.why("+13115550199") == []


def test_the_history_is_told_step_by_step(desk: Any) -> None:
    """Oldest first, as the journal has it."""
    desk.run("--only", "A")
    (known,) = desk.why("A")
    assert [(step["event"], step["step"]) for step in known["steps"]] == [
        ("claim", ""),
        ("intend", "create_interaction"),
        ("confirm", "create_interaction"),
        ("intend", "create_message"),
        ("send", "create_message"),
    ]
    _follow(json.loads(desk.flexplay("why", "A", "--format", "json").out))
    out = desk.flexplay("why", "A").out
    assert "create_interaction: about to be posted" in out
    assert "create_message: about to be posted" in out


def test_the_text_is_for_people(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Masked address, playbook, key, state, time, run, who; and what to type next."""
    monkeypatch.setenv("LOGNAME", "ann")
    conversation = desk.open_conversation("A")
    run = desk.run_json("--only", "A")["run"]
    ran = desk.flexplay("why", "+13115550165")
    first, second, third, *_ = ran.out.splitlines()
    assert first == "+1•••••0165"
    assert second.startswith("  reminder  key A  HELD  ")
    assert f"  run {run}  by ann@" in second
    assert third == f"     the customer is in the open conversation {conversation}"
    assert "5550165" not in ran.out + ran.err
    assert f"flexplay status {run}" in ran.err


def test_on_a_terminal_the_question_is_repeated(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever typed the number may see it; a key is no address."""
    desk.run("--only", "A")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "+1•••••0165   (asked as +13115550165)" in desk.flexplay("why", "+13115550165").out
    assert "asked as" not in desk.flexplay("why", "A").out


def test_every_playbook_and_rehearsal_is_told(desk: Any) -> None:
    """The newest first; what went to one's own phone is no message to the customer."""
    desk.run("--only", "A")
    desk.run("--only", "A", "--redirect-to", "+13115559999")
    rehearsal, real = desk.why("A") if desk.why("A")[0]["redirected"] else desk.why("A")[::-1]
    assert (rehearsal["redirected"], real["redirected"]) == (True, False)
    assert (rehearsal["address"], real["address"]) == ("+1•••••9999", "+1•••••0165")
    assert "REDIRECTED: the customer got nothing" in desk.flexplay("why", "A").out
    assert [each["redirected"] for each in desk.why("+13115550165")] == [False]


def test_a_suppressed_address_is_told(desk: Any) -> None:
    """Also where nothing was ever sent to it."""
    desk.run("--only", "A")
    journal = open_journal(SqliteLocation(desk.journal))
    hashed = hash_address(journal.key, "+13115550142")
    asyncio.run(journal.suppress([Suppression(hashed, "+1•••••0142", "STOP", 5.0)]))
    journal.close()
    ran = desk.flexplay("why", "+13115550142")
    assert ran.out == "+1•••••0142  SUPPRESSED since 1970-01-01T00:00:05Z: STOP\n"
    document = json.loads(desk.flexplay("why", "+13115550142", "--format", "json").out)
    _follow(document)
    assert document["suppressions"][0]["reason"] == "STOP"


def test_somebody_unknown_is_no_error(desk: Any) -> None:
    """It is said on stderr, with where to look."""
    desk.run("--only", "A")
    ran = desk.flexplay("why", "nobody")
    assert (ran.code, ran.out) == (0, "")
    assert "knows nothing of this address or key" in ran.err
    assert "flexplay status" in ran.err
