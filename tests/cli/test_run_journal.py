"""`flexplay run` and the journal: nobody is messaged twice, and nothing is remembered wrongly."""

import asyncio
import json
import shlex
from typing import Any

import pytest

from runner.journal.connect import SqliteLocation, open_journal
from runner.journal.decide import Claim
from runner.journal.entry import Entry
from runner.journal.ledger import RunRow
from runner.journal.run_lock import take_run_lock
from runner.model.delivery import delivery_id

_EVERYONE = ["Hi Ann.", "Hi Bob.", "Hi Cem.", "Hi Dee.", "Hi Eve."]


def _texts(desk: Any) -> list[str]:
    return sorted(text for _, text in desk.messages())


def test_running_again_sends_nothing_twice(desk: Any) -> None:
    """The second run says that everyone has it already, and changes nothing at Twilio."""
    first = desk.run_json()
    posts = desk.posts()
    second = desk.run_json()
    assert (first["counts"]["sent"], second["counts"]["sent"]) == (5, 0)
    assert second["counts"]["already_sent"] == 5
    assert second["exit_code"] == 0
    assert desk.posts() == posts
    assert _texts(desk) == _EVERYONE


def test_a_new_row_is_sent_and_the_others_are_not(desk: Any) -> None:
    """A file that grows is run again as it is."""
    desk.run()
    desk.write_rows("Ann", "Bob", "Cem", "Dee", "Eve", "Flo")
    counts = desk.run_json()["counts"]
    assert (counts["sent"], counts["already_sent"]) == (1, 5)
    assert _texts(desk) == [*_EVERYONE, "Hi Flo."]


def test_another_text_under_the_same_key_is_listed_first_and_loudly(desk: Any) -> None:
    """It is not sent, it is counted, and it stands before everything else."""
    desk.run()
    desk.break_things({"fault": "error_before", "on": "create_message", "status": 400})
    desk.write_rows("Flo", "Ann", "Bob", "Cem", "Dee", "Edy")
    ran = desk.run()
    assert ran.code == 1
    first, second, *_ = ran.out.splitlines()
    assert first.startswith("CHANGED    r.csv:7  +1•••••0169  an EARLIER text was sent")
    assert second.startswith("FAILED     r.csv:2")
    assert "CHANGED: 1 key has been sent an EARLIER text and gets nothing" in ran.err
    assert "1 CHANGED, 4 already sent, 1 failed" in ran.out
    assert ran.out.count("CHANGED  ") == 1
    assert _texts(desk) == _EVERYONE


def test_changed_alone_is_no_failure(desk: Any) -> None:
    """Nothing was left undone that could have been done: exit 0, in every format first."""
    desk.run()
    desk.write_rows("Abe", "Bob")
    document = desk.run_json()
    assert (document["counts"]["changed"], document["counts"]["already_sent"]) == (1, 1)
    assert document["exit_code"] == 0
    desk.write_rows("Bob", "Abe")
    lines = desk.run("--format", "jsonl").out.splitlines()
    assert [json.loads(line).get("state") for line in lines] == ["changed", "already_sent", None]


def test_only_some_keys(desk: Any) -> None:
    """`--only` plans nobody else; more of it adds up."""
    counts = desk.run_json("--only", "B", "--only", "D")["counts"]
    assert (counts["planned"], counts["sent"]) == (2, 2)
    assert _texts(desk) == ["Hi Bob.", "Hi Dee."]


def test_a_key_that_no_row_has_is_a_mistake(desk: Any) -> None:
    """A typing error does not end with "nothing to do"."""
    ran = desk.run("--only", "B", "--only", "b")
    assert ran.code == 2
    assert "no row that can be sent has the key b" in ran.err
    assert desk.posts() == 0


