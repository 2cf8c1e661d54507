"""`validate --fix` changes what findings name, and nothing else."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.fix import choose_edits, fix_files
from runner.model.errors import UsageFault
from runner.model.place import Span
from runner.model.problem import Edit, Problem

GOOD = """\
version: 1
name: reminder   # of an appointment
channel: { type: sms }

participants:
  - address: "+13115552368"
    proxy_address: "+19255551234"
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: 'WQ0123456789abcdef0123456789abcdef'
    worker_sid: WK0123456789abcdef0123456789abcdef
message:
  author: Clinic  # never the customer
  body: Hello
"""
TOML = """\
version = 1  # of the format
name = "reminder"
channel = { type = "sms" }
[[participants]]
address = "+13115552368"
proxy_address = "+19255551234"
[routing.properties]
workspace_sid = "WS0123456789abcdef0123456789abcdef"
workflow_sid = "WW0123456789abcdef0123456789abcdef"
queue_sid = "WQ0123456789abcdef0123456789abcdef"
worker_sid = "WK0123456789abcdef0123456789abcdef"
[message]
author = "Clinic"
body = "Hello"
"""
Flexplay = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _fixed(text: str, file: str = "p.yaml") -> str:
    Path(file).write_text(text, "utf-8", newline="")
    fix_files([file])
    return Path(file).read_text("utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "mended"),
    [
        ('"+13115552368"', "13115552368", '"+13115552368"'),
        ("author: Clinic", "author: 2024", 'author: "2024"'),
        ("message:", "mesage:", "message:"),
        ("message:", '"mesage":', '"message":'),
        ("  - address", "  - adress", "  - address"),
        ("type: sms", "type: SMS", "type: sms"),
        ("type: sms", "type: 'Sms'", "type: 'sms'"),
        ("version: 1", 'version: "1"', "version: 1"),
        ("body: Hello", "body: It\u2019s on", "body: It's on"),
        ("body: Hello", "body: 'It\u2019s on'", "body: 'It''s on'"),
        ("body: Hello", "body: |\n    \u201cHi\u201d\n    Ann", 'body: |\n    "Hi"\n    Ann'),
        ('"+19255551234"', '"whatsapp:+19255551234"', '"+19255551234"'),
    ],
)
def test_only_the_named_characters_change(right: str, wrong: str, mended: str) -> None:
    """Every mend of a YAML file leaves comments, blank lines and quotes as they are."""
    assert _fixed(GOOD.replace(right, wrong)) == GOOD.replace(right, mended)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"+13115552368"', "+13115552368"),
        ('"+13115552368"', "13115552368"),
        ("[message]", "[mesage]"),
        ('type = "sms"', 'type = "SMS"'),
        ('author = "Clinic"', '"auther" = "Clinic"'),
        ("version = 1", 'version = "1"'),
    ],
)
def test_toml_is_mended_too(right: str, wrong: str) -> None:
    """The same mends hold in TOML, where a number may have its plus."""
    mended = _fixed(TOML.replace(right, wrong), "p.toml")
    assert mended.replace('"author"', "author") == TOML


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"+13115552368"', "3115552368"),  # which country?
        ('"+13115552368"', "4915112345678"),
        ('    proxy_address: "+19255551234"', '    proxy_address: "{{ vars.sender }}"\nvars: {}'),
        ("author: Clinic", "author: Clinic\n  autor: Two"),
        ("author: Clinic", "auther: Clinic\n  autor: Two"),
        ("name: reminder", "name: reminder\ndelivry: { rate: 5 }"),
        ("name: reminder", "name: reminder\nquiet_hours: { start: 9 }"),
        ("body: Hello", 'body: "It\\u2019s on"'),
        ("body: Hello", "body: Hello {{"),
    ],
)
def test_what_is_not_certain_is_left(right: str, wrong: str) -> None:
    """Neither a guess, nor what would only bring another error, nor an escape."""
    text = GOOD.replace(right, wrong)
    if "vars.sender" in wrong:
        text = text.replace("\nvars: {}", "").replace('"+13115552368"', "13115552368")
    assert text != GOOD
    assert _fixed(text) == text


def test_line_ends_and_byte_order_mark_stay() -> None:
    """A file from Windows stays one."""
    data = b"\xef\xbb\xbf" + GOOD.replace("message:", "mesage:").replace("\n", "\r\n").encode()
    Path("p.yaml").write_bytes(data)
    fix_files(["p.yaml"])
    assert Path("p.yaml").read_bytes() == data.replace(b"mesage", b"message")


def test_mode_and_link_stay(folder: Path) -> None:
    """The file that a symbolic link leads to is changed, with its rights kept and nothing left."""
    real = folder / "real.yaml"
    real.write_text(GOOD.replace("message:", "mesage:"), "utf-8")
    real.chmod(0o640)
    Path("p.yaml").symlink_to(real)
    fix_files(["p.yaml"])
    assert Path("p.yaml").is_symlink()
    assert real.read_text("utf-8") == GOOD
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["p.yaml", "real.yaml"]


def test_templates_are_mended_where_they_stand() -> None:
    """A smart quote in a template file is replaced there; the playbook is left alone."""
    text = GOOD.replace("body: Hello", "template: t.j2")
    Path("t.j2").write_bytes("\ufeffIt\u2019s\r\non".encode())
    assert _fixed(text) == text
    assert Path("t.j2").read_bytes() == "\ufeffIt's\r\non".encode()


def test_mends_that_wait_for_each_other_are_all_made() -> None:
    """A key's spelling comes first; what could not be seen before is mended in the next round."""
    text = GOOD.replace("message:", "mesage:").replace("Hello", "It\u2019s on")
    Path("p.yaml").write_text(text, "utf-8")
    fixed = fix_files(["p.yaml"])
    assert [problem.code for problem in fixed.problems] == ["FP102", "FP301"]
    assert fixed.files == {"p.yaml"}
    assert Path("p.yaml").read_text("utf-8") == GOOD.replace("Hello", "It's on")


