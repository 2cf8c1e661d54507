"""Nothing foreign becomes markup."""

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.html import Html, element, foreign, join, raw_text, text
from runner.report.visible import make_visible, show_character
from runner.sms.graphemes import split

hostile = st.one_of(
    st.text(),
    st.text(st.sampled_from("<>&\"'=/ abscript!-\u202e\0\n")),
    st.sampled_from(["</p><script>x</script>", "<!--", "]]>", "&lt;", "' onload='x", "\u2028"]),
)


class _Reader(HTMLParser):
    """Notes the tags, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


@given(hostile, hostile)
def test_foreign_text_is_text(content: str, value: str) -> None:
    """Whatever is given as content or as a value comes out of a parser as it was, and alone."""
    read = _read(element("p", {"title": value}, content))
    assert read.tags == ["p"]
    assert read.text == make_visible(content)
    assert [name for name, _ in read.attributes] == ["title"]
    assert unescape(str(read.attributes[0][1])) == unescape(value)


@given(hostile)
def test_a_text_of_several_lines_can_be_read_again(content: str) -> None:
    """Every character stands there, or its name; what is unseen alone has an element."""
    read = _read(foreign(content))
    assert set(read.tags) <= {"bdi", "span"}
    shown = (
        each if each in ("\n", "\r\n", "\t") else show_character(each) for each in split(content)
    )
    assert read.text == "".join(shown)


def test_markup_of_our_own_stays() -> None:
    """What `element` made is not escaped again, however often it is joined."""
    inner = element("b", {}, "a & b")
    assert join((inner, "<i>")) == "<b>a &amp; b</b>&lt;i&gt;"
    assert text(inner) is inner
    assert element("p", {}, inner) == "<p><b>a &amp; b</b></p>"


def test_attributes_stand_alone_or_not_at_all() -> None:
    """True is a name without a value, False is nothing, and an input has no end."""
    assert element("input", {"checked": True, "disabled": False}) == "<input checked>"


def test_a_style_cannot_end_itself() -> None:
    """A style sheet knows no escaping, so what would end it is refused."""
    assert raw_text("a > b {}") == Html("a > b {}")
    with pytest.raises(ValueError, match="must not hold"):
        raw_text("</style><script>")
