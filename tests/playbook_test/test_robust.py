"""Whatever a file of tests holds, running it ends in results or findings."""

import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.model.playbook_test import SuiteResult
from runner.playbook_test.golden import update_file
from runner.playbook_test.run_suite import run_suite
from runner.report.tests_text import report_tests

_GOOD = """\
environment: staging
now: 2026-03-31T10:00:00-04:00
vars: { mark: 1 }
expect: { author: { contains: Clinic, not_contains: [x], matches: ^C } }
tests:
  - name: english
    sample: Ann
    recipient: { room: B12 }
    expect:
      body: |
        Hi Ann,
      key: A-1
      segments: { at_most: 1 }
      held_until: 2026-03-31T13:00:00Z
      requests: { "Channel.participants[0].address": "+13115552368", Body: { absent: true } }
    cases:
      - { name: a, without: [room], expect: { expired: true } }
      - { name: b, sample: 2, expect: { rejected: FP101 } }
  - { name: german, sample: Bob, expect: { body: "Hallo", encoding: UCS-2, segments: 2 } }
"""
_PIECES = re.findall(r"[\w.+-]+|\s+|.", _GOOD)
_OTHERS = [*dict.fromkeys(_PIECES), "null", "9999999999", "[]", "{}", "é", "\\", "{{", "%"]
_CHANGES = st.lists(
    st.tuples(st.integers(0, len(_PIECES) - 1), st.sampled_from(_OTHERS)), min_size=1, max_size=3
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_CHANGES)
def test_any_mistake_is_said(folder: Path, changes: list[tuple[int, str]]) -> None:
    """Mistakes in a file of tests never end in a crash, and an update never breaks the file."""
    pieces = list(_PIECES)
    for index, piece in changes:
        pieces[index] = piece
    (folder / "p.test.yaml").write_text("".join(pieces), "utf-8")
    result = run_suite("p.test.yaml")
    assert result.problems or result.results
    assert list(report_tests([result]))
    if result.failed:
        update_file(result)
        assert run_suite("p.test.yaml").problems == ()


def test_the_file_itself_is_good(run: Callable[..., SuiteResult]) -> None:
    """What the mistakes are made in can be run."""
    assert run(_GOOD, top="").problems == ()