def test_one_bad_mend_does_not_keep_the_others(folder: Path) -> None:
    """Mends that fail together are tried one by one; what is worse is taken back and named."""
    text = GOOD.replace("message:", "mesage:").replace("name: r", "delivry: { rate: 5 }\nname: r")
    Path("p.yaml").write_text(text, "utf-8")
    fixed = fix_files(["p.yaml"])
    assert [problem.message for problem in fixed.problems] == [
        'unknown key "mesage", did you mean "message"?'
    ]
    assert [problem.span.line for problem in fixed.refused] == [2]
    assert (folder / "p.yaml").read_text("utf-8") == text.replace("mesage:", "message:")


def test_a_file_that_may_not_be_written_stops_the_command(
    flexplay: Flexplay, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which and why, with exit code 2, and the file is as it was."""
    (folder / "p.yaml").write_text(GOOD.replace("message:", "mesage:"), "utf-8")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UsageFault, match=r"p\.yaml cannot be written: permission denied"):
        fix_files(["p.yaml"])
    assert flexplay("validate", "--fix", "p.yaml").code == 2
    assert "mesage:" in (folder / "p.yaml").read_text("utf-8")


def test_a_failed_write_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full, the old file is whole and no temporary file stays."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    text = GOOD.replace("message:", "mesage:")
    (folder / "p.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageFault, match="no space left on device"):
        fix_files(["p.yaml"])
    assert (folder / "p.yaml").read_text("utf-8") == text
    assert [path.name for path in folder.iterdir()] == ["p.yaml"]


def test_the_command_says_what_it_mended_and_what_is_left(flexplay: Flexplay) -> None:
    """What is left is shown as ever; a mend that was taken back is no longer called one."""
    text = GOOD.replace("message:", "mesage:").replace("name: r", "delivry: { rate: 5 }\nname: r")
    Path("p.yaml").write_text(text, "utf-8")
    before = flexplay("validate", "p.yaml")
    assert before.out.count("(mend with: flexplay validate --fix)") == 2
    assert "Found 2 problems (2 errors; 2 fixable) in 1 of 1 file." in before.err
    ran = flexplay("validate", "--fix", "p.yaml")
    assert ran.code == 1
    assert "FP102" in ran.out
    assert "mend with" not in ran.out
    assert ran.err.startswith(
        "Fixed 1 problem in 1 file. Took 1 mend back that would have brought new errors.\n"
        "Found 1 problem (1 error) in 1 of 1 file."
    )


def test_json_has_what_was_mended(flexplay: Flexplay) -> None:
    """`fixed` holds the findings as they were found; the others hold none of them."""
    Path("p.yaml").write_text(GOOD.replace("message:", "mesage:"), "utf-8")
    ran = flexplay("validate", "--fix", "--format", "json", "p.yaml")
    document = json.loads(ran.out)
    assert [each["code"] for each in document["fixed"]] == ["FP102"]
    assert document["findings"] == []
    assert (document["exit_code"], ran.code, ran.err) == (0, 0, "")
    again = json.loads(flexplay("validate", "--fix", "--format", "json", "p.yaml").out)
    assert again["fixed"] == []


def test_an_edit_of_a_file_that_has_changed_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody saves the file between check and mend, a place may no longer exist."""
    Path("p.yaml").write_text(GOOD.replace("message:", "mesage:"), "utf-8")
    monkeypatch.setattr("runner.fix.lint_file", _answer_and_shorten(Path("p.yaml")))
    assert fix_files(["p.yaml"]).problems == ()
    assert Path("p.yaml").read_text("utf-8") == "version: 1\n"


def _answer_and_shorten(path: Path) -> Callable[[str], tuple[Problem, ...]]:
    from runner.lint import lint_file  # noqa: PLC0415 - the real one

    found = lint_file(str(path))

    def answer(_: str) -> tuple[Problem, ...]:
        path.write_text("version: 1\n", "utf-8")
        return found

    return answer


def _problem(*edits: Edit) -> Problem:
    return Problem(edits[0].span, "FP102", "wrong", edits=edits)


def _edit(start: int, end: int, text: str, file: str = "a") -> Edit:
    return Edit(Span(file, 1, start, 1, end), text)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (_edit(1, 3, "x"), _edit(3, 4, "y"), True),
        (_edit(1, 3, "x"), _edit(2, 4, "y"), False),
        (_edit(1, 3, "x"), _edit(1, 3, "x"), True),
        (_edit(1, 3, "x"), _edit(1, 3, "y"), False),
        (_edit(2, 2, "x"), _edit(2, 2, "y"), False),
        (_edit(1, 3, "x"), _edit(2, 4, "y", file="b"), True),
    ],
)
def test_edits_that_overlap_wait(one: Edit, other: Edit, *, both: bool) -> None:
    """Of two that disagree the first is made; the same edit twice is one."""
    problems = (_problem(one), _problem(other))
    taken, edits = choose_edits(problems)
    assert taken == (problems if both else problems[:1])
    assert edits == tuple(dict.fromkeys((one, other) if both else (one,)))


