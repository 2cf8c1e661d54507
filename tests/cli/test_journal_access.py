"""Which journal a command works with, and whether it may be made: asked, named, refused."""

import contextlib
import os
from typing import Any

import pytest

from runner.cli.journal_access import refuse_in_ci
from runner.journal.connect import SqliteLocation
from runner.model.errors import Refused

_EVERYONE = ["Hi Ann.", "Hi Bob.", "Hi Cem.", "Hi Dee.", "Hi Eve."]


def _texts(desk: Any) -> list[str]:
    return sorted(text for _, text in desk.messages())


def test_there_is_no_journal_yet(desk: Any) -> None:
    """Without a terminal, and without --new-journal, it is not made: exit 4."""
    ran = desk.flexplay("run", "p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, "--yes")
    assert ran.code == 4
    assert "--new-journal" in ran.err
    assert not desk.journal.exists()
    assert desk.posts() == 0


def _type(desk: Any, answers: str, *more: str) -> tuple[int, str]:
    """Type a command at a terminal, then the answers; return its code and what it showed."""
    import pty  # noqa: PLC0415 - not on every system

    own, other = pty.openpty()
    words = ("run", "p.yaml", "-r", "r.csv", "--base-url", desk.sandbox.url, *more)
    process = desk.process(*words, stdin=other, stdout=other, stderr=other)
    os.close(other)
    os.write(own, answers.encode())
    shown = b""
    while True:
        try:
            shown += os.read(own, 4096)
        except OSError:  # the terminal is closed
            break
    os.close(own)
    return process.wait(), shown.decode()


def test_at_a_terminal_the_journal_and_the_people_are_asked_for(desk: Any) -> None:
    """A person confirms that there is none yet, and types the number of people."""
    code, shown = _type(desk, "y\n5\n")
    assert code == 0, shown
    assert "There is no journal yet" in shown
    assert "Send to 5 people now, for real?   default · AC…0a0a · sms from +1•••••0100" in shown
    assert '"Hi Ann."' in shown
    assert "tasks: WK…cdef 5" in shown
    assert "\r\x1b[Ksending ━" in shown
    assert _texts(desk) == _EVERYONE


def test_at_a_terminal_tasks_are_those_of_the_limit(desk: Any) -> None:
    """Who sends to two people at first gives two tasks."""
    code, shown = _type(desk, "2\n", "--new-journal", "--limit", "2")
    assert code == 0, shown
    assert "tasks: WK…cdef 2" in shown


def test_at_a_terminal_it_is_said_who_gets_nothing(desk: Any) -> None:
    """Who types the number of people knows what becomes of the others, and when it is for."""
    assert desk.run("--only", "A").code == 0
    code, shown = _type(desk, "4\n", "--wait")
    assert code == 0, shown
    assert "Send to 4 people now, and to the others when their hours begin, for real?" in shown
    assert "nothing for the others: 1 already sent" in shown


def test_at_a_terminal_addresses_may_be_shown(desk: Any) -> None:
    """Whoever sits there may ask for them; elsewhere they are kept, so it is refused."""
    desk.open_conversation("A")
    code, shown = _type(desk, "5\n", "--new-journal", "--show-addresses")
    assert code == 0, shown
    assert "r.csv:2  +13115550165  " in shown
    ran = desk.run("--show-addresses")
    assert (ran.code, "for a terminal" in ran.err) == (2, True)
    assert "+1•••••0165" in desk.run().out


def test_in_ci_nothing_is_drawn(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like a terminal there is a log."""
    monkeypatch.setenv("CI", "true")
    code, shown = _type(desk, "5\n", "--new-journal")
    assert code == 0, shown
    assert "\x1b" not in shown


def test_without_a_terminal_nothing_is_drawn(desk: Any) -> None:
    """No carriage return, no escape, in no format."""
    for more in ((), ("--format", "json"), ("--format", "jsonl")):
        ran = desk.run(*more)
        assert not set(ran.out + ran.err) & {"\r", "\x1b"}


def test_at_a_terminal_a_wrong_number_sends_nothing(desk: Any) -> None:
    """Exit 4; and what is redirected says so in capitals."""
    code, shown = _type(desk, "y\n6\n", "--redirect-to", "+13115559999")
    assert code == 4
    assert "REDIRECTED: EVERY MESSAGE GOES TO" in shown
    assert "Send 5 messages TO +1•••••9999 now" in shown
    assert desk.posts() == 0


def test_at_a_terminal_no_journal_is_made_unasked(desk: Any) -> None:
    """Whoever says no has no journal, and nothing is sent."""
    assert _type(desk, "n\n")[0] == 4
    assert not desk.journal.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://h/d", "mysql:// is not a kind of journal"),
        ("sqlite://x.db", "three slashes"),
        ("postgresql://h", "names no database"),
        ("postgresql://[h/d", "cannot be"),
        (".", "it is a folder"),
    ],
)
def test_a_wrong_journal_url_is_a_usage_error(desk: Any, url: str, said: str) -> None:
    """Exit 2, with the forms that there are."""
    for ran in (desk.run("--journal", url), desk.flexplay("status", "--journal", url)):
        assert ran.code == 2, ran.err
        assert said in ran.err
        assert "sqlite:///PATH" in ran.err
    assert desk.posts() == 0


@pytest.mark.parametrize(
    "url", ["postgresql://ann:hunter2@h/d", "postgresql://h/d?password=hunter2"]
)
@pytest.mark.parametrize("command", ["run", "dry", "resume", "stop", "status", "why", "copy"])
def test_a_password_on_the_command_line_is_refused(desk: Any, url: str, command: str) -> None:
    """Other users of the machine see it: exit 2, and it is not repeated."""
    commands: dict[str, tuple[str, ...]] = {
        "dry": ("run", "p.yaml", "-r", "r.csv", "--dry-run"),
        "run": ("run", "p.yaml", "-r", "r.csv", "--yes", "--base-url", desk.sandbox.url),
        "why": ("why", "A"),
    }
    words = (*commands.get(command, (command,)), "--journal", url)
    ran = desk.flexplay(*(("journal", "copy", url, "x.db") if command == "copy" else words))
    assert ran.code == 2
    assert "hunter2" not in ran.out + ran.err
    assert "PGPASSWORD" in ran.err


def test_a_password_in_the_variable_is_not_repeated_either(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it is allowed, but no message shows it."""
    monkeypatch.setenv("FLEXPLAY_JOURNAL", "postgresql://h?password=hunter2")
    ran = desk.run()
    assert ran.code == 2
    assert "hunter2" not in ran.out + ran.err


def test_another_key_than_the_journals_is_refused(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would be recognised: exit 4, also for a dry run."""
    desk.run("--only", "A")
    monkeypatch.setenv("FLEXPLAY_JOURNAL_KEY", "7b" * 32)
    posts = desk.posts()
    for ran in (desk.run(), desk.run("--dry-run"), desk.resume(), desk.flexplay("why", "A")):
        assert ran.code == 4
        assert "another key" in ran.err
    assert desk.posts() == posts


def _ci(desk: Any, monkeypatch: pytest.MonkeyPatch, *more: str) -> Any:
    monkeypatch.setenv("CI", "true")
    where = ("--base-url", "http://192.0.2.1")
    return desk.flexplay("run", "p.yaml", "-r", "r.csv", *where, "--yes", "--new-journal", *more)


def test_in_ci_a_journal_that_is_thrown_away_is_refused(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 4 before any connection: everybody would be messaged again by the next job."""
    for more in ((), ("--journal", "own.db")):
        ran = _ci(desk, monkeypatch, *more)
        assert ran.code == 4
        assert "FLEXPLAY_JOURNAL" in ran.err
        assert "nothing was sent" in ran.err
    assert not desk.journal.exists()


@pytest.mark.parametrize("url", ["http://localhost.example.com", "http://127.0.0.1.example.com"])
def test_in_ci_only_this_machine_is_this_machine(
    desk: Any, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """A name that begins like loopback is somewhere else."""
    monkeypatch.setenv("CI", "1")
    words = ("run", "p.yaml", "-r", "r.csv", "--base-url", url, "--yes", "--new-journal")
    assert desk.flexplay(*words).code == 4


def test_in_ci_the_sandbox_on_this_machine_may_have_any_journal(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody real is messaged there."""
    monkeypatch.setenv("CI", "true")
    assert desk.run().code == 0


@pytest.mark.parametrize(("journal", "refused"), [("kept/j.db", False), ("other.db", True)])
def test_in_ci_a_journal_that_the_project_names_is_allowed(
    desk: Any,
    monkeypatch: pytest.MonkeyPatch,
    journal: str,
    refused: bool,  # noqa: FBT001
) -> None:
    """It was reviewed; another path than the one that is named was not."""
    monkeypatch.setenv("CI", "true")
    location = SqliteLocation(desk.folder / journal)
    named = str(desk.folder / "kept" / "j.db")
    with pytest.raises(Refused) if refused else contextlib.nullcontext():
        refuse_in_ci(location, "http://192.0.2.1", named)


def test_the_projects_journal_is_used_and_found_again(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the project file, wherever the command is typed; the hints name it."""
    project = "environments: { ci: { journal: kept/j.db, live: true } }\n"
    (desk.folder / "flexplay.yaml").write_text(project)
    monkeypatch.setenv("CI", "true")
    ran = desk.run("--limit", "2")
    assert ran.code == 0, ran.err
    assert (desk.folder / "kept" / "j.db").exists()
    assert not desk.journal.exists()
    (desk.folder / "sub").mkdir()
    monkeypatch.chdir(desk.folder / "sub")
    assert desk.status()["runs"][0]["counts"]["sent"] == 2
    assert desk.resume_json()["counts"]["sent"] == 3