def test_select_the_people_of_an_earlier_run(desk: Any) -> None:
    """A correction goes to exactly those who got the wrong text."""
    run = desk.run_json("--only", "A", "--only", "C")["run"]
    text = (desk.folder / "p.yaml").read_text().replace("Hi ", "Sorry, ")
    (desk.folder / "q.yaml").write_text(text.replace("name: reminder", "name: correction"))
    words = ("q.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, "--yes")
    ran = desk.flexplay("run", *words, "--select", f"{run}:sent", "--format", "json")
    assert json.loads(ran.out)["counts"]["sent"] == 2, ran.err
    assert _texts(desk) == ["Hi Ann.", "Hi Cem.", "Sorry, Ann.", "Sorry, Cem."]


@pytest.mark.parametrize("select", ["{run}", "{run}:sended", "{run}:", ":sent", "{run}:failed"])
def test_a_selection_that_cannot_be_says_how_to_write_it(desk: Any, select: str) -> None:
    """Exit 2, and nothing is sent."""
    run = desk.run_json("--only", "A")["run"]
    posts = desk.posts()
    ran = desk.run("--select", select.format(run=run))
    assert ran.code == 2, ran.out
    assert desk.posts() == posts


def test_selected_keys_that_are_gone_are_told(desk: Any) -> None:
    """They were in that run, and are in no row of these recipients."""
    run = desk.run_json()["run"]
    desk.write_rows("Ann")
    ran = desk.run("--select", f"{run}:sent")
    assert ran.code == 0
    assert "4 of the selected keys are in no row" in ran.err


def test_redirected_messages_count_as_sent_to_nobody(desk: Any) -> None:
    """All go to one's own phone, and the real run afterwards sends to everyone."""
    ran = desk.run("--redirect-to", "+13115559999")
    assert ran.code == 0, ran.err
    assert "REDIRECTED: EVERY MESSAGE GOES TO +1•••••9999" in ran.err
    assert "REDIRECTED TO +1•••••9999" in ran.out
    assert {address for address, _ in desk.messages()} == {"+13115559999"}
    assert _texts(desk) == _EVERYONE
    again = desk.run_json("--redirect-to", "+13115559999")
    assert (again["counts"]["sent"], again["redirected_to"]) == (5, "+1•••••9999")
    real = desk.run_json()
    assert (real["counts"]["sent"], real["redirected_to"]) == (5, "")


def test_an_address_that_is_none_is_refused(desk: Any) -> None:
    """The fault is the option's, not every row's."""
    ran = desk.run("--redirect-to", "my phone")
    assert ran.code == 2
    assert "--redirect-to is no address of the channel sms" in ran.err
    assert desk.posts() == 0


def test_the_same_limit_again_reaches_the_next_people(desk: Any) -> None:
    """Who has got the message does not count."""
    seen = [desk.run_json("--limit", "2")["counts"] for _ in range(3)]
    assert [counts["sent"] for counts in seen] == [2, 2, 1]
    assert [counts["already_sent"] for counts in seen] == [0, 2, 4]
    assert [counts["pending"] for counts in seen] == [3, 1, 0]


def test_expect_counts_those_who_would_be_messaged(desk: Any) -> None:
    """Who has got the message already is not one too many."""
    assert desk.run("--expect", "4").code == 4
    desk.run("--only", "A")
    assert desk.run("--expect", "4").code == 0


def _busy(desk: Any, key: str) -> RunRow:
    """Let a run that goes on have this key."""
    scope = desk.sandbox.url
    row = RunRow("BUSY22", scope, desk.account, "reminder", "default", "{}", 1, 0.0, 0.0)
    journal = open_journal(SqliteLocation(desk.journal))
    id_ = delivery_id(scope, desk.account, "reminder", key)
    entry = Entry(
        id=id_,
        scope=scope,
        account=desk.account,
        playbook="reminder",
        key=key,
        attempt=1,
        digest="d",
        address="a",
        tail="t",
        pair="p",
        run=row.id,
        epoch=1,
    )

    async def begin() -> None:
        await journal.begin_run(row, 60.0)
        await journal.claim(Claim(entry))

    asyncio.run(begin())
    journal.close()
    return row


def test_a_key_of_a_live_run_is_left_to_it(desk: Any) -> None:
    """It is pending, and the line says in which run."""
    desk.run("--only", "A")
    row = _busy(desk, "B")
    with take_run_lock(desk.journal, row.id):
        *lines, last = map(json.loads, desk.run("--format", "jsonl").out.splitlines())
    assert [line["reason"] for line in lines if line["key"] == "B"] == ["in run BUSY22"]
    assert (last["counts"]["pending"], last["counts"]["sent"]) == (1, 3)
    assert "Hi Bob." not in _texts(desk)


def test_the_hint_is_typed_as_it_stands(desk: Any) -> None:
    """With the journal, however it is spelt, and nothing that is not needed."""
    odd = desk.folder / "it's my journal.db"
    ran = desk.run("--limit", "2", "--journal", odd)
    (carry_on,) = [line for line in ran.out.splitlines() if line.startswith("Carry on: ")]
    words = shlex.split(carry_on.removeprefix("Carry on: flexplay "))
    assert words[0] == "resume"
    assert words[2:] == ["--journal", str(odd)]
    document = json.loads(desk.flexplay(*words, "--yes", "--format", "json").out)
    assert document["counts"]["sent"] == 3
    assert document["next"].startswith(f"flexplay status {words[1]} --refresh --journal")


def test_the_dry_runs_command_is_the_one_that_was_typed(desk: Any) -> None:
    """All options stay, quoted for the shell; only --dry-run is gone."""
    words = (
        "run", "p.yaml", "--set", "id=A 1", "--set", "name=Ann", "--set", "phone=+13115550141",
        "--key", "k 1", "--var", "sign=it's", "--limit", "1",
    )  # fmt: skip
    ran = desk.flexplay(*words, "--dry-run")
    (line,) = [line for line in ran.err.splitlines() if line.startswith("Send it: ")]
    assert shlex.split(line.removeprefix("Send it: ")) == ["flexplay", *words]


def test_one_recipient_of_the_command_line_is_not_written_into_a_log(desk: Any) -> None:
    """Without a terminal the hint does not repeat whom the command named."""
    desk.open_conversation("A")
    fields = ("--set", "id=A", "--set", "name=Ann", "--set", "phone=+13115550165")
    words = ("run", "p.yaml", *fields, "--base-url", desk.sandbox.url, "--yes", "--new-journal")
    ran = desk.flexplay(*words)
    assert "HELD" in ran.out
    assert "Carry on: type the same flexplay run command again" in ran.out
    assert "5550165" not in ran.out + ran.err