def test_a_finding_is_mended_whole_or_not_at_all() -> None:
    """If one of its edits must wait, all of them do."""
    first, second = _problem(_edit(1, 3, "x")), _problem(_edit(5, 6, "y"), _edit(2, 4, "z"))
    assert choose_edits((first, second)) == ((first,), first.edits)


_MISTAKES = [
    ('"+13115552368"', "13115552368"),
    ("message:", "mesage:"),
    ("channel:", "chanel:"),
    ("type: sms", "type: SMS"),
    ("version: 1", 'version: "1"'),
    ("Hello", "\u201cHi\u201d it\u2019s \u2026"),
    ("routing:", "ruting:"),
    ("author: Clinic", "author: 12"),
    ("body: ", "boddy: "),
    ("name: reminder", "name: 2024"),
]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(_MISTAKES)), st.sampled_from(["\n", "\r\n"]))
def test_fixing_twice_is_fixing_once(mistakes: set[tuple[str, str]], newline: str) -> None:
    """Whatever mistakes a file has, the second time there is nothing left to mend."""
    text = GOOD
    for right, wrong in sorted(mistakes):
        text = text.replace(right, wrong)
    Path("p.yaml").write_text(text, "utf-8", newline=newline)
    fix_files(["p.yaml"])
    once = Path("p.yaml").read_bytes()
    assert fix_files(["p.yaml"]).problems == ()
    assert Path("p.yaml").read_bytes() == once
    assert once.count(b"\n") == text.count("\n")
    assert (b"\r\n" in once) == (newline == "\r\n")
