"""`test --update` writes what is rendered, and changes nothing else of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.load.file import load_file, load_text
from runner.model.document import Document, ScalarNode, node_at
from runner.model.errors import UsageFault
from runner.model.playbook_test import SuiteResult
from runner.playbook_test.golden import update_file
from runner.playbook_test.run_suite import run_suite
from runner.playbook_test.spelling import quoted, spellings

Run = Callable[..., SuiteResult]

_WRONG = """\
# Tests of the reminder.
environment: staging
tests:
  - name: english   # Ann
    sample: Ann
    now: 2026-03-31T14:00:00+02:00
    expect:
      body: |   # golden
        Hi Anna,

        bye
      author: Clinic   # plain
      key: 'A'
      segments: 7
      encoding: UCS-2
      held_until: 2026-03-31T14:00:00Z
      requests: { Channel.type: "whatsapp", Author: { contains: nonsense } }
  - name: german
    sample: Bob
    expect: { body: "", author: "Clinic \\"A\\"" }

  - name: rejected
    without: [phone]
    expect: { rejected: FP999 }   # why
"""
_RIGHT = (
    _WRONG.replace("        Hi Anna,\n\n", "        Hi Ann,\n")
    .replace("Clinic   #", "Clinic in staging   #")
    .replace("'A'", "'A-1'")
    .replace("segments: 7", "segments: 1")
    .replace("UCS-2", "GSM-7")
    .replace("until: 2026-03-31T14:00:00Z", "until: 2026-03-31T13:00:00+00:00")
    .replace('"whatsapp"', '"sms"')
    .replace('body: ""', 'body: "Hallo Bob"')
    .replace('"Clinic \\"A\\""', '"Clinic in staging"')
    .replace("FP999", "FP101")
)


def _updated(run: Run, text: str, name: str = "p.test.yaml") -> str:
    update_file(run(text, name=name, top=""))
    return Path(name).read_text("utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_values_change(folder: Path, end: str) -> None:
    """Comments, quotes, blank lines and the ends of lines stay; what only people can mend too."""
    file = folder / "p.test.yaml"
    file.write_bytes(_WRONG.replace("\n", end).encode())
    wrong = run_suite("p.test.yaml")
    assert update_file(wrong) == 10
    assert file.read_bytes().decode() == _RIGHT.replace("\n", end)
    (left,) = [each for case in run_suite("p.test.yaml").results for each in case.mismatches]
    assert left.problem.message == 'english: the Author lacks "nonsense"'


def test_what_is_right_is_not_written(run: Run, folder: Path) -> None:
    """A file without anything to change is not touched."""
    result = run("tests: [{ name: a, sample: Bob, expect: { body: Hallo Bob } }]\n")
    (folder / "p.test.yaml").chmod(0o400)
    assert update_file(result) == 0


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("body: Hi\n", "body: |\n        Hi Ann,\n        bye\n"),
        ("body: >-  # c\n        Hi\n", "body: |\n        Hi Ann,\n        bye\n"),
        ("body: Hi  # c\n", 'body: "Hi Ann,\\nbye"  # c\n'),
        ("body: |- # c\n        Hi\n", "body: |- # c\n        Hi Ann,\n        bye\n"),
        ("body: |4\n            Hi\n", "body: |\n        Hi Ann,\n        bye\n"),
        ("{ body: Hi }\n", '{ body: "Hi Ann,\\nbye" }\n'),
    ],
)
def test_a_text_of_several_lines_becomes_a_block_where_it_can(
    run: Run, wrong: str, right: str
) -> None:
    """Not inside of braces, nor where a comment would become part of it."""
    head = "environment: staging\ntests:\n  - name: a\n    expect:\n      "
    assert _updated(run, head + wrong) == head + right


def test_toml_is_written_as_toml(run: Run) -> None:
    """The same values in TOML's own forms."""
    wrong = (
        'environment = "staging"\n[[tests]]\nname = "a" # c\n[tests.expect]\n'
        "body = \"Hi\" # golden\nauthor = 'Clinic'\nsegments = 3\n"
    )
    right = wrong.replace('"Hi"', '"""\nHi Ann,\nbye"""').replace("'Clinic'", "'Clinic in staging'")
    assert _updated(run, wrong, "p.test.toml") == right.replace("= 3", "= 1")


@pytest.mark.parametrize(
    "expect",
    [
        "expect: { body: x }\n",
        "expect: { body: Hallo Bob }\n",
    ],
)
def test_what_tests_share_is_not_changed_for_one(run: Run, expect: str) -> None:
    """Another test would fail for it: a person has to say what is meant."""
    text = f"environment: staging\n{expect}tests: [{{ name: a }}, {{ name: b, sample: Bob }}]\n"
    assert _updated(run, text) == text


def test_what_tests_share_is_changed_for_all(run: Run) -> None:
    """If all of them would have it the same; one that renders nothing has no say."""
    tests = "[{ name: a }, { name: b, sample: Bob }, { name: c, without: [phone] }]"
    text = f"environment: staging\nexpect: {{ author: x }}\ntests: {tests}\n"
    assert _updated(run, text) == text.replace("author: x", "author: Clinic in staging")


def test_a_file_that_may_not_be_written(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and nothing is half written."""
    result = run("tests: [{ name: a, expect: { author: x } }]\n")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UsageFault, match="cannot be written"):
        update_file(result)
    assert "author: x" in (folder / "p.test.yaml").read_text("utf-8")


@settings(max_examples=150)
@given(
    text=st.text(st.characters(codec="utf-8"), min_size=1), form=st.sampled_from(["yaml", "toml"])
)
def test_any_text_can_be_written(text: str, form: str) -> None:
    """In double quotes every text comes back as it was, in both languages."""
    written = quoted(text)
    document = load_text(f"a.{form}", f"a{': ' if form == 'yaml' else ' = '}{written}\n".encode())
    assert isinstance(document, Document), document
    node = node_at(document.root, ("a",))
    assert isinstance(node, ScalarNode)
    assert node.value == text
    assert written in spellings(document, node, text)


def test_an_alias_is_changed_where_it_is_written(run: Run) -> None:
    """The place of an alias is that of its anchor."""
    text = (
        "environment: staging\ntests:\n  - { name: a, expect: { author: &who x } }\n"
        "  - { name: b, expect: { author: *who } }\n"
    )
    assert _updated(run, text) == text.replace("who x", "who Clinic in staging")
    assert isinstance(load_file("p.test.yaml"), Document)
