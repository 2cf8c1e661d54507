"""`flexplay preview`, as it is typed."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Flexplay = Callable[..., Any]
_PLAYBOOK = """version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "{{ vars.sender }}" }]
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
    attributes: { customerName: "Dr {{ recipient.name }}" }
message: { author: Clinic, body: "Dear {{ recipient.name }}, {{ vars.text }}" }
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone]
    properties: { phone: { type: string, format: phone } }
samples:
  - { id: S-1, name: Ann, phone: "+13115552368" }
vars: { sender: "+19255551234", text: see you }
"""
_ROWS = """id,name,phone
1,Zwetschgenbaum,+4930987654
2,Birnbaum,+49309876541
3,Apfelbaum,30 is no number
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a playbook and recipients, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    (tmp_path / "r.csv").write_text(_ROWS, "utf-8")
    return tmp_path


def _look_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard output be a terminal that has no colours, once the test captures it."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")


def test_samples_are_shown_and_the_page_is_offered(flexplay: Flexplay, folder: Path) -> None:
    """The message is data; what was counted and what to type next is talk."""
    del folder
    ran = flexplay("preview", "p.yaml")
    assert ran.code == 0
    assert "│ Dear Ann, see you" in ran.out
    assert "filled 17 of 160" in ran.out
    assert "1 message of 1 playbook. Nothing was sent." in ran.err
    assert "flexplay preview p.yaml --html preview.html" in ran.err


def test_variables_and_environments_are_chosen(flexplay: Flexplay, folder: Path) -> None:
    """What `--var` says goes over everything; `--env` leaves one environment."""
    (folder / "flexplay.yaml").write_text(
        "environments: { one: { vars: { text: eins } }, two: { vars: { text: zwei } } }\n", "utf-8"
    )
    both = flexplay("preview", "p.yaml").out
    assert "1  key S-1  (in one)" in both
    assert "2  key S-1  (in two)" in both
    two = flexplay("preview", "p.yaml", "--env", "two").out
    assert "zwei" in two
    assert "eins" not in two
    told = flexplay("preview", "p.yaml", "--var", "text=drei").out
    assert "one, two: 1 sample, 1 message" in told
    assert "Dear Ann, drei" in told
    assert flexplay("preview", "p.yaml", "--env", "three").code == 2


def test_requests_are_shown_on_request(flexplay: Flexplay, folder: Path) -> None:
    """They are those of a dry run."""
    del folder
    assert "POST" not in flexplay("preview", "p.yaml").out
    shown = flexplay("preview", "p.yaml", "--requests").out
    assert "POST https://flex-api.twilio.com/v1/Interactions" in shown
    assert "Body        Dear Ann, see you" in shown


def test_outside_a_terminal_recipients_have_no_values(flexplay: Flexplay, folder: Path) -> None:
    """What is said is seen, but not to whom; a rejected row ends with exit code 1."""
    del folder
    ran = flexplay("preview", "p.yaml", "-r", "r.csv", "--requests")
    assert ran.code == 1
    assert "3 people of r.csv, 1 different message, 1 without one" in ran.out
    assert "1  2 people" in ran.out
    assert "│ Dear ‹name›, see you" in ran.out
    assert "customerName  Dr ‹name›" in ran.out
    assert "!  No message for r.csv:4" in ran.out
    assert not any(secret in ran.out + ran.err for secret in ("Zwetsch", "Birn", "98765"))


