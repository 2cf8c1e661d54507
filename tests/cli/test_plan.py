"""`flexplay plan`: what would be sent to whom, before anything is."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runner.schema.store import read_schema

_NOON, _NIGHT = "2026-06-15T12:00:00+00:00", "2026-06-15T23:30:00+00:00"
_WINDOW = 'window: { from: "09:00", to: "20:00", timezone: Europe/London }'


def plan(desk: Any, *more: object) -> Any:
    """Plan to send to everyone in r.csv."""
    words = ("p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url)
    return desk.flexplay("plan", *words, *more)


def plan_json(desk: Any, *more: object) -> dict[str, Any]:
    """Plan, and return the document."""
    ran = plan(desk, *more, "--format", "json")
    document: dict[str, Any] = json.loads(ran.out)
    assert document["exit_code"] == ran.code, ran.err
    return document


def _change(desk: Any, old: str, new: str, file: str = "p.yaml") -> None:
    path = desk.folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def _project(desk: Any, policy: str) -> None:
    text = f"environments: {{ production: {{ live: true, policy: {{ {policy} }} }} }}\n"
    (desk.folder / "flexplay.yaml").write_text(text, "utf-8")


def test_a_plan_sends_nothing_and_says_what_would_be(desk: Any) -> None:
    """How many, from which sender, which texts, whose tasks; and what to type next."""
    ran = plan(desk)
    assert ran.code == 0
    assert (
        "  + send                  5   sms from +1•••••0100 · 1 distinct text · 5 segments"
        in ran.out
    )
    assert "tasks: WK…cdef 5" in ran.out
    assert "  Hi ‹name›.\n      5 people   1 segment\n" in ran.out
    assert "5 = 5 send" in ran.out
    assert ran.out.splitlines()[-1].endswith(f"--base-url {desk.sandbox.url} -o plan.json")
    assert desk.posts() == 0
    assert not desk.journal.exists()


def test_everybody_is_accounted_for(desk: Any) -> None:
    """Sent, changed, suppressed, rejected and new rows, each with reason and place."""
    desk.run("--only", "A", "--only", "B")
    desk.flexplay("suppress", "add", "+13115550167", "--reason", "by phone")
    desk.write_rows("Ann", "Bea", "Cem", "Dee")
    with (desk.folder / "r.csv").open("a", encoding="utf-8") as stream:
        stream.write("F,Flo,12\n")
    ran = plan(desk)
    assert ran.code == 1
    assert "5 = 1 send + 1 already sent + 1 CHANGED + 1 suppress + 1 reject" in ran.out
    assert "an EARLIER text was sent under this key" in ran.out
    assert "r.csv:3" in ran.out
    assert "by phone" in ran.out
    document = plan_json(desk)
    places = {group["state"]: group["places"] for group in document["groups"]}
    assert places == {
        "changed": ["r.csv:3"],
        "already_sent": ["r.csv:2"],
        "suppressed": ["r.csv:4"],
        "rejected": ["r.csv:6"],
    }
    assert "r.csv:6:" in ran.err


def test_a_line_for_every_recipient(desk: Any) -> None:
    """With its state, the reason and the row; the plan's own document comes last."""
    _change(desk, "delivery: { timeout", f"delivery: {{ {_WINDOW}, timeout")
    desk.flexplay("suppress", "add", "+13115550167", "--reason", "by phone")
    with (desk.folder / "r.csv").open("a", encoding="utf-8") as stream:
        stream.write("F,Flo,12\n")
    ran = plan(desk, "--as-if", _NIGHT, "--format", "jsonl")
    *lines, report = (json.loads(line) for line in ran.out.splitlines())
    for line in lines:
        jsonschema.Draft202012Validator(read_schema("plan-line")).validate(line)
    assert sorted(line["row"] for line in lines) == [f"r.csv:{row}" for row in range(2, 8)]
    counted = Counter(line["state"] for line in lines)
    assert counted == {
        state: n for state, n in report["counts"].items() if n and state != "planned"
    }
    assert {line["until"] for line in lines if line["state"] == "held"} == {
        "2026-06-16T08:00:00+00:00"
    }
    assert "send" in {json.loads(line)["state"] for line in _lines_at_noon(desk)}


def _lines_at_noon(desk: Any) -> list[str]:
    lines: list[str] = plan(desk, "--as-if", _NOON, "--format", "jsonl").out.splitlines()[:-1]
    return lines


def test_as_if_it_were_another_time(desk: Any) -> None:
    """What would be held then, and when it opens; daylight saving is London's, not ours."""
    _change(desk, "delivery: { timeout", f"delivery: {{ {_WINDOW}, timeout")
    assert plan_json(desk, "--as-if", _NOON)["counts"]["send"] == 5
    night = plan_json(desk, "--as-if", _NIGHT)
    assert (night["counts"]["held"], night["opens"]) == (5, "2026-06-16T08:00:00+00:00")
    winter = plan_json(desk, "--as-if", "2026-12-15T23:30:00+00:00")
    assert winter["opens"] == "2026-12-16T09:00:00+00:00"
    assert "AS IF IT WERE 2026-06-15 23:30 UTC" in plan(desk, "--as-if", _NIGHT).out


