from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.sandbox.inbox.foreign import LONG, message_text, one_line, short_sid, unseen
from runner.sandbox.inbox.json_view import json_block, text_block
from runner.sandbox.inbox.markup import ACTING, Html, escape, join, name_of, tag

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</div></main><form action=//evil>",
    "<!--",
    "]]>",
    "&lt;b&gt; &amp;",
    "\u202egnihsihp\u202c",
    "a\x00b\x1b[31m\x07",
    "\ud800",
    "zero\u200bwidth\ufeff",
]
wild = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="<>&\"'\u202e\x00\u200b a"))


@given(wild)
def test_escaped_text_is_text_again(text: str) -> None:
    """What is escaped has no markup, and reads as it was, acting characters as their names."""
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    named = "".join(f"[U+{ord(c):04X}]" if ord(c) in ACTING else c for c in text)
    assert unescape(escaped) == named


@given(wild, wild)
def test_children_and_attributes_are_escaped(child: str, attribute: str) -> None:
    """Only `Html` is taken as it is."""
    made = tag("p", child, title=attribute)
    assert made == f'<p title="{escape(attribute)}">{escape(child)}</p>'
    assert tag("p", Html("<b>x</b>")) == "<p><b>x</b></p>"


def test_attributes() -> None:
    """Names are HTML's, what is false is left out, what is true has no value."""
    made = tag(
        "input", class_="a", aria_label="b", required=True, disabled=False, list=None, rows=0
    )
    assert made == '<input class="a" aria-label="b" required rows="0">'
    assert tag("label", 1, None, ["a", ("b",)], for_="x") == '<label for="x">1ab</label>'
    assert join("<", Html("<br>"), None) == "&lt;<br>"


@given(wild)
def test_acting_characters_are_marked(text: str) -> None:
    """Each of them is shown by its number and named in a title; none of them is left."""
    shown = unseen(text)
    assert not any(ord(character) in ACTING for character in shown)
    assert shown.count('class="unseen"') == sum(ord(character) in ACTING for character in text)
    assert shown.encode().decode() == shown


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\x00", "CONTROL CHARACTER"),
        ("\u200b", "ZERO WIDTH SPACE"),
    ],
)
def test_names(character: str, name: str) -> None:
    """Unicode's names, as far as there are any."""
    assert name_of(character) == name
    assert name in unseen(character)


def test_what_emoji_and_lines_need_is_left() -> None:
    """Joiners, variation selectors and line ends do not count as hidden."""
    text = "👩\u200d👧 ❤\ufe0f\nनमस्\u200dते\tx"
    assert unseen(text) == text


def test_messages_have_a_direction_of_their_own() -> None:
    """Arabic between English lines is read from its own side."""
    assert message_text("مرحبا") == '<div class="text" dir="auto">مرحبا</div>'
    assert one_line("a\n b").startswith("<bdi>a b<")


@given(st.integers(LONG - 2, LONG + 2))
def test_long_messages_are_folded(length: int) -> None:
    """Beyond a limit the whole is behind a summary that says how long it is."""
    shown = message_text("x" * length)
    assert ("<details>" in shown) == (length > LONG)
    assert "x" * length in shown


def test_lines_of_a_list_are_short() -> None:
    """A megabyte of text costs no more than its beginning."""
    assert len(one_line("word " * 200_000)) < 200
    assert short_sid("CH" + "0" * 32).count("0") == 32 + 4 + 4
    assert short_sid("short").endswith(">short</code>")


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), wild),
        lambda inner: st.lists(inner) | st.dictionaries(wild, inner),
        max_leaves=20,
    )
)
def test_json_cannot_become_markup(value: object) -> None:
    """Whatever the keys and values say, the only tags are ours."""
    shown = json_block(value)
    opened = shown.replace("<pre ", "").replace("</pre>", "")
    for ours in ("<span", "</span>", "<bdi>", "</bdi>"):
        opened = opened.replace(ours, "")
    assert "<" not in opened
    assert shown.encode().decode() == shown


def test_json_in_a_text_is_opened() -> None:
    """Task attributes come as a text; they are laid out like the rest."""
    shown = json_block({"attributes": '{"a":[1,{"b":null}]}'})
    assert "JSON in a text" in shown
    assert '<bdi>&quot;b&quot;</bdi></span>: <span class="atom">null</span>' in shown


@pytest.mark.parametrize(
    "text", ["[" * 60_000, "{", "[NaN]", '{"a":1', "plain", "", "[" * 39 + "]" * 39]
)
def test_what_is_no_json_is_text(text: str) -> None:
    """Half JSON, bottomless JSON and none are shown as they are, or as deep as one can read."""
    assert text_block(text).startswith('<pre class="json"')


def test_huge_fields_are_cut() -> None:
    """A mebibyte in a form does not make a page of a mebibyte."""
    shown = text_block("x" * 1_000_000)
    assert len(shown) < 65_000
    assert "1,000,000 characters in all" in shown