def test_on_a_terminal_texts_are_seen_and_addresses_masked(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until somebody asks for addresses, too."""
    del folder
    _look_on_a_terminal(monkeypatch)
    ran = flexplay("preview", "p.yaml", "-r", "r.csv", "--requests")
    assert "Dear Zwetschgenbaum, see you" in ran.out
    assert "+4•••••7654" in ran.out
    assert "987654" not in ran.out
    shown = flexplay("preview", "p.yaml", "-r", "r.csv", "--show-addresses").out
    assert "+4930987654" in shown


def test_addresses_are_not_shown_to_a_file(flexplay: Flexplay, folder: Path) -> None:
    """Whoever asks for them without a terminal is told why not."""
    del folder
    ran = flexplay("preview", "p.yaml", "-r", "r.csv", "--show-addresses")
    assert ran.code == 2
    assert "neither" in ran.err


def test_a_limit_counts_different_messages(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are counted, and it is said how to see them."""
    del folder
    _look_on_a_terminal(monkeypatch)
    shown = flexplay("preview", "p.yaml", "-r", "r.csv", "--limit", "1").out
    assert "1 different message shown; 1 person more (see --limit)" in shown
    assert "Birnbaum" not in shown


def test_a_page_of_recipients_is_private(flexplay: Flexplay, folder: Path) -> None:
    """It holds their texts, so nobody else may read it; one of samples is an ordinary file."""
    ran = flexplay("preview", "p.yaml", "-r", "r.csv", "--html", "real.html")
    page = folder / "real.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "Zwetschgenbaum" in page.read_text("utf-8")
    assert "987654" not in page.read_text("utf-8")
    assert ran.out == ""
    assert "only you can read it" in ran.err
    assert flexplay("preview", "p.yaml", "--html", "samples.html").code == 0
    assert "Dear Ann" in (folder / "samples.html").read_text("utf-8")


def test_one_recipient_of_the_command_line(flexplay: Flexplay, folder: Path) -> None:
    """`--set` makes a real one, and what was typed of them is not repeated in a log."""
    del folder
    given = ("--set", "id=9", "--set", "name=Quitte", "--set", "phone=+4930987654")
    ran = flexplay("preview", "p.yaml", *given)
    assert ran.code == 0
    assert "‹name›" in ran.out
    assert "Quitte" not in ran.out + ran.err
    assert "of the command line" in ran.out


def test_a_folder_stands_for_its_playbooks(flexplay: Flexplay, folder: Path) -> None:
    """One page shows all of them; what is no playbook is passed over, what is broken is not."""
    (folder / "other.yaml").write_text("just: data\n", "utf-8")
    (folder / "broken.yaml").write_text("channel: {}\nparticipants: [\n", "utf-8")
    ran = flexplay("preview", ".", "--html", "all.html")
    assert ran.code == 1
    assert "1 message of 2 playbooks, 1 playbook that cannot be rendered" in ran.err
    page = (folder / "all.html").read_text("utf-8")
    assert "Messages of 2 playbooks" in page
    assert "broken.yaml" in page
    assert "other.yaml" not in page


def test_recipients_are_for_one_playbook(flexplay: Flexplay, folder: Path) -> None:
    """A folder, several files, or none at all are refused."""
    assert flexplay("preview", ".", "-r", "r.csv").code == 2
    assert flexplay("preview", "p.yaml", "p.yaml", "-r", "r.csv").code == 2
    (folder / "empty").mkdir()
    ran = flexplay("preview", "empty")
    assert (ran.code, "no playbook" in ran.err) == (2, True)


def test_a_sample_without_a_message_is_a_finding(flexplay: Flexplay, folder: Path) -> None:
    """It is shown what is wrong, and the exit code says so."""
    (folder / "p.yaml").write_text(_PLAYBOOK.replace("recipient.name", "recipient.nam"), "utf-8")
    ran = flexplay("preview", "p.yaml")
    assert ran.code == 1
    assert "!  No message for p.yaml" in ran.out
    assert "FP201" in ran.out
    assert "Why: flexplay explain FP201" in ran.err
    assert "--html" not in ran.err


def test_what_is_no_playbook_is_a_finding(flexplay: Flexplay, folder: Path) -> None:
    """A file that is not there, or cannot be read, is told of as `validate` does."""
    del folder
    ran = flexplay("preview", "nowhere.yaml")
    assert ran.code == 1
    assert ran.out.startswith("nowhere.yaml\nnowhere.yaml:1:1: error FP001: ")
    assert "Why: flexplay explain FP001" in ran.err
