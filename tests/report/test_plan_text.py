"""A plan as people read it: every line says who, how many and why, and it adds up."""

import re
from datetime import UTC, datetime
from typing import Any

from runner.model.plan import Group, Heading, Plan, Text
from runner.plan.summary import PLANNED_STATES
from runner.report.plan_markdown import plan_markdown
from runner.report.plan_text import cost_text, plan_text

_UNTIL = datetime(2026, 4, 1, 14, 2, tzinfo=UTC)


def _heading(**changes: Any) -> Heading:
    given: dict[str, Any] = {
        "environment": "production",
        "account": "AC0123456789abcdef0123456789abcdef",
        "playbook": "appointment-reminder",
        "commit": "4f2c1e9aaaa",
        "recipients": "data/patients.csv",
        **changes,
    }
    return Heading(**given)


def _plan(**changes: Any) -> Plan:
    numbers = {"send": 1180, "held": 12, "changed": 1, "rejected": 4, **changes.pop("counts", {})}
    given: dict[str, Any] = {
        "planned": sum(numbers.values()),
        "counts": {state: numbers.get(state, 0) for state in PLANNED_STATES},
        "channel": "sms",
        "senders": ("+1•••••1234",),
        "segments": 1340,
        "texts": (
            Text("", "Hi ‹name›,\nsee you ‹time›.", 1020, 1020, 1, 0),
            Text("", "Hola ‹name›", 160, 320, 2, 160),
        ),
        "groups": (
            Group("changed", "an EARLIER text", 1, ("data/patients.csv:7",)),
            Group("held", "quiet hours", 10, tuple(f"data/patients.csv:{row}" for row in range(5))),
            Group("held", "no hour suits", 2, ("data/patients.csv:8", "data/patients.csv:9")),
            Group("rejected", "FP211 no number", 4, ("data/patients.csv:212",)),
        ),
        "workers": {"WK0123456789abcdef0123456789abcdef": 590},
        "opens": datetime(2026, 4, 1, 8, tzinfo=UTC),
        **changes,
    }
    return Plan(**given)


def test_a_plan_for_people() -> None:
    """In the order in which it is read: where, how many, why not, what, and what next."""
    heading = _heading(file="plan.json", digest="sha256:9b1d", until=_UNTIL, next_command="Apply")
    assert (
        "\n".join(plan_text(heading, _plan()))
        == """\
production · account AC…cdef · playbook appointment-reminder at 4f2c1e9 · \
recipients data/patients.csv (1,197 rows)

  + send              1,180   sms from +1•••••1234 · 2 distinct texts · 1,340 segments
                              tasks: WK…cdef 590
  ~ CHANGED               1   an EARLIER text
                                data/patients.csv:7
  > hold                 12   10 quiet hours
                                data/patients.csv:0, :1, :2, :3, :4 and 5 more
                              2 no hour suits
                                data/patients.csv:8, :9
                              the first opens at 2026-04-01 08:00 UTC
  x reject                4   FP211 no number
                                data/patients.csv:212 and 3 more

  Hi ‹name›,
  see you ‹time›.
      1,020 people   1 segment
  Hola ‹name›
      160 people   2 segments (UCS-2)

1,197 = 1,180 send + 1 CHANGED + 12 hold + 4 reject
Saved plan.json, valid until 2026-04-01 14:02 UTC, digest
  sha256:9b1d
Apply"""
    )


def test_what_a_text_costs() -> None:
    """The same for all, or an average and a most; and whose values make it UCS-2."""
    assert cost_text(Text("", "x", 4, 6, 3, 1)) == (
        "1.50 segments on average, 3 at most (UCS-2 for 1)"
    )
    assert cost_text(Text("", "x", 1, 1, 1, 0)) == "1 segment"
    assert cost_text(Text("", "x", 4)) == ""


def test_foreign_words_do_nothing_to_the_terminal() -> None:
    """An escape sequence or a line break in an outline is shown and not obeyed."""
    text = Text("Re\x1b[2J", "a\x1b[31m\rb", 1)
    shown = "\n".join(plan_text(_heading(), _plan(texts=(text,))))
    assert "\x1b" not in shown
    assert "\r" not in shown


def test_foreign_words_make_no_markup() -> None:
    """Neither a fence that ends early, nor a mention, a link or a table cell."""
    text = Text("", "```\n# Approved @everyone", 1)
    group = Group("suppressed", "see [here](http://x) | @all <b>", 1, ("r|x.csv:2",))
    shown = "\n".join(
        plan_markdown(_heading(), _plan(texts=(text,), groups=(group,), counts={"suppressed": 1}))
    )
    assert "````text\n```\n# Approved @everyone\n````" in shown
    row = next(line for line in shown.splitlines() if line.startswith("| suppress"))
    assert "[here]" not in row
    assert "@all" not in row
    assert row.count(" | ") == 2
    assert "<b>" not in row


def test_colour_says_nothing_that_the_words_do_not() -> None:
    """Without its codes a coloured plan is the plan."""
    coloured = list(plan_text(_heading(), _plan(), colour=True))
    assert any("\x1b[32m  + send" in line for line in coloured)
    bare = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in coloured]
    assert bare == list(plan_text(_heading(), _plan()))
