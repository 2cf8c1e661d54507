"""What an environment of the project file asks of every message."""

from datetime import time

import pytest

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.hours import Hours
from runner.model.playbook import DEFAULT_ENVIRONMENT, Cap, Policy, Project, RequiredText
from runner.model.problem import Problem
from runner.validate.project import check_project


def _check(policy: str) -> Project | tuple[Problem, ...]:
    text = f"environments:\n  one:\n    policy: {policy}\n"
    document = load_text("flexplay.yaml", text.encode())
    assert isinstance(document, Document)
    return check_project(document)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("{}", Policy(3, ())),
        ("{ max_segments: 1 }", Policy(1, ())),
        ("{ opt_out: [Reply STOP] }", Policy(3, ("Reply STOP",))),
        ("{ max_segments: 9, opt_out: [] }", Policy(9, ())),
    ],
)
def test_the_policy_is_the_files_with_our_defaults(given: str, wanted: Policy) -> None:
    """What an environment does not say is as it is everywhere."""
    project = _check(given)
    assert isinstance(project, Project)
    assert project.environments["one"].policy == wanted


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("{ max_segments: 0 }", "FP107"),
        ("{ max_segments: two }", "FP103"),
        ("{ opt_out: Reply STOP }", "FP103"),
        ("{ opt_out: [''] }", "FP107"),
        ("{ max_segment: 2 }", "FP102"),
    ],
)
def test_a_wrong_policy_is_a_finding(given: str, code: str) -> None:
    """A policy that is misspelled would silently ask for nothing."""
    found = _check(given)
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == [code]


def test_every_policy_becomes_a_value() -> None:
    """What the file says in words and units is understood once, here."""
    given = (
        "{ quiet_hours: { US: ['21:00', '08:00'], '*': ['22:00', '24:00'] }, "
        "holidays: [US, DE-BY], "
        "max_recipients: 5, max_segments_total: 6, max_tasks_per_worker: 7, per_recipient: 2/7d, "
        "require_columns: { consent_at: { max_age: 365d }, source: {} }, "
        "required_text: [{ any_of: [STOP], channels: [sms], countries: [US] }] }"
    )
    project = _check(given)
    assert isinstance(project, Project)
    assert project.environments["one"].policy == Policy(
        quiet_hours={"US": Hours(time(21), time(8)), "*": Hours(time(22), time(0))},
        holidays=("US", "DE-BY"),
        max_recipients=5,
        max_segments_total=6,
        max_tasks_per_worker=7,
        per_recipient=Cap(2, 604_800.0),
        required_columns={"consent_at": 365, "source": None},
        required_text=(RequiredText(("STOP",), ("sms",), ("US",)),),
    )


@pytest.mark.parametrize(
    "given",
    [
        "{ quiet_hours: { USA: ['21:00', '08:00'] } }",
        "{ quiet_hours: { US: ['21:00'] } }",
        "{ quiet_hours: { US: ['9pm', '8am'] } }",
        "{ holidays: [Bavaria] }",
        "{ per_recipient: 2/week }",
        "{ require_columns: { consent_at: { max_age: 1y } } }",
        "{ required_text: [{ channels: [sms] }] }",
    ],
)
def test_a_policy_that_cannot_be_understood_is_a_finding(given: str) -> None:
    """It would otherwise protect nobody."""
    found = _check(given)
    assert isinstance(found, tuple)
    assert len(found) >= 1


def test_an_environment_is_live_only_if_it_says_so() -> None:
    """Without a project file the one environment is live; in one, it must be written."""
    project = _check("{}")
    assert isinstance(project, Project)
    assert not project.environments["one"].live
    assert DEFAULT_ENVIRONMENT.live
