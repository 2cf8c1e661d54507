"""What an environment of the project file asks of every message."""

import pytest

from runner.load.file import load_text
from runner.model.document import Document
from runner.model.playbook import Policy, Project
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
