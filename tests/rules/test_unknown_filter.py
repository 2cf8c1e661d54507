"""FP209: filters and tests that do not exist."""

from typing import Any

import pytest

from runner.lint import lint_file
from runner.load.file import load_file
from runner.model.document import Document
from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.rules.unknown_filter import check
from runner.validate.playbook import check_playbook

PLAYBOOK = """version: 1
name: reminder
channel: {{ type: sms }}
participants:
  - {{ address: "+13115552368", proxy_address: "+19255551234" }}
message:
  author: Clinic
  body: {body}
"""


def find(desk: Any, body: str) -> list[Problem]:
    """Return what the rule finds in a playbook with this body."""
    desk.write(PLAYBOOK.format(body=f'"{body}"'))
    document = load_file("playbook.yaml")
    assert isinstance(document, Document), document
    playbook = check_playbook(document)
    assert isinstance(playbook, Playbook), playbook
    return list(check(playbook))


@pytest.mark.parametrize(
    ("body", "name", "message", "remedy"),
    [
        ("{{ 'a' | uper }}", "uper", "there is no filter uper", "write upper"),
        ("{{ 'a'|upper|tile }}", "tile", "there is no filter tile", "write title"),
        ("{{ 1 is ood }}", "ood", "there is no test ood", "write odd"),
        ("{{ 1 is not definde }}", "definde", "there is no test definde", "write defined"),
        ("{% filter uper %}a{% endfilter %}", "uper", "there is no filter uper", "write upper"),
        (
            "{% if false %}{{ 'a'|uper }}{% endif %}",
            "uper",
            "there is no filter uper",
            "write upper",
        ),
        ("{{ ['a']|map('uper')|list }}", "uper", "there is no filter uper", "write upper"),
        ("{{ [1]|select('ood')|list }}", "ood", "there is no test ood", "write odd"),
        (
            "{{ 1|zzzzz }}",
            "zzzzz",
            "there is no filter zzzzz",
            "take it out, or use another filter of Jinja",
        ),
        (
            "{{ [1]|random }}",
            "random",
            "there is no filter random",
            "a message must be the same each time, so templates know nothing random",
        ),
    ],
)
def test_an_unknown_filter_is_refused_at_its_name(
    desk: Any, body: str, name: str, message: str, remedy: str
) -> None:
    """The carets stand under the name, and the finding says which was meant."""
    (problem,) = find(desk, body)
    assert (problem.code, problem.message, problem.remedy) == ("FP209", message, remedy)
    assert desk.marked(problem.span) == name


@pytest.mark.parametrize(
    "body",
    [
        "{{ 'a'|upper|default('x')|center(9)|tojson }}",
        "{{ 1 is odd or 1 is divisibleby 2 or x is defined or 1 is in [1] }}",
        "{{ [1]|map('string')|select('odd')|rejectattr('a', 'eq', 1)|map(attribute='x')|list }}",
        "{{ [1]|map('default', 'uper')|list }}",
    ],
)
def test_known_filters_are_fine(desk: Any, body: str) -> None:
    """Jinja's own filters and tests are known."""
    assert find(desk, body) == []


def test_an_included_file_is_checked(desk: Any) -> None:
    """The fault stands in the included file."""
    desk.write("Hi\n{{ 'a'|uper }}", "part.j2")
    (problem,) = find(desk, "{% include 'part.j2' %}")
    assert (problem.span.file, problem.span.line) == ("part.j2", 2)
    assert desk.marked(problem.span) == "uper"


@pytest.mark.parametrize(
    "body", ["{{ 'a'|uper }}", "{{ ['a']|map('uper')|list }}", "{% include 'part.j2' %}"]
)
def test_reading_and_rendering_find_the_same(desk: Any, body: str) -> None:
    """Jinja's refusal of the same filter is the same finding at the same place."""
    desk.write("Hi\n{{ 'a'|uper }}", "part.j2")
    (expected,) = find(desk, body)
    assert [each for each in lint_file("playbook.yaml") if each.code != "FP404"] == [expected]