def test_the_policy_refuses_in_the_plan_already(desk: Any) -> None:
    """Exit 4, the plan is shown with the reason, and no file is kept."""
    _project(desk, "max_recipients: 3")
    ran = plan(desk, "-o", "plan.json", "--new-journal")
    assert ran.code == 4
    assert "REFUSED: 5 people would be messaged, and production allows 3" in ran.out
    assert not (desk.folder / "plan.json").exists()
    assert plan(desk, "--limit", 3).code == 0


def test_with_detailed_exit_codes_3_says_that_there_is_something_to_send(desk: Any) -> None:
    """And 0 that there is nothing."""
    assert plan(desk, "--detailed-exitcode").code == 3
    desk.run()
    assert plan(desk, "--detailed-exitcode").code == 0
    assert plan(desk).out.splitlines()[-1] == "There is nothing to send."


def test_offline_says_that_already_sent_is_unknown(desk: Any) -> None:
    """Nobody asks the journal, so everybody counts as new."""
    desk.run()
    ran = plan(desk, "--offline")
    assert "Already sent: unknown" in ran.out
    assert "5 = 5 send" in ran.out
    assert plan_json(desk, "--offline")["already_sent_known"] is False


def test_a_plan_without_an_account_says_whose_it_is_not(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be looked at, and cannot be kept."""
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    assert "No account is named" in plan(desk).err
    ran = plan(desk, "-o", "plan.json")
    assert (ran.code, "for one account" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--as-if", _NOON), "--as-if"),
        (("--offline",), "--offline"),
        (("--set", "id=1"), "--set"),
    ],
)
def test_what_cannot_be_applied_is_not_kept(desk: Any, more: tuple[str, ...], why: str) -> None:
    """A usage error before anything is read."""
    ran = desk.flexplay("plan", "p.yaml", "-o", "plan.json", *more)
    assert (ran.code, why in ran.err) == (2, True)
    assert not (desk.folder / "plan.json").exists()


def test_a_plan_holds_no_personal_data_and_no_secret(desk: Any) -> None:
    """Neither a name, a number, a text with values, nor the token."""
    plan(desk, "-o", "plan.json", "--new-journal")
    text = (desk.folder / "plan.json").read_text("utf-8")
    for private in ("Ann", "3115550165", "•0165", "invented-token", str(desk.folder)):
        assert private not in text


def test_the_output_must_be_a_place_that_can_be_written(desk: Any) -> None:
    """Nothing is left half-written."""
    ran = plan(desk, "-o", "nowhere/plan.json", "--new-journal")
    assert (ran.code, "cannot be written" in ran.err) == (2, True)


def test_markdown_begins_with_what_merging_comes_to(desk: Any) -> None:
    """For a pull request's comment; foreign words make no mark-up there."""
    first = plan(desk, "--format", "markdown").out
    assert first.startswith("### Sends 5 messages in default\n")
    assert "```text\nHi ‹name›.\n```" in first
    desk.run()
    _change(desk, 'sign: "."', 'sign: "!"')
    again = plan(desk, "--format", "markdown").out
    assert again.startswith("### Sends nothing in default; 5 people already have an earlier text\n")


def test_variables_are_explained(desk: Any) -> None:
    """The value that counts, the place that gives it, and what it overrides."""
    _project(desk, "max_segments: 2")
    _change(desk, "policy:", 'vars: { sign: "?" }, policy:', "flexplay.yaml")
    ran = plan(desk, "--explain-vars", "--var", "sign=!")
    assert ran.out.splitlines() == [
        'sign  "!"   --var',
        '      instead of "?"   flexplay.yaml:1',
        '      instead of "."   p.yaml:19',
    ]
    document = json.loads(plan(desk, "--explain-vars", "--format", "json").out)
    assert document["variables"][0]["value"] == "?"
    assert document["variables"][0]["overrides"] == [{"value": ".", "place": "p.yaml:19"}]


def test_a_recipients_file_that_is_not_there_is_a_finding(desk: Any) -> None:
    """As everywhere."""
    Path("r.csv").unlink()
    ran = plan(desk)
    assert (ran.code, "r.csv" in ran.err) == (1, True)


def test_a_name_that_begins_like_this_machine_leads_to_real_people(desk: Any) -> None:
    """An environment that is not live may not reach them."""
    (desk.folder / "flexplay.yaml").write_text("environments: { staging: {} }\n", "utf-8")
    words = ("plan", "p.yaml", "-r", "r.csv", "--base-url")
    there = desk.flexplay(*words, "http://localhost.example.com")
    assert (there.code, "REFUSED: staging is not live" in there.out) == (4, True)
    assert desk.flexplay(*words, "http://localhost:1").code == 0
