"""Messages on a terminal. What whole playbooks look like: `tests/preview/examples/`."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.model.message import Message
from runner.model.preview import Preview, Within
from runner.model.problem import Problem
from runner.report.cells import cell_width
from runner.report.preview_text import Screen, preview_text, summarize_previews
from runner.report.visible import make_visible

MakePreview = Callable[..., Preview]
_WILD = st.text(st.sampled_from("ab <&\u202e\u200b\n\t\u2019é你👩‍🚀م"), max_size=400)
_ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def _lines(preview: Preview, width: int = 80, *, colour: bool = False) -> list[str]:
    return list(preview_text(preview, Screen(width, colour)))


def _bubble(lines: list[str]) -> list[str]:
    return [line for line in lines if re.match(r"[ \d]{2} │", line)]


@_ONCE
@given(_WILD, st.integers(40, 100), st.sampled_from(["sms", "whatsapp", "email", "web"]))
def test_no_line_of_a_message_is_wider_than_the_screen(
    make_preview: MakePreview, body: str, width: int, channel: str
) -> None:
    """Wide characters and emoji are measured as a terminal shows them."""
    lines = _bubble(_lines(make_preview(channel, body=body), width))
    assert max(cell_width(line) for line in lines) <= width


@_ONCE
@given(st.text(st.sampled_from("abc\u2019é你م "), max_size=400), st.integers(40, 100))
def test_a_message_can_be_read_again(make_preview: MakePreview, body: str, width: int) -> None:
    """Nothing is lost where lines are broken but the blanks that they are broken at."""
    lines = _bubble(_lines(make_preview(body=body), width))
    said = "".join(line[5:] for line in lines)
    assert said.replace(" ", "") == body.replace(" ", "")


@_ONCE
@given(_WILD)
def test_nothing_foreign_acts_on_the_terminal(make_preview: MakePreview, text: str) -> None:
    """Wherever a text stands, no control character of it reaches the screen."""
    for line in _lines(make_preview("email", text, text)):
        assert make_visible(line) == line


def test_segments_are_numbered_where_they_begin(make_preview: MakePreview) -> None:
    """The second begins after 153 characters, and both are measured."""
    lines = _lines(make_preview(body="a" * 153 + "b" * 20), 200)
    assert _bubble(lines) == [f" 1 │ {'a' * 153}", f" 2 │ {'b' * 20}"]
    assert "   2 segments · GSM-7 · filled 153 of 153, 20 of 153" in lines


def test_what_makes_it_dear_is_named(make_preview: MakePreview) -> None:
    """By name, with how often and what would do; the first few only."""
    lines = _lines(make_preview(body="It\u2019s Ann\u2019s abcdefgh \u0101"))
    assert "   UCS-2 for “\u2019”  U+2019 RIGHT SINGLE QUOTATION MARK, 2 times; ' would do" in lines
    assert "   UCS-2 for “\u0101”  U+0101 LATIN SMALL LETTER A WITH MACRON" in lines
    many = "".join(chr(0x100 + number) for number in range(10)) + "a" * 40
    assert "   and 4 other characters" in _lines(make_preview(body=many))


def test_colours_say_nothing_that_words_do_not(make_preview: MakePreview) -> None:
    """Without the colours the lines are the same."""
    preview = make_preview(body="It\u2019s time")
    coloured = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in _lines(preview, colour=True)]
    assert coloured == _lines(preview)
    assert "\x1b[" in "".join(_lines(preview, colour=True))


@pytest.mark.parametrize(
    ("variables", "said"),
    [({"1": "Ann"}, "these are its variables"), ({}, "it has no variables")],
)
def test_of_a_content_template_is_shown_what_is_known(
    make_preview: MakePreview, variables: dict[str, str], said: str
) -> None:
    """Its SID and its variables; where its text is."""
    preview = make_preview("whatsapp")
    message = Message("Shop", "", "", "HX0123", variables)
    lines = _lines(replace(preview, cards=(replace(preview.cards[0], message=message),)))
    assert "   │ Content template HX0123" in lines
    assert said in "\n".join(lines)


def test_findings_say_where_they_are_so(make_preview: MakePreview) -> None:
    """In one environment of two: which; in both, nothing."""
    preview = make_preview()
    problem = Problem(preview.cards[0].first[0].place, "FP301", "dear", "write less")
    for environments, said in ((("two",), "  (in two)"), (("one", "two"), "")):
        card = replace(preview.cards[0], problems=(Within(environments, problem),))
        lines = _lines(replace(preview, cards=(card,)))
        at = lines.index(f"   p.yaml:9:1: error FP301: dear{said}")
        assert lines[at + 1] == "     = write less"


def test_hidden_values_cost_what_they_cost_somebody(make_preview: MakePreview) -> None:
    """The outline cannot be counted; the people's own texts were."""
    preview = make_preview(body="Hi ‹name›")
    card = replace(preview.cards[0], segments=(1, 3))
    lines = _lines(replace(preview, hidden=True, cards=(card,)))
    assert "   1 to 3 segments" in lines
    assert "UCS-2" not in "\n".join(lines)


def test_the_last_line_adds_up(make_preview: MakePreview) -> None:
    """Playbooks that cannot be rendered are counted, too."""
    said = summarize_previews((make_preview(), make_preview(), Preview("broken.yaml")))
    assert (
        said == "2 messages of 3 playbooks, 1 playbook that cannot be rendered. Nothing was sent."
    )
