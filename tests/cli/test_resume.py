"""`flexplay resume`: a run is carried on, nothing is sent twice, and only what it was made of."""

import json
from pathlib import Path
from typing import Any

import pytest

_EVERYONE = ["Hi Ann.", "Hi Bob.", "Hi Cem.", "Hi Dee.", "Hi Eve."]
_REFUSE = {"fault": "error_before", "on": "create_message", "status": 400}


def _texts(desk: Any) -> list[str]:
    return sorted(text for _, text in desk.messages())


def test_what_a_limit_left_is_sent(desk: Any) -> None:
    """The newest run is meant if none is named; nobody gets it twice."""
    first = desk.run_json("--limit", "2")
    rest = desk.resume_json()
    assert rest["run"] == first["run"]
    assert (rest["counts"]["sent"], rest["counts"]["already_sent"]) == (3, 2)
    assert rest["exit_code"] == 0
    assert _texts(desk) == _EVERYONE
    posts = desk.posts()
    assert desk.resume_json(first["run"])["counts"]["already_sent"] == 5
    assert desk.posts() == posts


def test_a_run_is_carried_on_step_by_step(desk: Any) -> None:
    """`--limit` counts those who are still to be messaged."""
    run = desk.run_json("--limit", "1")["run"]
    assert desk.resume_json(run, "--limit", "3")["counts"]["sent"] == 3
    assert desk.resume_json(run, "--limit", "3")["counts"]["sent"] == 1


def test_it_is_asked_like_a_run(desk: Any) -> None:
    """Without a terminal --yes is needed, and --expect is a ceiling."""
    desk.run("--limit", "2")
    posts = desk.posts()
    assert desk.flexplay("resume").code == 2
    assert desk.resume("--expect", "2").code == 4
    assert desk.posts() == posts
    assert desk.resume("--expect", "3").code == 0


def test_held_is_sent_once_the_conversation_is_closed(desk: Any) -> None:
    """As long as it is open the customer stays held; held does not change the code."""
    conversation = desk.open_conversation("C")
    ran = desk.run()
    assert ran.code == 0
    assert f"+1•••••0167  the customer is in the open conversation {conversation}" in ran.out
    assert "Carry on: flexplay resume" in ran.out
    assert desk.resume_json()["counts"]["held"] == 1
    desk.close_conversation(conversation)
    assert desk.resume_json()["counts"]["sent"] == 1
    assert _texts(desk) == _EVERYONE


def test_failures_are_tried_again_only_if_wanted(desk: Any) -> None:
    """`--failed` makes a second attempt, which has another id, and the first is remembered."""
    desk.break_things({**_REFUSE, "first": 1})
    first = desk.run_json("--only", "A")
    assert (first["counts"]["failed"], first["exit_code"]) == (1, 1)
    assert first["next"] == f"flexplay resume {first['run']} --failed"
    assert desk.resume_json()["counts"]["failed"] == 1
    assert _texts(desk) == []
    again = desk.resume_json("--failed")
    assert (again["counts"]["sent"], again["exit_code"]) == (1, 0)
    assert _texts(desk) == ["Hi Ann."]
    second, former = desk.why("A")
    assert (second["attempt"], second["state"]) == (2, "sent")
    assert (former["attempt"], former["state"]) == (1, "failed")
    assert second["message_sid"]
    ids = {json.loads(task["attributes"])["flexplay"] for task in desk.ledger()["tasks"]}
    assert len(ids) == 2


