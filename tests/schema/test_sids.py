"""FP406: a SID of another kind is told as what it is."""

from typing import Any

import pytest

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.problem import Problem
from runner.schema.sids import KINDS, is_masked
from runner.validate.playbook import check_playbook
from runner.validate.project import check_project

DIGITS = "0123456789abcdef0123456789abcdef"
PLAYBOOK = """version: 1
name: reminder
channel: {{ type: sms }}
participants: [{{ address: "+13115552368", proxy_address: "+19255551234" }}]
message: {{ {message} }}
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    {routing}
"""


def _check(**parts: str) -> tuple[Problem, ...]:
    text = PLAYBOOK.format(**{"message": "body: Hi", "routing": "priority: 1", **parts})
    document = load_text("a.yaml", text.encode())
    assert isinstance(document, Document)
    found: Any = check_playbook(document)
    return found if isinstance(found, tuple) else ()


@pytest.mark.parametrize(
    ("parts", "message", "remedy"),
    [
        (
            {"routing": f"queue_sid: WW{DIGITS}"},
            "routing.properties.queue_sid wants a task queue (WQ…), but WW… is a workflow",
            "write the WQ… SID here; this one belongs in workflow_sid",
        ),
        (
            {"routing": f"worker_sid: KD{DIGITS}"},
            "routing.properties.worker_sid wants a worker (WK…), but KD… is an interaction",
            "write the WK… SID here; this one belongs nowhere",
        ),
        (
            {"message": f"content_sid: MG{DIGITS}"},
            "message.content_sid wants a content template (HX…), but MG… is a messaging service",
            "write the HX… SID here; this one belongs nowhere",
        ),
        (
            {"routing": f"queue_sid: WW{'X' * 32}"},
            "routing.properties.queue_sid wants a task queue (WQ…), but WW… is a workflow",
            "write the WQ… SID here; this one belongs in workflow_sid",
        ),
    ],
)
def test_one_finding_says_what_it_is(parts: dict[str, str], message: str, remedy: str) -> None:
    """What it is, what belongs there and where it belongs, in one finding instead of FP106."""
    (found,) = _check(**parts)
    assert (found.code, found.message, found.remedy) == ("FP406", message, remedy)


@pytest.mark.parametrize("value", ["QQ" + DIGITS, "WW" + DIGITS[:31], "ww" + DIGITS, "nonsense"])
def test_anything_else_stays_a_wrong_form(value: str) -> None:
    """Only a well-formed SID of a known kind is called by name."""
    (found,) = _check(routing=f"queue_sid: {value}")
    assert found.code == "FP106"


def test_an_environments_account_is_checked_too() -> None:
    """The project file has one SID, and people mix it up as well."""
    text = f"environments: {{ a: {{ account_sid: SK{DIGITS} }} }}\n"
    document = load_text("flexplay.yaml", text.encode())
    assert isinstance(document, Document)
    found = check_project(document)
    assert isinstance(found, tuple)
    assert [(each.code, each.span.column) for each in found] == [("FP406", 35)]


def test_a_kind_has_two_letters_and_an_article() -> None:
    """The table's names are read in the middle of a sentence."""
    assert all(len(prefix) == 2 and prefix.isupper() for prefix in KINDS)
    assert all(kind.name.startswith(("a ", "an ")) for kind in KINDS.values())


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("WSxxxxxxxx", True),
        ("AC****", True),
        ("AC01…ef", True),
        ("WW...", True),
        ("WS" + "X" * 32, False),
        ("WS" + DIGITS, False),
        ("OK...", False),
        ("WS01x", False),
        (None, False),
    ],
)
def test_masks(value: object, *, masked: bool) -> None:
    """Hidden digits are told from a placeholder, a real SID and other text."""
    assert is_masked(value) is masked
