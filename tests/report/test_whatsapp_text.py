"""A WhatsApp text as WhatsApp shows it."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.whatsapp_text import styled


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Hi *Ann*, see you", "Hi <strong>Ann</strong>, see you"),
        ("_soon_ ~late~", "<em>soon</em> <s>late</s>"),
        ("*bold _and italic_*", "<strong>bold <em>and italic</em></strong>"),
        ("```a *b*```", "<code>a *b*</code>"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("snake_case_name", "snake_case_name"),
        ("5*4*3", "5*4*3"),
        ("* a *", "* a *"),
        ("*a\nb*", "*a\nb*"),
        ("*<b>*", "<strong>&lt;b&gt;</strong>"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_marks_around_words_are_styles(body: str, shown: str) -> None:
    """Marks within words, beside blanks or across lines are text."""
    assert styled(body) == shown


@given(st.text(st.sampled_from("ab *_~`\n<")))
def test_nothing_but_marks_is_lost(body: str) -> None:
    """Whatever is written, its letters stay, in their order."""
    text = unescape(re.sub(r"<[^>]*>", "", styled(body)))
    assert re.sub(r"[*_~`]", "", text) == re.sub(r"[*_~`]", "", body)