def _make_uncertain(desk: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Send to A so that neither the answer nor the evidence can be read."""
    monkeypatch.setattr("runner.sequence.settle._FAILED_READS", 1)
    monkeypatch.setattr("runner.delivery.retry._BASE", 0.0)
    desk.break_things(
        {"fault": "lose_after", "on": "create_message"},
        {"fault": "error_before", "on": "list_messages", "status": 500},
    )
    found: dict[str, Any] = desk.run_json("--only", "A")
    desk.break_things()
    return found


def test_uncertain_is_settled_by_reading(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run leaves it alone, exit 5; resume finds the message, and sends none."""
    first = _make_uncertain(desk, monkeypatch)
    assert (first["counts"]["uncertain"], first["exit_code"]) == (1, 5)
    assert first["next"] == f"flexplay resume {first['run']}"
    assert _texts(desk) == ["Hi Ann."]
    again = desk.run_json("--only", "A")
    assert (again["counts"]["uncertain"], again["exit_code"]) == (1, 5)
    settled = desk.resume_json(first["run"])
    assert (settled["counts"]["sent"], settled["exit_code"]) == (1, 0)
    assert _texts(desk) == ["Hi Ann."]


def test_what_stays_uncertain_waits_for_a_person(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint then is how to look and how to send on purpose."""
    first = _make_uncertain(desk, monkeypatch)
    desk.break_things({"fault": "error_before", "on": "list_messages", "status": 500})
    ran = desk.resume(first["run"])
    assert ran.code == 5
    command = f"flexplay resume {first['run']} --resend KEY --reason TEXT"
    assert f"to send one again on purpose: {command}" in ran.out
    assert _texts(desk) == ["Hi Ann."]


def test_on_purpose_it_is_sent_again(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this key; who did it and why is written down, and `why` tells."""
    monkeypatch.setenv("LOGNAME", "ann")
    run = desk.run_json()["run"]
    resent = desk.resume_json("--resend", "B", "--reason", "she lost her phone")
    assert (resent["counts"]["planned"], resent["counts"]["sent"]) == (1, 1)
    assert resent["run"] == run
    assert _texts(desk).count("Hi Bob.") == 2
    assert len(_texts(desk)) == 6
    second, first = desk.why("B")
    assert (first["attempt"], second["attempt"]) == (1, 2)
    (claim,) = [step for step in second["steps"] if step["event"] == "claim"]
    assert claim["reason"].startswith("sent again by ann@")
    assert claim["reason"].endswith(": she lost her phone")
    assert "she lost her phone" in desk.flexplay("why", "B").out
    assert desk.run_json()["counts"]["already_sent"] == 5
    assert desk.status(run)["counts"]["planned"] == 6


@pytest.mark.parametrize("more", [("--resend", "B"), ("--reason", "x")])
def test_who_sends_again_says_why(desk: Any, more: tuple[str, ...]) -> None:
    """Neither goes without the other."""
    desk.run()
    posts = desk.posts()
    assert desk.resume(*more).code == 2
    assert desk.posts() == posts


def test_a_key_that_is_not_there_is_not_sent_again(desk: Any) -> None:
    """A typing error is told."""
    desk.run()
    ran = desk.resume("--resend", "Z", "--reason", "x")
    assert ran.code == 2
    assert "no row that can be sent has the key Z" in ran.err


# What the run was made of.


def test_a_changed_playbook_is_refused(desk: Any) -> None:
    """Exit 4, naming the file and what its digest was and is."""
    desk.run("--limit", "2")
    file = desk.folder / "p.yaml"
    file.write_text(file.read_text().replace("Hi ", "Dear "))
    posts = desk.posts()
    ran = desk.resume()
    assert ran.code == 4
    assert f"has changed: {file} (was " in ran.err
    assert ", is " in ran.err
    assert desk.posts() == posts
    file.unlink()
    assert f"cannot be read: {file} (was " in desk.resume().err
    assert json.loads(desk.resume("--format", "json").out)["exit_code"] == 4


def test_a_changed_template_is_refused(desk: Any) -> None:
    """The text is in a file of its own, and counts like the playbook's."""
    file = desk.folder / "p.yaml"
    text = file.read_text().replace(
        'body: "Hi {{ recipient.name }}{{ vars.sign }}"', "template: t.j2"
    )
    file.write_text(text)
    (desk.folder / "t.j2").write_text("Hi {{ recipient.name }}!{% include 'end.j2' %}")
    (desk.folder / "end.j2").write_text("Bye.")
    assert desk.run("--limit", "2").code == 0
    (desk.folder / "end.j2").write_text("See you.")
    ran = desk.resume()
    assert ran.code == 4
    assert f"has changed: {desk.folder / 'end.j2'} (was " in ran.err


def test_changed_variables_of_the_environment_are_refused(desk: Any) -> None:
    """They are in the texts; another environment's are not."""
    project = desk.folder / "flexplay.yaml"
    one = "environments:\n  e: { live: true, vars: { sign: '!' } }\n"
    project.write_text(one)
    assert desk.run("--limit", "2").code == 0
    project.write_text(one + "  f: {}\n")
    assert desk.resume("--limit", "1").code == 2, "with two environments it says which"
    project.write_text(one.replace("'!'", "'?'"))
    ran = desk.resume()
    assert ran.code == 4
    assert "vars of the environment e (was " in ran.err


def test_the_runs_own_variables_key_and_instant_are_kept(desk: Any) -> None:
    """`--var`, `--only` and what `now` was: the texts are those that were begun."""
    file = desk.folder / "p.yaml"
    file.write_text(
        file.read_text().replace("{{ vars.sign }}", "{{ vars.sign }}{{ now.microsecond }}")
    )
    desk.run("--var", "sign=?", "--only", "A", "--only", "B", "--only", "C", "--limit", "1")
    counts = desk.resume_json()["counts"]
    assert (counts["planned"], counts["sent"], counts["changed"]) == (3, 2, 0)
    ends = {text.partition("?")[2] for text in _texts(desk)}
    assert len(ends) == 1


def test_a_single_message_keeps_its_key(desk: Any) -> None:
    """A playbook without recipients is carried on under the key that it was given."""
    file = desk.folder / "one.yaml"
    text = (desk.folder / "p.yaml").read_text()
    text = text[: text.index("recipients:")] + "vars: { sign: '.' }\n"
    file.write_text(
        text.replace("{{ recipient.phone }}", "+13115550165").replace("{{ recipient.name }}", "Ann")
    )
    conversation = desk.open_conversation("A")
    words = (
        "run",
        file,
        "--key",
        "today",
        "--base-url",
        desk.sandbox.url,
        "--yes",
        "--new-journal",
    )
    assert "HELD" in desk.flexplay(*words).out
    desk.close_conversation(conversation)
    assert desk.resume_json()["counts"]["sent"] == 1
    assert [each["key"] for each in desk.why("today")] == ["today"]


def test_missing_recipients_are_a_finding(desk: Any) -> None:
    """Exit 1, naming the file; with `-r` they are read from elsewhere."""
    run = desk.run_json("--limit", "2")["run"]
    (desk.folder / "r.csv").rename(desk.folder / "moved.csv")
    ran = desk.resume()
    assert ran.code == 1
    assert "r.csv" in ran.err
    rest = desk.resume_json(run, "-r", "moved.csv", "--limit", "2")
    assert (rest["counts"]["sent"], rest["counts"]["pending"]) == (2, 1)
    assert rest["next"] == f"flexplay resume {run} -r moved.csv"


def test_a_row_that_is_another_now_is_told(desk: Any) -> None:
    """Who has got the earlier text is changed, the others are sent as they are."""
    desk.run("--limit", "2")
    desk.write_rows("Abe", "Bob", "Cem")
    counts = desk.resume_json()["counts"]
    assert (counts["changed"], counts["already_sent"], counts["sent"]) == (1, 1, 1)


def test_rejected_rows_stop_a_resume_too(desk: Any) -> None:
    """The hint of a run that left them out leaves them out again."""
    rows = (desk.folder / "r.csv").read_text() + "F,,+13115550170\n"
    (desk.folder / "r.csv").write_text(rows)
    first = desk.run_json("--skip-rejected", "--limit", "2")
    assert first["next"] == f"flexplay resume {first['run']} --skip-rejected"
    assert desk.resume().code == 1
    assert desk.resume_json("--skip-rejected")["counts"]["sent"] == 3


def test_one_recipient_of_the_command_line_is_not_carried_on(desk: Any) -> None:
    """Nothing personal is written down: the command itself is typed again, and sends once."""
    conversation = desk.open_conversation("A")
    fields = ("--set", "id=A", "--set", "name=Ann", "--set", "phone=+13115550165")
    words = ("run", "p.yaml", *fields, "--base-url", desk.sandbox.url, "--yes", "--new-journal")
    desk.flexplay(*words)
    ran = desk.resume()
    assert ran.code == 2
    assert "type the same flexplay run command again" in ran.err
    desk.close_conversation(conversation)
    for _ in range(2):
        assert desk.flexplay(*words).code == 0
    assert _texts(desk) == ["Hi Ann."]


def test_a_rehearsal_is_not_carried_on(desk: Any) -> None:
    """One's own address is written down nowhere."""
    desk.run("--redirect-to", "+13115559999", "--limit", "2")
    ran = desk.resume()
    assert ran.code == 2
    assert "was redirected" in ran.err


def test_another_account_is_refused(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """For it everybody would be new: exit 4, and neither account is shown in full."""
    desk.run("--limit", "2")
    posts = desk.posts()
    other = "AC" + "0b" * 16
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", other)
    ran = desk.resume("--journal", desk.journal)
    assert ran.code == 4
    assert "AC…0a0a" in ran.err
    assert other not in ran.err
    assert desk.account not in ran.err.replace(str(desk.journal), "")
    assert desk.posts() == posts


# Which run.


def test_an_unknown_run_is_a_usage_error(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, with the run that was probably meant."""
    monkeypatch.setattr("runner.run._run_id", lambda: "7QM9KD")
    desk.run()
    for ran in (desk.resume("7QN9KD"), desk.flexplay("status", "7QN9KD")):
        assert ran.code == 2
        assert "the journal knows no run 7QN9KD" in ran.err
        assert "did you mean 7QM9KD?" in ran.err
    assert "flexplay status lists the runs" in desk.resume("XXXXXX").err
    assert desk.resume("7qm").code == 0


def test_an_ambiguous_run_lists_what_it_may_be(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2; a whole id is never ambiguous."""
    for name in ("7QAAAA", "7QBBBB", "8QCCCC"):
        monkeypatch.setattr("runner.run._run_id", lambda name=name: name)
        desk.run()
    for ran in (desk.resume("7q"), desk.flexplay("stop", "7Q"), desk.flexplay("status", "7Q")):
        assert ran.code == 2
        assert "7QBBBB, 7QAAAA" in ran.err or "7QAAAA, 7QBBBB" in ran.err
        assert "8QCCCC" not in ran.err
    assert desk.resume("7QA").code == 0


def test_an_empty_journal_has_no_run(desk: Any, tmp_path: Path) -> None:
    """It says what to type first."""
    desk.run("--expect", "0")
    ran = desk.resume()
    assert ran.code == 2
    assert "the journal knows no run yet" in ran.err
    assert desk.resume("--journal", tmp_path / "none.db").code == 4


def test_nothing_says_which_journal(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an account, a variable, an option or a project: exit 2, naming them."""
    monkeypatch.delenv("TWILIO_ACCOUNT_SID")
    ran = desk.resume()
    assert ran.code == 2
    assert "--journal, FLEXPLAY_JOURNAL or TWILIO_ACCOUNT_SID" in ran.err
