"""`flexplay apply`: exactly what was reviewed, once."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runner.journal.key import read_key
from runner.journal.run_lock import take_run_lock
from runner.plan.file import PlanFile, load_plan, write_plan

_EVERYONE = ["Hi Ann.", "Hi Bob.", "Hi Cem.", "Hi Dee.", "Hi Eve."]


def _plan(desk: Any, *more: object) -> Any:
    words = ("p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, "-o", "plan.json")
    return desk.flexplay("plan", *words, "--new-journal", *more)


def _apply(desk: Any, *more: object) -> Any:
    return desk.flexplay("apply", "plan.json", "--base-url", desk.sandbox.url, *more)


def _apply_json(desk: Any, *more: object) -> dict[str, Any]:
    ran = _apply(desk, *more, "--format", "json")
    document: dict[str, Any] = json.loads(ran.out)
    assert document["exit_code"] == ran.code, ran.err
    return document


def _texts(desk: Any) -> list[str]:
    return sorted(text for _, text in desk.messages())


def _change(desk: Any, old: str, new: str, file: str = "p.yaml") -> None:
    path = desk.folder / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def _rewrite(desk: Any, **changes: Any) -> None:
    """Write the plan again with other facts, under the journal's own key."""
    from dataclasses import replace  # noqa: PLC0415

    key = read_key(Path(f"{desk.journal}.key"))
    plan: PlanFile = load_plan("plan.json").prove(key)
    Path("plan.json").write_text(write_plan(replace(plan, **changes), key), "utf-8")


def _refused(desk: Any, why: str, *more: object) -> None:
    before = desk.posts()
    ran = _apply(desk, *more)
    assert ran.code == 4, ran.err
    assert why in ran.err
    assert desk.posts() == before


def test_a_plan_is_applied_exactly_and_once(desk: Any) -> None:
    """Everybody whom it marks gets the text; the second time it is refused."""
    assert _plan(desk).code == 0
    document = _apply_json(desk)
    assert document["counts"]["sent"] == 5
    assert _texts(desk) == _EVERYONE
    digest = json.loads(Path("plan.json").read_text("utf-8"))["digest"]
    assert desk.status(document["run"])["plan"] == digest
    assert f"Applies the plan {digest}" in desk.flexplay("status", document["run"]).out
    _refused(desk, "the plan has been used")
    assert _texts(desk) == _EVERYONE


def test_it_needs_no_question_without_a_terminal(desk: Any) -> None:
    """The reviewed plan is the answer; there is no `--yes` to forget in CI."""
    _plan(desk)
    assert _apply(desk).code == 0


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (lambda desk: _change(desk, "Hi ", "Hello "), "file p.yaml"),
        (lambda desk: _change(desk, "Eve", "Eva", "r.csv"), "recipients"),
        (lambda desk: desk.write_rows("Ann", "Bob"), "recipients"),
        (
            lambda desk: (desk.folder / "flexplay.yaml").write_text(
                "environments: { default: { live: true, vars: { sign: '!' } } }", "utf-8"
            ),
            "settings of default, variables",
        ),
    ],
)
def test_what_is_not_as_it_was_planned_is_named(desk: Any, what: Any, name: str) -> None:
    """A text, a row, a row less, a variable of the environment: nothing is sent."""
    _plan(desk)
    what(desk)
    _refused(desk, f"not as it was planned: {name}; nothing was sent")


