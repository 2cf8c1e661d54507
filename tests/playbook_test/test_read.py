"""Files of tests whose shape is wrong: each finding at its place, worded as all others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runner.lint import lint_file

Said = Callable[..., list[str]]


def _linted(file: str = "p.test.yaml") -> list[str]:
    return [f"{each.span.line} {each.code} {each.message}" for each in lint_file(file)]


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        ("- a\n", ["1 FP103 the file is a list here, not a mapping"]),
        ("testz: []\n", ['1 FP102 unknown key "testz", did you mean "tests"?']),
        ("tests: []\n", ["1 FP107 tests is empty"]),
        ("tests: [{ name: a, expct: {} }]\n", [
            '1 FP102 unknown key "expct" in tests[0], did you mean "expect"?',
        ]),
        ("tests: [{ name: a, expect: { key: 4711 } }]\n", [
            "1 FP104 tests[0].expect.key is a number here, not text",
        ]),
        ("tests: [{ name: a, expect: { rejected: FP212, body: x } }]\n", [
            "1 FP108 tests[0].expect.body cannot stand here: a rejected recipient gets no message",
        ]),
        ("now: yesterday\ntests: [{ name: a }]\n", [
            "1 FP106 now must be a date and time with its offset",
        ]),
        ("now: 2026-02-30T10:00:00Z\ntests: [{ name: a }]\n", [
            "1 FP106 now must be a date and time that there is",
        ]),
        ("tests: [{ name: a, expect: { body: { matches: '(' } } }]\n", [
            "1 FP106 matches must be a regular expression",
        ]),
        ("tests:\n  - { name: a }\n  - { name: b }\n  - { name: a }\n", [
            '4 FP803 two tests are called "a"',
        ]),
        ("tests:\n  - name: a\n    cases:\n      - { name: x }\n      - { name: x }\n", [
            '5 FP803 two tests are called "a: x"',
        ]),
        ("tests: [{ name: a, expect: { requests: { Chanel.type: sms } } }]\n", [
            "1 FP804 Chanel.type is no field of a request",
        ]),
        ("tests: [{ name: a, expect: { requests: { 'Channel[': sms } } }]\n", [
            "1 FP804 Channel[ is no field of a request",
        ]),
        ("playbook: q.yaml\ntests: [{ name: a }]\n", ["1 FP804 there is no playbook q.yaml"]),
        ("tests: [\n", ["2 FP004 a list [ or mapping { is not closed before the file goes on"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_shape(said: Said, tests: str, wanted: list[str]) -> None:
    """Nothing is run, and everything that is wrong is said, also by `validate`."""
    assert said(tests, top="") == wanted
    assert [
        f"{each.span.line} {each.code} {each.message}" for each in lint_file("p.test.yaml")
    ] == wanted


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        ("tests: [{ name: a }]\n", [
            "1 FP804 the project has several environments: staging, production",
        ]),
        ("environment: prod\ntests: [{ name: a }]\n", ['1 FP804 there is no environment "prod"']),
        ("environment: staging\ntests: [{ name: a, sample: An }]\n", [
            '2 FP804 there is no sample "An"',
        ]),
        ("environment: staging\ntests: [{ name: a, sample: 3 }, { name: b, sample: 0 }]\n", [
            '2 FP804 there is no sample "3"',
            '2 FP804 there is no sample "0"',
        ]),
        ('environment: staging\ntests: [{ name: a, sample: "+13115552368" }]\n', [
            '2 FP804 2 samples have the value "+13115552368"',
        ]),
        ("environment: staging\ntests: [{ name: a, expect: { held: true } }]\n", [
            "2 FP805 this test gives no time, and what it expects depends on the time",
        ]),
    ],
)  # fmt: skip
def test_what_the_tests_name_must_be_there(said: Said, tests: str, wanted: list[str]) -> None:
    """The playbook, the project and the samples are held against it before anything is run."""
    assert said(tests, top="") == wanted
    assert [
        f"{each.span.line} {each.code} {each.message}" for each in lint_file("p.test.yaml")
    ] == wanted


def test_a_misspelt_name_is_corrected(folder: Path) -> None:
    """The remedy says what may have been meant."""
    (folder / "p.test.yaml").write_text("environment: stagin\ntests: [{ name: a }]\n", "utf-8")
    (problem,) = lint_file("p.test.yaml")
    assert problem.remedy == "did you mean staging?"
    text = "environment: staging\ntests: [{ name: a, sample: 4711 }]\n"
    (folder / "p.test.yaml").write_text(text, "utf-8")
    (problem,) = lint_file("p.test.yaml")
    assert problem.remedy == 'the playbook has 2; if a sample has this value, write "4711"'


def test_a_file_of_tests_is_no_playbook(folder: Path) -> None:
    """Whatever stands in it, its name tells what it is; without a playbook it says so."""
    text = "tests: [{ name: a, vars: { channel: 1, participants: 2 } }]\n"
    (folder / "q.test.yaml").write_text(text, "utf-8")
    (problem,) = lint_file("q.test.yaml")
    assert problem.message == "there is no playbook q.yaml beside these tests"


def test_validate_does_not_run_tests(folder: Path) -> None:
    """A test that fails is well written, and a bad playbook has findings of its own."""
    text = "environment: staging\ntests: [{ name: a, expect: { body: nonsense } }]\n"
    (folder / "p.test.yaml").write_text(text, "utf-8")
    assert lint_file("p.test.yaml") == ()
    (folder / "p.yaml").write_text("version: 2\n", "utf-8")
    assert lint_file("p.test.yaml") == ()


def test_real_people_and_secrets_do_not_belong_into_tests(folder: Path) -> None:
    """A file of tests is kept in git as samples are: numbers in it must be invented."""
    secret = f"vars: {{ auth_token: {'0a1b' * 8} }}"
    recipient = 'recipient: { phone: "+4930901820" }'
    text = (
        f"environment: staging\n{recipient}\ntests:\n  - name: a\n    {recipient}\n"
        f"    cases:\n      - name: b\n        {recipient}\n        {secret}\n"
    )
    (folder / "p.test.yaml").write_text(text, "utf-8")
    found = [(each.span.line, each.code) for each in lint_file("p.test.yaml")]
    assert found == [(2, "FP501"), (5, "FP501"), (8, "FP501"), (9, "FP502")]


def test_tests_may_be_written_in_toml(said: Said, folder: Path) -> None:
    """The same keys, the same findings."""
    (folder / "p.test.yaml").unlink(missing_ok=True)
    text = (
        'environment = "staging"\nnow = 2026-03-31T15:00:00Z\n\n[[tests]]\nname = "a"\n'
        'sample = "Ann"\nexpect.body = "Hi Anna,\\nbye"\n'
    )
    assert said(text, name="p.test.toml", top="") == ["7 FP801 a: the body is not as expected"]
