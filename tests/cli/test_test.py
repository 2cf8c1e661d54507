"""`flexplay test` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Flexplay = Callable[..., Any]

_PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255550100" }]
message:
  author: Clinic
  body: "Hi {{ recipient.name }}{% if recipient.name == 'Ann' %}!{% endif %}"
recipients: { key: "{{ recipient.id }}" }
samples: [{ id: A-1, name: Ann, phone: "+13115552368" }]
"""
_GOOD = "tests:\n  - { name: greeting, expect: { body: Hi Ann! } }\n"
_BAD = "tests:\n  - { name: greeting, expect: { body: Hi Anna! } }\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a playbook and a test that passes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.yaml").write_text(_PLAYBOOK, "utf-8")
    (tmp_path / "p.test.yaml").write_text(_GOOD, "utf-8")
    return tmp_path


def test_tests_that_pass(flexplay: Flexplay) -> None:
    """A line for each file on stdout, the sum on stderr; of a folder, a file or a playbook."""
    for path in ((), (".",), ("p.yaml",), ("p.test.yaml",)):
        ran = flexplay("test", *path)
        assert (ran.code, ran.out) == (0, "pass   p.test.yaml  1 test\n")
        assert ran.err == "1 test passed in 1 file.\n"


def test_a_test_that_fails(flexplay: Flexplay, folder: Path) -> None:
    """Its place, the line, the words that differ, the playbook's line, and what to type next."""
    (folder / "p.test.yaml").write_text(_BAD, "utf-8")
    ran = flexplay("test", "p.yaml")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "FAIL   p.test.yaml  1 of 1 test failed",
        "",
        "p.test.yaml:2:39: error FP801: greeting: the body is not as expected",
        "  |",
        "2 |   - { name: greeting, expect: { body: Hi Anna! } }",
        "  |                                       ^^^^^^^^",
        "  ::: p.yaml:7:9  it is written here",
        "   = [-expected-] {+rendered+}:",
        "     Hi [-Anna-]{+Ann+}!",
        "",
    ]
    assert ran.err == (
        "1 of 1 test failed in 1 file. "
        "If what is rendered is right: flexplay test p.yaml --update\n"
    )


def test_tests_that_cannot_be_run(flexplay: Flexplay, folder: Path) -> None:
    """Findings about their file, worded as all others."""
    (folder / "p.test.yaml").write_text("testz: []\n", "utf-8")
    ran = flexplay("test")
    assert ran.code == 1
    assert ran.out.startswith("ERROR  p.test.yaml  not run\n\np.test.yaml:1:1: error FP102")
    assert "those of 1 of 1 file could not be run" in ran.err
    assert ran.err.endswith("Why: flexplay explain FP102\n")


def test_update_writes_and_runs_again(flexplay: Flexplay, folder: Path) -> None:
    """The results are those of the file as it is afterwards."""
    (folder / "p.test.yaml").write_text(_BAD, "utf-8")
    ran = flexplay("test", "--update")
    assert (ran.code, ran.out) == (0, "pass   p.test.yaml  1 test\n")
    assert ran.err == "Updated 1 value. What has changed: git diff\n1 test passed in 1 file.\n"
    assert (folder / "p.test.yaml").read_text("utf-8") == _GOOD


def test_coverage_points_at_what_no_test_takes(flexplay: Flexplay) -> None:
    """With the findings' look; what is missing fails only where it is asked for."""
    ran = flexplay("test", "--coverage")
    assert ran.code == 0
    assert ran.out.splitlines()[2:] == [
        "p.yaml:7:36: warning FP802: no test makes this condition false",
        "  |",
        "7 |   body: \"Hi {{ recipient.name }}{% if recipient.name == 'Ann' %}!{% endif %}\"",
        "  |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ add a test that does",
        "",
    ]
    assert ran.err == "Coverage: 1 of 2 branches taken: 50.0 %.\n1 test passed in 1 file.\n"


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("50.1", 1), ("100", 1), ("101", 2)])
def test_a_least_coverage(flexplay: Flexplay, least: str, code: int) -> None:
    """Below it the command fails and shows what is missing."""
    ran = flexplay("test", "--min-coverage", least)
    assert ran.code == code
    assert ("FP802" in ran.out) == (code == 1)
    if code == 1:
        wanted = f"The coverage is 50.0 %, and {least} % are asked for."
        assert wanted in ran.err
        assert ran.err.endswith("Why: flexplay explain FP802\n")


def test_no_tests_are_said(flexplay: Flexplay, folder: Path) -> None:
    """That is no success, and the next step is named."""
    (folder / "p.test.yaml").unlink()
    ran = flexplay("test")
    assert ran.code == 2
    assert "no tests were found" in ran.err
    assert "NAME.test.yaml" in ran.err
    assert flexplay("test", "--allow-none").code == 0


def test_a_report_goes_into_a_file(flexplay: Flexplay, folder: Path) -> None:
    """JUnit and JSON; what people read stays on stderr."""
    ran = flexplay("test", "--format", "junit", "--output", "report.xml")
    assert (ran.code, ran.out, ran.err) == (0, "", "1 test passed in 1 file.\n")
    root = ET.fromstring((folder / "report.xml").read_text("utf-8"))  # noqa: S314 - our own
    assert [case.get("name") for case in root.iter("testcase")] == ["greeting"]
    ran = flexplay("test", "--format", "json", "--output", "report.json")
    assert json.loads((folder / "report.json").read_text("utf-8"))["counts"]["passed"] == 1
    assert flexplay("test", "--output", "no/where").code == 2


def test_the_recipients_file_is_not_read(flexplay: Flexplay, folder: Path) -> None:
    """A test needs nobody's data: the file may be missing where tests run."""
    text = _PLAYBOOK.replace("recipients: {", "recipients: { file: secret.csv,")
    (folder / "p.yaml").write_text(text, "utf-8")
    assert flexplay("test").code == 0


def test_validate_checks_files_of_tests(flexplay: Flexplay, folder: Path) -> None:
    """Below a folder and by name; a test file is no playbook."""
    assert flexplay("validate").code == 0
    (folder / "p.test.yaml").write_text("tests: [{ name: a, sample: Bob }]\n", "utf-8")
    for path in (".", "p.test.yaml"):
        ran = flexplay("validate", path)
        assert ran.code == 1
        assert 'FP804: there is no sample "Bob"' in ran.out