def test_an_expired_plan_is_refused(desk: Any) -> None:
    """After a day, or what the policy says."""
    _plan(desk)
    _rewrite(desk, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    _refused(desk, "the plan expired at")


def test_the_policy_says_how_long_a_plan_is_valid(desk: Any) -> None:
    """Here two hours."""
    (desk.folder / "flexplay.yaml").write_text(
        "environments: { default: { live: true, policy: { plan_valid_for: 2h } } }", "utf-8"
    )
    _plan(desk)
    plan = json.loads(Path("plan.json").read_text("utf-8"))
    made, until = (datetime.fromisoformat(plan[name]) for name in ("created_at", "expires_at"))
    assert timedelta(hours=2) <= until - made < timedelta(hours=2, seconds=5)


def test_another_account_is_refused(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its journal is another one, which knows other people; the same file does not help."""
    _plan(desk)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "0b" * 16)
    _refused(desk, "there is no journal")
    _refused(desk, "not as it was planned: account", "--journal", desk.journal)


def test_another_target_is_refused(desk: Any) -> None:
    """A plan for the sandbox is none for Twilio."""
    _plan(desk)
    ran = desk.flexplay("apply", "plan.json", "--base-url", "http://127.0.0.1:1")
    assert (ran.code, "not as it was planned: target" in ran.err) == (4, True)


def test_the_digest_of_the_approval_must_be_the_plans(desk: Any) -> None:
    """With or without its prefix."""
    said = _plan(desk).out
    digest = next(line.strip() for line in said.splitlines() if line.startswith("  sha256:"))
    _refused(desk, "was approved", "--digest", digest[:-1] + "0" * (digest[-1] != "0") + "1")
    assert _apply(desk, "--digest", digest).code == 0


def test_the_same_plan_made_later_has_the_same_digest(desk: Any) -> None:
    """So that what was approved in the pull request can be made anew after the merge."""
    first = _plan(desk).out.splitlines()[-2]
    desk.run("--only", "A")
    assert _plan(desk).out.splitlines()[-2] == first


def test_who_got_it_meanwhile_is_skipped(desk: Any) -> None:
    """A subset of what was planned is sent, never more."""
    _plan(desk)
    desk.run("--only", "B")
    counts = _apply_json(desk)["counts"]
    assert (counts["sent"], counts["already_sent"], counts["planned"]) == (4, 1, 5)
    assert _texts(desk) == _EVERYONE


def test_who_was_not_in_the_plan_is_not_messaged(desk: Any) -> None:
    """Suppressed when it was made, allowed since: that needs another plan."""
    number = "+13115550167"
    desk.run("--only", "E")
    desk.flexplay("suppress", "add", number, "--reason", "by phone")
    _plan(desk)
    desk.flexplay("suppress", "remove", number)
    counts = _apply_json(desk)["counts"]
    assert (counts["sent"], counts["pending"], counts["already_sent"]) == (3, 1, 1)
    assert "Hi Cem." not in _texts(desk)


def test_an_interrupted_apply_is_carried_on_by_applying_again(desk: Any) -> None:
    """In the same run; and by `resume`, which sends to nobody else either."""
    desk.run("--only", "E")
    desk.flexplay("suppress", "add", "+13115550167", "--reason", "by phone")
    _plan(desk)
    desk.flexplay("suppress", "remove", "+13115550167")
    first = _apply_json(desk, "--limit", 1)
    second = _apply_json(desk, "--limit", 1)
    assert first["run"] == second["run"]
    assert first["next"].startswith(f"flexplay resume {first['run']}")
    resumed = json.loads(desk.flexplay("resume", first["run"], "--yes", "--format", "json").out)
    assert resumed["counts"]["sent"] == 1
    assert _texts(desk) == ["Hi Ann.", "Hi Bob.", "Hi Dee.", "Hi Eve."]


def test_a_run_of_a_plan_is_not_resumed_with_other_recipients(desk: Any) -> None:
    """The marks are for the rows that were planned, in their order."""
    _plan(desk)
    _apply(desk, "--limit", 1)
    desk.write_rows("Eve", "Dee", "Cem", "Bob", "Ann", file="other.csv")
    ran = desk.flexplay("resume", "--yes", "-r", "other.csv")
    assert (ran.code, "not those of the plan" in ran.err) == (4, True)


def test_rejected_rows_stay_out(desk: Any) -> None:
    """The plan has shown them; the others are sent."""
    with Path("r.csv").open("a", encoding="utf-8") as stream:
        stream.write("F,Flo,12\n")
    assert _plan(desk).code == 1
    document = _apply_json(desk)
    assert (document["counts"]["sent"], document["counts"]["rejected"]) == (5, 1)
    assert document["exit_code"] == 1


def test_the_recipients_may_lie_elsewhere(desk: Any) -> None:
    """As long as they are the same."""
    _plan(desk)
    Path("r.csv").rename("moved.csv")
    assert _apply(desk).code == 1
    assert _apply(desk, "-r", "moved.csv").code == 0


def test_a_policy_that_requires_a_plan_refuses_run(desk: Any) -> None:
    """And lets the plan pass; to one's own phone nobody needs one."""
    (desk.folder / "flexplay.yaml").write_text(
        "environments: { default: { live: true, policy: { require_plan: true } } }", "utf-8"
    )
    ran = desk.run()
    assert ran.code == 4
    assert "sends only what was planned" in ran.err
    assert "flexplay plan p.yaml -o plan.json" in ran.err
    assert "A real run is refused: default sends only what was planned" in desk.run("--dry-run").err
    assert desk.run("--redirect-to", "+13115550199").code == 0
    _plan(desk)
    assert _apply(desk).code == 0


def test_a_plan_without_anybody_is_done_at_once(desk: Any) -> None:
    """Nothing to do is no mistake."""
    desk.run()
    _plan(desk)
    assert _apply(desk).code == 0


def test_in_ci_the_journal_must_not_be_forgotten_with_the_machine(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a run; a stand-in on this machine is exempt."""
    _plan(desk)
    monkeypatch.setenv("CI", "true")
    ran = desk.flexplay("apply", "plan.json", "--base-url", "https://twilio.example.com")
    assert (ran.code, "forgotten" in ran.err) == (4, True)


def test_a_plan_is_applied_on_another_machine_with_the_shared_key(
    desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another checkout, another folder for the journal's copy: what counts is the key."""
    _plan(desk)
    key = Path(f"{desk.journal}.key").read_text("ascii").strip()
    other = tmp_path / "other"
    other.mkdir()
    for name in ("p.yaml", "r.csv", "plan.json"):
        (other / name).write_bytes((desk.folder / name).read_bytes())
    (other / "j.db").write_bytes(desk.journal.read_bytes())
    monkeypatch.chdir(other)
    monkeypatch.setenv("FLEXPLAY_JOURNAL_KEY", key)
    assert _apply(desk, "--journal", "j.db").code == 0
    assert _texts(desk) == _EVERYONE
    assert "FLEXPLAY_JOURNAL_KEY" in os.environ


def test_a_plan_for_some_keys_is_applied_to_those(desk: Any) -> None:
    """The others are not in it, whoever they are."""
    _plan(desk, "--only", "B", "--only", "D")
    counts = _apply_json(desk)["counts"]
    assert (counts["planned"], counts["sent"]) == (2, 2)
    assert _texts(desk) == ["Hi Bob.", "Hi Dee."]


def test_a_plan_to_ones_own_phone_is_applied_there(desk: Any) -> None:
    """An environment that is not live sends everything to its own address, once for each plan."""
    (desk.folder / "flexplay.yaml").write_text(
        "environments: { staging: { redirect_to: '+13115550199' } }", "utf-8"
    )
    assert "REDIRECTED: EVERY MESSAGE GOES TO +1•••••0199" in _plan(desk).out
    assert _apply_json(desk)["counts"]["sent"] == 5
    assert {address for address, _ in desk.messages()} == {"+13115550199"}
    _refused(desk, "the plan has been used")


def test_a_plan_that_is_being_applied_is_not_applied_by_another_process(desk: Any) -> None:
    """Both are the same run, and one process executes a run."""
    _plan(desk)
    run = json.loads(Path("plan.json").read_text("utf-8"))["run"]
    with take_run_lock(desk.journal, run):
        ran = _apply(desk)
    assert ran.code == 4
    assert run in ran.err
    assert desk.messages() == []
    assert _apply_json(desk)["counts"]["sent"] == 5
